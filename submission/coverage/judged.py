"""The front door: what can be said of how many births there are, and whether an estimate may be printed at all (domain.md 3.1, 3.3).

An estimate that is biased by design, or that linking errors could have made by themselves, does more harm than a lower bound. Then the lower bound is all
that is said, with the reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from submission.coverage.bootstrap import Adjusted, Estimator, adjusted
from submission.coverage.bounds import Held, held
from submission.coverage.chapman import FEWEST_SHARED, TwoLists
from submission.coverage.histories import Cells, Floats
from submission.coverage.intervals import Interval
from submission.coverage.linkage_error import Band, PairError, pair_errors
from submission.coverage.loglinear import Fitted, fitted_all
from submission.coverage.many import numbers
from submission.coverage.model_set import Average, averaged, weights
from submission.coverage.models import models
from submission.coverage.sample_coverage import LOWEST_COVERAGE, SampleCoverage, sample_coverage

MOST_UNBOUNDED = 0.05
"""Weight of models without a finite number, beyond which the mean of the others says too little."""
MOST_LACKING = 0.01
"""Share of births below zero in the table without linkage errors, beyond which the sample and the table contradict each other."""
GRADES = (("A", 0.25), ("B", 0.5), ("C", 1.0))
"""Linkage error as a part of what is missing from the union, at most; beyond the last it is D, and nothing is printed."""
SEED = 1

Why = Literal[
    "no_births",
    "empty_list",
    "two_lists",
    "other_scope",
    "few_shared",
    "low_sample_coverage",
    "no_number",
    "unbounded",
    "no_interval",
    "linkage_error",
    "contradiction",
]


@dataclass(frozen=True)
class Reason:
    """Why no estimate is printed; `facts` are shares and counts."""

    why: Why
    facts: dict[str, float]


@dataclass(frozen=True)
class Estimate:
    """Births, seen and unseen, with a 95 % interval."""

    number: float
    se: float | None
    interval: Interval | None
    method: Literal["chapman", "models"]


@dataclass(frozen=True)
class Judged:
    """`cells`: as linked. `table`: what the models see, without linkage errors where a sample tells of them. `fits`: with `shares`, their weights by BIC.

    `candidate`: the estimate before anybody asked whether it may be printed.
    """

    cells: Cells
    table: Cells
    fits: tuple[Fitted, ...]
    shares: Floats
    average: Average | None
    coverage: SampleCoverage | None
    errors: tuple[PairError, ...] | None
    candidate: Estimate | None
    withheld: tuple[Reason, ...]

    @property
    def estimate(self) -> Estimate | None:
        """What may be printed; None where there is a reason not to."""
        return None if self.withheld else self.candidate

    @property
    def held(self) -> tuple[Held, ...]:
        """Each list against the union: what is certain, but for linkage errors."""
        return held(self.table)

    @property
    def error(self) -> float | None:
        """(1 - alpha) + beta of the two lists that are linked worst; None where no sample tells."""
        return None if self.errors is None else max(one.missed + one.false for one in self.errors)

    @property
    def grade(self) -> str | None:
        """Of the links, A to D, by how much of what is missing from the union their errors could make up."""
        if self.error is None or self.candidate is None:
            return None
        missing = _missing(self.table, self.candidate)
        return next((grade for grade, most in GRADES if self.error <= most * missing), "D")


def judged(
    cells: Cells,
    bands: Sequence[Band] = (),
    *,
    independent: bool = False,
    same_scope: bool = True,
    random: np.random.Generator | None = None,
) -> Judged:
    """Everything that can be said of a table.

    `bands`: the steward's sample, by which linkage errors are taken out; ValueError where two lists have none. `independent`: somebody answers for it that two
    lists were made without knowledge of each other. `same_scope`: all lists are of the same births, by area, period and definition.
    """
    if not cells.union:
        return Judged(cells, cells, (), np.array([]), None, None, None, None, (Reason("no_births", {}),))
    free = adjusted(cells, bands, _estimator(cells.lists), random or np.random.default_rng(SEED)) if bands else None
    table = cells if free is None else free.cells
    fits = fitted_all(table)
    average = averaged(fits, table.union)
    coverage = sample_coverage(table)
    errors = None if free is None else pair_errors(cells, free.rates)
    candidate = _candidate(table, average, free)
    reasons = [
        *_by_design(table, independent=independent, same_scope=same_scope),
        *_by_data(table, coverage, average),
        *_by_interval(candidate),
        *_by_linking(table, candidate, errors, free),
    ]
    return Judged(cells, table, fits, weights(np.array([one.bic for one in fits])), average, coverage, errors, candidate, tuple(reasons))


def two_lists(cells: Cells, one: int = 0, other: int = 1) -> TwoLists:
    """Two of the lists, counted from 0, as if there were no others."""
    return TwoLists(float(cells.sizes[one]), float(cells.sizes[other]), cells.both(one, other))


def _estimator(lists: int) -> Estimator:
    """The estimate of so many lists: Chapman's of two, the mean of models of more."""
    if lists > 2:
        return lambda tables: numbers(tables, models(lists))
    return lambda tables: np.array([two_lists(Cells(2, table)).chapman for table in tables])


