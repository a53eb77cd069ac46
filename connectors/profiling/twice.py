"""The same record twice, the same child twice. Keys are hashed with a salt that is forgotten at the end (rights.md R2)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.period import birth_column
from connectors.profiling.filled import NOTHING
from connectors.profiling.small import counted
from vocabulary.contracts import Registry

SALT_CHARACTERS = 16


class Twice:
    """64-bit digests of what tells a record or a child; two of a million are the same by chance once in 40 million deliveries."""

    def __init__(self, registry: Registry) -> None:
        self._salt, self.rows = secrets.token_hex(SALT_CHARACTERS // 2), 0
        self.keys = {kind: columns for kind, columns in keys_of(registry).items() if set(columns) <= set(registry.column_names)}
        self.digests: dict[str, list[np.ndarray]] = {kind: [] for kind in self.keys}

    def add(self, table: pa.Table) -> None:
        """Take in a table of text columns."""
        self.rows += table.num_rows
        for kind, names in self.keys.items():
            columns = [_day(table.column(name)) if name in ("born_on", "born_at") else table.column(name) for name in names]
            self.digests[kind].append(self._digest(columns))

    def _digest(self, columns: Sequence[pa.ChunkedArray]) -> np.ndarray:
        """Of the rows in which every column says something."""
        said = pc.and_kleene(columns[0].is_valid(), pc.invert(pc.match_substring_regex(pc.fill_null(columns[0], ""), NOTHING)))
        for column in columns[1:]:
            said = pc.and_(said, column.is_valid())
        joined = pc.binary_join_element_wise(*(pc.utf8_trim_whitespace(column.filter(said)) for column in columns), "|")
        return pd.util.hash_array(joined.to_numpy(zero_copy_only=False), hash_key=self._salt, categorize=False)

    def told(self) -> list[dict[str, Any]]:
        """One entry a key: `said`, rows that have it; `again`, rows beyond the first of each."""
        found = []
        for kind, names in self.keys.items():
            digests = np.concatenate(self.digests[kind]) if self.digests[kind] else np.empty(0, np.uint64)
            again = len(digests) - len(np.unique(digests))
            found.append(
                {"kind": kind, "columns": list(names), "said": counted(len(digests), self.rows), "again": counted(again, len(digests))}
            )
        return found


def keys_of(registry: Registry) -> dict[str, tuple[str, ...]]:
    """Kind -> columns that are the same. Twins share mother and day: only with name and sex too is it one child twice."""
    born = birth_column(registry) or ""
    return {
        "record": (registry.key,),
        "certificate": ("certificate_no",),
        "child_number": ("child_id_number",),
        "mother_and_day": ("mother_id_number", born),
        "mother_day_and_name": ("mother_id_number", born, "child_name", "child_sex"),
    }


def _day(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.utf8_slice_codeunits(column, 0, 10)
