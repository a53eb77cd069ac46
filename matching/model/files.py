"""Reading a linkage model from TOML or JSON, with every fault at once; and writing it as plain JSON values."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from matching.model.check import checked
from matching.model.spec import MATCH, STRANGER, Beliefs, Comparison, Costs, Field, Level, Part, Rule, Spec
from vocabulary.errors import ConfigurationError, Fault

MODELS = Path(__file__).parent.parent / "models"
SECTIONS = (
    "name",
    "about",
    "key",
    "classes",
    "duplicates",
    "fields",
    "comparisons",
    "rules",
    "costs",
    "beliefs",
    "interactions",
    "learned",
)


def model_path(told: str) -> Path:
    """The file of a model: a path, or the name of a ready one (births, febrl). Raises ConfigurationError."""
    path = Path(told)
    if path.is_file():
        return path
    ready = MODELS / f"{told}.toml"
    if not ready.is_file():
        names = ", ".join(sorted(one.stem for one in MODELS.glob("*.toml") if one.stem != "template"))
        raise ConfigurationError(Fault("matching.model_missing", path.name, {"ready": names}))
    return ready


def read_document(path: Path) -> dict[str, Any]:
    """The file's content. Raises ConfigurationError where it is neither TOML nor JSON."""
    try:
        text = path.read_text(encoding="utf-8")
        told = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (ValueError, OSError) as error:
        raise ConfigurationError(Fault("matching.model_unreadable", path.name, {"kind": type(error).__name__})) from None
    if not isinstance(told, dict):
        raise ConfigurationError(Fault("matching.model_unreadable", path.name, {"kind": type(told).__name__}))
    return told


def read_spec(path: Path) -> Spec:
    """The model of a file. Raises ConfigurationError with every fault."""
    return spec_of(read_document(path), path.name)


def spec_of(told: Mapping[str, Any], where: str) -> Spec:
    """The model that a document describes. Raises ConfigurationError with every fault."""
    faults = _unknown(told, SECTIONS, where)
    faults += [
        Fault("matching.model_incomplete", where, {"key": key}) for key in ("name", "fields", "comparisons", "rules") if key not in told
    ]
    if faults:
        raise ConfigurationError(faults)
    try:
        spec = _spec(told, where, faults)
    except (TypeError, AttributeError, KeyError, ValueError) as error:
        raise ConfigurationError([*faults, Fault("matching.model_unreadable", where, {"kind": type(error).__name__})]) from None
    faults += checked(spec, where)
    if faults:
        raise ConfigurationError(faults)
    return spec


def _spec(told: Mapping[str, Any], where: str, faults: list[Fault]) -> Spec:
    classes = tuple(told.get("classes", (MATCH, STRANGER)))
    return Spec(
        name=str(told["name"]),
        about=str(told.get("about", "")),
        key=str(told.get("key", "record_id")),
        classes=classes,
        duplicates=bool(told.get("duplicates", True)),
        fields=tuple(_field(name, one, f"{where} fields.{name}", faults) for name, one in told["fields"].items()),
        comparisons=tuple(
            _comparison(one, classes, f"{where} comparisons[{number}]", faults) for number, one in enumerate(told["comparisons"], 1)
        ),
        rules=tuple(_rule(one, f"{where} rules[{number}]", faults) for number, one in enumerate(told["rules"], 1)),
        costs=Costs(**_known(told.get("costs", {}), Costs, f"{where} costs", faults)),
        beliefs=_beliefs(told.get("beliefs", {}), f"{where} beliefs", faults),
        interactions=None if told.get("interactions") is None else tuple((str(one), str(two)) for one, two in told["interactions"]),
    )


def _field(name: str, told: Mapping[str, Any], where: str, faults: list[Fault]) -> Field:
    faults += _unknown(told, ("kind", "column", "columns", "reading", "or_else"), where)
    columns = tuple(told.get("columns", (told.get("column", name),)))
    return Field(name, str(told.get("kind", "text")), columns, told.get("reading"), told.get("or_else"))


