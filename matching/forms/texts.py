"""What is derived of any other distinct text: a signature of its letters, its first letters, and keys for blocking."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.arrays import Bools, Ints, Letters
from matching.forms.book import Book
from matching.forms.canonical import canonical_texts
from matching.kernel.compiled import inner, outer
from matching.kernel.hashing import letters_of, mixed, text_keys, whole
from matching.kernel.layout import TEXT

LATIN = 26
COMMON = np.array([ord(letter) - 97 for letter in "aeinorst"], dtype=np.int64)
MISSING = frozenset({"", "nan", "null", "none", "n/a", "na", "nil", "unknown", "-"})
START, END = 3, 4
"""Letters of the keys that blocking may ask for: `head` and `tail`."""


def canonical(raw: pa.Array) -> pa.Array:
    """Texts as they are compared: NFKC, lower case, single spaces; null for a word that means none."""
    return canonical_texts(raw, tidy, compared)


def compared(text: str) -> str | None:
    """One text as it is compared."""
    told = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return None if told in MISSING else told


def tidy(letters: Letters, starts: Ints) -> Bools:
    """Which texts are as they are compared: lower-case Latin letters and digits, single spaces inside, with a digit or longer than any word for none."""
    found = np.zeros(len(starts) - 1, dtype=np.bool_)
    _tidy(letters, starts, found)
    return found


@outer
def _tidy(letters: Any, starts: Any, found: Any) -> None:
    for row in range(len(found)):
        good, before, digits = starts[row + 1] > starts[row], np.uint32(32), False
        for place in range(starts[row], starts[row + 1]):
            point = letters[place]
            good = good and (97 <= point <= 122 or 48 <= point <= 57 or (point == 32 and before != 32))
            digits = digits or 48 <= point <= 57
            before = point
        found[row] = good and before != 32 and (digits or starts[row + 1] - starts[row] > 7)


def derive(values: pa.Array) -> Book:
    """The book of distinct texts."""
    letters, starts = letters_of(values)
    forms = np.zeros((len(values), TEXT.width), dtype=np.int64)
    _derive(letters, starts, forms)
    return Book(forms, TEXT.width, letters, starts)


@outer
def _derive(letters: Any, starts: Any, forms: Any) -> None:
    for row in range(len(starts) - 1):
        text, form = letters[starts[row] : starts[row + 1]], forms[row]
        told, sign, start = np.uint64(len(text)), np.uint64(0), np.int64(0)
        for place in range(len(text)):
            point = text[place]
            told = mixed(told, point)
            sign = with_letter(sign, np.int64(point))
            if place < 4:
                start |= np.int64(point & 0xFFFF) << (16 * place)
        form[TEXT.written], form[TEXT.signature], form[TEXT.start], form[TEXT.length] = whole(told), np.int64(sign), start, len(text)


@inner
def with_letter(sign: Any, point: Any) -> Any:
    """A signature with one more letter: a bit for each Latin letter, bits for the first three of each digit, for a second of the commonest letters.

    Any other letter counts as one of these, whatever its bits say by then: a signature tells how many there are of each, never in which order.
    Adding or removing a letter changes one bit at most: that is what the bounds of matching.kernel.text_tests rest on.
    """
    group = point - 97 if 97 <= point <= 122 else LATIN + point - 48 if 48 <= point <= 57 else point % (LATIN + 10)
    if group >= LATIN:
        first = LATIN + 3 * (group - LATIN)
        for step in range(2):
            if not (sign >> np.uint64(first + step)) & np.uint64(1):
                return sign | np.uint64(1) << np.uint64(first + step)
        return sign | np.uint64(1) << np.uint64(first + 2)
    bit = group
    if (sign >> np.uint64(bit)) & np.uint64(1):
        for place in range(8):
            if COMMON[place] == group:
                bit = 56 + place
    return sign | np.uint64(1) << np.uint64(bit)


def with_column(book: Book, column: int, keys: Ints) -> Book:
    """The book with a form that only blocking asks for."""
    forms = book.forms
    if forms.shape[1] <= column:
        forms = np.hstack([forms, np.zeros((len(forms), TEXT.sound + 1 - forms.shape[1]), dtype=np.int64)])
    forms[:, column] = keys
    return replace(book, forms=forms)


def with_heads(book: Book, values: pa.Array) -> Book:
    """The book with the key of each text's first letters."""
    return with_column(book, TEXT.head, text_keys(pc.utf8_slice_codeunits(values, 0, START)))


def with_tails(book: Book, values: pa.Array) -> Book:
    """The book with the key of each text's last letters."""
    return with_column(book, TEXT.tail, text_keys(pc.utf8_slice_codeunits(values, -END)))


def with_sounds(book: Book, values: pa.Array) -> Book:
    """The book with the key of each text's Soundex."""
    import jellyfish

    sounds = [jellyfish.soundex(text) if text.isascii() and text[:1].isalpha() else "" for text in values.to_pylist()]
    keys = text_keys(pa.array(sounds, type=pa.large_string()))
    return with_column(book, TEXT.sound, np.where(np.array(sounds) == "", 0, keys))
