"""Rows of the sheets of an XLSX: values as the office sees them, formulas by their stored result, nothing computed here."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice, repeat
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook

from connectors.cells import Cell, Unreadable
from connectors.complaints import Complaints
from connectors.headers import complain_of_blocked, printable
from connectors.sheet_body import Row, is_blank
from connectors.sheet_scan import SheetScan, scan
from connectors.workbook_safety import LARGEST_BYTES, is_safe

BLOCK_ROWS = 1_000
MOST_ROWS = 1_048_576
"""What a spreadsheet program can show; a row that says it has a higher number stands below as many empty ones."""
Pair = tuple[tuple[Cell, ...], tuple[object, ...]]
EXPLANATORY = re.compile("说明|须知|字典|代码表|目录|封面|readme|notes", re.IGNORECASE)
"""Sheets by such a name hold no records; they are still looked through for blocked words."""
ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"})
DAMAGED = (
    InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError, zlib.error,
)  # fmt: skip
"""What openpyxl raises on a damaged file: it has no error of its own."""


@dataclass(frozen=True)
class Sheet:
    """One sheet that may hold records: its place in words, its rows, the epoch of its serials, and what a scan of its XML told."""

    place: str
    rows: Iterator[Row]
    epoch_1904: bool
    scan: SheetScan


def sheets_of(path: Path, name: str, complaints: Complaints) -> Iterator[Sheet]:
    """Every sheet that may hold records; blocked words are looked for in titles and in explanatory sheets too."""
    for title, sheet in every_sheet(path, name, complaints):
        complain_of_blocked(1, [title], f"{name} [sheet name]", complaints)
        if sheet is not None and EXPLANATORY.search(title):
            for number, cells in sheet.rows:
                complain_of_blocked(number, cells, sheet.place, complaints)
        elif sheet is not None:
            yield sheet


def every_sheet(path: Path, name: str, complaints: Complaints, largest: int = LARGEST_BYTES) -> Iterator[tuple[str, Sheet | None]]:
    """Every title with its sheet (None without content), hidden ones too: what is hidden from the eye is delivered all the same.

    `largest`: bytes that the workbook may unpack to.
    """
    if not is_safe(path, name, complaints, largest):
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = load_workbook(path, read_only=True, data_only=True, keep_links=False)
            formulas = load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except DAMAGED:
        complaints.add("delivery.damaged_workbook", name)
        return
    with closing(values), closing(formulas):
        for title in [sheet.title for sheet in values.worksheets]:
            yield title, _sheet(path, name, title, values, formulas, complaints)


def _sheet(path: Path, name: str, title: str, values: Workbook, formulas: Workbook, complaints: Complaints) -> Sheet | None:
    place = f"{name} [{printable(title)}]"
    # The path of a sheet inside the archive is told by openpyxl's reader only.
    found = scan(path, values[title]._worksheet_path)  # type: ignore[attr-defined]
    rows = _rows(values, formulas if found.has_formulas else None, title, place, complaints)
    first = next((row for row in rows if not is_blank(row[1])), None)
    if first is None:
        return None
    return Sheet(place, chain([first], rows), values.epoch == CALENDAR_MAC_1904, found)


def _rows(values: Workbook, formulas: Workbook | None, title: str, place: str, complaints: Complaints) -> Iterator[Row]:
    """Row number from 1, and its cells; a formula without a stored result is an Unreadable cell."""
    shown = _values(values, title)
    written = _values(formulas, title) if formulas is not None else repeat(())
    number = 0
    try:
        for number, (cells, behind) in enumerate(_quietly(zip(shown, written, strict=False)), start=1):
            if number > MOST_ROWS:
                raise ValueError("a row below the last one")
            yield number, [_cell(cell, behind[at] if at < len(behind) else None) for at, cell in enumerate(cells)]
    except DAMAGED:
        complaints.add("delivery.damaged_workbook", f"{place} after row {number}")


def _quietly(rows: Iterator[Pair]) -> Iterator[Pair]:
    """The rows, read where no warning is heard: openpyxl warns of odd cells with their value in the text (rights.md R11)."""
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            block = list(islice(rows, BLOCK_ROWS))
        if not block:
            return
        yield from block


def _values(book: Workbook, title: str) -> Iterator[tuple[Cell, ...]]:
    sheet = book[title]
    # Some exporters state a used range of A1 only, and everything beyond it would be lost.
    sheet.reset_dimensions()
    return sheet.iter_rows(values_only=True)  # type: ignore[return-value]


def _cell(value: Cell, behind: object) -> Cell:
    if value is None:
        return Unreadable.NOT_COMPUTED if behind is not None else None
    if isinstance(value, str) and value in ERRORS:
        return Unreadable.ERROR
    return value
