"""What linking errors do to a table of histories, and the table without them.

A record that linking misses stands alone, so that its birth is counted once more: `111` becomes `110` and `001`. A false link makes one of two births:
`100` and `010` become `110`. Records err by themselves; false links come about between records that are left over, in proportion to how many there are.
Of two lists this is Ding and Fienberg's model. Of three and more it keeps each list's size, as linking does (Di Consiglio and Tuoto 2018).
Arrays have a row a draw and a column a history, in the order of `Cells.counts`.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.optimize import nnls

from submission.coverage.histories import Floats, holds, pairs
from submission.coverage.linkage_error import Rates

ROUNDS = 8
"""Which records were left over depends on how many were falsely linked: after so many rounds both agree to a thousandth of a birth."""
LEFT_OVER = 0.5
"""A kind of record that is seen no more, all being falsely linked, is still likelier than one that never was."""
LEAST_FOUND = 1e-6


@cache
def joins(lists: int) -> tuple[tuple[int, int], ...]:
    """Two histories that a false link can make one: those that share no list. As numbers, list 1 being the highest bit."""
    return tuple((one, other) for one in range(1, 2**lists) for other in range(one + 1, 2**lists) if not one & other)


@cache
def _across(lists: int) -> Floats:
    """A row every two lists, a column every join: 1 if it brings a record of the one beside a record of the other."""
    held = holds(lists)
    return np.array(
        [
            [float(held[a - 1, one] & held[b - 1, other] | held[a - 1, other] & held[b - 1, one]) for a, b in joins(lists)]
            for one, other in pairs(lists)
        ]
    )


def standing_alone(found: Floats, lists: int) -> Floats:
    """P(a record of each list is not linked with any other of its birth), from the shares of pairs found, which are (1 - e)(1 - f) of two such."""
    both = np.array([[float(place in pair) for place in range(lists)] for pair in pairs(lists)])
    logs = np.array([nnls(both, row)[0] for row in -np.log(np.maximum(found, LEAST_FOUND))])
    alone: Floats = 1 - np.exp(-logs)
    return alone


@cache
def fates(lists: int) -> tuple[tuple[int, tuple[int, ...], tuple[int, ...]], ...]:
    """Every birth's history with the lists whose records stay together and those whose record stands alone: (history, together, alone)."""
    found = []
    for history in range(1, 2**lists):
        places = [place for place in range(lists) if history >> (lists - 1 - place) & 1]
        for choice in range(2 ** len(places)):
            together = tuple(place for number, place in enumerate(places) if choice >> number & 1)
            found.append((history, together, tuple(place for place in places if place not in together)))
    return tuple(found)


def fate_shares(alone: Floats, lists: int) -> Floats:
    """P(fate) of a birth of that history; a column a fate."""
    return np.column_stack(
        [(1 - alone[:, list(together)]).prod(axis=1) * alone[:, list(apart)].prod(axis=1) for _, together, apart in fates(lists)]
    )


@cache
def pieces(lists: int) -> Floats:
    """A row a fate, a column a history: how many seeming births of that history come of it."""
    made = np.zeros((len(fates(lists)), 2**lists - 1))
    for row, (_, together, apart) in enumerate(fates(lists)):
        for part in (together, *((place,) for place in apart)):
            if part:
                made[row, sum(1 << (lists - 1 - place) for place in part) - 1] += 1
    return made


def joined(counts: Floats, joins_made: Floats, lists: int, sign: int = 1) -> Floats:
    """The table with so many false links of each kind made (`sign` 1), or taken apart again (-1)."""
    table = counts.copy()
    for column, (one, other) in enumerate(joins(lists)):
        for history, change in ((one, -1), (other, -1), (one | other, 1)):
            table[:, history - 1] += sign * change * joins_made[:, column]
    return table


def false_joins(left_over: Floats, false_pairs: Floats, lists: int) -> Floats:
    """How many false links of each kind: proportional to what is left over of both, so that every two lists come to have so many false pairs."""
    across = _across(lists)
    chances = np.column_stack([left_over[:, one - 1] * left_over[:, other - 1] for one, other in joins(lists)])
    scale = chances.max(axis=1, keepdims=True)
    made = np.empty_like(chances)
    for row, (chance, wanted) in enumerate(zip(chances / scale, false_pairs, strict=True)):
        made[row] = chance * (nnls(across * chance @ across.T, wanted)[0] @ across)
    return made


def without_errors(observed: Floats, rates: Rates, lists: int) -> Floats:
    """The table as it would be, had linking made no errors. Broken numbers; below zero where the rates and the table contradict each other."""
    overlap = np.column_stack([observed[:, holds(lists)[:, [one, other]].all(axis=1)].sum(axis=1) for one, other in pairs(lists)])
    false_pairs = overlap * rates.false
    table = observed
    if false_pairs.any():
        for _ in range(ROUNDS):
            table = joined(observed, false_joins(np.maximum(table, 0) + LEFT_OVER, false_pairs, lists), lists, sign=-1)
    shares = fate_shares(standing_alone(rates.found, lists), lists)
    origin = np.eye(2**lists - 1)[[history - 1 for history, *_ in fates(lists)]]
    split = np.einsum("rf,fh,fo->rho", shares, pieces(lists), origin)
    whole: Floats = np.linalg.solve(split, table[..., None])[..., 0]
    return whole
