"""A return as its page shows it: the form's heads and lines, and objections by what is to be done with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from portal.language import CHINESE
from sql.access import in_utc
from submission.gates.objection import Severity
from submission.monthly.form import FormColumn, columns, texts
from submission.monthly.reading import Reading
from submission.monthly.signing import mark_of
from submission.monthly.table import TOTAL, TOWNSHIP
from vocabulary.dates import CHINA


@dataclass(frozen=True)
class Head:
    """One group of columns; without a title where its single column has none above it."""

    title: str | None
    columns: tuple[FormColumn, ...]


@dataclass(frozen=True)
class Line:
    """One line of the table: `level` is total, county or township; figures as text."""

    level: str
    name: str | None
    code: str
    figures: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """One objection in the reader's language; `mark` says in the form that it was read."""

    gate: str
    text: str
    mark: str


@dataclass(frozen=True)
class Change:
    """One figure of an earlier month, in all, that is another now; why, in words with how many births each."""

    month: str
    column: FormColumn
    was: int
    now: int
    causes: tuple[tuple[str, int], ...]


def heads() -> list[Head]:
    """The form's columns in their groups."""
    grouped = groupby(columns(), key=lambda column: column.group or column.name)
    return [Head(inside[0].group, inside) for inside in (tuple(part) for _, part in grouped)]


def lines(reading: Reading) -> list[Line]:
    """In the order of the return. A place without a name is one whose births have no township stated, or is told by its code."""
    return [
        Line(
            level=str(row["level"]),
            name=None if row["level"] == TOTAL or is_unstated(row) else str(row["name"] or row["code"]),
            code=str(row["code"] or ""),
            figures=tuple(figure(row[column.name], is_rate=bool(column.of)) for column in columns()),
        )
        for row in reading.lines
    ]


def is_unstated(row: dict[str, Any]) -> bool:
    """Whether a line is of births whose township nobody stated."""
    return row["level"] == TOWNSHIP and str(row["code"]).endswith("000")


def figure(value: float | None, *, is_rate: bool) -> str:
    """A count with separators, a rate with one decimal, a dash where nothing was to be divided by."""
    if value is None:
        return "—"
    return f"{value:.1f}" if is_rate else f"{int(value):,}"


def objections(reading: Reading, locale: str) -> dict[str, list[Said]]:
    """Severity -> what was said."""
    found: dict[str, list[Said]] = {severity.value: [] for severity in Severity}
    for one in reading.objections or ():
        found[one["severity"]].append(Said(one["gate"], one["text"][locale], mark_of(one)))
    return found


def changes(reading: Reading, locale: str) -> list[Change]:
    """Earlier months restated, oldest first."""
    named = {column.name: column for column in columns()}
    return [
        Change(str(row["month"]), named[row["column"]], int(row["was"]), int(row["is"]), tuple(causes(row["causes"], locale)))
        for row in reading.changes
    ]


def causes(told: dict[str, int], locale: str) -> list[tuple[str, int]]:
    """Each cause in words."""
    return [(str(texts("cause")[name][locale]), int(count)) for name, count in told.items()]


def answered_on(reading: Reading) -> date | None:
    """The day of the last answer in China; None where there is none."""
    return None if reading.answer is None else in_utc(reading.answer["answered_at"]).astimezone(CHINA).date()


def title_of(column: FormColumn, locale: str) -> str:
    """A column's title."""
    return column.zh if locale == CHINESE else column.en
