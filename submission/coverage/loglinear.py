"""Log-linear models fitted to a table of histories (Fienberg 1972): births that no list holds are exp of the intercept."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy.optimize import linprog
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning, SingularMatrixWarning

from submission.coverage.histories import Cells, Floats
from submission.coverage.models import Model, models

ITERATIONS = 200
CONVERGED = {"atol": 1e-9, "rtol": 1e-8}
"""R's rule, |change of the deviance| < 1e-8 (|deviance| + 0.1). With R's start as well, standard errors agree with Rcapture's to every digit that it prints."""
NEAR_ZERO = 1e-9


class Poisson(sm.families.Poisson):
    """Begins where R does: a tenth above the counts, so that no logarithm is of zero."""

    def starting_mu(self, y: Floats) -> Floats:
        """The first fitted values."""
        return y + 0.1


@dataclass(frozen=True)
class Fitted:
    """`number`: births, seen and unseen; None where a zero cell leaves the unseen without a finite estimate. `se`: unconditional, of the number.

    AIC and BIC are of the Poisson likelihood; BIC counts births, not cells.
    """

    model: Model
    number: float | None
    se: float | None
    deviance: float
    df: int
    aic: float
    bic: float


def fitted_all(cells: Cells) -> tuple[Fitted, ...]:
    """Every model of so many lists, best BIC first."""
    return tuple(sorted((fitted(cells, model) for model in models(cells.lists)), key=lambda one: (one.bic, one.model.name)))


def fitted(cells: Cells, model: Model) -> Fitted:
    """One model, by maximum likelihood. Cells that the model can only fit by nothing at all (beside zero counts) are taken out first, as in the extended likelihood."""
    design = model.design
    kept = possible_cells(cells.counts, design)
    fit = glm(cells.counts[kept], design[kept])
    parameters = design.shape[1]
    number = se = None
    if tells_unseen(design[kept]):
        unseen = exp(fit.params[0])
        number = cells.union + unseen
        se = sqrt(unseen + unseen**2 * float(fit.cov_params()[0, 0]))
    aic, bic = (-2 * fit.llf + cost * parameters for cost in (2, log(cells.union)))
    return Fitted(model, number, se, float(fit.deviance), len(design) - parameters, float(aic), float(bic))


def glm(counts: Floats, design: Floats) -> sm.GLM:
    """Poisson regression by iteratively reweighted least squares. No warning of what is meant to be: a perfect fit without degrees of freedom, parameters that only cells taken out could tell."""
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        for expected in (PerfectSeparationWarning, SingularMatrixWarning):
            warnings.simplefilter("ignore", expected)
        return sm.GLM(counts, design, family=Poisson()).fit(maxiter=ITERATIONS, **CONVERGED)


def possible_cells(counts: Floats, design: Floats) -> NDArray[np.bool_]:
    """Cells whose fitted value is above zero at the supremum of the likelihood (Fienberg and Rinaldo 2012).

    A zero cell is not, if the parameters can run off so that its fitted value vanishes and none of the others changes. All such cells fall
    to one linear programme.
    """
    zero = counts <= 0
    if not zero.any():
        return ~zero
    empty, rest = design[zero], design[~zero]
    rows, parameters = empty.shape
    found = linprog(
        np.concatenate([np.zeros(parameters), -np.ones(rows)]),
        A_ub=np.hstack([empty, np.eye(rows)]),
        b_ub=np.zeros(rows),
        A_eq=np.hstack([rest, np.zeros((len(rest), rows))]) if len(rest) else None,
        b_eq=np.zeros(len(rest)) if len(rest) else None,
        bounds=[(None, None)] * parameters + [(0, 1)] * rows,
    )
    kept = ~zero
    kept[np.flatnonzero(zero)] = found.x[parameters:] < 0.5  # each is 0 or 1: what can vanish can do so by any amount
    return kept


def tells_unseen(design: Floats) -> bool:
    """Whether the cells determine the intercept, which is the only parameter of the unseen."""
    unseen = np.eye(design.shape[1])[0]
    combination = np.linalg.lstsq(design.T, unseen, rcond=None)[0]
    return bool(np.abs(design.T @ combination - unseen).max() < NEAR_ZERO)
