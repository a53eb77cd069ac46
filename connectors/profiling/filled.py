"""How full each column is, and how its text is written."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.profiling.small import counted
from vocabulary.contracts import Registry

NOTHING = r"(?i)^\s*(?:无|不详|未知|空|暂无|待定|待补|null|none|nan|n/a|[-—/\\0*])\s*$"
"""Words that stand where a value is missing (vocabulary.names, vocabulary.identity)."""
PADDED = r"^[\s\x{3000}]|[\s\x{3000}]$"
FULL_WIDTH = r"[\x{ff01}-\x{ff5e}\x{3000}]"


class Filled:
    """Counts, a column: empty, a word for nothing, spaces at an end, characters of double width."""

    def __init__(self, registry: Registry) -> None:
        self.registry, self.rows = registry, 0
        self.counts: Counter[tuple[str, str]] = Counter()

    def add(self, table: pa.Table) -> None:
        """Take in a table of text columns."""
        self.rows += table.num_rows
        for name in table.column_names:
            column = table.column(name)
            self.counts[name, "empty"] += column.null_count + _sum(pc.equal(column, ""))
            for kind, pattern in (("word", NOTHING), ("padded", PADDED), ("wide", FULL_WIDTH)):
                self.counts[name, kind] += _sum(pc.match_substring_regex(column, pattern))

    def empty(self, name: str) -> int:
        """Rows without a value of the column, or with a word that says so."""
        code = self.registry.column(name).codes
        return self.counts[name, "empty"] + (0 if code else self.counts[name, "word"])

    def told(self) -> list[dict[str, Any]]:
        """One entry a column, in the contract's order."""
        return [
            {
                "column": column.name,
                "required": not column.missing_ok,
                "filled": counted(self.rows - self.empty(column.name), self.rows),
                "empty": counted(self.empty(column.name), self.rows),
                **{kind: counted(self.counts[column.name, kind], self.rows) for kind in ("word", "padded", "wide")},
            }
            for column in self.registry.columns
        ]


def _sum(mask: Any) -> int:
    return int(pc.sum(mask).as_py() or 0)