def _candidate(table: Cells, average: Average | None, free: Adjusted | None) -> Estimate | None:
    method: Literal["chapman", "models"] = "chapman" if table.lists == 2 else "models"
    if method == "models" and average is None:
        return None
    if free is not None:
        return Estimate(free.number, free.se, free.interval, method) if np.isfinite(free.number) else None
    if method == "chapman":
        two = two_lists(table)
        return Estimate(two.chapman, two.se, two.interval, method)
    return None if average is None else Estimate(average.number, average.se, average.interval, method)


def _missing(table: Cells, candidate: Estimate) -> float:
    """Share of all births that no list holds."""
    return 1 - table.union / candidate.number


def _by_design(table: Cells, *, independent: bool, same_scope: bool) -> list[Reason]:
    """Two registries of one delivery hold the same births more often than chance, and nothing in their table shows it: the estimate is too low."""
    reasons = [] if same_scope else [Reason("other_scope", {})]
    return reasons + ([Reason("two_lists", {})] if table.lists == 2 and not independent else [])


def _by_data(table: Cells, coverage: SampleCoverage | None, average: Average | None) -> list[Reason]:
    """Too little overlap to speak of what does not."""
    if coverage is None:
        return [Reason("empty_list", {})]
    if table.lists == 2:
        shared = table.both(0, 1)
        return [Reason("few_shared", {"shared": shared, "fewest": FEWEST_SHARED})] if shared < FEWEST_SHARED else []
    reasons = []
    if coverage.coverage < LOWEST_COVERAGE:
        reasons.append(Reason("low_sample_coverage", {"coverage": coverage.coverage, "lowest": LOWEST_COVERAGE}))
    if average is not None and average.unbounded > MOST_UNBOUNDED:
        reasons.append(Reason("unbounded", {"weight": average.unbounded}))
    return reasons


def _by_interval(candidate: Estimate | None) -> list[Reason]:
    """No number, or none that the data bound from above."""
    if candidate is None:
        return [Reason("no_number", {})]
    return [Reason("no_interval", {})] if candidate.interval is None else []


def _by_linking(table: Cells, candidate: Estimate | None, errors: Sequence[PairError] | None, free: Adjusted | None) -> list[Reason]:
    """Errors that could make up all that seems to be missing."""
    if free is None or errors is None or candidate is None:
        return []
    reasons = []
    worst, missing = max(one.missed + one.false for one in errors), _missing(table, candidate)
    if worst > missing:
        reasons.append(Reason("linkage_error", {"error": worst, "missing": missing}))
    if free.lacking > MOST_LACKING * table.union:
        reasons.append(Reason("contradiction", {"births": free.lacking}))
    return reasons
