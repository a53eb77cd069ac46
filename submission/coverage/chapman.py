"""Two lists: Lincoln and Petersen's estimate, and Chapman's, which is nearly unbiased for small numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from submission.coverage.intervals import Interval, log_interval

FEWEST_SHARED = 7
"""With fewer births on both lists the estimate is biased low and its interval too short (Robson and Regier 1964): pool strata, or print none."""


@dataclass(frozen=True)
class TwoLists:
    """`first` and `second`: births of each list, `shared`: of both. Broken numbers are allowed, once linkage errors are taken out."""

    first: float
    second: float
    shared: float

    @property
    def union(self) -> float:
        """Births that at least one list holds."""
        return self.first + self.second - self.shared

    @property
    def petersen(self) -> float | None:
        """n1 n2 / m; None where the lists share nothing."""
        return self.first * self.second / self.shared if self.shared else None

    @property
    def chapman(self) -> float:
        """(n1 + 1)(n2 + 1)/(m + 1) - 1; never below the union."""
        return (self.first + 1) * (self.second + 1) / (self.shared + 1) - 1

    @property
    def variance(self) -> float:
        """Of Chapman's estimate (Seber 1970)."""
        above = (self.first + 1) * (self.second + 1) * (self.first - self.shared) * (self.second - self.shared)
        return above / ((self.shared + 1) ** 2 * (self.shared + 2))

    @property
    def se(self) -> float:
        """Of Chapman's estimate."""
        return sqrt(max(self.variance, 0.0))

    @property
    def interval(self) -> Interval:
        """95 %, log-transformed."""
        return log_interval(self.chapman, self.variance, self.union)


@dataclass(frozen=True)
class Summed:
    """Estimates of strata added up. Where both lists miss the same kinds of children, this is larger than one pooled estimate, and truer (Sekar and Deming 1949)."""

    number: float
    se: float
    union: float
    interval: Interval
    sparse: int
    """Strata that share fewer births than an estimate needs: pool them before adding up."""


def summed(strata: Iterable[TwoLists]) -> Summed:
    """Chapman's estimate within each stratum, and the sum."""
    rows = tuple(strata)
    number, variance, union = (sum(getattr(one, name) for one in rows) for name in ("chapman", "variance", "union"))
    sparse = sum(one.shared < FEWEST_SHARED for one in rows)
    return Summed(number, sqrt(variance), union, log_interval(number, variance, union), sparse)
