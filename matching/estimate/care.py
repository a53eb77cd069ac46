"""Forms that are careless as a whole: a delivery written by one clerk in a hurry errs in several fields at once.

If levels were independent, a pair with three errors would be as unlikely as the three together. But errors come from people: some forms have many, most have
none. So matches are a mixture of careful and careless forms (a latent class of two numbers): a share of the pairs in which every error is so many times likelier,
and the rest in which it is rarer, so that each comparison by itself stays what it was. Estimated on the pattern histogram, without labels.
"""

from __future__ import annotations

from collections.abc import Container
from itertools import product

import numpy as np

from matching.arrays import Floats, Ints, Levels
from matching.estimate.patterns import Histogram
from matching.model.learned import Care, Model
from matching.model.spec import AS_MATCH
from matching.pair_kinds import PairKinds

SHARES = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
FACTORS = (1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0)
OFTEN = 0.35
"""What differs in more matches than this is a fact (a family that moved) and no error."""
MOST = 0.9
"""No form errs more often than this in any field."""
FEWEST = 3
"""Comparisons, below which there is no telling a careless form from a bond of two fields."""
NUMBERS = 2
"""Numbers that the mixture adds to the model: it must gain more than Bayes' information criterion asks for them."""


def careless(model: Model, kinds: PairKinds, seen: Histogram, matches: Floats, but: Container[str] = ()) -> tuple[Care | None, float]:
    """The mixture that the matches bear out best, and its gain (twice the log-likelihood, less what the criterion
    asks); None where forms cannot be told apart.

    `matches`: of each pattern. `but`: comparisons whose errors have another cause.
    """
    names = tuple(one.name for one in model.spec.comparisons if not one.fixed and not one.within and one.name not in but)
    if len(names) < FEWEST:
        return None, 0.0
    grid = [Care(share, factor, names) for share, factor in product(SHARES, FACTORS) if share * factor < 1.0]
    wrong, rates = errors_of(model, grid[0], kinds, seen.kind, seen.levels)
    asked = NUMBERS * float(np.log(max(matches.sum(), 1.0)))
    gains = [2.0 * float((matches * likelier(care, wrong, rates)).sum()) - asked for care in grid]
    best = int(np.argmax(gains))
    return (grid[best], gains[best]) if gains[best] > 0 else (None, 0.0)


def errors_of(model: Model, care: Care, kinds: PairKinds, kind: Ints, levels: Levels, class_place: int = 0) -> tuple[Levels, Floats]:
    """Per pattern and comparison: 1 an error, 0 none, -1 missing or no matter of care; and how often matches of that kind err in it."""
    comparisons, name = model.spec.comparisons, model.spec.classes[class_place]
    wrong = np.full(levels.shape, -1, dtype=np.int8)
    rates = np.zeros((len(kinds.names), len(comparisons)))
    for place, one in enumerate(comparisons):
        rates[:, place] = [1.0 - model.shares(kind_name, one)[0, 0] for kind_name in kinds.names]
        if one.name in care.comparisons and (class_place == 0 or one.shares.get(name) == AS_MATCH):
            counted = (levels[:, place] < len(one.levels)) & (rates[kind, place] <= OFTEN)
            wrong[:, place] = np.where(counted, levels[:, place] > 0, -1)
    return wrong, rates[kind]


def together(care: Care) -> float:
    """How many times likelier two errors of one form are than if they were independent."""
    careful = (1.0 - care.share * care.factor) / (1.0 - care.share)
    return care.share * care.factor**2 + (1.0 - care.share) * careful**2


def likelier(care: Care, wrong: Levels, rates: Floats) -> Floats:
    """Natural log of how much likelier each pattern of errors is in the mixture than if errors were independent."""
    careful = (1.0 - care.share * care.factor) / (1.0 - care.share)
    with_careless, with_careful = _ratio(care.factor, wrong, rates), _ratio(careful, wrong, rates)
    total: Floats = np.logaddexp(np.log(care.share) + with_careless, np.log1p(-care.share) + with_careful)
    return total


def most_likelier(model: Model, kinds: PairKinds) -> Floats:
    """Per kind of pair, the most that the mixture can add to any pattern (natural log): every field agrees, or every field errs."""
    if model.care is None:
        return np.zeros(len(kinds.names))
    kind = np.arange(len(kinds.names))
    found = []
    for error in (0, 1):
        levels = np.full((len(kind), len(model.spec.comparisons)), error, dtype=np.int8)
        found.append(likelier(model.care, *errors_of(model, model.care, kinds, kind, levels)))
    return np.maximum(np.maximum(*found), 0.0)


def _ratio(factor: float, wrong: Levels, rates: Floats) -> Floats:
    """Log-likelihood of the errors with every rate times a factor, less that with the rates as they are."""
    base = np.clip(rates, 1e-6, MOST)
    scaled = np.clip(base * factor, 1e-6, MOST)
    told = np.where(wrong == 1, np.log(scaled / base), np.where(wrong == 0, np.log((1.0 - scaled) / (1.0 - base)), 0.0))
    ratio: Floats = told.sum(axis=1)
    return ratio
