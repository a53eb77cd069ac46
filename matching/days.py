"""How alike two birth dates are: the same day, the day that a lunar date or an identity number means, slips of the pen, nearness."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from matching.dictionary import Bools, Ints, Levels, distinct
from vocabulary.dates import lunar_readings

LEVELS = ("exact", "by_id_number", "lunar", "swapped", "one_digit", "month_only", "near", "within_month", "half_year", "different")
EXACT, BY_ID_NUMBER, LUNAR, SWAPPED, ONE_DIGIT, MONTH_ONLY, NEAR, WITHIN_MONTH, HALF_YEAR, DIFFERENT = range(len(LEVELS))
MISSING = len(LEVELS)

NO_DAY = np.iinfo(np.int32).min
"""The day number of a missing date; others count days since 1970-01-01."""
READINGS = 4
"""At most: plain and leap month, this lunar year and the one before."""
VAGUE_DAYS = (1, 15)
"""What offices write for the day when only the month is known (domain.md 2.4 row 13)."""
DELIVERIES_APART = 180
"""Days: two deliveries of one mother are never closer."""
EPOCH = date(1970, 1, 1)


class DayDictionary:
    """What can be said of each distinct date once. `days` are the distinct day numbers, ascending, without NO_DAY."""

    def __init__(self, days: Ints) -> None:
        self.days = distinct(days[days != NO_DAY])
        dates = [EPOCH + timedelta(days=int(day)) for day in self.days]
        self.digits = np.array([list(f"{day:%Y%m%d}".encode()) for day in dates], dtype=np.uint8).reshape(len(dates), 8)
        self.month = np.array([day.year * 12 + day.month for day in dates], dtype=np.int32)
        self.day_of_month = np.array([day.day for day in dates], dtype=np.int8)
        self.readings = np.full((len(dates), READINGS), NO_DAY, dtype=np.int64)
        for row, day in enumerate(dates):
            readings = [(reading - EPOCH).days for reading in lunar_readings(day)][:READINGS]
            self.readings[row, : len(readings)] = readings

    def rows(self, days: Ints) -> Ints:
        """The dictionary row of each known day number."""
        return np.searchsorted(self.days, days)


def day_levels(left: Ints, right: Ints) -> Levels:
    """The level of each pair of day numbers (see LEVELS, but `by_id_number`); MISSING where a side has none."""
    found = np.full(len(left), DIFFERENT, dtype=np.int8)
    known = (left != NO_DAY) & (right != NO_DAY)
    gap = np.abs(left - right)
    found[known & (gap < DELIVERIES_APART)] = HALF_YEAR
    found[known & (gap <= 31)] = WITHIN_MONTH
    found[known & (gap <= 3)] = NEAR
    open_pairs = np.flatnonzero(known & (gap > 0))
    if len(open_pairs):
        book = DayDictionary(np.concatenate([left[open_pairs], right[open_pairs]]))
        one, two = book.rows(left[open_pairs]), book.rows(right[open_pairs])
        for level, holds in _slips(book, one, two, gap[open_pairs]):
            rows = open_pairs[holds]
            found[rows] = np.minimum(found[rows], level)
    found[known & (gap == 0)] = EXACT
    found[~known] = MISSING
    return found


def _slips(book: DayDictionary, one: Ints, two: Ints, gap: Ints) -> list[tuple[int, Bools]]:
    """Which pairs of different days a lunar calendar, a slip of the pen or a vague day explains."""
    lunar = (book.readings[one] == book.days[two, None]).any(axis=1) | (book.readings[two] == book.days[one, None]).any(axis=1)
    differ = book.digits[one] != book.digits[two]
    wrong = differ.sum(axis=1)
    vague = np.isin(book.day_of_month[one], VAGUE_DAYS) | np.isin(book.day_of_month[two], VAGUE_DAYS)
    # Three days apart is nearness, whatever the digits: 12 and 13 differ in one digit and are next to each other.
    return [
        (MONTH_ONLY, (book.month[one] == book.month[two]) & vague & (gap > 3)),
        (ONE_DIGIT, (wrong == 1) & (gap > 3)),
        (SWAPPED, _crossed(book.digits[one], book.digits[two]) & (gap > 3)),
        (LUNAR, lunar),
    ]


def _crossed(one: npt.NDArray[np.uint8], two: npt.NDArray[np.uint8]) -> Bools:
    """Two neighbouring digits stand crosswise, or day and month do (2026-03-05 against 2026-05-03)."""
    differ = one != two
    first = np.minimum(differ.argmax(axis=1), 6)
    rows = np.arange(len(one))
    neighbours = (one[rows, first] == two[rows, first + 1]) & (one[rows, first + 1] == two[rows, first]) & (differ.sum(axis=1) == 2)
    exchanged = (one[:, :4] == two[:, :4]).all(axis=1) & (one[:, 4:6] == two[:, 6:8]).all(axis=1) & (one[:, 6:8] == two[:, 4:6]).all(axis=1)
    result: Bools = neighbours | exchanged
    return result
