"""A linkage model that has learnt, as JSON: the spec, what levels are worth, and the evidence; no person's value stands in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from matching.arrays import Floats
from matching.model.files import as_document, read_document, spec_of
from matching.model.learned import Bond, Care, Model
from matching.pair_kinds import Kind
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.runs import write_private


def write_model(model: Model, path: Path) -> Path:
    """As JSON, private, the same bytes for the same model."""
    return write_private(path, json.dumps(model_document(model), ensure_ascii=False, indent=1))


def model_document(model: Model) -> dict[str, Any]:
    """The model as plain JSON values; pairs of registries are written left|right."""
    learned = {
        "shared": _plain(model.shared),
        "stranger": _plain(model.stranger),
        "match": {"|".join(kind): _plain(shares) for kind, shares in model.match.items()},
        "rates": {"|".join(kind): _rounded(rates) for kind, rates in model.rates.items()},
        "bonds": [{"one": bond.one, "two": bond.two, "together": [_rounded(row) for row in bond.together]} for bond in model.bonds],
        "care": None if model.care is None else asdict(model.care),
        "histogram": {
            "|".join(kind): {str(pattern): count for pattern, count in counts.items()} for kind, counts in model.histogram.items()
        },
        "sampled": model.sampled,
        "sizes": model.sizes,
    }
    return as_document(model.spec) | {"learned": learned}


def read_model(path: Path) -> Model:
    """A model that was written. Raises ConfigurationError where it is none, or has learnt nothing."""
    return model_of(read_document(path), path.name)


def as_saved(model: Model) -> Model:
    """The model to the digits that its file has, so that whoever reads the file scores every pair to the last bit as who wrote it."""
    return model_of(model_document(model), model.spec.name)


def model_of(told: Mapping[str, Any], where: str) -> Model:
    """The model that a document describes. Raises ConfigurationError where it is none, or has learnt nothing."""
    spec = spec_of(told, where)
    if "learned" not in told:
        raise ConfigurationError(Fault("matching.model_untaught", where))
    learned = told["learned"]
    sizes = {one.name: len(one.levels) for one in spec.comparisons}
    wrong = [
        name
        for name, size in sizes.items()
        if len(learned["shared"].get(name, ())) != size or len(learned["stranger"].get(name, ())) != size
    ]
    if wrong:
        raise ConfigurationError(Fault("matching.model_differs", where, {"differing": ", ".join(sorted(wrong))}))
    return Model(
        spec,
        shared=_arrays(learned["shared"]),
        stranger=_arrays(learned["stranger"]),
        match={_kind(name): _arrays(shares) for name, shares in learned["match"].items()},
        rates={_kind(name): np.array(rates) for name, rates in learned["rates"].items()},
        bonds=tuple(Bond(bond["one"], bond["two"], np.array(bond["together"])) for bond in learned["bonds"]),
        care=_care(learned.get("care")),
        histogram={
            _kind(name): {int(pattern): count for pattern, count in counts.items()} for name, counts in learned["histogram"].items()
        },
        sampled=learned["sampled"],
        sizes=dict(learned["sizes"]),
    )


def has_learnt(path: Path) -> bool:
    """Whether a model file holds more than a spec."""
    return "learned" in read_document(path)


def _care(told: Mapping[str, Any] | None) -> Care | None:
    return Care(float(told["share"]), float(told["factor"]), tuple(told["comparisons"])) if told else None


def _rounded(values: Floats) -> list[float]:
    return [float(f"{value:.12g}") for value in values]


def _plain(shares: Mapping[str, Floats]) -> dict[str, list[float]]:
    return {name: _rounded(values) for name, values in shares.items()}


def _arrays(shares: Mapping[str, list[float]]) -> dict[str, Floats]:
    return {name: np.array(values) for name, values in shares.items()}


def _kind(name: str) -> Kind:
    left, right = name.split("|")
    return left, right
