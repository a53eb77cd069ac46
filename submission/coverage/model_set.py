"""Several models at once: each weighs as much as its BIC says (the Benin study of live births, domain.md 3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from submission.coverage.histories import Floats
from submission.coverage.intervals import Interval, log_interval
from submission.coverage.loglinear import Fitted


@dataclass(frozen=True)
class Average:
    """`number`: mean by weight of the models that have a number. `se`: within models and between them. `unbounded`: weight, 0..1, of those that have none."""

    number: float
    se: float
    interval: Interval
    unbounded: float


def weights(bic: Floats) -> Floats:
    """exp(-BIC/2) of each model, adding up to 1 along the last axis; a BIC that is not finite weighs nothing."""
    known = np.where(np.isfinite(bic), bic, np.inf)
    likelihood = np.exp((known.min(axis=-1, keepdims=True) - known) / 2)
    shares: Floats = likelihood / likelihood.sum(axis=-1, keepdims=True)
    return shares


def averaged(fits: Sequence[Fitted], union: float) -> Average | None:
    """The weighted mean, its standard error and log-transform interval; None where no model has a number."""
    shares = weights(np.array([one.bic for one in fits]))
    there = [(share, one.number, one.se) for share, one in zip(shares, fits, strict=True) if one.number is not None and one.se is not None]
    known = float(sum(share for share, *_ in there))
    if known <= 0:
        return None
    number = sum(share * value for share, value, _ in there) / known
    variance = sum(share * (se**2 + (value - number) ** 2) for share, value, se in there) / known
    return Average(float(number), sqrt(variance), log_interval(float(number), float(variance), union), max(1 - known, 0.0))
