"""Dates that crowd on round days, reports that are copies, units that are never late: data that nobody observed look like this."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from submission.gates.evidence import Evidence
from submission.gates.limits import limit
from submission.gates.objection import Objection, Severity
from submission.gates.small_numbers import discoveries, share_above, shares_differ


class Unit(NamedTuple):
    """One unit's records of the month, and those of its whole registry in the months before."""

    registry: str
    code: str
    hits: int
    of: int
    hits_before: int
    of_before: int


def units(evidence: Evidence, hits: str, of: str) -> list[Unit]:
    """Every unit of every registry with this month's and the earlier months' counts."""
    found = []
    for registry, rows in evidence.unit_month.groupby("registry"):
        before = rows.loc[rows["born_in"].isin(evidence.months_before), [hits, of]].sum()
        month = rows.loc[rows["born_in"].eq(str(evidence.month)), ["unit_code", hits, of]]
        found += [
            Unit(str(registry), str(code), int(n), int(size), int(before[hits]), int(before[of])) for code, n, size in month.to_numpy()
        ]
    return found


def dates_are_spread(evidence: Evidence) -> Iterator[Objection]:
    """No unit dates many more births on the 1st or 15th than its registry did before."""
    told = units(evidence, "round_days", "records")
    yield from found_in(told, [shares_differ(*one[2:], alternative="greater") for one in told], "round_days", "dates")


def reports_are_no_copies(evidence: Evidence) -> Iterator[Objection]:
    """No unit reports mothers again who were delivered within half a year."""
    told = units(evidence, "copied", "records")
    yield from found_in(told, [share_above(one.hits, one.of, limit("copied")) for one in told], "copied", "copies")


def some_are_late(evidence: Evidence) -> Iterator[Objection]:
    """Where one record in five comes late, a unit with many records and hardly one late was perhaps not observed. Only months that have had the time are asked."""
    if (evidence.as_of - evidence.month.last_on).days < limit("late_is_known"):
        return
    told = units(evidence, "late", "dated")
    yield from found_in(told, [shares_differ(*one[2:], alternative="less") for one in told], "hardly_late", "copies")


def found_in(told: list[Unit], chances: list[float], code: str, gate: str) -> Iterator[Objection]:
    """One family of tests -> an objection a unit that is found."""
    for one, found in zip(told, discoveries(chances, limit("discovery")), strict=True):
        if found:
            facts = {"count": one.hits, "records": one.of, "registry": one.registry}
            yield Objection(gate, code, Severity.WARNING, one.code, facts)
