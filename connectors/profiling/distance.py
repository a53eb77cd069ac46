"""How far a source is from its contract, and what would bring it there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.profiling.offered import Offer
from connectors.profiling.small import counted
from connectors.profiling.suggest import suggestions
from vocabulary.contracts import Column, ColumnKind, Registry
from vocabulary.errors import Fault

NUMERIC = re.compile(r"INT|NUMERIC|DECIMAL|FLOAT|REAL|DOUBLE|NUMBER|MONEY", re.IGNORECASE)
BINARY = re.compile(r"BLOB|BYTEA|BINARY|JSON|XML|ARRAY", re.IGNORECASE)
TOLD_ABOVE = frozenset({"delivery.missing_column", "delivery.unknown_column"})
"""Faults that the page's own lists say better."""
DATED = re.compile(r"DATE|TIME", re.IGNORECASE)


def distance(registry: Registry, offer: Offer, faults: Sequence[Fault], long_numbers: Mapping[str, int]) -> dict[str, Any]:
    """Missing columns, unknown names with what they probably mean, types that lose something, faults that refuse a delivery."""
    missing = offer.missing(registry)
    found = suggestions(offer.strangers, registry, missing)
    return {
        "by_file": offer.by_file,
        "columns": len(registry.columns),
        "present": len(offer.columns),
        "missing": [
            {"column": name, "alias": _alias(registry, name), "may_be_empty": registry.column(name).missing_ok} for name in missing
        ],
        "strangers": [
            {"place": one.place, "name": one.name, "column": one.column, "alias": one.alias, "likeness": one.likeness} for one in found
        ],
        "blocked": list(offer.blocked),
        "types": [
            {"column": name, "type": kind, "problem": problem}
            for name, kind in offer.columns.items()
            if (problem := type_problem(registry.column(name), kind))
        ],
        "long_numbers": [{"column": name, "rows": counted(rows, rows)["rows"]} for name, rows in long_numbers.items()],
        "faults": [
            {"code": fault.code, "zh": fault.text("zh"), "en": fault.text("en")} for fault in faults if fault.code not in TOLD_ABOVE
        ],
    }


def type_problem(column: Column, kind: str) -> str | None:
    """`number_for_text` loses leading zeros and last digits, `binary` has no reading, `text_for_day` leaves the layout open."""
    if not kind:
        return None
    if BINARY.search(kind):
        return "binary"
    if column.kind is ColumnKind.TEXT and NUMERIC.search(kind):
        return "number_for_text"
    if column.kind in (ColumnKind.DAY, ColumnKind.MOMENT) and not DATED.search(kind):
        return "text_for_day"
    return None


def _alias(registry: Registry, name: str) -> str:
    return next((alias for alias, column in registry.headers.items() if column == name), name)
