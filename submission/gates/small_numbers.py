"""Tests that hold for one birth as for ten thousand: exact or Bayesian, never a fixed band; many units at once without false discoveries."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.multitest import multipletests


def share_above(hits: int, of: int, rule: float) -> float:
    """Probability of so many or more where the rule holds (exact binomial)."""
    return float(stats.binom.sf(hits - 1, of, rule)) if of else 1.0


def surely_above(hits: float, of: float, rule: float, chance: float) -> bool:
    """A share that is more than the rule allows, and by more than chance makes it."""
    return of > 0 and hits / of > rule and share_above(int(hits), int(of), rule) < chance


def shares_differ(hits: int, of: int, hits_before: int, of_before: int, alternative: str = "two-sided") -> float:
    """Fisher's exact test of two shares."""
    table = [[hits, of - hits], [hits_before, of_before - hits_before]]
    return float(stats.fisher_exact(table, alternative=alternative).pvalue) if of and of_before else 1.0


def count_differs(count: int, before: int, share: float) -> float:
    """Given the unit's births of this month and before together, is this month's part of them what it is in the whole area (`share`)?

    Exact binomial test, two-sided: it needs no season and no mean, because the area as a whole has the same ones.
    """
    together = count + before
    return float(stats.binomtest(count, together, share).pvalue) if together and 0 < share < 1 else 1.0


def count_surprises(count: float, before: Sequence[float], season: float) -> float:
    """Two-sided predictive probability of a month's count, given earlier ones: negative binomial, with what months vary beyond chance."""
    mean = float(np.mean(before))
    beyond = max(float(np.var(before, ddof=1)) / mean**2 - 1 / mean, season**2) if mean else season**2
    # The mean itself is known from so many months only.
    beyond = beyond * (1 + 1 / len(before)) + 1 / (mean * len(before))
    size = 1 / beyond
    predicted = stats.nbinom(size, size / (size + mean))
    return float(min(1.0, 2 * min(predicted.cdf(count), predicted.sf(count - 1))))


def discoveries(probabilities: Sequence[float], rate: float) -> NDArray[np.bool_]:
    """Which of a family of tests are found, at a false-discovery rate (Benjamini and Hochberg)."""
    if not len(probabilities):
        return np.array([], dtype=bool)
    found: NDArray[np.bool_] = multipletests(list(probabilities), alpha=rate, method="fdr_bh")[0]
    return found
