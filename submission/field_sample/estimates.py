"""A share from a stratified sample, with an interval that holds for small counts: Korn & Graubard 1998.

The variance is of the design: strata weigh by their size, the finite population correction takes off what was seen whole, and a village counts as one
draw however many births it has. The interval is Clopper and Pearson's for as many births as, drawn singly, would tell as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Observed:
    """What one drawn unit showed: `hits` of `of` births; one record is 0 or 1 of 1."""

    stratum: str
    hits: float
    of: float


@dataclass(frozen=True)
class Share:
    """`hits` of `of` as they were counted; `share` weighs them; `low` to `high` hold it in 95 of 100 samples. None where nothing was seen."""

    hits: int
    of: int
    share: float | None
    low: float | None
    high: float | None
    units: int
    strata: int


def share(seen: Sequence[Observed], populations: dict[str, int]) -> Share:
    """The share of births that are hits, over all units of these strata; `populations`: units of each stratum, drawn or not.

    Strata of which one unit answered are taken together, for one alone shows no spread. One of which none did is not spoken of.
    """
    strata = _collapsed(seen)
    hits, of = int(sum(one.hits for one in seen)), int(sum(one.of for one in seen))
    if not of:
        return Share(hits, of, None, None, None, len(seen), len(strata))
    sizes = {key: sum(populations[code] for code in {one.stratum for one in units}) for key, units in strata.items()}
    weights = {key: max(sizes[key] / len(units), 1.0) for key, units in strata.items()}
    total_hits, total_of = (
        sum(weights[key] * getattr(one, name) for key, units in strata.items() for one in units) for name in ("hits", "of")
    )
    rate = total_hits / total_of
    variance = sum(_part(units, weights[key], rate) for key, units in strata.items()) / total_of**2
    alike = total_of**2 / sum(weights[key] ** 2 * one.of for key, units in strata.items() for one in units)
    effective = rate * (1 - rate) / variance if variance > 0 else alike
    freedom = max(len(seen) - len(strata), 1)
    if len(seen) > 1:
        effective *= (stats.t.ppf((1 + CONFIDENCE) / 2, len(seen) - 1) / stats.t.ppf((1 + CONFIDENCE) / 2, freedom)) ** 2
    low, high = clopper_pearson(rate * effective, effective)
    whole = all(weights[key] == 1.0 for key in strata)
    return Share(hits, of, rate, rate if whole else low, rate if whole else high, len(seen), len(strata))


def clopper_pearson(hits: float, of: float) -> tuple[float, float]:
    """The exact interval of a binomial share; broken numbers are allowed."""
    tail = (1 - CONFIDENCE) / 2
    low = float(stats.beta.ppf(tail, hits, of - hits + 1)) if hits > 0 else 0.0
    high = float(stats.beta.ppf(1 - tail, hits + 1, of - hits)) if hits < of else 1.0
    return low, high


def _part(units: Sequence[Observed], weight: float, rate: float) -> float:
    """One stratum's part of the variance of total hits less rate times total births."""
    if len(units) < 2:
        return 0.0
    off = np.array([one.hits - rate * one.of for one in units])
    return float((1 - 1 / weight) * weight**2 * len(units) * off.var(ddof=1))


def _collapsed(seen: Sequence[Observed]) -> dict[str, list[Observed]]:
    strata: dict[str, list[Observed]] = {}
    for one in seen:
        strata.setdefault(one.stratum, []).append(one)
    alone = [code for code, units in strata.items() if len(units) == 1]
    if len(alone) == 1 and len(strata) > 1:
        alone.append(min((code for code in strata if code != alone[0]), key=lambda code: (len(strata[code]), code)))
    if len(alone) > 1:
        strata["+".join(sorted(alone))] = [one for code in alone for one in strata.pop(code)]
    return strata
