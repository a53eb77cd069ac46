"""The kinds of pair: which two registries a pair comes from. Nothing counts registries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.arrays import Codes, Ints

Kind = tuple[str, str]


@dataclass(frozen=True)
class PairKinds:
    """All pairs of registries that are looked at, (left, right) in alphabetical order, and their sizes.

    `smaller`: records of the smaller registry, the unit of rates. `possible`: pairs there could be. `table`: by two registries, the place in
    `names`, -1 for pairs that are not looked at (of one registry, where a registry holds nothing twice).
    """

    names: tuple[Kind, ...]
    smaller: tuple[int, ...]
    possible: tuple[int, ...]
    table: Ints

    def of(self, registry: Codes, first: Codes | Ints, second: Codes | Ints) -> Ints:
        """The kind of each pair of rows."""
        found: Ints = self.table[registry[first], registry[second]]
        return found


def pair_kinds(sizes: Mapping[str, int], duplicates: bool) -> PairKinds:
    """The kinds of pair that registries of these sizes make; a single registry is always looked through for duplicates."""
    names, counts = list(sizes), list(sizes.values())
    within = duplicates or len(names) == 1
    table = np.full((len(names), len(names)), -1, dtype=np.int64)
    kinds: list[Kind] = []
    smaller, possible = [], []
    for left in range(len(names)):
        for right in range(left if within else left + 1, len(names)):
            table[left, right] = table[right, left] = len(kinds)
            kinds.append((names[left], names[right]))
            smaller.append(min(counts[left], counts[right]))
            possible.append(counts[left] * counts[right] if left != right else counts[left] * (counts[left] - 1) // 2)
    return PairKinds(tuple(kinds), tuple(smaller), tuple(possible), table)
