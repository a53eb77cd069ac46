"""Profile-likelihood interval of one model's number (Cormack 1992): numbers under which the table is not too unlikely. It need not be symmetric."""

from __future__ import annotations

from collections.abc import Callable
from math import expm1, log1p

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import gammaln, xlogy
from scipy.stats import chi2

from submission.coverage.histories import Cells
from submission.coverage.intervals import LEVEL, Interval
from submission.coverage.loglinear import Fitted, glm, possible_cells

FARTHEST = 1e4
"""An upper end beyond so many times the estimate of the unseen is no end."""


def profile_interval(cells: Cells, fit: Fitted, level: float = LEVEL) -> Interval | None:
    """None where the model has no number, or the table sets no upper end."""
    if fit.number is None:
        return None
    likelihood = _likelihood(cells, fit)
    unseen = fit.number - cells.union
    best = minimize_scalar(
        lambda place: -likelihood(expm1(place)), bounds=(0, log1p(4 * unseen + 10)), method="bounded", options={"xatol": 1e-7}
    )
    top, floor = expm1(best.x), -best.fun - chi2.ppf(level, 1) / 2

    def above(value: float) -> float:
        return likelihood(value) - float(floor)

    low = brentq(above, 0, top) if above(0) < 0 else 0.0
    far = 2 * top + 10
    while above(far) > 0:
        far *= 2
        if far > FARTHEST * (unseen + 1):
            return None
    return cells.union + low, cells.union + float(brentq(above, top, far))


def _likelihood(cells: Cells, fit: Fitted) -> Callable[[float], float]:
    """Log-likelihood of the multinomial table if so many births are unseen, the other parameters being at their best."""
    design = fit.model.design
    kept = possible_cells(cells.counts, design)
    whole = np.vstack([design[kept], np.eye(design.shape[1])[0]])

    def likelihood(unseen: float) -> float:
        counts = np.append(cells.counts[kept], unseen)
        number = cells.union + unseen
        shares = glm(counts, whole).mu / number
        return float(gammaln(number + 1) - gammaln(unseen + 1) + xlogy(counts, shares).sum())

    return likelihood
