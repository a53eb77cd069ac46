"""Capture histories: of each birth, which lists hold it. `101` is held by the first and the third list, not by the second."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FEWEST_LISTS, MOST_LISTS = 2, 4
"""One list overlaps with nothing. Of five, 6,893 hierarchical models would have to be fitted: that asks for a search, not for a model set."""


@cache
def histories(lists: int) -> tuple[str, ...]:
    """Every history but the one that nobody sees, in the order of `Cells.counts`: the last list alone first, all lists last."""
    return tuple(f"{mask:0{lists}b}" for mask in range(1, 2**lists))


@cache
def holds(lists: int) -> NDArray[np.bool_]:
    """A row a history, a column a list: whether the list holds births of that history."""
    return np.array([[mark == "1" for mark in history] for history in histories(lists)])


@cache
def pairs(lists: int) -> tuple[tuple[int, int], ...]:
    """Every two lists, counted from 0."""
    return tuple(combinations(range(lists), 2))


@dataclass(frozen=True)
class Cells:
    """How many births have each history. `counts` may be broken numbers, once linkage errors are taken out; never negative."""

    lists: int
    counts: Floats

    @classmethod
    def of(cls, counted: Mapping[str, float]) -> Cells:
        """From history -> births; a history that is not there has none. Raises KeyError for one that cannot be."""
        lists = len(next(iter(counted)))
        places = {history: place for place, history in enumerate(histories(lists))}
        counts = np.zeros(len(places))
        for history, count in counted.items():
            counts[places[history]] = count
        return cls(lists, counts)

    def as_record(self) -> dict[str, float]:
        """History -> births, all lists first."""
        return dict(zip(reversed(histories(self.lists)), self.counts[::-1].tolist(), strict=True))

    @property
    def union(self) -> float:
        """Births that at least one list holds: the lower bound."""
        return float(self.counts.sum())

    @property
    def sizes(self) -> Floats:
        """Births of each list."""
        found: Floats = self.counts @ holds(self.lists)
        return found

    @property
    def alone(self) -> Floats:
        """Births that no other list holds, of each list."""
        return np.array([self.counts[2 ** (self.lists - 1 - one) - 1] for one in range(self.lists)])

    def both(self, one: int, other: int) -> float:
        """Births that two lists share."""
        held = holds(self.lists)
        return float(self.counts[held[:, one] & held[:, other]].sum())

    def of_lists(self, kept: Sequence[int]) -> Cells:
        """The same births as some of the lists see them, in the order given."""
        counted: dict[str, float] = dict.fromkeys(histories(len(kept)), 0.0)
        for history, count in self.as_record().items():
            seen = "".join(history[one] for one in kept)
            if "1" in seen:
                counted[seen] += count
        return Cells.of(counted)


def cells_by_area(birth: pd.DataFrame, area: str, registries: Sequence[str]) -> dict[Hashable, Cells]:
    """The cells of each area, from one row a birth with a Boolean column a registry. A birth that no registry holds is not counted."""
    seen = birth.loc[birth[list(registries)].any(axis=1)]
    marks = pd.Series("", index=seen.index)
    for registry in registries:
        marks += seen[registry].map({True: "1", False: "0"})
    return {
        place: Cells.of(
            dict.fromkeys(histories(len(registries)), 0.0) | {str(seen): float(count) for seen, count in rows.value_counts().items()}
        )
        for place, rows in marks.groupby(seen[area], sort=True)
    }
