"""What two numbers on paper, or two days, have in common, in plain Python: the forms and tests of `kind = "number"` and `kind = "day"`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tests.matching.reference_names import KEPT, left_out
from vocabulary.dates import lunar_readings, lunar_to_solar, read_date
from vocabulary.identity import upgrade


def person(number: str) -> str:
    """The 18-digit form of a 15-digit number."""
    return upgrade(number) if re.fullmatch("[0-9]{15}", number) else number


def truncated(a: str, b: str) -> bool:
    """A spreadsheet kept fifteen digits of one of two 18-digit numbers."""
    return len(a) == len(b) == 18 and a[:15] == b[:15] and (a.endswith("000") or b.endswith("000"))


def _differing(a: str, b: str) -> list[int]:
    return [at for at in range(len(a)) if a[at] != b[at]]


def one_digit(a: str, b: str) -> bool:
    """One differs, or is left out; the check character of 18 may follow it."""
    if len(a) != len(b):
        return bool(left_out(*sorted((a, b), key=len, reverse=True)))
    differing = _differing(a, b)
    return len(differing) == 1 or (len(a) == 18 and len(differing) == 2 and differing[1] == 17)


def swapped_digits(a: str, b: str) -> bool:
    """Two neighbours stand crosswise; the check character may follow."""
    differing = _differing(a, b) if len(a) == len(b) else []
    if len(differing) == 3 and len(a) == 18 and differing[2] == 17:
        differing.pop()
    return (
        len(differing) == 2
        and differing[1] == differing[0] + 1
        and a[differing[0]] == b[differing[1]]
        and a[differing[1]] == b[differing[0]]
    )


def reissued(a: str, b: str) -> bool:
    """The letters of two print years."""
    return a[0] != b[0] and all("A" <= one[0] <= "Z" for one in (a, b))


@dataclass(frozen=True)
class Day:
    """`digits`: YYYYMMDD. `number`: the ordinal; of digits that are no day of the calendar, those digits, beyond every ordinal."""

    digits: str
    number: int
    readings: frozenset[int]


def readings_of(year: int, month: int, day: int) -> frozenset[int]:
    """The days that are meant by a lunar 30 February, which the other calendar lacks."""
    told = [lunar_to_solar(year, month, day, leap) for leap in (False, True)] if 1900 <= year <= 2100 else []
    return frozenset(one.toordinal() for one in told if one)


@lru_cache(KEPT)
def day_of(raw: Any) -> Day | None:
    """Eight digits, or ten with a sign after year and month, are kept even where the calendar has no such day; all else must be read."""
    kept = re.fullmatch(r"([0-9]{4})([-./]?)([0-9]{2})([-./]?)([0-9]{2})", raw) if isinstance(raw, str) else None
    try:
        day = read_date(raw)
    except ValueError:
        if not kept or bool(kept[2]) != bool(kept[4]):
            return None
        digits = kept[1] + kept[3] + kept[5]
        return Day(digits, 10_000_000 + int(digits), readings_of(*map(int, (kept[1], kept[3], kept[5])))) if int(digits) else None
    if day is None:
        return None
    lunar = lunar_readings(day) if 1900 <= day.year <= 2100 else ()
    return Day(f"{day.year:04}{day.month:02}{day.day:02}", day.toordinal(), frozenset(one.toordinal() for one in lunar if one != day))


def gap(a: Day, b: Day) -> int:
    return abs(a.number - b.number)


def lunar(a: Day, b: Day) -> bool:
    return a.number in b.readings or b.number in a.readings


def swapped_date(a: Day, b: Day) -> bool:
    """Two neighbouring digits crosswise, or month and day; what is near is that."""
    one, two = a.digits, b.digits
    turned = one[:4] == two[:4] and one[4:6] == two[6:] and one[6:] == two[4:6]
    return gap(a, b) > 3 and (turned or swapped_digits(one, two))


def one_date_digit(a: Day, b: Day) -> bool:
    return gap(a, b) > 3 and len(_differing(a.digits, b.digits)) == 1


def vague_day(a: Day, b: Day) -> bool:
    """What offices write where only the month is known."""
    return gap(a, b) > 3 and a.digits[:6] == b.digits[:6] and any(one.digits[6:] in ("01", "15") for one in (a, b))
