"""Absence needs presence: from when, and whether at all, a registry's silence means something."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from expectations.completeness import first_night, period_from, vanished
from vocabulary.areas import served_prefixes

AS_OF = date(2026, 10, 31)


def births(per_month: dict[str, int]) -> pd.DataFrame:
    """So many births a month, spread over its days."""
    days = [date.fromisoformat(f"{month}-01") + timedelta(days=place % 28) for month, count in per_month.items() for place in range(count)]
    return pd.DataFrame({"born_on": pd.Series(days, dtype=object)})


YEAR = {f"{2025 + (place + 10) // 12}-{(place + 10) % 12 + 1:02d}": 100 for place in range(12)}  # 2025-11 to 2026-10


@pytest.mark.parametrize(
    ("per_month", "first"),
    [
        (YEAR, "2025-11-01"),
        ({**YEAR, "2025-11": 20}, "2025-11-01"),
        ({**YEAR, "2025-11": 19}, "2025-12-01"),
        ({"1926-03": 1, "2006-01": 2, "2015-10": 1, **YEAR}, "2025-11-01"),
        ({**{f"20{year:02d}-06": 1 for year in range(0, 20)}, **YEAR}, "2025-11-01"),
        ({"2026-08": 3}, "2026-08-01"),
        ({"2027-01": 3}, None),
        ({}, None),
    ],
)
def test_a_period_begins_with_its_first_real_month(per_month: dict[str, int], first: str | None) -> None:
    found = period_from(births(per_month)["born_on"], AS_OF)
    assert (found and found.isoformat()) == first


@pytest.mark.parametrize(
    ("own", "code"),
    [
        (YEAR, None),
        (dict.fromkeys(YEAR, 75), None),
        (dict.fromkeys(YEAR, 50), "accepted.first_night_small"),
        ({**YEAR, "2026-04": 0}, "accepted.month_missing"),
        ({**YEAR, "2026-04": 45}, None),
        ({**YEAR, "2026-10": 0, "2026-09": 20}, None),  # the last two months are still filling up
        (dict.fromkeys(list(YEAR)[:5], 100), "accepted.first_night_small"),
        (dict.fromkeys(list(YEAR)[:6], 100), "accepted.month_missing"),
        (dict.fromkeys(list(YEAR)[6:], 100), None),  # starts later: its period says so
    ],
)
def test_on_a_first_night_the_others_are_the_measure(own: dict[str, int], code: str | None) -> None:
    found = first_night({"hukou": births(own), "hospital": births(YEAR), "family_planning": births(YEAR)}, "hukou", AS_OF)
    assert (found and found.code) == code


def test_a_registry_alone_has_nothing_to_be_measured_by() -> None:
    assert first_night({"hukou": births({"2026-01": 1})}, "hukou", AS_OF) is None


@pytest.mark.parametrize(("gone", "complete"), [(2, True), (3, False)])
def test_more_than_two_per_cent_of_vanished_records_silence_absence(gone: int, complete: bool) -> None:
    earlier = pd.Series([f"n{place}" for place in range(100)])
    assert (vanished(earlier, earlier.iloc[gone:]) is None) is complete


def test_the_served_area_is_stated_or_else_the_counties_of_the_civil_registry() -> None:
    codes = pd.Series(["990101001001"] * 999 + ["990102001001"] * 2 + ["990201001001"])
    assert served_prefixes(("990103",), codes) == ("990103",)
    assert served_prefixes((), codes) == ("990101", "990102")
