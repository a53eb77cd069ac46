"""Habits of dates: first and fifteenth of a month, the future, placeholders, days that only the lunar calendar has, layouts."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.period import birth_column
from connectors.profiling.small import SMALLEST, counted, drawn
from vocabulary.contracts import ColumnKind, Registry
from vocabulary.dates import read_date

DATED = frozenset({ColumnKind.DAY, ColumnKind.MOMENT})
DAY_CHARACTERS = 11
"""Up to `2026年10月31日`: times of day would make nearly every value distinct."""
OLDEST = date(2000, 1, 1)
PLACEHOLDERS = frozenset(
    {date(1900, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1970, 1, 1), date(9999, 12, 31), date(1111, 11, 11)}
)
LAYOUTS = (
    ("iso", r"\d{4}-\d\d-\d\d"),
    ("dots", r"\d{4}\.\d{1,2}\.\d{1,2}"),
    ("slashes", r"\d{4}/\d{1,2}/\d{1,2}"),
    ("hyphens", r"\d{4}-\d{1,2}-\d{1,2}"),
    ("han", r"\d{4}年\d{1,2}月\d{1,2}日?"),
    ("compact", r"\d{8}"),
    ("serial", r"\d{5}(\.\d+)?"),
    ("short_year", r"\d{2}[-./年]\d{1,2}[-./月]\d{1,2}日?"),
)
NO_SUCH_DAY = re.compile(r"\d{4}[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?")
MIDNIGHT = r"^[^T:]*$|[T\s]0?0:00(?::00)?(?:\.0+)?"
"""A moment that is only a day."""


class Days:
    """Counts of written days, a column of dates; classified once at the end."""

    def __init__(self, registry: Registry, today: date) -> None:
        self.today, self.birth = today, birth_column(registry)
        self.columns = [column for column in registry.columns if column.kind in DATED]
        self.written: dict[str, Counter[str]] = {column.name: Counter() for column in self.columns}
        self.midnight: Counter[str] = Counter()

    def add(self, table: pa.Table) -> None:
        """Take in a table of text columns."""
        for column in self.columns:
            values = table.column(column.name).combine_chunks()
            days = pc.utf8_slice_codeunits(values, 0, DAY_CHARACTERS)
            for entry in pc.value_counts(days).to_pylist():
                if entry["values"]:
                    self.written[column.name][entry["values"]] += entry["counts"]
            if column.kind is ColumnKind.MOMENT:
                self.midnight[column.name] += int(pc.sum(pc.match_substring_regex(values, MIDNIGHT)).as_py() or 0)

    def told(self) -> list[dict[str, Any]]:
        """One entry a column; `by_day` and `by_month` only of the birth date, small counts as nought."""
        return [self._column(column.name, column.kind) for column in self.columns]

    def _column(self, name: str, kind: ColumnKind) -> dict[str, Any]:
        kinds: Counter[str] = Counter()
        layouts: Counter[str] = Counter()
        by_day: Counter[int] = Counter()
        by_month: Counter[str] = Counter()
        for written, rows in self.written[name].items():
            day, layout = read(written)
            layouts[layout] += rows
            if day is None:
                continue
            found = habits(day, self.today, is_birth=name == self.birth)
            kinds.update(dict.fromkeys(found, rows))
            if not {"placeholder", "future"} & set(found):
                by_day[day.day] += rows
                by_month[f"{day:%Y-%m}"] += rows
        kinds["midnight"] = self.midnight[name]
        total = self.written[name].total()
        shown = ("first", "fifteenth", "future", "before_2000", "placeholder", *(("midnight",) if kind is ColumnKind.MOMENT else ()))
        return {
            "column": name,
            "rows": counted(total, total)["rows"],
            "habits": {habit: counted(kinds[habit], total) for habit in shown if habit != "before_2000" or name == self.birth},
            "layouts": {layout: counted(rows, total) for layout, rows in layouts.most_common()},
            "span": _span(by_month),
            "by_day": [drawn(by_day[day]) for day in range(1, 32)] if name == self.birth else [],
            "by_month": {month: rows for month, rows in sorted(by_month.items()) if drawn(rows)} if name == self.birth else {},
        }


def read(written: str) -> tuple[date | None, str]:
    """The day and its layout; without a day: `lunar_day` (30 February), `no_such_day` (31 April), `unreadable`."""
    tidy = unicodedata.normalize("NFKC", written).strip()
    bare = re.split(r"[T\s]", tidy)[0]
    try:
        day = read_date(bare)
    except ValueError:
        found = NO_SUCH_DAY.fullmatch(bare)
        if found is None:
            return None, "unreadable"
        return None, "lunar_day" if found[1].lstrip("0") == "2" and found[2] in ("29", "30") else "no_such_day"
    return day, next((name for name, pattern in LAYOUTS if re.fullmatch(pattern, bare)), "other")


def habits(day: date, today: date, *, is_birth: bool) -> list[str]:
    """What is odd or usual about a day."""
    if day in PLACEHOLDERS:
        return ["placeholder"]
    found = {"first": day.day == 1, "fifteenth": day.day == 15, "future": day > today, "before_2000": is_birth and day < OLDEST}
    return [name for name, so in found.items() if so]


def _span(by_month: Mapping[str, int]) -> list[str]:
    """First and last month with more than a few rows."""
    months = sorted(month for month, rows in by_month.items() if rows >= SMALLEST)
    return [months[0], months[-1]] if months else []
