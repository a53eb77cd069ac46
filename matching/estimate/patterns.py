"""Patterns of levels: one integer a pair, and how many pairs of each kind show each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.arrays import Ints, Levels
from matching.model.spec import Comparison


@dataclass(frozen=True)
class Histogram:
    """Distinct (kind, pattern), in a fixed order. `levels`: a column a comparison; the last level of each is `missing`. `count`: pairs."""

    kind: Ints
    pattern: Ints
    levels: Levels
    count: Ints


def sizes_of(comparisons: Sequence[Comparison]) -> Ints:
    """How many levels each comparison has, with `missing`."""
    return np.array([len(one.levels) + 1 for one in comparisons], dtype=np.int64)


def radix_of(comparisons: Sequence[Comparison]) -> Ints:
    """What one level of each comparison counts in a pattern."""
    return np.concatenate([[1], np.cumprod(sizes_of(comparisons))[:-1]]).astype(np.int64)


def levels_of(pattern: Ints, comparisons: Sequence[Comparison]) -> Levels:
    """The levels that patterns hold: a row a pattern, a column a comparison."""
    levels = (pattern[:, None] // radix_of(comparisons)) % sizes_of(comparisons)
    return levels.astype(np.int8)


def histogram_of(kind: Ints, pattern: Ints, comparisons: Sequence[Comparison]) -> Histogram:
    """Count the patterns of each kind."""
    order = np.lexsort((pattern, kind))
    kind, pattern = kind[order], pattern[order]
    new = np.concatenate([[True], (kind[1:] != kind[:-1]) | (pattern[1:] != pattern[:-1])]) if len(kind) else np.zeros(0, dtype=bool)
    starts = np.flatnonzero(new)
    return Histogram(kind[starts], pattern[starts], levels_of(pattern[starts], comparisons), np.diff(np.append(starts, len(kind))))
