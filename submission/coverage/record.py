"""What `judged` says, as one object for JSON: models in the notation of the published tables, unrounded."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from submission.coverage.bounds import Held
from submission.coverage.histories import pairs
from submission.coverage.judged import Estimate, Judged, two_lists
from submission.coverage.profile import profile_interval

PROFILED = 0.01
"""Models that weigh less get no profile interval: nobody would read it, and it takes most of the time."""


def as_record(told: Judged) -> dict[str, Any]:
    """Numerators and denominators stand beside every share. A number that does not exist is null."""
    estimate = told.estimate
    return {
        "lists": told.cells.lists,
        "cells": told.cells.as_record(),
        "union": told.cells.union,
        "lower_bound": told.table.union,
        "held": [_held(one, told.estimate) for one in told.held],
        "two_lists": [_two(told, one, other) for one, other in pairs(told.cells.lists)],
        "models": _models(told),
        "average": None if told.average is None else {"N": told.average.number, "se": told.average.se, "interval": told.average.interval},
        "sample_coverage": _sample_coverage(told),
        "linkage": _linkage(told),
        "estimate": None
        if estimate is None
        else {"N": estimate.number, "se": estimate.se, "interval": estimate.interval, "method": estimate.method},
        "withheld": [asdict(one) for one in told.withheld],
    }


def _held(one: Held, estimate: Estimate | None) -> dict[str, Any]:
    """`share`: the most that coverage can be. `coverage`: estimated, where an estimate may be printed."""
    row = {"list": one.list, "held": one.held, "union": one.union, "share": one.share}
    if estimate is None or estimate.interval is None:
        return row | {"coverage": None, "coverage_interval": None}
    low, high = estimate.interval
    return row | {"coverage": one.held / estimate.number, "coverage_interval": (one.held / high, min(one.held / low, 1.0))}


def _two(told: Judged, one: int, other: int) -> dict[str, Any]:
    two = two_lists(told.table, one, other)
    counts = {"lists": f"{one + 1}{other + 1}", "n1": two.first, "n2": two.second, "m": two.shared}
    return counts | {"petersen": two.petersen, "chapman": two.chapman, "se": two.se, "interval": two.interval}


def _models(told: Judged) -> list[dict[str, Any]]:
    found = []
    for fit, share in zip(told.fits, told.shares, strict=True):
        profile = profile_interval(told.table, fit) if share >= PROFILED else None
        numbers = {"N": fit.number, "se": fit.se, "deviance": fit.deviance, "df": fit.df, "AIC": fit.aic, "BIC": fit.bic}
        found.append({"terms": fit.model.name, **numbers, "weight": float(share), "profile_interval": profile})
    return found


def _sample_coverage(told: Judged) -> dict[str, Any] | None:
    one = told.coverage
    if one is None or told.cells.lists == 2:
        return None
    told_of = {"M": told.table.union, "D": one.shared, "C": one.coverage}
    return told_of | {"N0_indep": one.independent, "N_HSC": one.dependent, "N1_LSC": one.one_step}


def _linkage(told: Judged) -> dict[str, Any] | None:
    if told.errors is None:
        return None
    errors = [{"lists": "".join(str(place + 1) for place in one.lists), "missed": one.missed, "false": one.false} for one in told.errors]
    return {"pairs": errors, "error": told.error, "grade": told.grade, "cells": told.table.as_record()}
