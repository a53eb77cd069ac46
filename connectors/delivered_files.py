"""The files of one delivery as tables of text columns, whatever they are; what is wrong with any of them goes to one list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from connectors.complaints import Complaints
from connectors.delimited import lines_of
from connectors.headers import complain_of_blocked, names_of, place_of
from connectors.sheet_body import Row, SheetBody
from connectors.workbook import sheets_of
from connectors.workbook_safety import complain_of_compound, kind_of
from vocabulary.contracts import Registry

LARGEST_FILE_BYTES = 2 << 30


@dataclass
class DeliveredFile:
    """One file of a delivery under its delivered name; `rows` and `long_numbers` are whole once `tables` is exhausted."""

    path: Path
    registry: Registry
    complaints: Complaints
    rows: int = 0
    long_numbers: Counter[str] = field(default_factory=Counter)

    def tables(self) -> Iterator[pa.Table]:
        """Tables of the contract's columns, in its order."""
        name = self.path.name
        complain_of_blocked(1, [name], "file name", self.complaints)
        if self.path.stat().st_size > LARGEST_FILE_BYTES:
            self.complaints.add("delivery.too_large", name, limit_mib=LARGEST_FILE_BYTES >> 20)
            return
        kind = kind_of(self.path)
        if kind == "compound":
            complain_of_compound(self.path, name, self.complaints)
        elif kind == "workbook":
            yield from self._workbook(name)
        else:
            lines = lines_of(self.path, name, names_of(self.registry), self.complaints)
            if lines is not None:
                yield from self._counted(SheetBody(self.registry, name, self.complaints), lines)

    def _workbook(self, name: str) -> Iterator[pa.Table]:
        sheets = 0
        before = len(self.complaints.faults(name))
        for sheet in sheets_of(self.path, name, self.complaints):
            sheets += 1
            body = SheetBody(self.registry, sheet.place, self.complaints, sheet.epoch_1904, short_rows=True)
            yield from self._counted(body, sheet.rows)
            self._complain_of_merged(body, sheet.scan.merged)
        if not sheets and len(self.complaints.faults(name)) == before:
            self.complaints.add("delivery.empty_file", name)

    def _counted(self, body: SheetBody, lines: Iterable[Row]) -> Iterator[pa.Table]:
        yield from body.tables(lines)
        self.rows += body.rows
        self.long_numbers.update(body.long_numbers)

    def _complain_of_merged(self, body: SheetBody, merged: frozenset[tuple[int, int]]) -> None:
        """Of merged cells only the first has the value: the others would be landed empty, or as another child's."""
        for first, last in sorted(merged):
            if body.first_record <= first <= body.last_record or body.first_record <= last <= body.last_record:
                self.complaints.add("delivery.merged_cells", place_of(body.place, first))
