"""Is a stated probability what it says? Of pairs to which the model gives 0.9, nine in ten should be one birth."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from matching.arrays import Bools, Floats
from matching.intervals import exact_interval

EDGES = (0.0, 0.001, 0.01, 0.03, 0.1, 1 / 3, 0.5, 2 / 3, 0.9, 0.97, 0.99, 0.999, 0.9999, 1.0)
"""Bounds of the bins: close where decisions are made and at both ends, where nearly all pairs lie. A bin holds its lower bound."""


@dataclass(frozen=True)
class Bin:
    """Pairs whose probability is `low` or more and below `high` (1 included in the last). `stated`: their mean probability; `true`: how many are one birth.

    `interval`: of the true share, 95 %, exact. Pairs of one birth hang together, so that it is a little too narrow.
    """

    low: float
    high: float
    pairs: int
    true: int
    stated: float
    interval: tuple[float, float]

    @property
    def share(self) -> float:
        """Of the pairs that are true."""
        return self.true / self.pairs

    @property
    def holds(self) -> bool:
        """Whether what is stated lies within the interval of what is so."""
        return self.interval[0] <= self.stated <= self.interval[1]


@dataclass(frozen=True)
class Reliability:
    """`bins`: those that hold a pair. `expected`: the sum of all probabilities; `true`: how many pairs are one birth."""

    bins: tuple[Bin, ...]
    pairs: int
    expected: float
    true: int
    brier: float

    @property
    def calibration_error(self) -> float:
        """Expected calibration error: the mean distance between stated and true share, each bin by its pairs; 0 without pairs."""
        return sum(one.pairs * abs(one.stated - one.share) for one in self.bins) / self.pairs if self.pairs else 0.0


def reliability(probability: Floats, true: Bools, edges: tuple[float, ...] = EDGES) -> Reliability:
    """Stated probabilities against the truth, one value each a pair. Pairs of which the truth knows nothing must be left out before."""
    place = np.clip(np.searchsorted(edges, probability, side="right") - 1, 0, len(edges) - 2)
    bins = []
    for number, (low, high) in enumerate(pairwise(edges)):
        inside = place == number
        if count := int(inside.sum()):
            hits = int(true[inside].sum())
            bins.append(Bin(low, high, count, hits, float(probability[inside].mean()), exact_interval(hits, count)))
    brier = float(((probability - true) ** 2).mean()) if len(probability) else 0.0
    return Reliability(tuple(bins), len(probability), float(probability.sum()), int(true.sum()), brier)
