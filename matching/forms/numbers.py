"""What is derived of each distinct number on paper: citizen identity numbers, certificate numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from matching.arrays import Bools, Ints, Letters
from matching.forms.book import Book
from matching.forms.canonical import canonical_texts
from matching.kernel.compiled import inner, outer
from matching.kernel.hashing import letters_of, mixed, whole
from matching.kernel.layout import NUMBER
from vocabulary.identity import CHECK_CHARACTERS, WEIGHTS, normalise

KEPT = 15
"""A spreadsheet keeps fifteen digits of a number and writes 0 for the rest (domain.md 1.1)."""
CENTURY = np.array([ord("1"), ord("9")], dtype=np.uint32)
CHECK_LETTERS = np.array([ord(letter) for letter in CHECK_CHARACTERS], dtype=np.uint32)
CHECK_WEIGHTS = np.array(WEIGHTS, dtype=np.int64)


def canonical(raw: pa.Array) -> pa.Array:
    """Numbers as they are compared: half width, upper case, without spaces, hyphens and apostrophes."""
    return canonical_texts(raw, tidy, normalise)


def tidy(letters: Letters, starts: Ints) -> Bools:
    """Which texts are six or more digits and capital letters: they are as they are compared."""
    found = np.zeros(len(starts) - 1, dtype=np.bool_)
    _tidy(letters, starts, found)
    return found


@outer
def _tidy(letters: Any, starts: Any, found: Any) -> None:
    for row in range(len(found)):
        good = starts[row + 1] - starts[row] >= 6
        for place in range(starts[row], starts[row + 1]):
            point = letters[place]
            good = good and (48 <= point <= 57 or 65 <= point <= 90)
        found[row] = good


def derive(values: pa.Array) -> Book:
    """The book of distinct numbers."""
    letters, starts = letters_of(values)
    forms = np.zeros((len(values), NUMBER.tail + 1), dtype=np.int64)
    _derive(letters, starts, np.empty(18, dtype=np.uint32), forms)
    return Book(forms, NUMBER.width, letters, starts)


@outer
def _derive(letters: Any, starts: Any, room: Any, forms: Any) -> None:
    for row in range(len(starts) - 1):
        number, form = letters[starts[row] : starts[row + 1]], forms[row]
        length = len(number)
        person = upgraded(number, room) if length == KEPT else number
        cut = length == 18 and number[15] == 48 and number[16] == 48 and number[17] == 48
        form[NUMBER.number], form[NUMBER.person] = key(number), key(person)
        if len(person) >= 14:
            form[NUMBER.head] = key(person[:14])
        if len(person) >= 8 and not (person[-1] == 48 and person[-2] == 48 and person[-3] == 48):
            form[NUMBER.tail] = key(person[-8:])
        form[NUMBER.kept] = key(number[:KEPT]) if length == 18 else 0
        form[NUMBER.front] = key(number[:8])
        form[NUMBER.back] = key(number[-8:-1]) if length > 8 else 0
        form[NUMBER.shape] = np.int64(min(length, 255)) | np.int64(cut) << 8


@inner
def key(letters: Any) -> Any:
    """The key of some letters."""
    told = np.uint64(len(letters))
    for letter in letters:
        told = mixed(told, letter)
    return whole(told)


@inner
def upgraded(fifteen: Any, full: Any) -> Any:
    """The 18-digit form of a 15-digit number (century 19), as vocabulary.identity.upgrade; written to `full`; other texts as they are."""
    for letter in fifteen:
        if not 48 <= letter <= 57:
            return fifteen
    full[6], full[7] = CENTURY[0], CENTURY[1]
    for place in range(KEPT):
        full[place if place < 6 else place + 2] = fifteen[place]
    total = 0
    for place in range(17):
        total += (np.int64(full[place]) - 48) * CHECK_WEIGHTS[place]
    full[17] = CHECK_LETTERS[total % 11]
    return full
