"""The interval of a number that cannot be below what was seen."""

from __future__ import annotations

from math import exp, log, sqrt

from scipy.stats import norm

LEVEL = 0.95
Interval = tuple[float, float]


def normal_quantile(level: float = LEVEL) -> float:
    """1.96 for 0.95."""
    return float(norm.ppf((1 + level) / 2))


def log_interval(number: float, variance: float, seen: float, level: float = LEVEL) -> Interval:
    """Log-transform interval (Chao 1987): what was not seen is log-normal, so that the lower end is never below `seen`.

    (seen, seen) where nothing is missing: the estimate is what was seen, and its variance says nothing any more.
    """
    missing = number - seen
    if missing <= 0:
        return seen, seen
    spread = exp(min(normal_quantile(level) * sqrt(log(1 + variance / missing**2)), 700.0))
    return seen + missing / spread, seen + missing * spread
