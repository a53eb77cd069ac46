"""The linkage model: what levels are worth, as data. A JSON file with its evidence; no person's value stands in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from matching.comparisons import BIRTH_COMPARISONS, Comparison
from matching.dictionary import Floats
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.runs import write_private

CLASSES = ("match", "twin", "sibling", "stranger")
MATCH, TWIN, SIBLING, STRANGER = range(len(CLASSES))

ACROSS = (0.85, 0.02, 0.03)
"""Pairs of two registries per record of the smaller one, before seeing any: one birth, twins, siblings (domain.md 2.1: 2.2 % of births are twins)."""
WITHIN = (0.02, 0.011, 0.01)
"""The same inside a registry: duplicates are 2-4 % of health reports (domain.md 2.4 row 19), fewer elsewhere."""
ACROSS_BOUNDS = ((0.02, 1.02), (0.004, 0.06), (0.001, 0.5))
WITHIN_BOUNDS = ((0.0005, 0.15), (0.003, 0.03), (0.0005, 0.3))
"""Whatever estimation says, the rates stay within what registries of births can be."""


@dataclass(frozen=True)
class Thresholds:
    """Where decisions lie, as match weights in bits (log2 of posterior odds).

    `link` -1 (p 0.33) across registries: under one record per registry a pair has few rivals, and a missed link costs a false 'no registration found'
    while a false one costs a hidden child. `duplicate` 1 (p 0.67): nothing forces two records of one registry to be one birth.
    `review`: pairs between this and the link threshold are left to a person. `floor`: pairs below are not written.
    """

    link: float = -1.0
    duplicate: float = 1.0
    review: float = -5.0
    floor: float = -13.3


@dataclass(frozen=True)
class Model:
    """Level shares per comparison and class, and how many pairs of each class there are.

    `shared`: name -> match shares over all pairs of registries. `match`: (left, right) -> name -> match shares of that pair.
    `stranger`: name -> shares. `rates`: (left, right) -> pairs of match, twin, sibling per record of the smaller registry.
    `histogram`: (left, right) -> pattern of level numbers -> pairs: the evidence, from which a refit takes milliseconds.
    """

    comparisons: tuple[Comparison, ...]
    shared: dict[str, Floats]
    stranger: dict[str, Floats]
    match: dict[tuple[str, str], dict[str, Floats]] = field(default_factory=dict)
    rates: dict[tuple[str, str], Floats] = field(default_factory=dict)
    thresholds: Thresholds = Thresholds()
    histogram: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)

    @classmethod
    def prior(cls, comparisons: Sequence[Comparison] = BIRTH_COMPARISONS) -> Model:
        """What is believed before any record is seen."""
        return cls(
            tuple(comparisons),
            shared={comparison.name: _shares(comparison.match) for comparison in comparisons},
            stranger={comparison.name: _shares(comparison.stranger) for comparison in comparisons},
        )

    def rates_of(self, kind: tuple[str, str]) -> Floats:
        """Rates of match, twin and sibling of a pair of registries, known or not."""
        return self.rates.get(kind, np.array(WITHIN if kind[0] == kind[1] else ACROSS))

    def shares(self, kind: tuple[str, str], comparison: Comparison) -> Floats:
        """Shares of each level by class: 4 rows (CLASSES), one column a level."""
        match = self.match.get(kind, self.shared).get(comparison.name, self.shared[comparison.name])
        stranger = self.stranger[comparison.name]

        def of(told: tuple[float, ...] | None) -> Floats:
            return match if told is None else _shares(told) if told else stranger

        return np.vstack([match, of(comparison.twin), of(comparison.sibling), stranger])

    def write(self, path: Path) -> Path:
        """As JSON, private, the same bytes for the same model."""
        return write_private(path, json.dumps(self.as_record(), ensure_ascii=False, indent=1, sort_keys=True))

    def as_record(self) -> dict[str, Any]:
        """The model as plain JSON values; pairs of registries are written left|right."""
        return {
            "comparisons": {comparison.name: list(comparison.levels) for comparison in self.comparisons},
            "shared": _plain(self.shared),
            "stranger": _plain(self.stranger),
            "match": {"|".join(kind): _plain(shares) for kind, shares in self.match.items()},
            "rates": {"|".join(kind): _rounded(rates) for kind, rates in self.rates.items()},
            "thresholds": vars(self.thresholds) | {"why": Thresholds.__doc__},
            "histogram": {"|".join(kind): counts for kind, counts in self.histogram.items()},
        }

    @classmethod
    def read(cls, path: Path, comparisons: Sequence[Comparison] = BIRTH_COMPARISONS) -> Model:
        """A model that was written. Raises ConfigurationError where its levels are not those of the comparisons."""
        told = json.loads(path.read_text(encoding="utf-8"))
        ours = {comparison.name: list(comparison.levels) for comparison in comparisons}
        if differing := sorted(name for name in ours | told["comparisons"] if ours.get(name) != told["comparisons"].get(name)):
            raise ConfigurationError(Fault("matching.model_differs", path.name, {"differing": ", ".join(differing)}))
        limits = {name: value for name, value in told["thresholds"].items() if name != "why"}
        return replace(
            cls.prior(comparisons),
            shared=_arrays(told["shared"]),
            stranger=_arrays(told["stranger"]),
            match={_kind(name): _arrays(shares) for name, shares in told["match"].items()},
            rates={_kind(name): np.array(rates) for name, rates in told["rates"].items()},
            thresholds=Thresholds(**limits),
            histogram={_kind(name): counts for name, counts in told["histogram"].items()},
        )


def _shares(told: Sequence[float]) -> Floats:
    shares = np.asarray(told, dtype=np.float64)
    total: Floats = shares / shares.sum()
    return total


def _rounded(values: Floats) -> list[float]:
    return [float(f"{value:.6g}") for value in values]


def _plain(shares: dict[str, Floats]) -> dict[str, list[float]]:
    return {name: _rounded(values) for name, values in shares.items()}


def _arrays(shares: dict[str, list[float]]) -> dict[str, Floats]:
    return {name: np.array(values) for name, values in shares.items()}


def _kind(name: str) -> tuple[str, str]:
    left, right = name.split("|")
    return left, right
