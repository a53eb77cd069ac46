"""Hierarchical log-linear models of capture histories, in the usual notation.

`[12,3]`: the first two lists depend on each other, the third on neither. Of four lists only the dependences are named, and `Mt` says that there are none, as the
tables do that these models are compared with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations

import numpy as np

from submission.coverage.histories import Floats, holds

Term = tuple[int, ...]
INDEPENDENT = "Mt"
NAMES_SINGLE_LISTS = 3
"""With so many lists or fewer, lists that depend on nothing are named too."""


@dataclass(frozen=True)
class Model:
    """`terms`: the dependences among lists, counted from 0, with every dependence that a larger one includes."""

    lists: int
    terms: tuple[Term, ...]

    @property
    def name(self) -> str:
        """The largest terms, as in `[12,13]`."""
        largest = [term for term in self.terms if not any(set(term) < set(other) for other in self.terms)]
        if self.lists <= NAMES_SINGLE_LISTS:
            largest += [(one,) for one in range(self.lists) if not any(one in term for term in largest)]
        largest.sort(key=lambda term: (-len(term), term))
        return f"[{','.join(''.join(str(one + 1) for one in term) for term in largest)}]" if largest else INDEPENDENT

    @property
    def design(self) -> Floats:
        """A row a history, in the order of the cells; a column a parameter: the births that nobody holds (log), each list, each term."""
        held = holds(self.lists)
        columns = [
            np.ones(len(held)),
            *(held[:, one] for one in range(self.lists)),
            *(held[:, list(term)].all(axis=1) for term in self.terms),
        ]
        return np.column_stack(columns).astype(float)


@cache
def models(lists: int) -> tuple[Model, ...]:
    """Every hierarchical model but the one with the dependence of all lists, which no data can speak of: 1 of two lists, 8 of three, 113 of four."""
    two = [term for term in combinations(range(lists), 2) if lists > len(term)]
    found = []
    for pairs in _subsets(two):
        three = [term for term in combinations(range(lists), 3) if lists > len(term) and set(combinations(term, 2)) <= set(pairs)]
        found += [Model(lists, pairs + triples) for triples in _subsets(three)]
    return tuple(found)


def _subsets(terms: Sequence[Term]) -> list[tuple[Term, ...]]:
    return list(chain.from_iterable(combinations(terms, size) for size in range(len(terms) + 1)))
