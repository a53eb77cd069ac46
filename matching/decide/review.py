"""Which pairs a person should look at: those on which being wrong would cost most, no more than a steward can read in a day."""

from __future__ import annotations

import numpy as np

from matching.arrays import Bools, Floats
from matching.decide.bindings import Bindings, best_weight, sharing_registry
from matching.decide.entities import Entities
from matching.engine import Prepared
from matching.estimate.weights import probability
from matching.model.limits import limits_of
from matching.model.spec import Costs, Spec

CLOSE_RIVAL = 3.0
"""Bits by which the record that a death speaks of may be weaker than the one chosen and still be held possible (rights.md R4)."""
LEAST_DUPLICATE = -2.0
"""Bits from which two records of one registry, not joined, are shown to a person: fewer are twins or namesakes, and they are many."""
SURVIVAL = "survival"


def reviewed(entities: Entities, ready: Prepared, spec: Spec, evidence: Floats, bindings: Bindings, capacity: int | None) -> Bools:
    """The pairs left to a person: where linking is possible and in doubt.

    A pair whose entities share a registry is apart, since the record has a better partner. Not so where one of them died and the
    rival is close: that possibility stays open, whatever the capacity, so that nobody calls on a bereaved family.
    """
    first, second, label = entities.scored.first, entities.scored.second, entities.label
    registry, limits = ready.records.registry, limits_of(spec.costs)
    linked, within = label[first] == label[second], registry[first] == registry[second]
    free = ~sharing_registry(label, registry, first, second)
    doubtful = free & (evidence >= limits.review) | within & (evidence >= LEAST_DUPLICATE)
    died = died_records(ready)
    close = evidence >= best_weight(first, second, evidence, linked, len(registry)) - CLOSE_RIVAL
    bereaved = (died[first] | died[second]) & ~within & close & (evidence >= limits.review)
    open_pairs = ~linked & ~bindings.barred(first, second)
    if capacity is not None:
        doubtful &= _most_costly(np.where(open_pairs & doubtful, expected_cost(evidence, spec.costs), 0.0), capacity)
    found: Bools = open_pairs & (doubtful | bereaved)
    return found


def died_records(ready: Prepared) -> Bools:
    """Which records say that the child died; none in a model that does not ask."""
    records = ready.records
    if SURVIVAL not in [one.name for one in records.fields]:
        return np.zeros(len(records), dtype=bool)
    from matching.forms.kinds import SURVIVAL as CODES
    from matching.kernel.layout import CODE

    found: Bools = records.form(SURVIVAL, CODE.code) == CODES["died"]
    return found


def expected_cost(weight: Floats, costs: Costs) -> Floats:
    """What the cheaper decision of each pair still costs on average: most where the two are even."""
    share = probability(weight)
    cost: Floats = np.minimum(share * costs.missed_link, (1 - share) * costs.false_link)
    return cost


def _most_costly(cost: Floats, capacity: int) -> Bools:
    """The pairs that cost most, so many at most; on a tie the earlier ones."""
    chosen = np.zeros(len(cost), dtype=bool)
    ranked = np.argsort(-cost, kind="stable")[:capacity]
    chosen[ranked[cost[ranked] > 0]] = True
    return chosen
