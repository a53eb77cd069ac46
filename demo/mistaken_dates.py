"""How dates go wrong on their way into a registry. One function a mechanism (domain.md 2.4, rows 12 to 15)."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from vocabulary.dates import solar_to_lunar

Days = list[pd.Timestamp]


def _read_as_gregorian(day: pd.Timestamp) -> pd.Timestamp:
    """The lunar year, month and day of a date, taken for Gregorian ones; the date itself where there is no such day."""
    year, month, day_of_month, _ = solar_to_lunar(day.date())
    try:
        return pd.Timestamp(year, month, day_of_month)
    except ValueError:
        return day


def lunar_date(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Days:
    """The family gave the lunar date (row 12)."""
    distinct = {day: _read_as_gregorian(day) for day in rows[field].unique()}
    return [distinct[day] for day in rows[field]]


def day_lost(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Days:
    """Only the month was known: the day is written as the first or the fifteenth (row 13)."""
    middle = rng.random(len(rows)) < 0.3
    return [day.replace(day=15 if late else 1) for day, late in zip(rows[field], middle, strict=True)]


def day_before_or_after(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Days:
    """The wrong side of midnight (row 14)."""
    return list(rows[field] + pd.to_timedelta(np.where(rng.random(len(rows)) < 0.5, -1, 1), unit="D"))


def discharge_date(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Days:
    """The day on which mother and child went home (row 14)."""
    return list(rows[field] + pd.to_timedelta(rng.integers(2, 8, size=len(rows)), unit="D"))


def report_date(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Days:
    """The day of the report itself (row 14)."""
    return list(rows["recorded_on"])


def digit_slip(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Days:
    """One digit of month or day typed wrongly, two exchanged, or day and month exchanged; the entry screen refuses what lies ahead (row 15)."""
    last = rows["as_of"].iloc[0] if len(rows) else pd.NaT

    def slipped(day: pd.Timestamp) -> pd.Timestamp:
        candidates = [one for one in _near_writings(day.date()) if pd.Timestamp(one) <= last]
        return pd.Timestamp(candidates[int(rng.integers(len(candidates)))]) if candidates else day

    return [slipped(day) for day in rows[field]]


def _near_writings(day: date) -> list[date]:
    """Every real date whose MMDD is one keystroke, one exchange, or a swap of day and month away, in order."""
    text = day.strftime("%m%d")
    written = {text[:place] + digit + text[place + 1 :] for place in range(4) for digit in "0123456789"}
    written |= {text[:place] + text[place + 1] + text[place] + text[place + 2 :] for place in range(3)} | {text[2:] + text[:2]}
    found = []
    for other in sorted(written - {text}):
        try:
            found.append(date(day.year, int(other[:2]), int(other[2:])))
        except ValueError:
            continue
    return found


def year_slip(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Days:
    """January births written with the year that has just ended (row 15)."""
    return [day - pd.DateOffset(years=1) if day.month == 1 else day for day in rows[field]]


def implausible_year(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Days:
    """A year far off: decades ahead, a century back, next year (row 15)."""
    wrong = rng.choice([2062, 2016, 1926, 2027], size=len(rows))
    return [day.replace(year=int(year)) if (day.month, day.day) != (2, 29) else day for day, year in zip(rows[field], wrong, strict=True)]


def recorded_too_early(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Days:
    """The day of the record lies before the birth (design.md, implausible_date)."""
    return [
        pd.Timestamp(day.date() - timedelta(days=int(days)))
        for day, days in zip(rows["born_on_true"], rng.integers(1, 40, size=len(rows)), strict=True)
    ]
