"""What each level is worth, as a table: shares among matches and strangers, the match weight log2(m/u) over all registries and by pair of them, and
what levels are worth together.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from matching.arrays import Floats
from matching.estimate.bonds import groups_of
from matching.estimate.care import OFTEN, likelier
from matching.estimate.weights import LN2
from matching.model.learned import Model
from matching.model.spec import Comparison
from matching.pair_kinds import Kind

SAME = 0.5
"""Bits: pairs of registries that differ by less are shown as one; it is a factor of 1.4, and nearer marks would hide each other."""
TWIN = "twin"
ANY = ("", "")
"""No pair of registries in particular."""
MOST_ERRORS = 3
APART = (slice(0, 1), slice(1, None))
"""Levels of a bond that are the same, and the others."""


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
        return bool(self.by_kind) and abs(self.by_kind[place] - self.weight) > SAME


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


@dataclass(frozen=True)
class BondWeights:
    """Two comparisons that err together: the least and most bits that they add beside their own weights, where both are the same, only the second
    differs, only the first, and both.
    """

    one: str
    two: str
    bits: tuple[tuple[float, float], ...]


def bond_weights(model: Model) -> tuple[BondWeights, ...]:
    """Every bond of a model."""
    found = []
    for bond in model.bonds:
        rows, columns = (groups_of(model, model.spec.place(name)) >= 0 for name in (bond.one, bond.two))
        told = bond.together[rows][:, columns] / LN2
        parts = (told[row, column] for row in APART for column in APART)
        found.append(
            BondWeights(bond.one, bond.two, tuple((float(part.min(initial=np.inf)), float(part.max(initial=-np.inf))) for part in parts))
        )
    return tuple(found)


def care_weights(model: Model) -> tuple[float, ...]:
    """Bits that no error, one, two … add where errors gather in some forms, all fields told and erring at their average rate; empty where they do not."""
    if model.care is None:
        return ()
    rates = np.array([1.0 - model.shared[name][0] for name in model.care.comparisons])
    rates = rates[rates <= OFTEN]
    if not len(rates):
        return ()
    errors = range(min(MOST_ERRORS, len(rates)) + 1)
    wrong = np.array([[1] * count + [0] * (len(rates) - count) for count in errors], dtype=np.int8)
    told = likelier(model.care, wrong, np.full(wrong.shape, rates.mean())) / LN2
    return tuple(told.tolist())


def joint_weights(model: Model) -> tuple[ComparisonWeights, ...]:
    """The same in the form of comparisons, for a chart: of a bond what it adds at most where both differ (`level`: both names), of care every number."""
    bonds = tuple(LevelWeight(f"{one.one}|{one.two}", nan, nan, one.bits[-1][1], None, ()) for one in bond_weights(model))
    care = tuple(LevelWeight(f"errors_{count}", nan, nan, told, None, ()) for count, told in enumerate(care_weights(model)))
    return tuple(ComparisonWeights(name, levels, False, False) for name, levels in (("bonds", bonds), ("care", care)) if levels)
