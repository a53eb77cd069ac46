"""Delivered files of made-up people (every number and code begins with 99), sound or broken by the test that asks for them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook

from vocabulary.contracts import Registry
from vocabulary.identity import check_character
from vocabulary.registries import REGISTRIES

HUKOU = REGISTRIES["hukou"]
SURNAME, NUMBER = "鬱林", "990101199003070028"
"""The canary: a surname and an identity number that must never be told."""
Rows = list[dict[str, str]]


def number(born_on: date, sequence: int) -> str:
    first17 = f"990101{born_on:%Y%m%d}{sequence:03d}"
    return first17 + check_character(first17)


def birth(place: int) -> dict[str, str]:
    """Every contract's columns for the n-th birth."""
    born_on = date(2026, 1, 1) + timedelta(days=place % 300)
    return {
        "registration_id": f"r{place:05d}",
        "birth_record_id": f"b{place:05d}",
        "report_id": f"p{place:05d}",
        "certificate_no": f"Z99{place:07d}",
        "facility_code": "990101H01",
        "reporting_unit_code": "990101001",
        "child_name": SURNAME + chr(0x5000 + place % 900),
        "child_sex": "12"[place % 2],
        "born_on": born_on.isoformat(),
        "born_at": f"{born_on} 09:30:00",
        "plurality": "1",
        "birth_order": "1",
        "child_id_number": number(born_on, 100 + place % 800),
        "mother_name": "李" + chr(0x6000 + place % 700),
        "mother_id_number": NUMBER,
        "father_name": SURNAME + chr(0x6300 + place % 700),
        "father_id_number": number(date(1988, 2, 3), 101 + 2 * (place % 400)),
        "division_code": "990101001001",
        "vital_status": "alive",
        "registered_on": (born_on + timedelta(days=20)).isoformat(),
        "reported_on": (born_on + timedelta(days=3)).isoformat(),
        "issued_on": (born_on + timedelta(days=4)).isoformat(),
        "updated_at": "2026-10-30 18:00:00",
    }


def rows_of(registry: Registry, count: int = 6) -> Rows:
    return [{name: birth(place)[name] for name in registry.column_names} for place in range(1, count + 1)]


def with_cells(rows: Rows, place: int, **cells: str) -> Rows:
    """The rows with some cells of one row (from 0) put differently."""
    return [row | cells if position == place else row for position, row in enumerate(rows)]


def chinese(registry: Registry) -> dict[str, str]:
    """Column -> the first alias that offices use for it."""
    found: dict[str, str] = {}
    for alias, column in registry.headers.items():
        found.setdefault(column, alias)
    return found


def grid_of(registry: Registry, rows: Rows, headers: Mapping[str, str] | None = None) -> list[list[str]]:
    """Header and rows as lists."""
    titles = headers or chinese(registry)
    return [[titles[name] for name in registry.column_names], *([row[name] for name in registry.column_names] for row in rows)]


def csv_text(grid: Sequence[Sequence[object]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(grid)
    return out.getvalue()


def save_csv(path: Path, grid: Sequence[Sequence[object]], encoding: str = "utf-8") -> Path:
    path.write_bytes(csv_text(grid).encode(encoding))
    return path


def save_xlsx(path: Path, grid: Sequence[Sequence[object]], *, epoch_1904: bool = False, sheet: str = "Sheet1") -> Path:
    book = Workbook()
    if epoch_1904:
        from openpyxl.utils.datetime import CALENDAR_MAC_1904

        book.epoch = CALENDAR_MAC_1904
    page = book.active
    page.title = sheet
    for line in grid:
        page.append(list(line))
    book.save(path)
    return path
