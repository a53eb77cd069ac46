"""What each level is worth, as a table: shares among matches and strangers, and the match weight log2(m/u), over all registries and by pair of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Floats
from matching.model.learned import Model
from matching.model.spec import Comparison
from matching.pair_kinds import Kind

SAME = 0.5
"""Bits: pairs of registries that differ by less are shown as one; it is a factor of 1.4, and nearer marks would hide each other."""
TWIN = "twin"
ANY = ("", "")
"""No pair of registries in particular."""


@dataclass(frozen=True)
class LevelWeight:
    """One level. `twin`: log2 of how much more often matches show it than twins do, None in a model without twins. `by_kind`: the weight for each pair
    of registries, nan for those between which it is not compared.
    """

    level: str
    match: float
    stranger: float
    weight: float
    twin: float | None
    by_kind: tuple[float, ...]

    def differs(self, place: int) -> bool:
        """Whether a pair of registries has another weight."""
        return abs(self.by_kind[place] - self.weight) > SAME


@dataclass(frozen=True)
class ComparisonWeights:
    """Levels from strongest to weakest; a side that is missing is worth nothing and has no row. `within`: only compared inside a registry."""

    name: str
    levels: tuple[LevelWeight, ...]
    frequency: bool
    within: bool


def level_weights(model: Model, kinds: tuple[Kind, ...]) -> tuple[ComparisonWeights, ...]:
    """Every comparison of a model."""
    return tuple(ComparisonWeights(one.name, _levels(model, one, kinds), one.frequency, one.within) for one in model.spec.comparisons)


def _levels(model: Model, one: Comparison, kinds: tuple[Kind, ...]) -> tuple[LevelWeight, ...]:
    shares, classes = model.shares(ANY, one), model.spec.classes
    weight = _bits(shares[0], shares[-1])
    twin = _bits(shares[0], shares[classes.index(TWIN)]) if TWIN in classes else None
    by_kind = [
        np.full(len(weight), np.nan) if one.within and kind[0] != kind[1] else _bits(told[0], told[-1])
        for kind, told in ((kind, model.shares(kind, one)) for kind in kinds)
    ]
    return tuple(
        LevelWeight(
            level,
            float(shares[0, place]),
            float(shares[-1, place]),
            float(weight[place]),
            None if twin is None else float(twin[place]),
            tuple(float(told[place]) for told in by_kind),
        )
        for place, level in enumerate(one.level_names)
    )


def _bits(one: Floats, other: Floats) -> Floats:
    found: Floats = np.log2(one / other)
    return found


def differing(weights: tuple[ComparisonWeights, ...]) -> list[tuple[str, list[LevelWeight]]]:
    """By comparison: the levels that are worth more or less between some two registries than over all."""
    found = [(one.name, [level for level in one.levels if any(map(level.differs, range(len(level.by_kind))))]) for one in weights]
    return [(name, levels) for name, levels in found if levels]
