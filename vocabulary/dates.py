"""Dates as offices write them, and lunar dates written as if they were Gregorian (domain.md 2.4 rows 12 and 32)."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
"""A time without a zone is of this one (design.md), and so are the days on which hedui does something."""
EPOCH_1900 = date(1899, 12, 30)
"""Day 0 of a spreadsheet's serial numbers, shifted for the leap day that 1900 did not have."""
EPOCH_1904 = date(1904, 1, 1)
JULIAN_DAY_0 = 1_721_425
"""Julian day number of a date less its proleptic ordinal."""
SERIALS = range(20000, 80000)
"""1954 to 2119: a number outside this range is not a date of any person in the registries."""

WRITTEN = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?(?:[T\s].*)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
SHORT_YEAR = re.compile(r"(\d{2})[-./年](\d{1,2})[-./月](\d{1,2})日?")


def from_serial(serial: float, *, epoch_1904: bool = False) -> date:
    """The date of a spreadsheet serial. Raises ValueError outside 1954-2119."""
    days = int(serial)
    if days + (1462 if epoch_1904 else 0) not in SERIALS:
        raise ValueError("not a serial of a plausible date")
    return (EPOCH_1904 if epoch_1904 else EPOCH_1900) + timedelta(days=days)


def today() -> date:
    """The day it is in China, wherever the machine stands."""
    return datetime.now(CHINA).date()


def read_date(value: str | int | float | date | datetime | None, *, epoch_1904: bool = False) -> date | None:
    """A date however an office wrote it; None for an empty cell.

    Read: ISO, `2025.3.5`, `2025/3/5`, `2025年3月5日`, `20250305`, `25/3/5` (this century), serial numbers.
    Raises ValueError, without the value, for anything else (`2025年3月` has no day: it is refused, not guessed).
    """
    if value is None or isinstance(value, datetime):
        return value.date() if value is not None else None
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)):
        return _read_number(value, epoch_1904)
    tidy = unicodedata.normalize("NFKC", value).strip()
    if not tidy:
        return None
    if found := WRITTEN.fullmatch(tidy) or COMPACT.fullmatch(tidy):
        return _calendar(int(found[1]), int(found[2]), int(found[3]))
    if found := SHORT_YEAR.fullmatch(tidy):
        return _calendar(2000 + int(found[1]), int(found[2]), int(found[3]))
    if re.fullmatch(r"\d{5}(\.\d+)?", tidy):
        return from_serial(float(tidy), epoch_1904=epoch_1904)
    raise ValueError("not a date")


def _read_number(value: float, epoch_1904: bool) -> date | None:
    if value != value:  # NaN is how a table says "empty"
        return None
    if math.isinf(value):
        raise ValueError("not a date")
    if found := COMPACT.fullmatch(str(int(value))):
        return _calendar(int(found[1]), int(found[2]), int(found[3]))
    return from_serial(value, epoch_1904=epoch_1904)


def _calendar(year: int, month: int, day_of_month: int) -> date:
    try:
        return date(year, month, day_of_month)
    except ValueError:
        raise ValueError("no such day in the calendar") from None


@dataclass(frozen=True)
class LunarMonth:
    """One month of a lunar year: its number, whether it is the leap month of that number, its first day, its 29 or 30 days."""

    month: int
    leap: bool
    first_on: date
    day_count: int


@cache
def lunar_months(year: int) -> tuple[LunarMonth, ...]:
    """The twelve or thirteen months of a lunar year, in order. The calendar itself is lunar_python's."""
    from lunar_python import LunarYear

    months = LunarYear.fromYear(year).getMonthsInYear()
    return tuple(
        LunarMonth(
            abs(month.getMonth()),
            month.getMonth() < 0,
            date.fromordinal(int(month.getFirstJulianDay() + 0.5) - JULIAN_DAY_0),
            month.getDayCount(),
        )
        for month in months
    )


def lunar_to_solar(year: int, month: int, day_of_month: int, leap: bool = False) -> date | None:
    """The Gregorian date of a lunar one; None where that lunar day does not exist."""
    for found in lunar_months(year):
        if (found.month, found.leap) == (month, leap) and 1 <= day_of_month <= found.day_count:
            return found.first_on + timedelta(days=day_of_month - 1)
    return None


def lunar_readings(written: date) -> tuple[date, ...]:
    """The Gregorian dates that are meant if a date's year, month and day are lunar ones: plain month, then leap month.

    A date late in the lunar year may carry the lunar or the coming Gregorian year, so both years are read.
    """
    plain = [lunar_to_solar(written.year, written.month, written.day, leap) for leap in (False, True)]
    early = [lunar_to_solar(written.year - 1, written.month, written.day, leap) for leap in (False, True)] if written.month >= 11 else []
    found: dict[date, None] = {reading: None for reading in (*plain, *early) if reading is not None}
    return tuple(found)


def solar_to_lunar(day: date) -> tuple[int, int, int, bool]:
    """Lunar year, month, day, and whether the month is a leap month."""
    year = day.year if day >= lunar_months(day.year)[0].first_on else day.year - 1
    found = max((month for month in lunar_months(year) if month.first_on <= day), key=lambda month: month.first_on)
    return year, found.month, (day - found.first_on).days + 1, found.leap
