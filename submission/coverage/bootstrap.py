"""The interval of an estimate that allows for linkage errors: births, linking and the steward's sample are all drawn anew, and estimated again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from submission.coverage.histories import Cells, Floats, holds, pairs
from submission.coverage.intervals import LEVEL, Interval
from submission.coverage.linkage_error import Band, Rates, drawn_rates, rates
from submission.coverage.mislinking import (
    LEAST_FOUND,
    LEFT_OVER,
    false_joins,
    fate_shares,
    fates,
    joined,
    joins,
    pieces,
    standing_alone,
    without_errors,
)

DRAWS = 1000
Estimator = Callable[[Floats], Floats]
"""Tables, a row each -> births, seen and unseen, of each."""


@dataclass(frozen=True)
class Adjusted:
    """`cells`: without linkage errors, none below zero. `lacking`: births that were below zero. `interval`, `se`: of `number`, by the bootstrap; None where no draw tells."""

    cells: Cells
    rates: Rates
    lacking: float
    number: float
    se: float | None
    interval: Interval | None


def adjusted(cells: Cells, bands: Sequence[Band], estimate: Estimator, random: np.random.Generator, draws: int = DRAWS) -> Adjusted:
    """The estimate from the table without linkage errors, and how far it may be off. Raises ValueError where bands are missing."""
    errors = rates(bands, cells.lists)
    table = without_errors(cells.counts[None], errors, cells.lists)
    whole = np.maximum(table, 0)
    number = float(estimate(whole)[0])
    lacking = float(-table[table < 0].sum())
    if not np.isfinite(number):
        return Adjusted(Cells(cells.lists, whole[0]), errors, lacking, number, None, None)
    drawn = _drawn(whole[0], number, errors, drawn_rates(bands, cells.lists, draws, random), random)
    numbers = estimate(np.maximum(without_errors(*drawn, cells.lists), 0))
    numbers = numbers[np.isfinite(numbers)]
    interval, se = _ends(numbers, draws)
    return Adjusted(Cells(cells.lists, whole[0]), errors, lacking, number, se, interval)


def _ends(numbers: Floats, draws: int) -> tuple[Interval | None, float | None]:
    """Percentiles, and the standard deviation. None where more than one draw in twenty has no number, for those would lie beyond the upper end."""
    if len(numbers) < LEVEL * draws:
        return None, None
    low, high = np.quantile(numbers, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return (float(low), float(high)), float(numbers.std(ddof=1))


def _drawn(whole: Floats, number: float, errors: Rates, sampled: Rates, random: np.random.Generator) -> tuple[Floats, Rates]:
    """Tables as they may have come to be, and the rates that a steward may then have found: those that came about, and the sample's own error."""
    draws, lists = len(sampled.found), int(np.log2(len(whole) + 1))
    unseen = max(number - whole.sum(), 0.0)
    births = random.multinomial(round(number), np.append(whole, unseen) / (whole.sum() + unseen), draws)[:, :-1].astype(float)
    fate = _fated(births, fate_shares(standing_alone(errors.found, lists), lists), lists, random)
    table = (fate @ pieces(lists)).astype(float)
    false_pairs = _overlap(table, lists).mean(axis=0) * errors.false / np.maximum(1 - errors.false, LEAST_FOUND)
    expected = false_joins(table.mean(axis=0)[None] + LEFT_OVER, false_pairs, lists)
    made = random.poisson(np.repeat(expected, draws, axis=0)).astype(float)
    made = np.minimum(made, np.column_stack([np.minimum(table[:, one - 1], table[:, other - 1]) for one, other in joins(lists)]))
    found = _found(births, fate, lists) + sampled.found - errors.found
    observed = np.maximum(joined(table, made, lists), 0)
    overlap = np.maximum(_overlap(observed, lists), 1)
    false = (overlap - _overlap(table, lists)) / overlap + sampled.false - errors.false
    return observed, Rates(np.clip(found, LEAST_FOUND, 1), np.clip(false, 0, 1))


def _fated(births: Floats, shares: Floats, lists: int, random: np.random.Generator) -> Floats:
    """How many births have each fate; a row a draw."""
    fate = np.empty((len(births), shares.shape[1]))
    of = np.array([history for history, *_ in fates(lists)])
    for history in range(1, 2**lists):
        fate[:, of == history] = random.multinomial(
            births[:, history - 1].astype(int), shares[0, of == history] / shares[0, of == history].sum()
        )
    return fate


def _overlap(table: Floats, lists: int) -> Floats:
    """Births that every two lists seem to share."""
    return np.column_stack([table[:, holds(lists)[:, [one, other]].all(axis=1)].sum(axis=1) for one, other in pairs(lists)])


def _found(births: Floats, fate: Floats, lists: int) -> Floats:
    """Of the births that every two lists share, the share whose two records stayed together."""
    kept = np.column_stack(
        [fate[:, [one in together and other in together for _, together, _ in fates(lists)]].sum(axis=1) for one, other in pairs(lists)]
    )
    shared = _overlap(births, lists)
    return np.where(shared > 0, kept / np.maximum(shared, 1), 1.0)
