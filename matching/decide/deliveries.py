"""Which records speak of one delivery, and how many babies it had, as any registry tells: what keeps twins apart and duplicates together.

Two unnamed girls of one mother and day are twins if a hospital says that there were two, and one girl reported twice if it says one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.arrays import Floats, Ints
from matching.decide.groups import connected
from matching.engine import Prepared, Scored
from matching.estimate.patterns import radix_of
from matching.estimate.weights import log_shares, posterior
from matching.kernel.layout import CODE
from matching.model.learned import Model
from matching.model.spec import Spec

SURE = 0.9
"""Posterior that two records are of one delivery (one birth, or twins) from which they tell each other how many babies there were."""
SURELY_TWINS = 0.95
TWIN, ORDER = "twin", "told_later"


@dataclass(frozen=True)
class Deliveries:
    """`group`: a label per record. `babies`: per record, the babies of its delivery, 0 where nothing tells. `order`: per record, as stated, or 0."""

    group: Ints
    babies: Ints
    order: Ints


def twin_class(spec: Spec) -> int:
    """The place of twins among the classes of pairs, -1 for a model that knows none."""
    return spec.classes.index(TWIN) if TWIN in spec.classes else -1


def order_comparison(spec: Spec) -> int:
    """The place of the comparison of orders within a delivery, -1 for a model that has none."""
    places = [place for place, one in enumerate(spec.comparisons) if any(level.test == (ORDER,) for level in one.levels)]
    return places[0] if places else -1


def deliveries_of(scored: Scored, ready: Prepared, spec: Spec) -> Deliveries:
    """Group records by delivery. The number of babies is what records state, or two where two of one registry differ in sex or order."""
    records, place = ready.records, order_comparison(spec)
    stated = np.zeros(len(records), dtype=np.int64)
    order = stated
    if place >= 0:
        name = spec.comparisons[place].fields[0]
        order, stated = records.form(name, CODE.order), records.form(name, CODE.babies)
    shares = posterior(scored.total)
    sure = shares[:, 0] + shares[:, twin_class(spec)] >= SURE
    first, second = scored.first[sure], scored.second[sure]
    group = connected(len(records), first, second)
    babies = np.zeros(len(records), dtype=np.int64)
    np.maximum.at(babies, group, stated)
    twins = (records.registry[first] == records.registry[second]) & (shares[sure][:, twin_class(spec)] >= SURELY_TWINS)
    unstated = babies[group[first]] == 0
    np.maximum.at(babies, group[first[twins & unstated]], 2)
    return Deliveries(group, babies[group], order)


def alone(ready: Prepared) -> Deliveries:
    """For models that know no deliveries: each record by itself."""
    nothing = np.zeros(len(ready.records), dtype=np.int64)
    return Deliveries(np.arange(len(ready.records), dtype=np.int64), nothing, nothing)


def informed(scored: Scored, deliveries: Deliveries, ready: Prepared, model: Model) -> Scored:
    """The pairs once each record knows how many babies its delivery had, whichever registry told: only that part of the likelihoods changes."""
    place = order_comparison(model.spec)
    if place < 0:
        return scored
    one = model.spec.comparisons[place]
    names = [level.test[0] if level.test else "" for level in one.levels]
    single, plural, unknown = names.index("one_baby"), names.index(ORDER), len(names)
    before = scored.levels(model.spec)[:, place].astype(np.int64)
    after = before.copy()
    babies = deliveries.babies[scored.first]
    together = (deliveries.group[scored.first] == deliveries.group[scored.second]) & np.isin(before, (unknown, single))
    after[together & (babies == 1)] = single
    after[together & (babies >= 2)] = plural
    table = log_shares(model, ready.kinds, place)
    kind = ready.kinds.of(ready.records.registry, scored.first, scored.second)
    total: Floats = scored.total + table[kind, :, after] - table[kind, :, before]
    pattern = scored.pattern + (after - before) * radix_of(model.spec.comparisons)[place]
    return replace(scored, total=total, pattern=pattern)


def twin_share(scored: Scored, registry: np.ndarray, head: Ints, deliveries: Deliveries, accounted: float) -> Floats:
    """1 where the other twin may be what a record is; `accounted` where one of the two registries holds every baby of the delivery."""
    first, second = scored.first, scored.second
    heads = np.flatnonzero(head == np.arange(len(head)))
    many = int(registry.max(initial=0)) + 1
    held = np.bincount(deliveries.group[heads] * many + registry[heads], minlength=len(head) * many)
    here = deliveries.group[first] * many
    most = np.maximum(held[here + registry[first]], held[here + registry[second]])
    together = deliveries.group[first] == deliveries.group[second]
    complete = together & (most >= np.maximum(2, deliveries.babies[first]))
    return np.where(complete, accounted, 1.0)


def twin_ranks(registry: np.ndarray, head: Ints, deliveries: Deliveries) -> Ints:
    """Per head, its place among those of its registry and delivery, by stated order, then row; 0 where it is the only one."""
    ranks = np.zeros(len(head), dtype=np.int64)
    sizes = np.bincount(deliveries.group, minlength=len(head))
    heads = np.flatnonzero((head == np.arange(len(head))) & (sizes[deliveries.group] > 2))
    if not len(heads):
        return ranks
    stated = np.where(deliveries.order[heads] > 0, deliveries.order[heads], 9)
    ordered = heads[np.lexsort((heads, stated, registry[heads], deliveries.group[heads]))]
    group, where = deliveries.group[ordered], registry[ordered]
    new = np.concatenate([[True], (group[1:] != group[:-1]) | (where[1:] != where[:-1])])
    starts = np.flatnonzero(new)
    many = np.diff(np.append(starts, len(ordered)))
    rank = np.arange(len(ordered)) - np.repeat(starts, many) + 1
    ranks[ordered] = np.where(np.repeat(many, many) > 1, rank, 0)
    return ranks
