"""How long after a birth it is registered: the mixture that reproduces the national figures (domain.md 2.3)."""

from __future__ import annotations

from functools import lru_cache
from math import erf, log, sqrt

import numpy as np
from numpy.typing import NDArray

MIXTURE = ((0.62, 18.0, 0.55), (0.25, 55.0, 0.50), (0.10, 190.0, 0.60), (0.03, 700.0, 0.80))
"""(weight, median in days, sigma) of lognormal parts: 54 % within 30 days, 84 % within 90, 96.2 % within a year."""
YEAR = 365
GRID = np.concatenate([np.arange(0, 400, 0.25), np.geomspace(400, 40_000, 2000)])


def share_registered(days: float) -> float:
    """The share of births that are registered within so many days."""
    if days <= 0:
        return 0.0
    return sum(weight * 0.5 * (1 + erf((log(days) - log(median)) / (sigma * sqrt(2)))) for weight, median, sigma in MIXTURE)


@lru_cache(maxsize=1)
def _cumulative() -> NDArray[np.float64]:
    return np.array([share_registered(float(day)) for day in GRID])


def delays(within_a_year: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.int64]:
    """Whole days from birth to registration, given whether it came within a year."""
    edge = share_registered(YEAR)
    drawn = rng.random(len(within_a_year))
    quantile = np.where(within_a_year, drawn * edge, edge + drawn * (_cumulative()[-1] - edge))
    days: NDArray[np.int64] = np.floor(np.interp(quantile, _cumulative(), GRID)).astype(np.int64)
    return days
