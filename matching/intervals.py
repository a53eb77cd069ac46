"""Intervals of rates that are small and counted: exact for one rate, Bayesian with Jeffreys' prior for two that are compared. Zero counts are no trouble."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from matching.arrays import Floats

LEVEL = 0.95
POINTS = 1000
"""Quantiles of each of two rates: their pairs (a million) give the ends of an interval to a thousandth of a rate's spread."""
HALF = 0.5
"""Jeffreys' prior counts half an error and half a success before anything is seen."""


@dataclass(frozen=True)
class Rate:
    """`errors` of `total`; broken numbers are allowed, for what a larger count would tell."""

    errors: float
    total: float

    @property
    def share(self) -> float:
        """0..1; nan where there is nothing to count."""
        return self.errors / self.total if self.total else float("nan")

    def quantiles(self) -> Floats:
        """The rate as it may be, at equal steps of probability."""
        steps = (np.arange(POINTS) + HALF) / POINTS
        found: Floats = betaincinv(self.errors + HALF, self.total - self.errors + HALF, steps)
        return found


def exact_interval(count: float, total: float, level: float = LEVEL) -> tuple[float, float]:
    """Clopper and Pearson's: holds the true share at least as often as it says, whatever that share is. (0, 1) where nothing was counted."""
    outside = (1 - level) / 2
    low = float(betaincinv(count, total - count + 1, outside)) if count else 0.0
    high = float(betaincinv(count + 1, total - count, 1 - outside)) if count < total else 1.0
    return low, high


@dataclass(frozen=True)
class TwoRates:
    """Two rates against each other. Intervals are of `level`; `surpass` answers how probable it is that `one` exceeds what the other allows."""

    one: Floats
    other: Floats

    @classmethod
    def of(cls, one: Rate, other: Rate) -> TwoRates:
        """From two counts that share no child."""
        return cls(one.quantiles(), other.quantiles())

    def ratio(self, level: float = LEVEL) -> tuple[float, float]:
        """Interval of `one / other`."""
        return _ends(self.one[:, None] / self.other[None, :], level)

    def success_ratio(self, level: float = LEVEL) -> tuple[float, float]:
        """Interval of `(1 - one) / (1 - other)`."""
        return _ends((1 - self.one)[:, None] / (1 - self.other)[None, :], level)

    def surpass(self, times: float, more: float) -> float:
        """The probability that `one` exceeds both `times` the other and the other plus `more`."""
        allowed = np.maximum(self.other * times, self.other + more)
        return float(1 - np.searchsorted(self.one, allowed).mean() / len(self.one))


def _ends(values: Floats, level: float) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
