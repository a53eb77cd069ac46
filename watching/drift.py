"""Has a distribution moved? The population stability index, with its usual limits, where it is more than chance.

PSI = sum over the parts of (now - before) * ln(now / before). Under 0.10 nothing, from 0.10 look, from 0.25 moved: Siddiqi, Credit Risk
Scorecards (Wiley, 2006). Of few records it is large by chance alone: without drift PSI / (1/n + 1/m) is chi-squared with one degree of
freedom less than there are parts (Yurdakul and Naranjo, Journal of Risk Model Validation 14(4), 2020), so that a limit counts only above
that distribution's 99th percentile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import chdtri

LOOK, MOVED = 0.10, 0.25
CHANCE = 0.01
"""So rarely is a limit passed where nothing has moved: a page has some fifty of these figures."""
HALF = 0.5
"""Added to every part, so that one that is empty on one side has a logarithm."""


class Verdict(StrEnum):
    """What a figure says."""

    STEADY = "steady"
    LOOK = "look"
    MOVED = "moved"


@dataclass(frozen=True)
class Drift:
    """`psi`, and what mere chance would give at most, once in a hundred."""

    psi: float
    chance: float

    @property
    def verdict(self) -> Verdict:
        """Whether somebody should look."""
        if self.psi < LOOK or self.psi <= self.chance:
            return Verdict.STEADY
        return Verdict.MOVED if self.psi >= MOVED else Verdict.LOOK


def drift(now: Sequence[float], before: Sequence[float]) -> Drift:
    """Counts of the same parts, now and before. Nothing on one side is no drift: nobody can tell."""
    told, known = np.asarray(now, dtype=float), np.asarray(before, dtype=float)
    if told.sum() <= 0 or known.sum() <= 0 or len(told) < 2:
        return Drift(0.0, 0.0)
    shares, expected = ((part + HALF) / (part + HALF).sum() for part in (told, known))
    psi = float(((shares - expected) * np.log(shares / expected)).sum())
    return Drift(psi, float(chdtri(len(told) - 1, CHANCE) * (1 / told.sum() + 1 / known.sum())))


def share_drift(have: float, rows: float, share_before: float, rows_before: float) -> Drift:
    """Of a share: so many of the rows tonight, against a share of so many rows before."""
    return drift((have, rows - have), (share_before * rows_before, (1 - share_before) * rows_before))
