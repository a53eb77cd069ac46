"""Sketches: 32 bits of a value beside its code in the record's own row, that tell of most pairs of strangers that no test can hold.

A pair of records lies in two places of memory, their values in a dozen more. Most pairs are let go by their sketches alone, without fetching a value.
What a sketch says is certain: it bounds the measure of the tests, and only what lies beyond every limit is called apart.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from matching.kernel.compiled import outer, part
from matching.kernel.day_tests import wrong_digits
from matching.kernel.layout import ASKED
from matching.kernel.text_tests import bits

NO_SKETCH, DIGITS, LETTERS, LIKENESS, DAYS = range(5)
"""Schemes: edits of texts that are mostly digits; edits of other texts; similarity of texts; days."""
LENGTH_FROM = 26
LONGEST = 63
FAR_MONTHS = 2
"""Months apart from which days are more than 27 apart."""


@outer
def text_sketches(letters: Any, starts: Any, scheme: Any, sketches: Any) -> None:
    """The sketch of each text: how often each digit stands in it, or which letters do and how many; one letter more changes one bit."""
    for row in range(len(starts) - 1):
        told = np.uint64(0)
        for place in range(starts[row], starts[row + 1]):
            point = np.int64(letters[place])
            if scheme == DIGITS:
                told = with_digit(told, point)
            else:
                told |= np.uint64(1) << np.uint64(point - 97 if 97 <= point <= 122 else point % 26)
        if scheme != DIGITS:
            told |= np.uint64(min(starts[row + 1] - starts[row], LONGEST)) << np.uint64(LENGTH_FROM)
        sketches[row] = np.int64(told & np.uint64(0xFFFFFFFF))


@part
def with_digit(told: Any, point: Any) -> Any:
    """One digit more: three bits for each, two for everything else."""
    first, many = (3 * (point - 48), 3) if 48 <= point <= 57 else (30, 2)
    for step in range(many):
        bit = np.uint64(1) << np.uint64(first + step)
        if not told & bit:
            return told | bit
    return told


@part
def apart(scheme: Any, one: Any, two: Any, widest: Any) -> Any:
    """Whether no test of a measure up to `widest` can hold for two values with these sketches."""
    left, right = np.uint64(one) & np.uint64(0xFFFFFFFF), np.uint64(two) & np.uint64(0xFFFFFFFF)
    if scheme == DAYS:
        return days_apart(left, right)
    if scheme == DIGITS:
        return (bits(left ^ right) + 1) // 2 > widest
    length_a, length_b = np.int64(left >> np.uint64(LENGTH_FROM)), np.int64(right >> np.uint64(LENGTH_FROM))
    left, right = left & np.uint64(0x3FFFFFF), right & np.uint64(0x3FFFFFF)
    if length_a == LONGEST or length_b == LONGEST:
        return False
    if scheme == LETTERS:
        return max(abs(length_a - length_b), (bits(left ^ right) + 1) // 2) > widest
    shared = min(length_a - bits(left & ~right), length_b - bits(right & ~left))
    if shared <= 0:
        return widest < 1.0
    most = (shared / length_a + shared / length_b + 1.0) / 3.0
    if most > 0.7:
        most += 0.4 * (1.0 - most)  # the most that a common prefix can add
    return 1.0 - most > widest + 1e-9


@part
def days_apart(one: Any, two: Any) -> Any:
    """More than two of eight digits differ, month and day are not exchanged, and two months lie between."""
    if bits(wrong_digits(np.int64(one), np.int64(two))) <= 2:
        return False
    if one >> np.uint64(16) == two >> np.uint64(16) and one & np.uint64(0xFF) == two >> np.uint64(8) & np.uint64(0xFF):
        return False
    return abs(months(one) - months(two)) >= FAR_MONTHS


@part
def months(day: Any) -> Any:
    """Months since the year 0 of a day in four bits a digit."""
    year = np.int64(day >> np.uint64(28)) * 1000 + np.int64(day >> np.uint64(24) & np.uint64(15)) * 100
    year += np.int64(day >> np.uint64(20) & np.uint64(15)) * 10 + np.int64(day >> np.uint64(16) & np.uint64(15))
    return year * 12 + np.int64(day >> np.uint64(12) & np.uint64(15)) * 10 + np.int64(day >> np.uint64(8) & np.uint64(15))


@part
def told_apart(plan: Any, store: Any, c: Any, i: Any, j: Any) -> Any:
    """Whether the sketches of two present values say that comparison `c` is at its last level."""
    scheme, column = plan.compared[c, ASKED.scheme], plan.compared[c, ASKED.sketch]
    if scheme == NO_SKETCH:
        return False
    one, two = store.rows[i, column], store.rows[j, column]
    if not apart(scheme, one, two, plan.limits[plan.compared[c, ASKED.measured], 1]):
        return False
    other = plan.compared[c, ASKED.other_sketch]
    return other < 0 or one != store.rows[j, other] or two != store.rows[i, other]
