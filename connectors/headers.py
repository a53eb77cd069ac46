"""Which row of a sheet is its header, and which contract column each of its cells names.

Offices write a title, a unit and a date above the table, mark required columns with `*`, and add notes in brackets. Whatever
they write, a column of the block list or a column that the contract does not know refuses the delivery (rights.md R1), and
so do two columns that mean one field: a guess could put the father's number in the mother's place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from openpyxl.utils import get_column_letter

from connectors.cells import Cell
from connectors.complaints import Complaints
from connectors.mojibake import repaired
from vocabulary.block_list import blocked_term
from vocabulary.contracts import Registry

SEARCHED_ROWS = 30
"""Titles, units and instructions above a header take 1-6 rows in the files we know."""
BRACKETS = re.compile(r"[(（\[【〔].*?[)）\]】〕]")
MARKS = "*:：·、.。'\"＊"
LONG_DIGITS = re.compile(r"\d{4,}")
SHOWN_CHARACTERS = 20
LETTERED = 18_278
"""Columns up to ZZZ have letters."""


@dataclass(frozen=True)
class Header:
    """Row number in the file, position -> contract column, and what stands in each named cell."""

    row: int
    columns: Mapping[int, str]
    texts: Mapping[int, str]

    @cached_property
    def width(self) -> int:
        """Columns up to the last that has a name."""
        return max(self.texts) + 1

    def is_repeated_by(self, cells: Sequence[Cell]) -> bool:
        """Whether a later row is this header once more, as on each printed page."""
        return len(cells) >= self.width and all(cells[position] == text for position, text in self.texts.items())


def names_of(registry: Registry) -> dict[str, str]:
    """Every tidy header that the contract knows -> its column: the contract's own names and the offices' aliases."""
    known = {tidy_header(name): name for name in registry.column_names}
    known.update({tidy_header(alias): name for alias, name in registry.headers.items()})
    return known


def tidy_header(text: str) -> str:
    """A header without width, case, spaces and marks: ` ＊出生 日期：` is `出生日期`."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split()).strip(unicodedata.normalize("NFKC", MARKS))


def field_of(cell: Cell, names: Mapping[str, str]) -> str | None:
    """The contract column that a header cell names, with or without its note in brackets."""
    if not isinstance(cell, str):
        return None
    return names.get(tidy_header(cell)) or names.get(tidy_header(BRACKETS.sub("", cell)))


def place_of(place: str, row: int, position: int | None = None, name: str = "") -> str:
    """Where a cell is, as an office finds it: file, row, column letter, and the contract's name of the column."""
    if position is None:
        return f"{place} row {row}"
    column = get_column_letter(position + 1) if position < LETTERED else str(position + 1)
    return f"{place} row {row} column {column}{f' ({name})' if name else ''}"


def printable(header: str) -> str:
    """A header as it may be told: short, and without digits that might be a person's number."""
    return LONG_DIGITS.sub("…", " ".join(header.split()))[:SHOWN_CHARACTERS]


def find_header(
    rows: Sequence[tuple[int, Sequence[Cell]]], registry: Registry, place: str, complaints: Complaints
) -> tuple[Header | None, int]:
    """The header among the first rows, and how many of the rows it ends; None, with the reason noted, where there is none.

    The header is the row that names most contract columns. Everything above it is a title and is only checked for blocked words.
    """
    names = names_of(registry)
    scores = [sum(field_of(cell, names) is not None for cell in cells) for _, cells in rows]
    best = max(range(len(rows)), key=lambda position: (scores[position], -position), default=None)
    if best is None or scores[best] < 2:
        _complain_of_no_header(rows, names, place, complaints)
        return None, len(rows)
    for row, cells in rows[:best]:
        complain_of_blocked(row, cells, place, complaints)
    row, cells = rows[best]
    return _read_header(row, cells, registry, place, complaints), best + 1


def complain_of_blocked(row: int, cells: Sequence[Cell], place: str, complaints: Complaints) -> set[int]:
    """Note every cell that contains a blocked term; returns their positions."""
    blocked = {position: term for position, cell in enumerate(cells) if isinstance(cell, str) and (term := blocked_term(cell))}
    for position, term in blocked.items():
        complaints.add("delivery.blocked_column", place_of(place, row, position), column=term)
    return set(blocked)


def _complain_of_no_header(
    rows: Sequence[tuple[int, Sequence[Cell]]], names: Mapping[str, str], place: str, complaints: Complaints
) -> None:
    texts = [(row, cell) for row, cells in rows for cell in cells if isinstance(cell, str)]
    wrong = next((row for row, cell in texts if (meant := repaired(cell)) and tidy_header(meant) in names), None)
    if wrong is not None:
        complaints.add("delivery.mojibake", place_of(place, wrong))
        return
    for row, cells in rows:
        complain_of_blocked(row, cells, place, complaints)
    complaints.add("delivery.no_header", place, rows=SEARCHED_ROWS)


def _read_header(row: int, cells: Sequence[Cell], registry: Registry, place: str, complaints: Complaints) -> Header:
    names = names_of(registry)
    blocked = complain_of_blocked(row, cells, place, complaints)
    columns: dict[int, str] = {}
    for position, cell in enumerate(cells):
        if position in blocked or cell is None or not str(cell).strip():
            continue
        field = field_of(cell, names)
        if field is None:
            complaints.add("delivery.unknown_column", place_of(place, row, position), column=printable(str(cell)))
        elif field in columns.values():
            first = next(other for other, taken in columns.items() if taken == field)
            complaints.add("delivery.ambiguous_header", place_of(place, row, position, field), other=get_column_letter(first + 1))
        else:
            columns[position] = field
    for name in registry.column_names:
        if name not in columns.values():
            complaints.add("delivery.missing_column", place_of(place, row), column=name, title=_first_alias(registry, name))
    texts = {position: str(cell) for position, cell in enumerate(cells) if cell is not None and str(cell).strip()}
    return Header(row, columns, texts)


def _first_alias(registry: Registry, name: str) -> str:
    return next((alias for alias, column in registry.headers.items() if column == name), name)
