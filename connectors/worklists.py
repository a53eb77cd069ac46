"""Worklists that come back, as WPS and Excel save them: XLSX, or CSV in UTF-8 or GB 18030; hostile ones are refused as deliveries are."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from connectors.cells import Cell
from connectors.cells import Unreadable as UnreadableCell
from connectors.complaints import Complaints
from connectors.delimited import lines_of
from connectors.sheet_body import Row, is_blank
from connectors.workbook import every_sheet
from connectors.workbook_safety import complain_of_compound, kind_of
from vocabulary.answers import AnswerCell, AnswerSheet, Unreadable
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.runs import sha256_of

LARGEST_FILE_BYTES, LARGEST_UNPACKED_BYTES = 32 << 20, 128 << 20
"""A worklist of ten thousand rows has a few megabytes."""
MOST_ROWS = 100_000
"""A township with a hundred thousand children to look for does not exist."""
LONGEST_FIELD = 16 << 20
"""Characters of one field of a CSV: a note that is far too long is the row's fault, not the file's."""


def read_worklists(paths: Sequence[Path], columns: Iterable[str]) -> tuple[list[AnswerSheet], list[Fault]]:
    """The sheets of every file that can be read whole, and the faults of those that cannot; nothing of these is given.

    `columns` are titles by which a text file's delimiter is known. Raises ConfigurationError for a path that is no file.
    """
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise ConfigurationError([Fault("outcomes.no_file", path.name) for path in missing])
    sheets: list[AnswerSheet] = []
    faults: list[Fault] = []
    names = {title: title for title in columns}
    for path in dict.fromkeys(paths):
        complaints = Complaints()
        read = list(_sheets(path, names, complaints))
        faults += complaints.faults(path.name)
        sheets += [] if complaints else read
    return sheets, faults


def _sheets(path: Path, names: dict[str, str], complaints: Complaints) -> Iterator[AnswerSheet]:
    name = path.name
    if path.stat().st_size > LARGEST_FILE_BYTES:
        complaints.add("delivery.too_large", name, limit_mib=LARGEST_FILE_BYTES >> 20)
        return
    kind, digest = kind_of(path), sha256_of(path)
    if kind == "compound":
        complain_of_compound(path, name, complaints)
    elif kind == "workbook":
        for title, sheet in every_sheet(path, name, complaints, LARGEST_UNPACKED_BYTES):
            if sheet is not None:
                yield AnswerSheet(name, title, digest, _rows(sheet.rows, sheet.place, complaints), sheet.epoch_1904)
    else:
        with _long_fields():
            lines = lines_of(path, name, names, complaints)
            if lines is not None:
                yield AnswerSheet(name, "", digest, _rows(lines, name, complaints))


def _rows(rows: Iterable[Row], place: str, complaints: Complaints) -> tuple[tuple[int, tuple[AnswerCell, ...]], ...]:
    written = ((number, tuple(_cell(cell) for cell in cells)) for number, cells in rows if not is_blank(cells))
    taken = tuple(islice(written, MOST_ROWS + 1))
    if len(taken) > MOST_ROWS:
        complaints.add("outcomes.too_many_rows", place, limit=MOST_ROWS)
    return taken


def _cell(cell: Cell) -> AnswerCell:
    return Unreadable() if isinstance(cell, UnreadableCell) else cell


@contextmanager
def _long_fields() -> Iterator[None]:
    """The csv module knows one limit for the whole process."""
    before = csv.field_size_limit(LONGEST_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)
