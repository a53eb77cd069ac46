"""Pairs with what they are worth: class likelihoods in chunks, and only the pairs kept that could matter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matching.blocking import pairs_within
from matching.comparisons import Comparison
from matching.dictionary import Bools, Floats, Ints, Levels
from matching.kinds import Kinds
from matching.model import Model
from matching.pairs import CHUNK, Pairs, compare, together
from matching.weights import log_likelihoods, log_shares, match_weight, sharpened


@dataclass(frozen=True)
class Scored:
    """Pairs and the natural log of prior times likelihood of each class (matching.model.CLASSES)."""

    pairs: Pairs
    total: Floats

    def take(self, rows: Ints | Bools) -> Scored:
        """Some of them."""
        return Scored(self.pairs.take(rows), self.total[rows])


def score(model: Model, coded: pd.DataFrame, kinds: Kinds, pairs: Pairs, floor: float | None = None) -> Scored:
    """Score pairs; with a floor, keep those whose weight in bits reaches it once the other twin is left out of account."""
    kept_rows, kept = [np.zeros(0, dtype=np.int64)], [np.zeros((0, 4))]
    for start in range(0, len(pairs), CHUNK):
        rows = np.arange(start, min(start + CHUNK, len(pairs)))
        part = pairs.take(rows)
        total = sharpened(log_likelihoods(model, kinds, part.levels, kinds.of(part)), model, coded, part)
        good = np.ones(len(rows), dtype=bool) if floor is None else match_weight(total, 0.0) >= floor
        kept_rows.append(rows[good])
        kept.append(total[good])
    return Scored(pairs.take(np.concatenate(kept_rows)), np.concatenate(kept))


def completed(scored: Scored, model: Model, coded: pd.DataFrame, kinds: Kinds, groups: Ints) -> Scored:
    """With every pair inside a group of records scored too, found by a rule or not. `groups`: a label per record."""
    first, second = pairs_inside(groups)
    known = scored.pairs.first * len(coded) + scored.pairs.second
    new = ~np.isin(first * len(coded) + second, known)
    if not new.any():
        return scored
    more = score(model, coded, kinds, compare(coded, first[new], second[new], model.comparisons))
    order = np.lexsort((np.concatenate([scored.pairs.second, more.pairs.second]), np.concatenate([scored.pairs.first, more.pairs.first])))
    return Scored(together(scored.pairs, more.pairs), np.concatenate([scored.total, more.total])[order])


LARGEST_GROUP = 24
"""Larger groups are not completed: only must-links and odd data make them, and their pairs would be many."""


def pairs_inside(groups: Ints, largest: int = LARGEST_GROUP) -> tuple[Ints, Ints]:
    """Every two records of one group, first < second."""
    first, second, _ = pairs_within(np.arange(len(groups)), groups, largest)
    return np.minimum(first, second), np.maximum(first, second)


def with_levels(scored: Scored, model: Model, kinds: Kinds, comparison: Comparison, levels: Levels) -> Scored:
    """The same pairs once one comparison has learnt something: only its part of the likelihoods changes."""
    column = list(model.comparisons).index(comparison)
    table, kind = log_shares(model, kinds, comparison), kinds.of(scored.pairs)
    before = scored.pairs.levels[:, column]
    total = scored.total + table[kind, :, levels] - table[kind, :, before]
    changed = scored.pairs.levels.copy()
    changed[:, column] = levels
    return Scored(Pairs(scored.pairs.first, scored.pairs.second, changed, scored.pairs.counts), total)
