"""The span of birth dates that a delivery covers, robust against a few impossible dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from vocabulary.contracts import Registry
from vocabulary.dates import read_date

LONELY_GAP_DAYS = 366
"""Dates cut off from the others by more than a year without any birth are slips of a digit, not coverage …"""
LONELY_SHARE = 0.01
"""… as long as they are fewer than this share of the rows."""


def birth_column(registry: Registry) -> str | None:
    """The contract's column that fills the common record's `born_on`."""
    return next((name for name in registry.column_names if "born_on" in registry.fields_of(name)), None)


class BirthPeriod:
    """Counts birth dates while a delivery streams by; `span` is asked at the end."""

    def __init__(self, registry: Registry) -> None:
        self._column = birth_column(registry)
        self._written: Counter[str] = Counter()

    def add(self, table: pa.Table) -> None:
        """Take in a table of text columns."""
        if self._column is None:
            return
        # Up to `2026年10月31日`: times of day would make nearly every value distinct.
        days = pc.utf8_slice_codeunits(table.column(self._column), 0, 11)
        for entry in pc.value_counts(days.combine_chunks()).to_pylist():
            if entry["values"]:
                self._written[entry["values"]] += entry["counts"]

    def span(self, as_of: date) -> tuple[date | None, date | None]:
        """First and last birth date, both included; dates that cannot be read or lie after `as_of` do not count."""
        days: Counter[date] = Counter()
        for written, count in self._written.items():
            day = _read(written)
            if day is not None and day <= as_of:
                days[day] += count
        return _span(days) if days else (None, None)


def _read(written: str) -> date | None:
    try:
        return read_date(written.split(" ")[0].split("T")[0])
    except ValueError:
        return None


def _span(days: Mapping[date, int]) -> tuple[date, date]:
    ordered = sorted(days)
    allowed = LONELY_SHARE * sum(days.values())
    first, before = 0, 0
    for position in range(1, len(ordered)):
        before += days[ordered[position - 1]]
        if before > allowed:
            break
        if (ordered[position] - ordered[position - 1]).days > LONELY_GAP_DAYS:
            first = position
    return ordered[first], ordered[-1]
