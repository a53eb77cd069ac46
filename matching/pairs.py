"""Candidate pairs with the level of every comparison: recordlinkage's Compare over our features, in chunks of bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from recordlinkage import Compare

from matching.blocking import BlockingRule, RuleCount, UnionIndex, pairs_index
from matching.comparisons import Comparison
from matching.dictionary import Bools, Ints, Levels

CHUNK = 400_000
"""Pairs compared at a time: some 300 MB of columns beside the result."""


@dataclass(frozen=True)
class Pairs:
    """Pairs of coded records, by row, first < second. `levels`: one row a pair, one column a comparison."""

    first: Ints
    second: Ints
    levels: Levels
    counts: tuple[RuleCount, ...] = ()

    def __len__(self) -> int:
        return len(self.first)

    def take(self, rows: Ints | Bools) -> Pairs:
        """Some of the pairs."""
        return replace(self, first=self.first[rows], second=self.second[rows], levels=self.levels[rows])


def candidates(coded: pd.DataFrame, comparisons: Sequence[Comparison], rules: Sequence[BlockingRule]) -> Pairs:
    """Every pair that a blocking rule finds, compared."""
    index = UnionIndex(rules)
    found = index.index(coded)
    first, second = (np.asarray(code, dtype=np.int64) for code in found.codes)
    return replace(compare(coded, first, second, comparisons), counts=tuple(index.counts))


def compare(coded: pd.DataFrame, first: Ints, second: Ints, comparisons: Sequence[Comparison]) -> Pairs:
    """These pairs, compared."""
    levels = np.empty((len(first), len(comparisons)), dtype=np.int8)
    engine = Compare([comparison.feature_of_pairs() for comparison in comparisons], n_jobs=1)
    for start in range(0, len(first), CHUNK):
        stop = min(start + CHUNK, len(first))
        levels[start:stop] = engine.compute(pairs_index(first[start:stop], second[start:stop], len(coded)), coded).to_numpy()
    return Pairs(first, second, levels)


def together(one: Pairs, two: Pairs) -> Pairs:
    """Both sets of pairs, in order of (first, second); they must not overlap."""
    first, second = np.concatenate([one.first, two.first]), np.concatenate([one.second, two.second])
    order = np.lexsort((second, first))
    return Pairs(first[order], second[order], np.concatenate([one.levels, two.levels])[order], one.counts + two.counts)
