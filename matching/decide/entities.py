"""From scored pairs to entities: duplicates first, then sets with one of each registry by assignment, twins spread over the records of their delivery."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Bools, Codes, Floats, Ints
from matching.decide.assignment import best_partition
from matching.decide.bindings import Bindings
from matching.decide.deliveries import alone, deliveries_of, informed, twin_class, twin_ranks, twin_share
from matching.decide.duplicates import Edges, edges_between, joined_records
from matching.decide.groups import connected
from matching.decide.orphans import adopted, rarer
from matching.engine import Prepared, Scored
from matching.estimate.weights import match_against, match_weight
from matching.model.learned import Model
from matching.model.limits import limits_of
from matching.records import Records

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
class Entities:
    """`label`: per record, the lowest row of its entity. `weight`: bits per scored pair, all known of twins in account. `scored`: the pairs."""

    label: Ints
    weight: Floats
    scored: Scored


def entities_of(scored: Scored, ready: Prepared, model: Model, bindings: Bindings) -> Entities:
    """Duplicates first, then entities by assignment, then duplicates that only another registry shows."""
    twins = twin_class(model.spec)
    deliveries = deliveries_of(scored, ready, model.spec) if twins > 0 else alone(ready)
    scored = informed(scored, deliveries, ready, model)
    first, second, registry, limits = scored.first, scored.second, ready.records.registry, limits_of(model.spec.costs)
    within = registry[first] == registry[second]
    # The other twin fully in account; -inf and must-links stay what they are.
    plain = bindings.applied(first, second, match_weight(scored.total) - CIVIL_CLEARER * (within & _civil(ready.records)[first]))
    head = joined_records(
        len(registry), first[within], second[within], plain[within], limits.duplicate, bindings.bound(first, second)[within]
    )
    share = twin_share(scored, registry, head, deliveries, ACCOUNTED)
    weight = bindings.applied(first, second, match_weight(scored.total, twins, np.where(within, 1.0, share)))
    edges = edges_between(head, first[~within], second[~within], weight[~within])
    label = assigned(edges, registry, limits.link, twin_ranks(registry, head, deliveries))
    own_words = match_against(scored.total, twins) if twins > 0 else plain
    label = adopted(
        label[head], registry, scored, plain, np.where(plain == -np.inf, plain, own_words), limits.duplicate + rarer(ready, model)
    )
    return Entities(label, weight, scored)


def _civil(records: Records) -> Bools:
    """Which records are of a civil register."""
    from vocabulary.registries import CIVIL

    civil = np.array([name in CIVIL for name in records.registries], dtype=bool)
    return civil[records.registry]


def assigned(edges: Edges, registry: Codes, threshold: float, ranks: Ints) -> Ints:
    """A label per head: the lowest head of its entity. Components are heads joined by any pair above the threshold."""
    strong = edges.weight > threshold
    component = connected(len(registry), edges.one[strong], edges.two[strong])
    inside = edges.take(component[edges.one] == component[edges.two])
    same_rank = (ranks[inside.one] == ranks[inside.two]) & (ranks[inside.one] > 0)
    gain = np.clip(inside.weight - threshold, LEAST_GAIN, MOST_GAIN) + ORDER_BONUS * same_rank
    gain[inside.weight == -np.inf] = -np.inf
    plain = _plain(component, inside, gain, registry)
    label = np.where(plain[component], component, np.arange(len(registry)))
    _solve(label, component, inside, gain, registry, ~plain[component[inside.one]])
    return label


def _plain(component: Ints, inside: Edges, gain: Floats, registry: Codes) -> Bools:
    """Which components (by label) are one entity at a glance: all registries differ, every pair was compared, and none speaks against it."""
    there = np.zeros(len(component), dtype=bool)
    there[inside.one] = there[inside.two] = True
    heads = np.flatnonzero(there)
    size = np.bincount(component[heads], minlength=len(component))
    pairs = np.bincount(component[inside.one], minlength=len(component))
    against = np.bincount(component[inside.one[gain <= 0]], minlength=len(component))
    masks = np.zeros(len(component), dtype=np.int64)
    np.bitwise_or.at(masks, component[heads], np.int64(1) << np.minimum(registry[heads], 62).astype(np.int64))
    registries = np.zeros(len(component), dtype=np.int64)
    for bit in range(63):
        registries += (masks >> bit) & 1
    found: Bools = (size >= 2) & (registries == size) & (pairs == size * (size - 1) // 2) & (against == 0)
    return found


def _solve(label: Ints, component: Ints, inside: Edges, gain: Floats, registry: Codes, open_pairs: Bools) -> None:
    """Write the labels of the components that are not plain, each solved by itself."""
    rows = np.flatnonzero(open_pairs)
    rows = rows[np.argsort(component[inside.one[rows]], kind="stable")]
    groups = component[inside.one[rows]]
    starts = np.flatnonzero(groups[1:] != groups[:-1]) + 1
    for part in np.split(rows, starts) if len(rows) else []:
        one, two = inside.one[part].tolist(), inside.two[part].tolist()
        heads = sorted({*one, *two})
        place = {head: number for number, head in enumerate(heads)}
        table = np.full((len(heads), len(heads)), UNCOMPARED)
        for a, b, told in zip(one, two, gain[part].tolist(), strict=True):
            table[place[a], place[b]] = table[place[b], place[a]] = told
        lowest: dict[int, int] = {}
        for head, told in zip(heads, best_partition([int(registry[head]) for head in heads], table), strict=True):
            label[head] = lowest.setdefault(told, head)
