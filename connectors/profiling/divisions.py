"""Division codes: their length, whether the table of areas knows them, whether they lie in the served area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.profiling.small import counted
from vocabulary.areas import Areas, served, trimmed

COLUMN = "division_code"
LENGTHS = {6: "county", 9: "township", 12: "village"}


class Divisions:
    """Counts of codes; `areas` without rows knows none, and nothing is said of validity then."""

    def __init__(self, areas: Areas, area: Sequence[str], today: date) -> None:
        self.areas, self.area, self.today = areas, tuple(area), today
        self.codes: Counter[str] = Counter()
        self._known = {trimmed(row.code) for row in areas.rows}

    def add(self, table: pa.Table) -> None:
        """Take in a table of text columns, with or without the column."""
        if COLUMN not in table.column_names:
            return
        for entry in pc.value_counts(table.column(COLUMN).combine_chunks()).to_pylist():
            if code := (entry["values"] or "").strip():
                self.codes[code] += entry["counts"]

    def told(self) -> dict[str, Any]:
        """Rows by the level that their code names and by what the table says; empty where there was no code."""
        levels: Counter[str] = Counter()
        standing: Counter[str] = Counter()
        elsewhere = 0
        for code, rows in self.codes.items():
            level = self._level(code)
            levels[level] += rows
            if level == "malformed":
                continue
            elsewhere += rows if self.area and not served(code, self.area) else 0
            standing[self._standing(code)] += rows
        total = self.codes.total()
        return {
            "rows": counted(total, total)["rows"],
            "levels": {level: counted(levels[level], total) for level in (*LENGTHS.values(), "malformed")},
            "table": {name: counted(standing[name], total) for name in ("valid", "replaced", "unknown")} if self._known else {},
            "elsewhere": counted(elsewhere, total) if self.area else None,
        }

    def _level(self, code: str) -> str:
        if not (code.isascii() and code.isdigit() and len(code) in LENGTHS):
            return "malformed"
        return LENGTHS[len(trimmed(code))]

    def _standing(self, code: str) -> str:
        """`valid` on this day; `replaced` by one that is; `unknown` to the table. A village is vouched for by its township."""
        current = self.areas.current(code, self.today)
        if current != code:
            return "replaced"
        stem = trimmed(code)
        known = any(stem[:digits] in self._known for digits in (12, 9) if len(stem) >= digits) or (len(stem) == 6 and stem in self._known)
        return "valid" if known else "unknown"
