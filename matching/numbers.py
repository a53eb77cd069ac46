"""How alike two numbers are: citizen identity numbers with their old form and spreadsheet damage, and certificate numbers."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from matching.dictionary import Bools, Codes, Levels, character_matrix, ids_of
from vocabulary.identity import normalise, upgrade

LEVELS = ("exact", "old_form", "truncated", "one_digit", "swapped", "different")
EXACT, OLD_FORM, TRUNCATED, ONE_DIGIT, SWAPPED, DIFFERENT = range(len(LEVELS))
MISSING = len(LEVELS)

CERTIFICATE_LEVELS = ("exact", "one_digit", "different")
WIDTH = 18
KEPT = 15
"""A spreadsheet keeps fifteen digits of a number and writes 0 for the rest (domain.md 1.1)."""


class NumberDictionary:
    """What can be said of each distinct number once; arrays are indexed by the number's code."""

    def __init__(self, values: pd.Index) -> None:
        numbers = [normalise(str(value)) or "" for value in values]
        fifteen = [bool(re.fullmatch(r"\d{15}", number)) for number in numbers]
        self.ids = ids_of(numbers)
        self.person_ids = ids_of([upgrade(number) if old else number for number, old in zip(numbers, fifteen, strict=True)])
        self.first15 = ids_of([number[:KEPT] if len(number) == WIDTH else None for number in numbers])
        self.cut_off = np.array([len(number) == WIDTH and number.endswith("000") for number in numbers], dtype=bool)
        self.lengths = np.array([len(number) for number in numbers], dtype=np.int16)
        self.digits = character_matrix(numbers, WIDTH)

    def levels(self, left: Codes, right: Codes) -> Levels:
        """The level of each pair of codes (see LEVELS); MISSING where a side has no number."""
        found = np.full(len(left), DIFFERENT, dtype=np.int8)
        known = (left >= 0) & (right >= 0)
        if len(self.ids):
            cut = (self.cut_off[left] | self.cut_off[right]) & (self.first15[left] == self.first15[right]) & (self.first15[left] >= 0)
            found[known & cut] = TRUNCATED
            found[known & (self.person_ids[left] == self.person_ids[right])] = OLD_FORM
            found[known & (self.ids[left] == self.ids[right])] = EXACT
        found[~known] = MISSING
        open_pairs = np.flatnonzero(found == DIFFERENT)
        if len(open_pairs):
            found[open_pairs] = self._by_digit(left[open_pairs], right[open_pairs])
        return found

    def _by_digit(self, left: Codes, right: Codes) -> Levels:
        """One digit differs or is missing (the check character may follow it), or two neighbours are swapped."""
        found = np.full(len(left), DIFFERENT, dtype=np.int8)
        differ = self.digits[left] != self.digits[right]
        same_length = self.lengths[left] == self.lengths[right]
        wrong = differ.sum(axis=1)
        body = wrong - (differ[:, WIDTH - 1] & (wrong > 1))
        found[same_length & (body == 2) & self._swapped(left, right, differ)] = SWAPPED
        found[same_length & (body == 1)] = ONE_DIGIT
        found[self._one_left_out(left, right, differ)] = ONE_DIGIT
        return found

    def _swapped(self, left: Codes, right: Codes, differ: Bools) -> Bools:
        """The first two differing digits are neighbours and stand crosswise."""
        first = differ.argmax(axis=1)
        second = np.minimum(first + 1, WIDTH - 1)
        rows = np.arange(len(left))
        one, two = self.digits[left], self.digits[right]
        crossed = (one[rows, first] == two[rows, second]) & (one[rows, second] == two[rows, first])
        result: Bools = crossed & (second > first) & differ[rows, second]
        return result

    def _one_left_out(self, left: Codes, right: Codes, differ: Bools) -> Bools:
        """One side lacks a single digit of the other."""
        result = np.zeros(len(left), dtype=bool)
        rows = np.flatnonzero(np.abs(self.lengths[left] - self.lengths[right]) == 1)
        if len(rows):
            swap = self.lengths[left[rows]] < self.lengths[right[rows]]
            longer, shorter = np.where(swap, right[rows], left[rows]), np.where(swap, left[rows], right[rows])
            head = np.cumprod(~differ[rows], axis=1).sum(axis=1)
            shifted = self.digits[longer][:, 1:] == self.digits[shorter][:, :-1]
            tail_from = (WIDTH - 1) - np.cumprod(shifted[:, ::-1], axis=1).sum(axis=1)
            result[rows] = tail_from <= head
        return result


def certificate_levels(levels: Levels) -> Levels:
    """Certificate numbers have no old form and no check character: any single slip, or two swapped digits, is `one_digit`."""
    to = np.array([0, 1, 1, 1, 1, 2, 3], dtype=np.int8)
    return to[levels]
