"""The rows below a header as tables of text columns; every cell that cannot be read is noted with its place, and never with its value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import pyarrow as pa

from connectors.blocked_cells import blocked_cells
from connectors.cells import Cell, CellReader, Unlandable, is_long_number
from connectors.complaints import Complaints
from connectors.footers import is_footer, stated_count
from connectors.headers import SEARCHED_ROWS, Header, complain_of_blocked, find_header, place_of
from connectors.mojibake import is_mojibake
from vocabulary.contracts import ColumnKind, Registry

CHUNK = 20_000
CHECKED_VALUES = 50_000
"""Distinct values a column that are looked at for mojibake: a wrong encoding shows in the first thousand."""
Row = tuple[int, Sequence[Cell]]


@dataclass
class SheetBody:
    """Reads one sheet (or one text file) of a registry; after `tables` is exhausted, the rest is whole.

    `short_rows`: whether a row may end before the header does. A spreadsheet leaves empty cells out; a text file cannot, so
    that a short line there is one that was cut off.
    """

    registry: Registry
    place: str
    complaints: Complaints
    epoch_1904: bool = False
    short_rows: bool = False
    rows: int = 0
    first_record: int = 0
    last_record: int = -1
    long_numbers: Counter[str] = field(default_factory=Counter)

    def tables(self, lines: Iterable[Row]) -> Iterator[pa.Table]:
        """Tables of the contract's columns, in its order. Faults go to `complaints`; the caller refuses if there are any."""
        stream = iter(lines)
        head = list(islice(((number, cells) for number, cells in stream if not is_blank(cells)), SEARCHED_ROWS))
        header, used = find_header(head, self.registry, self.place, self.complaints)
        if header is None:
            return
        readers = self._readers(header)
        seen: dict[str, set[str]] = {name: set() for name in header.columns.values()}
        records = self._records(header, (line for part in (head[used:], stream) for line in part))
        while chunk := list(islice(records, CHUNK)):
            table = self._table(chunk, header, readers, seen)
            self.rows += len(chunk)
            if table is not None:
                yield table
        self._complain_of_mojibake(header, seen)

    def _readers(self, header: Header) -> dict[int, CellReader]:
        return {position: CellReader(self.registry.column(name), self.epoch_1904) for position, name in header.columns.items()}

    def _records(self, header: Header, lines: Iterable[Row]) -> Iterator[Row]:
        """The rows that are records, each with the cells of the header's columns.

        Footers are held back: they end a table, and a record after one means that it was none.
        """
        held: list[Row] = []
        found = 0
        for number, cells in lines:
            if is_blank(cells) or header.is_repeated_by(cells):
                continue
            if is_footer(cells, len(header.texts)):
                held.append((number, cells))
                continue
            for early, _ in held:
                self.complaints.add("delivery.row_not_a_record", place_of(self.place, early))
            held.clear()
            self._complain_of_strays(header, number, cells)
            self.first_record, self.last_record = self.first_record or number, number
            found += 1
            # What has no agreed name is not kept, however wide the row is.
            yield number, [cells[position] if position < len(cells) else None for position in header.columns]
        self._read_footers(held, found)

    def _read_footers(self, held: Sequence[Row], found: int) -> None:
        for number, cells in held:
            complain_of_blocked(number, cells, self.place, self.complaints)
            stated = stated_count(cells)
            if stated is not None and stated != found:
                self.complaints.add("delivery.count_differs", place_of(self.place, number), stated=stated, found=found)

    def _complain_of_strays(self, header: Header, number: int, cells: Sequence[Cell]) -> None:
        if len(cells) < header.width and not self.short_rows:
            self.complaints.add("delivery.row_width", place_of(self.place, number), width=header.width, found=len(cells))
        if len(cells) <= header.width == len(header.texts):
            return
        stray = next((at for at, cell in enumerate(cells) if at not in header.texts and cell is not None and cell != ""), None)
        if stray is not None:
            self.complaints.add("delivery.unnamed_column", place_of(self.place, number, stray))

    def _table(self, chunk: list[Row], header: Header, readers: dict[int, CellReader], seen: dict[str, set[str]]) -> pa.Table | None:
        columns: dict[str, pa.Array] = {}
        for at, (position, name) in enumerate(header.columns.items()):
            texts = self._column([(number, cells[at]) for number, cells in chunk], position, name, readers[position])
            columns[name] = pa.array(texts, pa.string())
            if len(seen[name]) < CHECKED_VALUES:
                seen[name].update(text for text in texts if text is not None)
        table = pa.table(columns)
        for name, row, term in blocked_cells(table):
            position = next(at for at, column in header.columns.items() if column == name)
            self.complaints.add("delivery.blocked_value", place_of(self.place, chunk[row][0], position, name), term=term)
        whole = set(self.registry.column_names) <= set(columns)
        return table.select(list(self.registry.column_names)) if whole else None

    def _column(self, chunk: list[tuple[int, Cell]], position: int, name: str, reader: CellReader) -> list[str | None]:
        texts: list[str | None] = []
        # Work on distinct values: dates and codes repeat, and reading one costs more than looking it up. Text only: to a
        # dictionary 1, 1.0 and True are the same key.
        known: dict[str, str | None] = {}
        for number, cell in chunk:
            if isinstance(cell, str) and cell in known:
                texts.append(known[cell])
                continue
            try:
                text = reader.read(cell)
            except Unlandable as unlandable:
                self.complaints.add(unlandable.code, place_of(self.place, number, position, name))
                text = None
            else:
                if isinstance(cell, str):
                    known[cell] = text
                elif reader.column.kind is ColumnKind.TEXT and is_long_number(cell):
                    self.long_numbers[name] += 1
            texts.append(text)
        return texts

    def _complain_of_mojibake(self, header: Header, seen: dict[str, set[str]]) -> None:
        for position, name in header.columns.items():
            if is_mojibake(seen[name]):
                self.complaints.add("delivery.mojibake", place_of(self.place, header.row, position, name))


def is_blank(cells: Sequence[Cell]) -> bool:
    """A row without anything but white space."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)
