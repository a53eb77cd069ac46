"""A worklist that came back, as plain cells: what the edge reads and reconciliation judges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta


@dataclass(frozen=True)
class Unreadable:
    """A cell without a value: an error, or a formula that nobody computed."""


AnswerCell = str | int | float | bool | date | datetime | time | timedelta | Unreadable | None


@dataclass(frozen=True)
class AnswerSheet:
    """One sheet (or text file) of a returned worklist: `rows` are (row number in the file, cells), rows without content left out."""

    file: str
    title: str
    sha256: str
    rows: tuple[tuple[int, tuple[AnswerCell, ...]], ...]
    epoch_1904: bool = False
