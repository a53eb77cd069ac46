"""Funnel plots: the rate of each unit against what chance alone would make of so many births, by exact binomial limits.

No ranking: two units inside the limits do not differ by anything but chance that the plot could show (Spiegelhalter 2005, Statistics in Medicine 24:1185).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom

from submission.bulletin.tables import Shown

INNER, OUTER = 0.95, 0.998
POINTS = 80


class Stands(StrEnum):
    """Where a unit lies: inside the outer limits, or beyond them on either side."""

    WITHIN = "within"
    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True)
class Funnel:
    """`units`: code, births, events, rate, stands, a row a unit that may be shown; `limits`: births, low and high of INNER and OUTER. `hidden`: units left out."""

    centre: float
    units: pd.DataFrame
    limits: pd.DataFrame
    hidden: int

    def standing(self, stands: Stands) -> list[str]:
        """Codes of the units that lie there."""
        return [str(code) for code in self.units.loc[self.units["stands"].eq(stands), "code"]]


def funnel(shown: Shown, whole: str, codes: tuple[str, ...], event: str, of: str) -> Funnel | None:
    """The funnel of `event` among `of`; None where the rate of the whole area, or of every unit, is hidden."""
    births, events = shown.get(whole, of), shown.get(whole, event)
    if not births or events is None:
        return None
    pairs = [(code, shown.get(code, of), shown.get(code, event)) for code in codes]
    rows = [(code, size, hits) for code, size, hits in pairs if size and hits is not None]
    if not rows:
        return None
    centre = events / births
    units = pd.DataFrame(rows, columns=["code", "births", "events"])
    units["rate"] = units["events"] / units["births"]
    units["stands"] = [stands(int(hits), int(size), centre).value for _, size, hits in rows]
    sizes = np.unique(np.linspace(max(units["births"].min() * 0.8, 1), units["births"].max() * 1.05, POINTS).round())
    limits = pd.DataFrame({"births": sizes})
    for name, inside in (("inner", INNER), ("outer", OUTER)):
        limits[f"{name}_low"], limits[f"{name}_high"] = (limit(sizes, centre, tail) for tail in ((1 - inside) / 2, (1 + inside) / 2))
    return Funnel(centre, units, limits, len(codes) - len(rows))


def stands(hits: int, of: int, centre: float) -> Stands:
    """By the exact probability of so few or so many."""
    tail = (1 - OUTER) / 2
    if binom.cdf(hits, of, centre) < tail:
        return Stands.BELOW
    return Stands.ABOVE if binom.sf(hits - 1, of, centre) < tail else Stands.WITHIN


def limit(sizes: NDArray[np.float64], centre: float, probability: float) -> NDArray[np.float64]:
    """The rate below which so much of the binomial distribution lies, between whole numbers in proportion, so that the curve has no steps."""
    at = binom.ppf(probability, sizes, centre)
    beyond = binom.cdf(at, sizes, centre)
    step = np.maximum(beyond - binom.cdf(at - 1, sizes, centre), np.finfo(float).tiny)
    rate: NDArray[np.float64] = np.clip((at - (beyond - probability) / step) / sizes, 0, 1)
    return rate
