"""From scored pairs to births: components of entities, each solved by assignment, twins spread over the records of their delivery."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matching.assignment import best_partition
from matching.decisions import Bindings
from matching.deliveries import Deliveries
from matching.dictionary import Floats, Ints
from matching.duplicates import between_entities, entities
from matching.groups import connected
from matching.model import Thresholds
from matching.orphans import adopted
from matching.scoring import Scored
from matching.weights import match_weight

ACCOUNTED = 0.02
"""How much of the other twin's likelihood is left where a registry holds all babies of the delivery: the record is one of those."""
LEAST_GAIN, MOST_GAIN = -12.0, 40.0
"""Bits that one pair adds to a set: a single contradiction does not undo two strong agreements, and none counts twice over."""
UNCOMPARED = -6.0
"""Bits of a pair inside a component that nothing compared (only in components too large to complete)."""
CIVIL_CLEARER = 4.0
"""Bits by which a duplicate must be clearer among registered children: joining two of them hides one, leaving two costs a steward a look."""
ORDER_BONUS = 0.05
"""Bits by which twins whom nothing tells apart pair in the order of their records: any pairing counts two children."""


@dataclass(frozen=True)
class Births:
    """`birth`: a label per record, the lowest row of its birth; `weight`: bits per scored pair."""

    birth: Ints
    weight: Floats


def births_of(scored: Scored, coded: pd.DataFrame, deliveries: Deliveries, limits: Thresholds, bindings: Bindings) -> Births:
    """Duplicates first, then births by assignment, then duplicates that only another registry shows."""
    first, second = scored.pairs.first, scored.pairs.second
    registry = coded["registry"].cat.codes.to_numpy().astype(np.int64)
    within = registry[first] == registry[second]
    civil = coded["civil"].to_numpy()[first] == 1
    # The other twin fully in account; -inf and must-links stay what they are.
    plain = bindings.applied(first, second, match_weight(scored.total) - CIVIL_CLEARER * (within & civil))
    entity = entities(len(coded), first[within], second[within], plain[within], limits.duplicate, bindings.bound(first, second)[within])
    share = twin_share(first, second, registry, entity, deliveries)
    weight = bindings.applied(first, second, match_weight(scored.total, np.where(within, 1.0, share)))
    edges = between_entities(entity, first[~within], second[~within], weight[~within])
    label = assigned(len(coded), edges, registry, limits.link, twin_ranks(coded, entity, deliveries))
    birth = adopted(label[entity], registry, first, second, plain, limits.duplicate)
    return Births(birth, weight)


def twin_share(first: Ints, second: Ints, registry: Ints, entity: Ints, deliveries: Deliveries) -> Floats:
    """1 where the other twin may be what a record is; ACCOUNTED where one of the two registries holds every baby of the delivery."""
    heads = np.flatnonzero(entity == np.arange(len(entity)))
    many = registry.max() + 1 if len(registry) else 1
    held = np.bincount(deliveries.group[heads] * many + registry[heads], minlength=len(entity) * many)
    here = deliveries.group[first] * many
    most = np.maximum(held[here + registry[first]], held[here + registry[second]])
    together = deliveries.group[first] == deliveries.group[second]
    complete = together & (most >= np.maximum(2, deliveries.babies[first]))
    return np.where(complete, ACCOUNTED, 1.0)


def twin_ranks(coded: pd.DataFrame, entity: Ints, deliveries: Deliveries) -> dict[int, int]:
    """Entity -> its place among those of its registry and delivery, by stated order, then record: only where there are several."""
    order = coded["birth_order"].to_numpy()
    registry = coded["registry"].cat.codes.to_numpy()
    members: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    sizes = np.bincount(deliveries.group, minlength=len(coded))
    for head in np.flatnonzero((entity == np.arange(len(entity))) & (sizes[deliveries.group] > 2)).tolist():
        members[int(deliveries.group[head]), int(registry[head])].append(head)
    ranks: dict[int, int] = {}
    for heads in members.values():
        if len(heads) > 1:
            ranked = sorted(heads, key=lambda head: (order[head] or 9, head))
            ranks.update({head: rank for rank, head in enumerate(ranked, start=1)})
    return ranks


def assigned(records: int, edges: dict[tuple[int, int], float], registry: Ints, threshold: float, ranks: dict[int, int]) -> Ints:
    """A label per entity head: the lowest head of its birth. Components are entities joined by any pair above the threshold."""
    strong = np.array([key for key, weight in edges.items() if weight > threshold], dtype=np.int64).reshape(-1, 2)
    component = connected(records, strong[:, 0], strong[:, 1])
    inside: defaultdict[int, list[tuple[int, int, float]]] = defaultdict(list)
    for (one, two), weight in edges.items():
        if component[one] == component[two]:
            inside[int(component[one])].append((one, two, weight))
    label = np.arange(records, dtype=np.int64)
    for found in inside.values():
        heads = sorted({head for one, two, _ in found for head in (one, two)})
        place = {head: number for number, head in enumerate(heads)}
        gain = np.full((len(heads), len(heads)), UNCOMPARED)
        for one, two, weight in found:
            gained = -np.inf if weight == -np.inf else min(max(weight - threshold, LEAST_GAIN), MOST_GAIN)
            gained += ORDER_BONUS if ranks.get(one, 0) == ranks.get(two, -1) else 0.0
            gain[place[one], place[two]] = gain[place[two], place[one]] = gained
        for head, told in zip(heads, best_partition([int(registry[head]) for head in heads], gain), strict=True):
            label[head] = told
        _relabel(label, heads)
    return label


def _relabel(label: Ints, heads: list[int]) -> None:
    """Turn local labels of a component into the lowest head of each birth."""
    lowest: dict[int, int] = {}
    for head in heads:
        label[head] = lowest.setdefault(int(label[head]), head)
