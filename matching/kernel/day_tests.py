"""How alike two birth dates are that are not one day: the lunar calendar, slips of the pen, a vague day, nearness."""

from __future__ import annotations

from typing import Any

import numpy as np

from matching.kernel.compiled import inner, part
from matching.kernel.layout import DAY
from matching.kernel.text_tests import bits

NEAR = 3
"""Days apart that are nearness, whatever the digits: 12 and 13 differ in one digit and are next to each other."""
READINGS = DAY.lunar_early_leap + 1
FIRST, MIDDLE = 0x01, 0x15


@part
def gap(forms: Any, a: Any, b: Any) -> Any:
    """Days between."""
    return abs(forms[a + DAY.day] - forms[b + DAY.day])


@inner
def lunar(forms: Any, a: Any, b: Any) -> Any:
    """One is the other once its year, month and day are read by the lunar calendar (exactly, never by a window)."""
    for reading in range(DAY.lunar, READINGS):
        if forms[a + reading] == forms[b + DAY.day] or forms[b + reading] == forms[a + DAY.day]:
            return True
    return False


@part
def wrong_digits(one: Any, two: Any) -> Any:
    """A bit at the foot of each of the eight digits that differ."""
    differ = np.uint64(one ^ two)
    return (differ | differ >> np.uint64(1) | differ >> np.uint64(2) | differ >> np.uint64(3)) & np.uint64(0x11111111)


@inner
def swapped_date(forms: Any, a: Any, b: Any) -> Any:
    """Two neighbouring digits stand crosswise, or month and day do (2026-03-05 against 2026-05-03)."""
    one, two = forms[a + DAY.digits], forms[b + DAY.digits]
    if gap(forms, a, b) <= NEAR:
        return False
    if one >> 16 == two >> 16 and one >> 8 & 0xFF == two & 0xFF and one & 0xFF == two >> 8 & 0xFF:
        return True
    wrong = wrong_digits(one, two)
    if bits(wrong) != 2:
        return False
    for step in range(7):
        here = 4 * step
        if wrong == np.uint64(0x11) << np.uint64(here):
            return one >> here & 0xF == two >> here + 4 & 0xF and one >> here + 4 & 0xF == two >> here & 0xF
    return False


@inner
def one_date_digit(forms: Any, a: Any, b: Any) -> Any:
    """One of the eight digits differs."""
    wrong = wrong_digits(forms[a + DAY.digits], forms[b + DAY.digits])
    return wrong & (wrong - np.uint64(1)) == 0 and gap(forms, a, b) > NEAR


@inner
def vague_day(forms: Any, a: Any, b: Any) -> Any:
    """The same month, and one side has the 1st or the 15th: what offices write when only the month is known (domain.md 2.4 row 13)."""
    if forms[a + DAY.month] != forms[b + DAY.month] or gap(forms, a, b) <= NEAR:
        return False
    one, two = forms[a + DAY.digits] & 0xFF, forms[b + DAY.digits] & 0xFF
    return one == FIRST or one == MIDDLE or two == FIRST or two == MIDDLE
