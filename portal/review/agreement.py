"""How far two stewards agree who read the same pairs without knowing of each other: Cohen's kappa, with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan

from vocabulary.findings import NOT_THE_SAME_CHILD, SAME_CHILD

CANNOT_TELL = "E9"
CODES = (SAME_CHILD, NOT_THE_SAME_CHILD, CANNOT_TELL)
FEWEST = 20
"""Pairs, below which a kappa says more of chance than of stewards."""


@dataclass(frozen=True)
class Agreement:
    """`pairs`: how many two stewards read, `alike`: of how many they said the same. Kappa and its 95 % interval from FEWEST pairs on, where it exists."""

    pairs: int
    alike: int
    kappa: float | None = None
    low: float | None = None
    high: float | None = None


def agreement_of(counts: Mapping[tuple[str, str], int]) -> Agreement:
    """From (what the first said, what the second said) -> pairs. Source: Cohen 1960; interval: Fleiss, Cohen and Everitt 1969."""
    pairs, alike = sum(counts.values()), sum(count for (one, other), count in counts.items() if one == other)
    said = {code for both in counts for code in both}
    # Where both only ever say one and the same thing, chance explains all of it and kappa does not exist.
    if pairs < FEWEST or len(said) < 2:
        return Agreement(pairs, alike)
    from statsmodels.stats.inter_rater import cohens_kappa

    known = [code for code in CODES if code in said]
    told = cohens_kappa([[counts.get((one, other), 0) for other in known] for one in known])
    kappa, low, high = float(told.kappa), float(told.kappa_low), float(told.kappa_upp)
    return Agreement(pairs, alike) if isnan(kappa) else Agreement(pairs, alike, kappa, max(low, -1.0), min(high, 1.0))
