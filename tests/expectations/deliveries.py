"""Sound deliveries of made-up people (every number and code begins with 99), and cells broken in them by a table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache, partial
from typing import Any

import pandas as pd

from expectations.acceptance import Acceptance, Earlier, Night, accept_registry
from expectations.landing import Landed
from vocabulary.areas import Areas
from vocabulary.identity import check_character
from vocabulary.registries import REGISTRIES

AS_OF = date(2026, 10, 31)
TONIGHT = Night("2026-10-31-001", AS_OF, Areas(), ("990101",))
FIRST_BIRTH = date(2025, 11, 1)


def number(born_on: date, sequence: int) -> str:
    """A made-up identity number; an odd sequence is a boy's."""
    first17 = f"990101{born_on:%Y%m%d}{sequence:03d}"
    return first17 + check_character(first17)


def birth(place: int, spread_days: int) -> dict[str, str]:
    """The cells that every registry shares, of the n-th birth."""
    born_on, sex = FIRST_BIRTH + timedelta(days=place % spread_days), "1" if place % 2 else "2"
    return {
        "certificate_no": f"Z99{place:07d}",
        "child_name": "王" + chr(0x5000 + place % 900),
        "child_sex": sex,
        "born_on": born_on.isoformat(),
        "born_at": f"{born_on} 09:{place % 60:02d}:00",
        "child_id_number": number(born_on, 100 + place % 2 + 2 * (place % 400)),
        "mother_name": "李" + chr(0x5000 + place % 700),
        "mother_id_number": number(date(1995, 1, 1) + timedelta(days=place % 3000), 200 + 2 * (place % 300)),
        "father_name": "王" + chr(0x6000 + place % 800),
        "father_id_number": number(date(1993, 1, 1) + timedelta(days=place % 3000), 201 + 2 * (place % 300)),
        "division_code": f"9901010{place % 12 + 1:02d}{place % 9 + 1:03d}",
        "registered_on": (born_on + timedelta(days=12)).isoformat(),
        "reported_on": (born_on + timedelta(days=2)).isoformat(),
        "issued_on": (born_on + timedelta(days=3)).isoformat(),
        "reporting_unit_code": "990101001001",
        "facility_code": "990101H01",
        "plurality": "1",
        "birth_order": "1",
        "vital_status": "alive",
        "updated_at": f"2026-10-{place % 28 + 1:02d} 18:30:00",
    }


def sound(registry: str, rows: int = 120, spread_days: int = 360) -> pd.DataFrame:
    """A delivery without a fault: births spread over the year before the as-of day, keys n0000001, n0000002, …"""
    contract = REGISTRIES[registry]
    cells = [{**birth(place, spread_days), contract.key: f"n{place:07d}"} for place in range(1, rows + 1)]
    return pd.DataFrame(cells)[list(contract.column_names)].astype(object)


def with_cells(landed: pd.DataFrame, key: str, *cells: tuple[str, str, Any]) -> pd.DataFrame:
    """The delivery with (record, column, text) written over."""
    changed = landed.copy()
    for record_id, column, text in cells:
        changed.loc[changed[key] == record_id, column] = text
    return changed


def accepted(registry: str, landed: pd.DataFrame | None, before: Earlier | None = None, night: Night = TONIGHT) -> Acceptance:
    """What becomes of one delivery."""
    return accept_registry(REGISTRIES[registry], Landed(landed), before, night)


@cache
def last_good(registry: str, rows: int = 120) -> Earlier:
    """A sound delivery of the night before, as a later night finds it."""
    acceptance = accepted(registry, sound(registry, rows))
    return Earlier(
        "2026-10-30-001", AS_OF - timedelta(days=1), acceptance.rows_landed, acceptance.rows_quarantined,
        acceptance.period_from, acceptance.period_to, acceptance.records, acceptance.notes,
    )  # fmt: skip


Breaks = Callable[[pd.DataFrame], pd.DataFrame]
BREAKS: dict[str, Breaks] = {
    "a column is missing": lambda rows: rows.drop(columns="mother_name"),
    "a column was never agreed": lambda rows: rows.assign(remark="990000"),
    "no row": lambda rows: rows.iloc[:0],
    "no change for 32 days": lambda rows: rows.assign(updated_at="2026-09-29 08:00:00"),
    "no change can be read": lambda rows: rows.assign(updated_at="soon"),
    "one key in five is missing": lambda rows: rows.assign(report_id=rows["report_id"].where(rows.index % 5 > 0)),
    "one key in five is used twice": lambda rows: pd.concat([rows, rows.iloc[::5].assign(child_name="王甲")]),
    "a quarter of the rows is broken": lambda rows: rows.assign(division_code=rows["division_code"].where(rows.index % 4 > 0, "99")),
    "a fifth less than last night": lambda rows: rows.iloc[: int(len(rows) * 0.8)],
}
hukou = partial(accepted, "hukou")
hospital = partial(accepted, "hospital")
family_planning = partial(accepted, "family_planning")
