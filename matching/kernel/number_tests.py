"""How alike two numbers on paper are: identity numbers with their old form and spreadsheet damage, certificate numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from matching.kernel.compiled import inner
from matching.kernel.layout import NUMBER
from matching.kernel.name_tests import left_out

EIGHTEEN = 18


@inner
def truncated(forms: Any, a: Any, b: Any) -> Any:
    """A spreadsheet kept fifteen digits of one and wrote 000 for the rest (domain.md 1.1)."""
    cut = (forms[a + NUMBER.shape] >> 8) | (forms[b + NUMBER.shape] >> 8)
    return cut != 0 and forms[a + NUMBER.kept] == forms[b + NUMBER.kept] and forms[a + NUMBER.kept] != 0


@inner
def one_digit(forms: Any, letters: Any, a: Any, b: Any, at_a: Any, end_a: Any, at_b: Any, end_b: Any) -> Any:
    """One digit differs or is left out; the check character of an 18-digit number may follow it."""
    if not near(forms, a, b):
        return False
    if end_a - at_a == end_b - at_b:
        return slips(letters, at_a, end_a, at_b) == 1
    if end_a - at_a > end_b - at_b:
        return left_out(letters, at_a, end_a, at_b, end_b) >= 0
    return left_out(letters, at_b, end_b, at_a, end_a) >= 0


@inner
def swapped_digits(forms: Any, letters: Any, a: Any, b: Any, at_a: Any, end_a: Any, at_b: Any, end_b: Any) -> Any:
    """Two neighbours stand crosswise; the check character may follow."""
    length, step = end_a - at_a, 0
    if length != end_b - at_b or not near(forms, a, b):
        return False
    while step < length and letters[at_a + step, 0] == letters[at_b + step, 0]:
        step += 1
    if step + 1 >= length:
        return False
    if letters[at_a + step, 0] != letters[at_b + step + 1, 0] or letters[at_a + step + 1, 0] != letters[at_b + step, 0]:
        return False
    rest = step + 2
    while rest < length and letters[at_a + rest, 0] == letters[at_b + rest, 0]:
        rest += 1
    return rest == length or (length == EIGHTEEN and rest == length - 1)


@inner
def near(forms: Any, a: Any, b: Any) -> Any:
    """The first eight digits agree, or the last seven before the check character: one slip leaves one of them whole. Short numbers are always near."""
    if min(forms[a + NUMBER.shape] & 0xFF, forms[b + NUMBER.shape] & 0xFF) < 17:
        return True
    return forms[a + NUMBER.front] == forms[b + NUMBER.front] or forms[a + NUMBER.back] == forms[b + NUMBER.back]


@inner
def slips(letters: Any, at_a: Any, end_a: Any, at_b: Any) -> Any:
    """How many digits of two numbers of one length differ, but for a check character that follows another slip."""
    length, wrong = end_a - at_a, np.int64(0)
    for step in range(length):
        wrong += letters[at_a + step, 0] != letters[at_b + step, 0]
    if length == EIGHTEEN and wrong > 1 and letters[end_a - 1, 0] != letters[at_b + length - 1, 0]:
        wrong -= 1
    return wrong


@inner
def reissued(letters: Any, at_a: Any, end_a: Any, at_b: Any, end_b: Any) -> Any:
    """Two certificate numbers of different print years (the first letter): one may have replaced the other (domain.md 1.4)."""
    if end_a - at_a == 0 or end_b - at_b == 0:
        return False
    one, two = letters[at_a, 0], letters[at_b, 0]
    return one != two and 65 <= one <= 90 and 65 <= two <= 90
