"""What the levels of a pair are worth together: the posterior of each class, and the match weight in bits.

A pair that is not one birth is the other twin, a sibling, or a stranger. Parents' fields agree for the first two as they do
for one birth, so that they never outvote the child's own: the dependence that a model of two classes overlooks.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from matching import names
from matching.comparisons import Comparison
from matching.dictionary import Codes, Floats, Ints
from matching.features import NameFeature, name_dictionary
from matching.kinds import Kinds
from matching.model import CLASSES, MATCH, SIBLING, STRANGER, TWIN, Model
from matching.pairs import Pairs

LEAST = 1e-12


def log_priors(model: Model, kinds: Kinds) -> Floats:
    """Natural log of the share of each class among all possible pairs: one row a kind, one column a class."""
    priors = np.zeros((len(kinds.names), len(CLASSES)))
    for row, name in enumerate(kinds.names):
        rates = model.rates_of(name) * kinds.smaller[row] / max(kinds.possible[row], 1)
        rates = rates * min(1.0, 0.9 / max(rates.sum(), LEAST))
        priors[row] = [*rates, 1 - rates.sum()]
    return np.log(np.maximum(priors, LEAST))


def log_shares(model: Model, kinds: Kinds, comparison: Comparison) -> Floats:
    """Natural log of level shares: kind, class, level; the last level is `missing`, which tells nothing."""
    tables = np.zeros((len(kinds.names), len(CLASSES), len(comparison.levels) + 1))
    for row, name in enumerate(kinds.names):
        tables[row, :, :-1] = np.log(np.maximum(model.shares(name, comparison), LEAST))
    return tables


def log_likelihoods(model: Model, kinds: Kinds, levels: np.ndarray, kind: Ints) -> Floats:
    """Natural log of prior times likelihood of each class: one row a pattern of levels, one column a class."""
    total = log_priors(model, kinds)[kind]
    for column, comparison in enumerate(model.comparisons):
        total += log_shares(model, kinds, comparison)[kind, :, levels[:, column]]
    return total


def sharpened(total: Floats, model: Model, coded: pd.DataFrame, pairs: Pairs) -> Floats:
    """The log-likelihoods with each agreement on a name worth what that name's frequency says, instead of the average name's."""
    for column, comparison in enumerate(model.comparisons):
        if comparison.frequency is None or comparison.feature is not NameFeature:
            continue
        own = coded[comparison.frequency]
        left, right = (own.cat.codes.to_numpy().astype(np.int32)[rows] for rows in (pairs.first, pairs.second))
        level = pairs.levels[:, column]
        stranger = model.stranger[comparison.name]
        total[:, STRANGER] += _surprise(own, left, right, level, stranger)
    return total


def _surprise(own: pd.Series, left: Codes, right: Codes, level: np.ndarray, stranger: Floats) -> Floats:
    """Log of the chance that a stranger shares just this name, over that of the average name; 0 for other levels."""
    book = name_dictionary(own.cat.categories)
    counts = np.bincount(own.cat.codes[own.notna()], minlength=len(own.cat.categories)).astype(np.float64)
    known = max(counts.sum(), 1.0)
    plain = np.bincount(book.plain_ids, weights=counts)[book.plain_ids] / known if len(counts) else counts
    heard = np.bincount(book.sound_ids, weights=counts)[book.sound_ids] / known if len(counts) else counts
    change = np.zeros(len(level))
    shown = (left >= 0) & (right >= 0)
    same = np.flatnonzero(shown & (level <= names.VARIANT))
    change[same] = np.log(np.maximum(plain[left[same]], plain[right[same]]) / stranger[: names.VARIANT + 1].sum())
    sound = np.flatnonzero(shown & (level == names.SAME_SOUND))
    others = np.maximum(heard[left[sound]] - plain[left[sound]], heard[right[sound]] - plain[right[sound]])
    change[sound] = np.log(np.maximum(others, 1 / known) / stranger[names.SAME_SOUND])
    # A name seen everywhere, or once in a million, moves the weight by eight bits at most.
    return np.clip(change, -8 * np.log(2), 8 * np.log(2))


def posterior(total: Floats) -> Floats:
    """Share of each class, given all levels."""
    likely = np.exp(total - total.max(axis=1, keepdims=True))
    shares: Floats = likely / likely.sum(axis=1, keepdims=True)
    return shares


def match_weight(total: Floats, twin_share: Floats | float = 1.0) -> Floats:
    """log2 of the odds that a pair is one birth; `twin_share` scales how likely the other twin is (0: it is accounted for)."""
    others = np.stack([total[:, TWIN] + np.log(np.maximum(twin_share, LEAST)), total[:, SIBLING], total[:, STRANGER]], axis=1)
    top = others.max(axis=1)
    rest = top + np.log(np.exp(others - top[:, None]).sum(axis=1))
    weight: Floats = (total[:, MATCH] - rest) / np.log(2)
    return weight
