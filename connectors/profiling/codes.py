"""Which codes stand in the columns of a closed set, and which spellings hedui does not know yet."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.profiling.small import SMALLEST, counted
from vocabulary.contracts import Column, Registry

SAFE = re.compile(r"\d{1,2}|[a-z]|boy|girl|man|woman|nan|nv|dead|live|[男女性婴儿孩不详未知存活死亡产院]+")
"""An unknown spelling is shown only where it can be nobody's name or number: columns that have slipped hold those."""
MOST_SHOWN = 12


class Codes:
    """Counts of the spellings in each column of codes."""

    def __init__(self, registry: Registry) -> None:
        self.columns = [column for column in registry.columns if column.codes is not None]
        self.spellings: dict[str, Counter[str]] = {column.name: Counter() for column in self.columns}

    def add(self, table: pa.Table) -> None:
        """Take in a table of text columns."""
        for name, counts in self.spellings.items():
            for entry in pc.value_counts(table.column(name).combine_chunks()).to_pylist():
                counts[_tidy(entry["values"])] += entry["counts"]

    def told(self) -> list[dict[str, Any]]:
        """One entry a column: codes with their counts, unknown spellings with theirs."""
        return [_told(column, self.spellings[column.name]) for column in self.columns]


def _tidy(text: str | None) -> str:
    return unicodedata.normalize("NFKC", text or "").strip().lower()


def _told(column: Column, spellings: Counter[str]) -> dict[str, Any]:
    known: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for text, rows in spellings.items():
        code = _read(column, text)
        if code is None:
            unknown[text] += rows
        else:
            known[code] += rows
    total, codes = spellings.total() - known[""], column.codes
    shown = [(text, rows) for text, rows in unknown.most_common() if rows >= SMALLEST and SAFE.fullmatch(text)][:MOST_SHOWN]
    hidden = unknown.total() - sum(rows for _, rows in shown)
    return {
        "column": column.name,
        "set": codes.name if codes else "",
        "codes": [
            {"code": code, "zh": titles[0], "en": titles[1], **counted(known[code], total)}
            for code, titles in (codes.codes if codes else {}).items()
        ],
        "unknown": [{"spelling": text, **counted(rows, total)} for text, rows in shown],
        "not_shown": counted(hidden, total),
        "unknown_rows": counted(unknown.total(), total),
    }


def _read(column: Column, text: str) -> str | None:
    """The code; an empty text for an empty cell; None for a spelling that is not known."""
    try:
        return (column.codes.read(text) if column.codes else None) or ""
    except ValueError:
        return None
