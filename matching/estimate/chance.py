"""How often strangers agree by chance: counted on pairs drawn at random, the draw fixed by the records themselves."""

from __future__ import annotations

import numpy as np

from matching.arrays import Codes, Floats, Ints
from matching.estimate.patterns import Histogram, histogram_of
from matching.estimate.weights import log_likelihoods, posterior
from matching.estimate.worth import everything
from matching.forms.kinds import KINDS
from matching.kernel.layout import Plan, Store
from matching.kernel.run import compared
from matching.model.learned import Model, normal
from matching.model.spec import Comparison
from matching.pair_kinds import PairKinds
from matching.records import Records

DRAWN = 300_000
"""Pairs: enough that a level shared by one stranger in ten thousand is counted thirty times."""
LEAST_SHARE = 0.3
"""No share falls below this part of the belief: a number that no two strangers share tonight may be mistyped alike tomorrow."""
UNSEEN = 0.5
"""Pairs that a level never seen counts for, where the model states no belief."""


def drawn_pairs(records: Records, kinds: PairKinds, wanted: int = DRAWN) -> tuple[Codes, Codes]:
    """Pairs of different records, of kinds that are looked at. Rows are in the order of a hash of their ids, so that shifts draw at random."""
    total = len(records)
    if total < 2:
        return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)
    order = np.argsort(_mingled(records), kind="stable").astype(np.int32)
    shifts = np.unique(np.linspace(1, max(total // 2, 1), num=max(1, min(total // 2, -(-wanted // total)))).astype(np.int64))
    first, second = np.tile(order, len(shifts)), np.concatenate([np.roll(order, -shift) for shift in shifts])
    looked_at = kinds.of(records.registry, first, second) >= 0
    first, second = first[looked_at][:wanted], second[looked_at][:wanted]
    return np.minimum(first, second), np.maximum(first, second)


def _mingled(records: Records) -> Ints:
    """A number per record that mingles the registries: the place in its own registry, spread over all."""
    sizes = np.bincount(records.registry, minlength=len(records.registries))
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    place = np.arange(len(records)) - starts[records.registry]
    spread: Ints = place * len(records) // np.maximum(sizes[records.registry], 1)
    return spread


def chance_histogram(plan: Plan, store: Store, records: Records, kinds: PairKinds, model: Model) -> Histogram:
    """The patterns of pairs drawn at random."""
    first, second = drawn_pairs(records, kinds)
    found = compared(plan, store, everything(kinds, model), first, second)
    return histogram_of(kinds.of(records.registry, first, second), found.pattern, model.spec.comparisons)


def stranger_shares(model: Model, kinds: PairKinds, drawn: Histogram, records: Records) -> dict[str, Floats]:
    """Shares of each level among strangers; pairs that the beliefs call something else are left out of the count."""
    if not len(drawn.count):
        return model.stranger
    strange = posterior(log_likelihoods(model, kinds, drawn.levels, drawn.kind))[:, -1] * drawn.count
    shares = {}
    for place, one in enumerate(model.spec.comparisons):
        size = len(one.levels)
        counts = np.bincount(drawn.levels[:, place], weights=strange, minlength=size + 1)[:size].astype(np.float64)
        shares[one.name] = _held(one, counts, model, records)
    return shares


def _held(one: Comparison, counts: Floats, model: Model, records: Records) -> Floats:
    """Counts and what was believed; without a belief, agreement on the value itself is counted exactly, from how often each value occurs."""
    if isinstance(one.shares.get("stranger"), tuple):
        belief, weight = model.stranger[one.name], model.spec.beliefs.strangers
        return normal(np.maximum((counts + weight * belief) / (counts.sum() + weight), LEAST_SHARE * belief))
    share: Floats = (counts + UNSEEN) / (counts + UNSEEN).sum()
    exact = exact_chance(records, one, model)
    if exact is None or len(counts) < 2:
        return share
    rest = share[1:].sum()
    return normal(np.concatenate([[exact], share[1:] / rest * (1 - exact)]))


def exact_chance(records: Records, one: Comparison, model: Model) -> float | None:
    """The chance that two records drawn at random have one value: the sum of squared shares; None where level 0 is something else."""
    kind = KINDS[model.spec.field(one.fields[0]).kind]
    test = one.levels[0].test
    if test is None or test[0] != "same" or kind.forms[test[1]][0] != 0 or len(one.fields) > 1:
        return None
    codes = records.column(one.fields[0])
    counts = np.bincount(codes[codes >= 0]).astype(np.float64)
    total = counts.sum()
    if total < 2:
        return None
    # Where all values differ, or all are one, it is not certain that two more records differ or agree.
    pairs = total * (total - 1) / 2
    return float(np.clip((counts * (counts - 1)).sum() / 2, UNSEEN, pairs - UNSEEN) / pairs)
