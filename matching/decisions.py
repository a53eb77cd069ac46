"""What people decided binds; what the model decides of a pair is link, review or apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matching.dictionary import Bools, Floats, Ints, distinct
from matching.model import Thresholds
from matching.pairs import Pairs
from vocabulary.findings import Decision

BOUND = 1000.0
"""Bits of a must-link: more than any evidence."""
CLOSE_RIVAL = 3.0
"""Bits by which the record that a death speaks of may be weaker than the one chosen and still be held possible (rights.md R4)."""
LEAST_DUPLICATE = -2.0
"""Bits from which two records of one registry, not joined, are shown to a person: fewer are twins or namesakes, and they are many."""


@dataclass(frozen=True)
class Bindings:
    """Decided pairs as sorted pair codes (first * records + second)."""

    records: int
    linked: Ints
    apart: Ints

    @classmethod
    def read(cls, coded: pd.DataFrame, decisions: pd.DataFrame | None) -> Bindings:
        """From rows registry_left, record_id_left, registry_right, record_id_right, decision; those of records that are gone bind nothing."""
        nothing = np.zeros(0, dtype=np.int64)
        if decisions is None or not len(decisions):
            return cls(len(coded), nothing, nothing)
        place = pd.Series(np.arange(len(coded)), index=pd.MultiIndex.from_arrays([coded["registry"].astype(str), coded["record_id"]]))
        sides = [
            place.reindex(
                pd.MultiIndex.from_arrays([decisions[f"registry_{side}"].astype(str), decisions[f"record_id_{side}"].astype(str)])
            )
            for side in ("left", "right")
        ]
        left, right = (side.to_numpy(dtype=np.float64) for side in sides)
        here = ~np.isnan(left) & ~np.isnan(right) & (left != right)
        low, high = np.minimum(left[here], right[here]).astype(np.int64), np.maximum(left[here], right[here]).astype(np.int64)
        told, codes = decisions["decision"].astype(str).to_numpy()[here], low * len(coded) + high
        return cls(len(coded), distinct(codes[told == Decision.LINK]), distinct(codes[told == Decision.APART]))

    def bound(self, first: Ints, second: Ints) -> Bools:
        """Which pairs must be one birth."""
        found: Bools = np.isin(first * self.records + second, self.linked)
        return found

    def barred(self, first: Ints, second: Ints) -> Bools:
        """Which pairs must not be one birth."""
        found: Bools = np.isin(first * self.records + second, self.apart)
        return found

    def applied(self, first: Ints, second: Ints, weight: Floats) -> Floats:
        """The weights, with decided pairs beyond all evidence."""
        told: Floats = np.where(self.bound(first, second), BOUND, weight)
        return np.where(self.barred(first, second), -np.inf, told)

    def pairs(self) -> tuple[Ints, Ints]:
        """All decided pairs, by row."""
        codes = np.union1d(self.linked, self.apart)
        return codes // max(self.records, 1), codes % max(self.records, 1)


def decided(pairs: Pairs, weight: Floats, birth: Ints, coded: pd.DataFrame, limits: Thresholds, bindings: Bindings) -> pd.Series:
    """The decision of each pair: link inside a birth; review where linking is possible and in doubt; apart otherwise.

    A pair whose births share a registry is apart, since the record has a better partner. Not so where one of them died and the
    rival is close: that possibility stays open, in review, so that nobody calls on a bereaved family.
    """
    first, second = pairs.first, pairs.second
    registry = coded["registry"].cat.codes.to_numpy().astype(np.int64)
    linked = birth[first] == birth[second]
    free = ~sharing_registry(birth, registry, first, second)
    within = registry[first] == registry[second]
    doubtful = free & (weight >= limits.review) | within & (weight >= LEAST_DUPLICATE)
    died = coded["died"].to_numpy() == 1
    bereaved = (died[first] | died[second]) & ~within & (weight >= best_weight(first, second, weight, linked, len(coded)) - CLOSE_RIVAL)
    review = ~linked & (doubtful | bereaved & (weight >= limits.review)) & ~bindings.barred(first, second)
    return pd.Series(np.where(linked, str(Decision.LINK), np.where(review, str(Decision.REVIEW), str(Decision.APART))))


def sharing_registry(birth: Ints, registry: Ints, first: Ints, second: Ints) -> Bools:
    """Whether the births of two records hold a record of the same registry."""
    masks = np.zeros(len(birth), dtype=np.int64)
    np.bitwise_or.at(masks, birth, np.int64(1) << np.minimum(registry, 62))
    shared: Bools = (masks[birth[first]] & masks[birth[second]]) != 0
    return shared


def best_weight(first: Ints, second: Ints, weight: Floats, linked: Bools, records: int) -> Floats:
    """For each pair: the weight of the weaker of the two records' best links; -inf for a record without any."""
    best = np.full(records, -np.inf)
    np.maximum.at(best, first[linked], weight[linked])
    np.maximum.at(best, second[linked], weight[linked])
    weaker: Floats = np.minimum(best[first], best[second])
    return weaker
