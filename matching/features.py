"""Our comparisons as recordlinkage features: any user of `recordlinkage.Compare` can plug them in, on plain columns.

Each returns a level per pair as a small integer, 0 the strongest; `len(levels)` means that a side is missing. Columns that
share a categorical dictionary (see matching.encoding) are compared by code, and the dictionary is worked out once.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pandas as pd
from recordlinkage.base import BaseCompareFeature

from matching import days, names, numbers
from matching.dictionary import Bools, Codes, Levels, code_columns, ids_of
from matching.encoding import day_numbers
from vocabulary.areas import trimmed

_LAST: dict[type[Any], tuple[pd.Index, Any]] = {}


class LevelFeature(BaseCompareFeature):
    """A comparison whose result is a level. `levels` are listed from strongest to weakest."""

    levels: ClassVar[tuple[str, ...]] = ()

    def __init__(self, labels_left: str | list[str], labels_right: str | list[str], label: str | None = None) -> None:
        super().__init__(labels_left, labels_right, label=label)

    def _dictionary_of(self, values: pd.Index, kind: type[Any]) -> Any:
        """The dictionary of these distinct values. The last one of a kind is kept, for the next chunk and the next column that shares it."""
        if kind not in _LAST or _LAST[kind][0] is not values:
            _LAST[kind] = (values, kind(values))
        return _LAST[kind][1]


class NameFeature(LevelFeature):
    """Names: exact, variant form, same sound, near sound, similar, partial, different. A second column is another reading of the name."""

    levels: ClassVar[tuple[str, ...]] = names.LEVELS

    def _compute_vectorized(self, *columns: pd.Series) -> Levels:
        half = len(columns) // 2
        best = np.full(len(columns[0]), names.MISSING, dtype=np.int8)
        for left in columns[:half]:
            for right in columns[half:]:
                rows = np.flatnonzero(left.notna().to_numpy() & right.notna().to_numpy())
                if len(rows):
                    coded = code_columns(left.iloc[rows], right.iloc[rows])
                    book: names.NameDictionary = self._dictionary_of(coded.values, names.NameDictionary)
                    best[rows] = np.minimum(best[rows], book.levels(coded.left, coded.right))
        return best


class NumberFeature(LevelFeature):
    """Identity numbers: exact, old form, truncated, one digit, swapped, different."""

    levels: ClassVar[tuple[str, ...]] = numbers.LEVELS

    def _compute_vectorized(self, left: pd.Series, right: pd.Series) -> Levels:
        coded = code_columns(left, right)
        book: numbers.NumberDictionary = self._dictionary_of(coded.values, numbers.NumberDictionary)
        return book.levels(coded.left, coded.right)


class CertificateFeature(NumberFeature):
    """Certificate numbers: exact, one digit, different."""

    levels: ClassVar[tuple[str, ...]] = numbers.CERTIFICATE_LEVELS

    def _compute_vectorized(self, left: pd.Series, right: pd.Series) -> Levels:
        return numbers.certificate_levels(super()._compute_vectorized(left, right))


class BirthDateFeature(LevelFeature):
    """Birth dates (see matching.days). A second column is the date that the child's own identity number tells."""

    levels: ClassVar[tuple[str, ...]] = days.LEVELS

    def _compute_vectorized(self, *columns: pd.Series) -> Levels:
        half = len(columns) // 2
        left, right = ([day_numbers(column) for column in part] for part in (columns[:half], columns[half:]))
        level = days.day_levels(left[0], right[0])
        by_number = np.zeros(len(level), dtype=bool)
        for one in left:
            for two in right:
                by_number |= (one == two) & (one != days.NO_DAY)
        level[by_number & (level != days.EXACT)] = days.BY_ID_NUMBER
        return level


class SexFeature(LevelFeature):
    """Sex: exact; exact once an identity number is read; different. Codes other than 1 and 2 are missing."""

    levels: ClassVar[tuple[str, ...]] = ("exact", "by_id_number", "different")

    def _compute_vectorized(self, *columns: pd.Series) -> Levels:
        half = len(columns) // 2
        left, right = ([_known_sex(column) for column in part] for part in (columns[:half], columns[half:]))
        level = np.where((left[0] == 0) | (right[0] == 0), 3, np.where(left[0] == right[0], 0, 2)).astype(np.int8)
        for one, two in [(one, right[0]) for one in left[1:]] + [(left[0], two) for two in right[1:]]:
            level[(level == 2) & (one == two)] = 1
        return level


class AreaFeature(LevelFeature):
    """Division codes: same village (12 digits), township (9), county (6), different."""

    levels: ClassVar[tuple[str, ...]] = ("village", "township", "county", "different")

    def _compute_vectorized(self, left: pd.Series, right: pd.Series) -> Levels:
        coded = code_columns(left, right)
        book: _AreaDictionary = self._dictionary_of(coded.values, _AreaDictionary)
        return book.levels(coded.left, coded.right)


class OrderFeature(LevelFeature):
    """Order within one delivery. Columns: order, plurality (0 unknown). One baby on either side: single; `plural` is told by other records."""

    levels: ClassVar[tuple[str, ...]] = ("same", "single", "plural", "different")

    def _compute_vectorized(self, order_1: pd.Series, babies_1: pd.Series, order_2: pd.Series, babies_2: pd.Series) -> Levels:
        one, two = order_1.to_numpy(), order_2.to_numpy()
        single = (babies_1.to_numpy() == 1) | (babies_2.to_numpy() == 1)
        level = np.where((one > 0) & (two > 0), np.where(one == two, 0, 3), 4)
        return np.where(single, 1, level).astype(np.int8)


class SurvivalFeature(LevelFeature):
    """A registered child against a birth whose child lived, or died. Columns: died (-1 unknown), civil. Missing between health records."""

    levels: ClassVar[tuple[str, ...]] = ("alive", "died")

    def _compute_vectorized(self, died_1: pd.Series, civil_1: pd.Series, died_2: pd.Series, civil_2: pd.Series) -> Levels:
        comparable = civil_1.to_numpy() != civil_2.to_numpy()
        told = np.where(civil_1.to_numpy() == 1, died_2.to_numpy(), died_1.to_numpy())
        return np.where(comparable & (told >= 0), told, 2).astype(np.int8)


class _AreaDictionary:
    """Integer ids of the village, township and county of each distinct code."""

    def __init__(self, values: pd.Index) -> None:
        codes = [trimmed(str(value)) for value in values]
        self.ids = [ids_of([code[:digits] if len(code) >= digits else None for code in codes]) for digits in (12, 9, 6)]

    def levels(self, left: Codes, right: Codes) -> Levels:
        known: Bools = (left >= 0) & (right >= 0)
        found = np.full(len(left), 3, dtype=np.int8)
        for level in (2, 1, 0):
            ids = self.ids[level]
            if len(ids):
                found[known & (ids[left] == ids[right]) & (ids[left] >= 0)] = level
        found[~known] = 4
        return found


def _known_sex(column: pd.Series) -> Levels:
    """1 or 2; 0 for whatever else stands there."""
    if pd.api.types.is_integer_dtype(column.dtype):
        return column.where(column.isin((1, 2)), 0).to_numpy(np.int8)
    text = column.astype(str)
    return np.where(text == "1", 1, np.where(text == "2", 2, 0)).astype(np.int8)


def name_dictionary(values: pd.Index) -> names.NameDictionary:
    """The dictionary that name features use for these distinct values."""
    book: names.NameDictionary = NameFeature([], [])._dictionary_of(values, names.NameDictionary)
    return book
