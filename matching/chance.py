"""How often strangers agree by chance: counted on pairs drawn at random, the draw fixed by the records themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matching.dictionary import Floats, Ints
from matching.kinds import Kinds
from matching.model import STRANGER, Model
from matching.pairs import compare
from matching.weights import log_likelihoods, posterior

DRAWN = 300_000
"""Pairs: enough that a level shared by one stranger in ten thousand is counted thirty times."""
BELIEF = 200.0
"""Pairs that the beliefs of matching.comparisons count for."""
LEAST_SHARE = 0.3
"""No share falls below this part of the belief: a number that no two strangers share tonight may be mistyped alike tomorrow."""


def drawn_pairs(coded: pd.DataFrame, wanted: int = DRAWN) -> tuple[Ints, Ints]:
    """Pairs of different records in an order that only their ids decide, so that rows in another order draw the same."""
    total = len(coded)
    if total < 2:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    ids = coded["registry"].astype(str) + "|" + coded["record_id"]
    order = np.argsort(pd.util.hash_array(ids.to_numpy(dtype=object)), kind="stable")
    shifts = np.unique(np.linspace(1, max(total // 2, 1), num=max(1, min(total // 2, -(-wanted // total)))).astype(np.int64))
    first = np.tile(order, len(shifts))
    second = np.concatenate([np.roll(order, -shift) for shift in shifts])
    return np.minimum(first, second), np.maximum(first, second)


def stranger_shares(model: Model, coded: pd.DataFrame, kinds: Kinds) -> dict[str, Floats]:
    """Shares of each level among strangers; pairs that the beliefs call one family are left out of the count."""
    first, second = drawn_pairs(coded)
    pairs = compare(coded, first, second, model.comparisons)
    if not len(pairs):
        return model.stranger
    strange = posterior(log_likelihoods(model, kinds, pairs.levels, kinds.of(pairs)))[:, STRANGER]
    shares = {}
    for column, comparison in enumerate(model.comparisons):
        belief = model.stranger[comparison.name]
        counts = np.bincount(pairs.levels[:, column], weights=strange, minlength=len(belief) + 1)[: len(belief)]
        share = (counts + BELIEF * belief) / (counts.sum() + BELIEF)
        share = np.maximum(share, LEAST_SHARE * belief)
        shares[comparison.name] = share / share.sum()
    return shares