def _comparison(told: Mapping[str, Any], classes: Iterable[str], where: str, faults: list[Fault]) -> Comparison:
    own = {one.name for one in fields(Comparison)} - {"shares"}
    faults += _unknown(told, own | set(classes), where)
    shares = {name: told[name] if isinstance(told[name], str) else tuple(map(float, told[name])) for name in classes if name in told}
    return Comparison(
        name=str(told["name"]),
        fields=tuple(told.get("fields", (told["name"],))),
        levels=tuple(level_of_text(one) for one in told["levels"]),
        shares=shares,
        other=told.get("other"),
        frequency=bool(told.get("frequency", False)),
        fixed=bool(told.get("fixed", False)),
        within=bool(told.get("within", False)),
        why=str(told.get("why", "")),
    )


def level_of_text(told: str) -> Level:
    """`name: test argument`, or `name` for what is left."""
    name, _, test = told.partition(":")
    return Level(name.strip(), tuple(test.split()) or None)


def _rule(told: Mapping[str, Any], where: str, faults: list[Fault]) -> Rule:
    faults += _unknown(told, {one.name for one in fields(Rule)}, where)
    against = told.get("against")
    return Rule(
        name=str(told["name"]),
        where=parts_of_text(told["where"]),
        against=None if against is None else parts_of_text(against),
        largest=int(told.get("largest", 100)),
        split=parts_of_text(told.get("split", ())),
        why=str(told.get("why", "")),
    )


def parts_of_text(told: Iterable[str]) -> tuple[Part, ...]:
    """`field` or `field form`."""
    return tuple((one.split()[0], " ".join(one.split()[1:])) for one in told)


def _beliefs(told: Mapping[str, Any], where: str, faults: list[Fault]) -> Beliefs:
    known = _known(told, Beliefs, where, faults)
    for name in ("across", "within"):
        if name in known:
            known[name] = {str(one): tuple(map(float, bounds)) for one, bounds in known[name].items()}
    return Beliefs(**known | {"coarse": tuple(known.get("coarse", ()))})


def _known(told: Mapping[str, Any], kind: type[Any], where: str, faults: list[Fault]) -> dict[str, Any]:
    names = {str(one.name) for one in fields(kind)}
    faults += _unknown(told, names, where)
    return {name: value for name, value in told.items() if name in names}


def _unknown(told: Mapping[str, Any], known: Iterable[str], where: str) -> list[Fault]:
    allowed = sorted(known)
    return [Fault("matching.model_key", f"{where}.{key}", {"known": ", ".join(allowed)}) for key in told if key not in allowed]


def as_document(spec: Spec) -> dict[str, Any]:
    """The model as plain values, such as `spec_of` reads."""
    told: dict[str, Any] = {
        "name": spec.name,
        "about": spec.about,
        "key": spec.key,
        "classes": list(spec.classes),
        "duplicates": spec.duplicates,
    }
    told["fields"] = {
        one.name: _without_none({"kind": one.kind, "columns": list(one.columns), "reading": one.reading, "or_else": one.or_else})
        for one in spec.fields
    }
    told["comparisons"] = [_comparison_document(one) for one in spec.comparisons]
    told["rules"] = [_rule_document(one) for one in spec.rules]
    told["costs"], told["beliefs"] = asdict(spec.costs), asdict(spec.beliefs)
    if spec.interactions is not None:
        told["interactions"] = [list(pair) for pair in spec.interactions]
    return told


def _comparison_document(one: Comparison) -> dict[str, Any]:
    told = {
        "name": one.name, "fields": list(one.fields), "other": one.other, "frequency": one.frequency, "fixed": one.fixed, "within": one.within, "why": one.why,
        "levels": [level.name if level.test is None else f"{level.name}: {' '.join(level.test)}" for level in one.levels],
    }  # fmt: skip
    return _without_none(told) | {name: told if isinstance(told, str) else list(told) for name, told in one.shares.items()}


def _rule_document(one: Rule) -> dict[str, Any]:
    parts = {"where": one.where, "against": one.against, "split": one.split}
    told = {name: None if value is None else [" ".join(part).strip() for part in value] for name, value in parts.items()}
    return _without_none({"name": one.name, "largest": one.largest, "why": one.why, **told})


def _without_none(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value is not None}
