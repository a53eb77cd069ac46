"""One cell of a delivered file, and how it is landed: text exactly; what a spreadsheet holds as number or date, in digits and ISO form."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from connectors.text_columns import written_number
from vocabulary.contracts import Column, ColumnKind
from vocabulary.dates import EPOCH_1900, EPOCH_1904, SERIALS, read_date
from vocabulary.names import is_missing

DATED = frozenset({ColumnKind.DAY, ColumnKind.MOMENT})
DATE_LIKE = re.compile(r"\d{4}[-./年]\d{1,2}([-./月].*)?|\d{8}(\D.*|\d{6})?")
"""A layout we know, though the day may not exist (`2026-02-30` is a lunar date, `2025年3月` has no day): the row's fault, not the file's."""
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
LONG_NUMBER = 10**15
"""A spreadsheet keeps 15 digits of a number: what is longer and not text may have lost its end (domain.md 1.1)."""


class Unreadable(StrEnum):
    """Cells that have no value to land."""

    ERROR = "delivery.cell_error"
    NOT_COMPUTED = "delivery.formula_not_computed"


Cell = str | int | float | bool | date | datetime | time | timedelta | Unreadable | None


class Unlandable(Exception):
    """A cell that cannot be read; `code` is its fault. It never holds the value."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class CellReader:
    """Turns the cells of one column of one file into text; the epoch is the workbook's own (1900, or 1904 from old Macs)."""

    column: Column
    epoch_1904: bool = False

    def read(self, cell: Cell) -> str | None:
        """The text that is landed. Raises Unlandable."""
        if cell is None or cell == "":
            return None
        if isinstance(cell, Unreadable):
            raise Unlandable(cell.value)
        if isinstance(cell, str):
            return self._text(cell)
        if isinstance(cell, time | timedelta):
            raise Unlandable("delivery.unreadable_date")
        if isinstance(cell, date):
            return _iso(cell, self.column.kind)
        if self.column.kind in DATED:
            return self._serial(cell)
        return written_number(cell) if isinstance(cell, float) else str(int(cell))

    def _text(self, text: str) -> str | None:
        if CONTROL.search(text):
            raise Unlandable("delivery.control_character")
        if self.column.kind in DATED and not readable_date(text):
            raise Unlandable("delivery.unreadable_date")
        return None if not text.strip() else text

    def _serial(self, number: float) -> str:
        day = None
        if not isinstance(number, bool):
            try:
                day = read_date(number, epoch_1904=self.epoch_1904)
            except ValueError:
                day = None
        # 2025.3 may be March or, written 2025.30, no date at all: a fraction is read only as the time of day of a serial.
        if day is None or (number != int(number) and int(number) not in SERIALS):
            raise Unlandable("delivery.unreadable_date")
        if self.column.kind is ColumnKind.DAY or number == int(number):
            return day.isoformat()
        epoch = EPOCH_1904 if self.epoch_1904 else EPOCH_1900
        at = datetime.combine(epoch, time()) + timedelta(seconds=round(number * 86400))
        return at.isoformat()


def readable_date(text: str) -> bool:
    """Whether a date column may hold this text: a date, a missing word, or a date-like text whose day does not exist."""
    tidy = unicodedata.normalize("NFKC", text).strip().strip("'")
    try:
        read_date(tidy)
        return True
    except ValueError:
        return is_missing(tidy) or DATE_LIKE.fullmatch(tidy) is not None


def is_long_number(cell: Cell) -> bool:
    """A number cell so long that a spreadsheet may have cut its last digits."""
    return isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= LONG_NUMBER


def _iso(day: date, kind: ColumnKind) -> str:
    if isinstance(day, datetime) and kind is not ColumnKind.MOMENT and day.time() == time():
        return day.date().isoformat()
    return day.isoformat(timespec="seconds") if isinstance(day, datetime) else day.isoformat()
