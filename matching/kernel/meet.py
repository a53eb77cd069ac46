"""Who meets whom under one key: records sorted by key and row, each with the stretch of those that it meets."""

from __future__ import annotations

from typing import Any

import numpy as np

from matching.arrays import Codes, Ints
from matching.kernel.compiled import outer
from matching.kernel.layout import Joins

ROW = 0xFFFFFFFF


def by_key(keys: Codes) -> Ints:
    """Key and row of every record that has a key, packed into one integer, ascending."""
    known = np.flatnonzero(keys)
    packed = (keys[known].astype(np.int64) << 32) | known
    packed.sort()
    return packed


def meeting(keys: Codes, partners: Codes, registry: Codes, *, within: bool) -> Joins:
    """The joins of one route. `within`: records of one registry meet too. Under one key the left record of a pair is the earlier row."""
    packed = by_key(keys)
    rows = (packed & ROW).astype(np.int32)
    begin, end = np.empty(len(rows), dtype=np.int32), np.empty(len(rows), dtype=np.int32)
    if partners is keys:
        _among_themselves(packed, registry, within, begin, end)
        return Joins(rows, begin, end, rows)
    others = by_key(partners)
    _with_others(packed, others, begin, end)
    return Joins(rows, begin, end, (others & ROW).astype(np.int32))


@outer
def _among_themselves(packed: Any, registry: Any, within: Any, begin: Any, end: Any) -> None:
    """Each record meets those behind it under its key; without `within`, those of the registries behind its own (rows stand by registry)."""
    last = len(packed) - 1
    group_end = other_registry = last + 1
    for place in range(last, -1, -1):
        if place < last and packed[place] >> 32 != packed[place + 1] >> 32:
            group_end = other_registry = place + 1
        elif place < last and registry[packed[place] & ROW] != registry[packed[place + 1] & ROW]:
            other_registry = place + 1
        begin[place], end[place] = place + 1 if within else other_registry, group_end


@outer
def _with_others(packed: Any, others: Any, begin: Any, end: Any) -> None:
    """Each record meets all others that have its key in their column."""
    low = high = 0
    for place in range(len(packed)):
        key = packed[place] >> 32
        while low < len(others) and others[low] >> 32 < key:
            low += 1
        high = max(high, low)
        while high < len(others) and others[high] >> 32 == key:
            high += 1
        begin[place], end[place] = low, high
