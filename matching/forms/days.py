"""What is derived of each distinct day: its month, its digits, and the days that are meant if it was written by the lunar calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.arrays import Ints
from matching.forms.book import Book
from matching.kernel.compiled import outer
from matching.kernel.hashing import letters_of
from matching.kernel.layout import DAY
from vocabulary.dates import lunar_readings, lunar_to_solar, read_date

READINGS = 4
"""At most: plain and leap month, this lunar year and the one before."""
UNIX_EPOCH = date(1970, 1, 1).toordinal()
IMPOSSIBLE = 10_000_000
"""Eight digits that are no day of the calendar (a mistyped one, or a lunar 30 February) are kept as digits, beyond every ordinal."""
LUNAR_YEARS = range(1900, 2101)


def canonical(raw: pa.Array) -> pa.Array:
    """Days as ordinals (1 is 0001-01-01), of dates, timestamps or however an office wrote them; null where it cannot be read."""
    if pa.types.is_date(raw.type) or pa.types.is_timestamp(raw.type):
        days = raw.cast(pa.date32(), safe=False).cast(pa.int32()).cast(pa.int64())
        return pc.add(days, UNIX_EPOCH)
    texts = raw.cast(pa.large_string())
    digits = np.zeros(len(texts), dtype=np.int64)
    _digits(*letters_of(texts), digits)
    told = ordinals_of(digits)
    odd = np.flatnonzero((digits == 0) & ~np.asarray(texts.is_null()))
    read = [_ordinal(text) for text in texts.take(pa.array(odd)).to_pylist()]
    told[odd] = [0 if ordinal is None else ordinal for ordinal in read]
    return pa.array(told, mask=told == 0)


def _ordinal(text: str) -> int | None:
    try:
        told = read_date(text)
    except ValueError:
        return None
    return None if told is None else told.toordinal()


@outer
def _digits(letters: Any, starts: Any, digits: Any) -> None:
    """YYYYMMDD of texts that are eight digits, or ten with one sign between year, month and day; 0 for all others."""
    for row in range(len(starts) - 1):
        length, told = starts[row + 1] - starts[row], np.int64(0)
        good = length == 8 or length == 10
        for place in range(length):
            point = np.int64(letters[starts[row] + place])
            if length == 10 and (place == 4 or place == 7):
                good = good and (point == 45 or point == 46 or point == 47)
                continue
            good = good and 48 <= point <= 57
            told = told * 10 + point - 48
        digits[row] = told if good else 0


def ordinals_of(digits: Ints) -> Ints:
    """Ordinals of YYYYMMDD; what is no day is kept beyond IMPOSSIBLE, and 0 stays 0."""
    year, month, day = digits // 10000, digits // 100 % 100, digits % 100
    possible = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    first = (np.where(possible, year * 12 + month - 1, 0) - 1970 * 12).astype("datetime64[M]")
    days = first.astype("datetime64[D]") + np.where(possible, day - 1, 0).astype("timedelta64[D]")
    possible &= days.astype("datetime64[M]") == first
    return np.where(digits == 0, 0, np.where(possible, days.astype(np.int64) + UNIX_EPOCH, IMPOSSIBLE + digits))


def derive(values: pa.Array) -> Book:
    """The book of distinct days."""
    ordinals = np.asarray(values, dtype=np.int64)
    possible = ordinals < IMPOSSIBLE
    days = np.where(possible, ordinals - UNIX_EPOCH, 0).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    year, month = months.astype("datetime64[Y]").astype(np.int64) + 1970, months.astype(np.int64) % 12 + 1
    digits = np.where(possible, year * 10000 + month * 100 + (days - months).astype(np.int64) + 1, ordinals - IMPOSSIBLE)
    forms = np.zeros((len(ordinals), DAY.width), dtype=np.int64)
    forms[:, DAY.day], forms[:, DAY.digits] = ordinals, _four_bits_each(digits)
    forms[:, DAY.month] = digits // 100  # also of what is no month: the 60th of a year is none of another year
    return Book(forms, DAY.width)


def _four_bits_each(digits: Ints) -> Ints:
    told = np.zeros_like(digits)
    for place in range(8):
        told |= digits // 10**place % 10 << 4 * place
    return told


def with_lunar(book: Book, _: pa.Array) -> Book:
    """The book with each day's lunar readings, which take a tenth of a millisecond each: only for models that ask."""
    for row, ordinal in enumerate(book.forms[:, DAY.day].tolist()):
        readings = [reading.toordinal() for reading in _meant(ordinal) if reading.toordinal() != ordinal][:READINGS]
        book.forms[row, DAY.lunar : DAY.lunar + len(readings)] = readings
    return book


def _meant(ordinal: int) -> list[date]:
    """The days that are meant if one was written by the lunar calendar, where a second month may have a 29th and a 30th that the other calendar lacks."""
    if ordinal < IMPOSSIBLE:
        day = date.fromordinal(ordinal)
        return list(lunar_readings(day)) if day.year in LUNAR_YEARS else []
    year, rest = divmod(ordinal - IMPOSSIBLE, 10_000)
    told = [lunar_to_solar(year, rest // 100, rest % 100, leap) for leap in (False, True)] if year in LUNAR_YEARS else []
    return [reading for reading in told if reading is not None]
