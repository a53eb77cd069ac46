"""Duplicates inside a registry: records joined to one before entities are formed, so that an entity holds one of each registry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Bools, Codes, Floats, Ints
from matching.decide.groups import connected

UNCOMPARED = 4.0
"""Bits below the threshold that a pair counts for which nothing compared."""


def joined_records(records: int, first: Codes, second: Codes, weight: Floats, threshold: float, bound: Bools) -> Ints:
    """A label per record: the lowest row of those that are one.

    Pairs of one registry, by falling weight: two groups join when their pairs reach the threshold on average, so that a chain
    cannot pull twins together. `bound` pairs join whatever their weight (must-links); a weight of -inf keeps apart.
    """
    wanted = bound | (weight >= threshold)
    group = connected(records, first[wanted], second[wanted])
    inside = np.flatnonzero(group[first] == group[second])
    label = np.arange(records, dtype=np.int64)
    known = {
        (one, two): told for one, two, told in zip(first[inside].tolist(), second[inside].tolist(), weight[inside].tolist(), strict=True)
    }
    rows = np.flatnonzero(wanted)
    members: dict[int, list[int]] = {}
    for row in rows[np.lexsort((second[rows], first[rows], -weight[rows], ~bound[rows]))].tolist():
        one, two = int(label[first[row]]), int(label[second[row]])
        if one == two:
            continue
        group_1, group_2 = members.get(one, [one]), members.get(two, [two])
        between = [known.get((min(a, b), max(a, b)), threshold - UNCOMPARED) for a in group_1 for b in group_2]
        if bound[row] or sum(between) / len(between) >= threshold:
            merged = sorted(group_1 + group_2)
            members[merged[0]] = merged
            label[merged] = merged[0]
    return label


@dataclass(frozen=True)
class Edges:
    """Pairs of heads (the lowest row of each group of duplicates), one < two, each once: the weight of their best pair."""

    one: Ints
    two: Ints
    weight: Floats

    def take(self, rows: Ints | Bools) -> Edges:
        """Some of them."""
        return Edges(self.one[rows], self.two[rows], self.weight[rows])


def edges_between(head: Ints, first: Codes, second: Codes, weight: Floats) -> Edges:
    """The weight of two heads: that of their best pair, or -inf where any of their pairs is kept apart by decision."""
    one, two = head[first], head[second]
    low, high = np.minimum(one, two), np.maximum(one, two)
    order = np.lexsort((weight, high, low))
    low, high, weight = low[order], high[order], weight[order]
    if not len(low):
        return Edges(low, high, weight)
    starts = np.flatnonzero(np.concatenate([[True], (low[1:] != low[:-1]) | (high[1:] != high[:-1])]))
    last = np.append(starts[1:], len(low)) - 1
    return Edges(low[starts], high[starts], np.where(weight[starts] == -np.inf, -np.inf, weight[last]))
