"""What people decided binds; what the model decides of a pair is link, review or apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.arrays import Bools, Codes, Floats, Ints, among, distinct
from matching.records import Records
from vocabulary.findings import Decision

BOUND = 1000.0
"""Bits of a must-link: more than any evidence."""
SIDES = ("left", "right")


@dataclass(frozen=True)
class Bindings:
    """Decided pairs as sorted pair codes (first * records + second)."""

    records: int
    linked: Ints
    apart: Ints

    @classmethod
    def read(cls, records: Records, decisions: Mapping[str, Sequence[str]] | None) -> Bindings:
        """From columns registry_left, record_id_left, registry_right, record_id_right, decision; those of records that are gone bind nothing."""
        nothing = np.zeros(0, dtype=np.int64)
        if decisions is None or not len(decisions["decision"]):
            return cls(len(records), nothing, nothing)
        left, right = (
            records.rows_of([str(one) for one in decisions[f"registry_{side}"]], [str(one) for one in decisions[f"record_id_{side}"]])
            for side in SIDES
        )
        here = (left >= 0) & (right >= 0) & (left != right)
        codes = np.minimum(left, right)[here] * len(records) + np.maximum(left, right)[here]
        told = np.array([str(one) for one in decisions["decision"]], dtype=object)[here]
        return cls(len(records), distinct(codes[told == Decision.LINK]), distinct(codes[told == Decision.APART]))

    def bound(self, first: Codes, second: Codes) -> Bools:
        """Which pairs must be one entity."""
        return self._holds(self.linked, first, second)

    def barred(self, first: Codes, second: Codes) -> Bools:
        """Which pairs must not be one entity."""
        return self._holds(self.apart, first, second)

    def _holds(self, codes: Ints, first: Codes, second: Codes) -> Bools:
        if not len(codes):
            return np.zeros(len(first), dtype=bool)
        return among(first.astype(np.int64) * self.records + second, codes)

    def applied(self, first: Codes, second: Codes, weight: Floats) -> Floats:
        """The weights, with decided pairs beyond all evidence."""
        told: Floats = np.where(self.bound(first, second), BOUND, weight)
        return np.where(self.barred(first, second), -np.inf, told)

    def pairs(self) -> tuple[Ints, Ints]:
        """All decided pairs, by row."""
        codes = np.union1d(self.linked, self.apart)
        return codes // max(self.records, 1), codes % max(self.records, 1)


def sharing_registry(label: Ints, registry: Codes, first: Codes, second: Codes) -> Bools:
    """Whether the entities of two records hold a record of the same registry."""
    masks = registry_masks(label, registry)
    shared: Bools = (masks[label[first]] & masks[label[second]]) != 0
    return shared


def registry_masks(label: Ints, registry: Codes) -> Ints:
    """Per label: the registries that it holds, as bits."""
    masks = np.zeros(len(label), dtype=np.int64)
    np.bitwise_or.at(masks, label, np.int64(1) << np.minimum(registry, 62).astype(np.int64))
    return masks


def best_weight(first: Codes, second: Codes, weight: Floats, linked: Bools, records: int) -> Floats:
    """For each pair: the weight of the weaker of the two records' best links; -inf for a record without any."""
    best = np.full(records, -np.inf)
    np.maximum.at(best, first[linked], weight[linked])
    np.maximum.at(best, second[linked], weight[linked])
    weaker: Floats = np.minimum(best[first], best[second])
    return weaker
