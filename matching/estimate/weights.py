"""What the levels of a pair are worth together: the likelihood of each class of pairs, and the match weight in bits.

A pair that is not one entity is a stranger, or (in the births model) the other twin, or of another delivery of the family. Parents' fields agree for
those two as they do for one birth, so that they never outvote the child's own: the dependence that a model of two classes overlooks.
"""

from __future__ import annotations

import numpy as np

from matching.arrays import Floats, Ints, Levels
from matching.estimate.care import errors_of, likelier
from matching.estimate.patterns import levels_of
from matching.model.learned import Model
from matching.model.spec import AS_MATCH
from matching.pair_kinds import PairKinds

LEAST = 1e-12
LN2 = float(np.log(2.0))


def log_priors(model: Model, kinds: PairKinds) -> Floats:
    """Natural log of the share of each class among all possible pairs: one row a kind, one column a class."""
    priors = np.zeros((len(kinds.names), len(model.spec.classes)))
    for row, name in enumerate(kinds.names):
        rates = model.rates_of(name) * kinds.smaller[row] / max(kinds.possible[row], 1)
        rates = rates * min(1.0, 0.9 / max(rates.sum(), LEAST))
        priors[row] = [*rates, 1 - rates.sum()]
    return np.log(np.maximum(priors, LEAST))


def log_shares(model: Model, kinds: PairKinds, place: int) -> Floats:
    """Natural log of level shares of a comparison: kind, class, level; the last level is `missing`, which tells nothing."""
    one = model.spec.comparisons[place]
    tables = np.zeros((len(kinds.names), len(model.spec.classes), len(one.levels) + 1))
    for row, name in enumerate(kinds.names):
        tables[row, :, :-1] = np.log(np.maximum(model.shares(name, one), LEAST))
    return tables


def log_likelihoods(model: Model, kinds: PairKinds, levels: Levels, kind: Ints) -> Floats:
    """Natural log of prior times likelihood of each class: one row a pattern of levels, one column a class."""
    total = log_priors(model, kinds)[kind]
    for place in range(len(model.spec.comparisons)):
        total += log_shares(model, kinds, place)[kind, :, levels[:, place]]
    for bond in model.bonds:
        one, two = model.spec.place(bond.one), model.spec.place(bond.two)
        total[:, bound_classes(model, one, two)] += bond.together[levels[:, one], levels[:, two]][:, None]
    if model.care is not None:
        for place in bound_classes(model):
            total[:, place] += likelier(model.care, *errors_of(model, model.care, kinds, kind, levels, place))
    return total


def bound_classes(model: Model, *places: int) -> list[int]:
    """The classes in which comparisons err together: matches, and those whose shares of all are as for matches."""
    shares = [model.spec.comparisons[place].shares for place in places]
    return [place for place, name in enumerate(model.spec.classes) if place == 0 or all(told.get(name) == AS_MATCH for told in shares)]


def class_totals(model: Model, kinds: PairKinds, kind: Ints, pattern: Ints, surprise: Floats) -> Floats:
    """The same for pairs, worked out once per distinct pattern, with the surprise of their values added to the strangers' share."""
    packed, inverse = np.unique(pattern * len(kinds.names) + kind, return_inverse=True)
    distinct = log_likelihoods(model, kinds, levels_of(packed // len(kinds.names), model.spec.comparisons), packed % len(kinds.names))
    total = distinct[inverse]
    total[:, -1] += surprise
    return total


def posterior(total: Floats) -> Floats:
    """Share of each class, given all levels."""
    likely = np.exp(total - total.max(axis=1, keepdims=True))
    shares: Floats = likely / likely.sum(axis=1, keepdims=True)
    return shares


def match_weight(total: Floats, scaled: int = -1, share: Floats | float = 1.0) -> Floats:
    """log2 of the odds that a pair is one entity. `scaled`: a class whose likelihood is taken times `share` (0: it is accounted for)."""
    others = total[:, 1:].copy()
    if scaled > 0:
        others[:, scaled - 1] += np.log(np.maximum(share, LEAST))
    top = others.max(axis=1)
    rest = top + np.log(np.exp(others - top[:, None]).sum(axis=1))
    weight: Floats = (total[:, 0] - rest) / LN2
    return weight


def match_against(total: Floats, other: int) -> Floats:
    """log2 of the odds of one entity against one other class alone."""
    weight: Floats = (total[:, 0] - total[:, other]) / LN2
    return weight


def probability(weight: Floats) -> Floats:
    """Of a match weight in bits."""
    found: Floats = 1.0 / (1.0 + np.exp2(-np.clip(weight, -60, 60)))
    return found


def bits(share: float) -> float:
    """The match weight of a probability."""
    return float(np.log2(share / (1.0 - share)))
