"""The models of many tables at once, for the bootstrap: the Newton steps of `loglinear`, on a stack of tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import xlogy

from submission.coverage.histories import Floats
from submission.coverage.model_set import weights
from submission.coverage.models import Model

STEPS = 40
SETTLED = 1e-6
RIDGE = 1e-9
"""Keeps a step defined where a fitted cell has vanished; too small to move what the cells determine."""
VAGUEST = 1e3
"""Variance of the log of the unseen, beyond which the table does not tell it, and only the ridge keeps it where it began."""
HIGHEST = 30.0
"""exp(30) births are no estimate."""


def numbers(counts: Floats, models: Sequence[Model]) -> Floats:
    """The mean of the models' numbers by BIC, of each table (a row of `counts`); nan where no model settles on one."""
    fits = [_fit(counts, model.design) for model in models]
    unseen, bic = (np.column_stack(part) for part in zip(*fits, strict=True))
    bic = np.where(np.isfinite(unseen), bic, np.inf)
    with np.errstate(invalid="ignore"):
        shares = weights(bic)
    mean: Floats = counts.sum(axis=1) + (shares * np.where(np.isfinite(unseen), unseen, 0)).sum(axis=1)
    return np.where(np.isfinite(bic).any(axis=1), mean, np.nan)


def _fit(counts: Floats, design: Floats) -> tuple[Floats, Floats]:
    """Births unseen (nan where the steps do not settle) and BIC without what all models share, of each table."""
    start = np.log(counts + 0.1)
    parameters = start @ np.linalg.pinv(design).T
    settled, births = np.zeros(len(counts), dtype=bool), counts.sum(axis=1)
    ridge = RIDGE * np.eye(design.shape[1])
    for _ in range(STEPS):
        fitted = np.exp(np.clip(parameters @ design.T, -HIGHEST, HIGHEST))
        slope = (counts - fitted) @ design
        curvature = np.einsum("rc,ci,cj->rij", fitted, design, design) + ridge
        step = np.linalg.solve(curvature, slope[..., None])[..., 0]
        step /= np.maximum(np.abs(step).max(axis=1, keepdims=True), 1)  # no step beyond a factor of e: the likelihood is flat far out
        parameters = parameters + step
        settled = (np.abs(step[:, 0]) < SETTLED) & (np.abs(slope).max(axis=1) < SETTLED * births)
        if settled.all():
            break
    fitted = np.exp(np.clip(parameters @ design.T, -HIGHEST, HIGHEST))
    likelihood = (xlogy(counts, fitted) - fitted).sum(axis=1)
    bic = -2 * likelihood + design.shape[1] * np.log(births)
    unseen = np.exp(np.minimum(parameters[:, 0], HIGHEST))
    told = np.linalg.solve(curvature, np.eye(design.shape[1])[:, :1])[:, 0, 0] < VAGUEST
    return np.where(settled & told & (parameters[:, 0] < HIGHEST), unseen, np.nan), bic
