"""How often linking errs, from pairs that a steward looked at; and the two-list estimate that allows for it (Ding and Fienberg 1994)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from submission.coverage.histories import Cells, Floats, pairs

Pair = tuple[int, int]
HALF = 0.5
"""Jeffreys' prior counts half a pair of one birth and half a pair of two before any is looked at."""


@dataclass(frozen=True)
class Band:
    """Pairs of records of two lists (counted from 0) with like scores, all linked or all not.

    `pairs`: how many there are. `judged`: how many of them, drawn at random, a steward looked at. `same`: how many of those are one birth.
    """

    lists: Pair
    linked: bool
    pairs: int
    judged: int
    same: int


@dataclass(frozen=True)
class Rates:
    """A column every two lists in the order of `pairs`, a row a draw (one for the rates themselves).

    `found`: share of the pairs of one birth that are linked (Ding and Fienberg's alpha). `false`: share of the linked pairs that are two births.
    """

    found: Floats
    false: Floats


def rates(bands: Sequence[Band], lists: int) -> Rates:
    """As the steward's sample says, every band weighing as many pairs as it has. Raises ValueError where two lists have no linked and unlinked band."""
    return _rates(bands, lists, np.array([[one.pairs * one.same / one.judged for one in bands]]))


def drawn_rates(bands: Sequence[Band], lists: int, draws: int, random: np.random.Generator) -> Rates:
    """The rates as they may be: of the pairs that nobody looked at, a beta-binomial number is of one birth. A band seen whole leaves no doubt."""
    same = np.empty((draws, len(bands)))
    for place, band in enumerate(bands):
        share = random.beta(band.same + HALF, band.judged - band.same + HALF, draws)
        same[:, place] = band.same + random.binomial(band.pairs - band.judged, share)
    return _rates(bands, lists, same)


def _rates(bands: Sequence[Band], lists: int, same: Floats) -> Rates:
    size = np.array([band.pairs for band in bands], dtype=float)
    found, false = np.empty((len(same), len(pairs(lists)))), np.empty((len(same), len(pairs(lists))))
    for place, pair in enumerate(pairs(lists)):
        linked, other = (np.array([band.lists == pair and band.linked is which for band in bands]) for which in (True, False))
        if not linked.any() or not other.any():
            raise ValueError("every two lists need a linked and an unlinked band")
        true, missed = same[:, linked].sum(axis=1), same[:, other].sum(axis=1)
        found[:, place] = np.where(true + missed > 0, true / np.maximum(true + missed, HALF), 1.0)
        false[:, place] = 1 - true / size[linked].sum()
    return Rates(found, false)


def ding_fienberg(first: float, second: float, shared: float, alpha: float, beta: float) -> float | None:
    """Births, from `shared` links between two lists: n1 n2 (alpha - beta) / (m - beta n1).

    `alpha`: P(a pair of one birth is linked). `beta`: P(a record of the first list whose birth the second does not hold is linked all the same).
    None where so few links are no more than false ones would be.
    """
    true = shared - beta * first
    return first * second * (alpha - beta) / true if true > 0 and alpha > beta else None


@dataclass(frozen=True)
class PairError:
    """Of two lists: 1 - alpha, and beta as above, for whichever list it is larger."""

    lists: Pair
    missed: float
    false: float


def pair_errors(cells: Cells, rates: Rates) -> tuple[PairError, ...]:
    """What linking errs between every two lists whose table is `cells`, as Ding and Fienberg count it."""
    told = []
    for place, (one, other) in enumerate(pairs(cells.lists)):
        found, linked = float(rates.found[0, place]), cells.both(one, other)
        false = linked * float(rates.false[0, place])
        shared = (linked - false) / found if found else 0.0
        single = float(min(cells.sizes[one], cells.sizes[other])) - shared
        beta = 0.0 if not false else min(1.0, false / single) if single > 0 else 1.0
        told.append(PairError((one, other), 1 - found, beta))
    return tuple(told)
