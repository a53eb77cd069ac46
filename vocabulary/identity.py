"""Citizen identity numbers, GB 11643-1999: read, checked, and what a fault in one is called.

Prefixes of abolished counties are valid (domain.md 1.1), so no table of places is consulted; and a birth date in 1880 is
an old person, not an error.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS: Final = "10X98765432"
"""ISO 7064 MOD 11-2: the character for remainder 0, 1, 2 … of the weighted sum."""

EIGHTEEN = re.compile(r"\d{17}[\dX]")
FIFTEEN = re.compile(r"\d{15}")
SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+")
STRAY = re.compile(r"[\s'’‘`\"“”\-‐–—]")
MISSING: Final = frozenset({"", "无", "不详", "未知", "/", "\\", "-", "0", "空", "NULL", "NONE", "NAN", "N/A", "暂无", "待补", "*"})


@dataclass(frozen=True)
class IdentityVerdict:
    """What a number says. `form`: 18, 15, other, missing. `fault`: why it cannot be right, as a code, or None."""

    form: str
    fault: str | None = None
    born_on: date | None = None
    sex: str | None = None
    county_code: str | None = None


def normalise(text: str | None) -> str | None:
    """Half width, upper case, without spaces, hyphens and apostrophes; None for an empty text or a word for 'none'."""
    tidy = STRAY.sub("", unicodedata.normalize("NFKC", text or "")).upper()
    if tidy.endswith(".0") and tidy[:-2].isdigit():
        tidy = tidy[:-2]
    return None if tidy in MISSING else tidy


def check_character(first17: str) -> str:
    """The eighteenth character for seventeen digits."""
    return CHECK_CHARACTERS[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


def embedded_date(digits: str) -> date | None:
    """YYYYMMDD as a date; None where the calendar has no such day."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def embedded_sex(sequence: str) -> str:
    """Odd sequence numbers are given to boys, even ones to girls (GB/T 2261.1 code)."""
    return "1" if int(sequence) % 2 else "2"


def examine(text: str | None, born_on: date | None = None, sex: str | None = None) -> IdentityVerdict:
    """What a number says, held against the birth date and sex that the record states, where they are given.

    Faults: `length`, `characters`, `excel_truncated` (a spreadsheet kept 15 digits and wrote 000), `birth_date` (no such
    day), `check_digit`, `id_birth_date` and `id_sex` (valid, but the record says otherwise).
    """
    number = normalise(text)
    if number is None:
        return IdentityVerdict("missing")
    if FIFTEEN.fullmatch(number):
        return _examine_old(number)
    if SCIENTIFIC.fullmatch(number):
        return IdentityVerdict("other", "excel_truncated")
    if not EIGHTEEN.fullmatch(number):
        return _examine_other(number)
    birth, told = embedded_date(number[6:14]), embedded_sex(number[14:17])
    fault = None
    if check_character(number[:17]) != number[17]:
        fault = "excel_truncated" if number.endswith("000") else "check_digit"
    elif birth is None:
        fault = "birth_date"
    elif born_on is not None and birth != born_on:
        fault = "id_birth_date"
    elif sex in ("1", "2") and told != sex:
        fault = "id_sex"
    return IdentityVerdict("18", fault, birth, told, number[:6])


def _examine_old(number: str) -> IdentityVerdict:
    """The 15-digit form of GB 11643-1989: no check character, year without century, so only older relatives have one."""
    birth = embedded_date("19" + number[6:12])
    return IdentityVerdict("15", None if birth else "birth_date", birth, embedded_sex(number[12:15]), number[:6])


def _examine_other(number: str) -> IdentityVerdict:
    """Passports and permits stand in the same column (domain.md 1.1); only a damaged citizen number is a fault."""
    if re.fullmatch(r"[A-Z]{1,3}\d{6,9}|[A-Z]\d{8,10}[A-Z]?", number):
        return IdentityVerdict("other")
    return IdentityVerdict("other", "characters" if len(number) == 18 else "length")


def upgrade(fifteen: str) -> str:
    """The 18-digit form of a 15-digit number (century 19), so that both forms of one person compare equal."""
    first17 = fifteen[:6] + "19" + fifteen[6:]
    return first17 + check_character(first17)


def mask(text: str | None, shown: int = 4) -> str:
    """Only the last characters, as a worklist may show them; empty for none."""
    number = normalise(text)
    return "" if number is None else "*" * max(len(number) - shown, 4) + number[-shown:]
