"""Distinct values shared by two columns: every comparison works on the codes, and derives things once per distinct value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Levels = npt.NDArray[np.int8]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

NOTHING = -1
"""The code of a missing value."""


@dataclass(frozen=True)
class Coded:
    """Two columns of one length as codes into one dictionary of distinct values; -1 is missing."""

    left: Codes
    right: Codes
    values: pd.Index


def code_columns(left: pd.Series, right: pd.Series) -> Coded:
    """Codes of two columns. Columns that share one categorical dictionary are taken as they are, others are factorised."""
    if _share_dictionary(left, right):
        return Coded(left.cat.codes.to_numpy().astype(np.int32), right.cat.codes.to_numpy().astype(np.int32), left.cat.categories)
    both = pd.concat([left.astype(object), right.astype(object)], ignore_index=True)
    found, values = pd.factorize(both, use_na_sentinel=True)
    codes: Codes = np.asarray(found, dtype=np.int32)
    return Coded(codes[: len(left)], codes[len(left) :], pd.Index(values))


def _share_dictionary(left: pd.Series, right: pd.Series) -> bool:
    if not (isinstance(left.dtype, pd.CategoricalDtype) and isinstance(right.dtype, pd.CategoricalDtype)):
        return False
    return left.cat.categories is right.cat.categories or bool(left.cat.categories.equals(right.cat.categories))


def ids_of(values: list[Any]) -> Codes:
    """An integer per value: equal values have the same, None has -1."""
    codes, _ = pd.factorize(pd.Series(values, dtype=object), use_na_sentinel=True)
    return codes.astype(np.int32)


def distinct(values: Ints) -> Ints:
    """Ascending, each once. numpy's own `unique` hashes integers, which takes ten times as long on tens of millions."""
    ordered = np.sort(values)
    if not len(ordered):
        return ordered
    found: Ints = ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])]
    return found


def character_matrix(texts: list[str], width: int) -> npt.NDArray[np.uint32]:
    """One row a text, its first `width` code points, 0 where it has ended."""
    padded = np.array([text[:width] for text in texts], dtype=f"<U{width}")
    if not len(padded):
        return np.zeros((0, width), dtype=np.uint32)
    return padded.view(np.uint32).reshape(len(texts), width)
