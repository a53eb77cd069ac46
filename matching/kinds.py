"""The kinds of pair: which two registries a pair comes from. Nothing counts registries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matching.dictionary import Ints
from matching.pairs import Pairs


@dataclass(frozen=True)
class Kinds:
    """All pairs of registries, (left, right) in alphabetical order, a registry with itself included; and their sizes."""

    names: tuple[tuple[str, str], ...]
    smaller: tuple[int, ...]
    """Records of the smaller registry: the unit of rates."""
    possible: tuple[int, ...]
    """Pairs there could be."""
    table: Ints
    """Row and column: registry codes; value: position in `names`."""
    registry: Ints
    """Registry code of each record."""

    def of(self, pairs: Pairs) -> Ints:
        """The kind of each pair."""
        found: Ints = self.table[self.registry[pairs.first], self.registry[pairs.second]]
        return found


def kinds_of(coded: pd.DataFrame) -> Kinds:
    """The kinds of pair that coded records can make."""
    names = [str(name) for name in coded["registry"].cat.categories]
    codes = coded["registry"].cat.codes.to_numpy().astype(np.int64)
    sizes = np.bincount(codes, minlength=len(names))
    table = np.zeros((len(names), len(names)), dtype=np.int64)
    kinds: list[tuple[str, str]] = []
    smaller, possible = [], []
    for left in range(len(names)):
        for right in range(left, len(names)):
            table[left, right] = table[right, left] = len(kinds)
            kinds.append((names[left], names[right]))
            smaller.append(int(min(sizes[left], sizes[right])))
            possible.append(int(sizes[left] * sizes[right] if left != right else sizes[left] * (sizes[left] - 1) // 2))
    return Kinds(tuple(kinds), tuple(smaller), tuple(possible), table, codes)
