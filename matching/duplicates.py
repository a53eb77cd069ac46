"""Duplicates inside a registry: records joined to one entity before births are formed, so that a birth holds one entity per registry."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from matching.dictionary import Bools, Floats, Ints


def entities(records: int, first: Ints, second: Ints, weight: Floats, threshold: float, bound: Bools) -> Ints:
    """A label per record: the lowest row of its entity.

    Pairs of one registry, by falling weight: two groups join when their pairs reach the threshold on average, so that a chain
    cannot pull twins together. `bound` pairs join whatever their weight (must-links); a weight of -inf keeps apart.
    """
    label = np.arange(records, dtype=np.int64)
    members: dict[int, list[int]] = {}
    known = {(int(a), int(b)): float(w) for a, b, w in zip(first, second, weight, strict=True)}
    wanted = np.flatnonzero(bound | (weight >= threshold))
    for row in wanted[np.lexsort((second[wanted], first[wanted], -weight[wanted], ~bound[wanted]))]:
        one, two = int(label[first[row]]), int(label[second[row]])
        if one == two:
            continue
        group_1, group_2 = members.get(one, [one]), members.get(two, [two])
        between = [known.get((min(a, b), max(a, b)), threshold - 4.0) for a in group_1 for b in group_2]
        if bound[row] or sum(between) / len(between) >= threshold:
            merged = sorted(group_1 + group_2)
            members[merged[0]] = merged
            label[merged] = merged[0]
    return label


def between_entities(entity: Ints, first: Ints, second: Ints, weight: Floats) -> dict[tuple[int, int], float]:
    """The weight of two entities: that of their best pair, or -inf where any of their pairs is kept apart by decision."""
    best: dict[tuple[int, int], float] = {}
    barred: defaultdict[tuple[int, int], bool] = defaultdict(bool)
    for a, b, told in zip(entity[first].tolist(), entity[second].tolist(), weight.tolist(), strict=True):
        key = (a, b) if a < b else (b, a)
        barred[key] |= told == -np.inf
        best[key] = max(best.get(key, -np.inf), told)
    return {key: -np.inf if barred[key] else value for key, value in best.items()}
