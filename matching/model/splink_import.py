"""Settings of Splink 4 or 5 (a dictionary, as `linker.misc.save_model_to_json` leaves it) as a model of ours, with what it has learnt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from matching.model.check import checked
from matching.model.learned import Model, normal
from matching.model.spec import Comparison, Field, Level, Part, Rule, Spec
from matching.model.splink_conditions import SHARES, Asked, Value, asked, both, head_form, is_missing_side, tests_of, value_of
from matching.model.splink_described import derived_columns, known_comparison, known_rules, read_description
from matching.model.splink_prior import believed, is_prior, rates_of_prior, sizes_for
from matching.model.splink_sql import END, Call, Unreadable, parsed, parts_of
from matching.pair_kinds import Kind
from vocabulary.errors import ConfigurationError, Fault

LARGEST = 10_000
"""Records that may share a key of an imported rule: Splink knows no such bound, and one against accidents does no harm."""
COMPARISONS, RULES = "comparisons", "blocking_rules_to_generate_predictions"
VALUE_FORMS = {"text": "written", "day": "day", "quantity": "value"}
PLAIN_NAMES = {"same": "exact", "crossed": "crossed"}


@dataclass(frozen=True)
class Found:
    """A level of ours, the one of Splink's that it stands for, and how many of ours stand for that one."""

    level: Level
    told: Mapping[str, Any]
    parts: int


@dataclass
class Reader:
    """Goes through settings and gathers fields and faults. `ours`: what they hold of a model of ours. `fields`: (column, kind) -> field."""

    where: str
    ours: Spec
    fields: dict[tuple[str, str], Field] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    learned: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def field(self, column: str, kind: str) -> str:
        """The name of the field for a column of this kind."""
        if (column, kind) not in self.fields:
            plain = re.sub(r"\W+", "_", column).strip("_") or "column"
            taken = {one.name for one in self.fields.values()}
            name = plain if plain not in taken else f"{plain}_{kind}"
            self.fields[column, kind] = Field(name, kind, (column,))
        return self.fields[column, kind].name

    def kind_of(self, column: str) -> str:
        """The kind in which comparisons know a column; text where none does."""
        return next((kind for name, kind in self.fields if name == column), "text")


def from_splink(settings: Mapping[str, Any], name: str = "imported", sizes: Mapping[str, int] | None = None) -> Model | Spec:
    """A model of ours: one that has learnt where every level has m and u, else its spec, with those shares that are there as beliefs.

    What we exported comes back as it was, as far as Splink could say it. Of a foreign date, one edit is read as one wrong digit (or two crosswise),
    both more than three days apart: a nearer pair falls to the next level; one that no calendar has is a slip and not missing. `sizes`: records by
    registry that Splink's prior speaks of.
    Raises ConfigurationError with every fault: what hedui has no equivalent for, and what may not be compared (docs/rights.md).
    """
    if malformed := shape_faults(settings, name):
        raise ConfigurationError(malformed)
    ours = read_description(settings)
    reader = Reader(name, ours, {(one.name, one.kind): one for one in ours.fields})
    comparisons = [read_comparison(reader, told, place_of(name, told, number)) for number, told in enumerate(settings[COMPARISONS], 1)]
    rules = named_apart(read_rules(reader, settings[RULES], f"{name} {RULES}"))
    duplicates = settings.get("link_type") != "link_only"
    sizes = sizes or sizes_for(settings)
    rates = rates_of_prior(settings, sizes, duplicates)
    spec = Spec(
        name=ours.name or name,
        about=ours.about or "Read from settings of Splink.",
        fields=tuple(reader.fields.values()),
        comparisons=tuple(one for one in comparisons if one is not None),
        rules=rules,
        key=ours.key if ours.fields else str(settings.get("unique_id_column_name", "unique_id")),
        duplicates=duplicates,
        costs=ours.costs,
        beliefs=believed(rates),
    )
    reader.faults += checked(spec, name)
    if reader.faults:
        raise ConfigurationError(reader.faults)
    return learned_model(spec, reader.learned, rates, sizes)


def shape_faults(settings: Mapping[str, Any], name: str) -> list[Fault]:
    """What settings must have before anything in them can be read."""
    lists = [key for key in (COMPARISONS, RULES) if isinstance(settings.get(key), list) and settings[key]]
    faults = [Fault("matching.splink_settings", name, {"key": key}) for key in (COMPARISONS, RULES) if key not in lists]
    for number, one in enumerate([] if faults else settings[COMPARISONS], 1):
        levels = one.get("comparison_levels") if isinstance(one, Mapping) else None
        if not isinstance(levels, list) or not all(isinstance(level, Mapping) for level in levels):
            faults.append(Fault("matching.splink_settings", f"{name} {COMPARISONS}[{number}]", {"key": "comparison_levels"}))
    return faults if is_prior(settings) else [*faults, Fault("matching.splink_prior", name)]


def place_of(name: str, told: Mapping[str, Any], number: int) -> str:
    """Where a comparison stands, by the column that it is about where it tells one."""
    return f"{name} {COMPARISONS}[{number}] {told.get('output_column_name') or ''}".rstrip()


def learned_model(
    spec: Spec, learned: Mapping[str, Mapping[str, list[float]]], rates: Mapping[Kind, float], sizes: Mapping[str, int]
) -> Model | Spec:
    """With Splink's shares as they are, where no comparison lacks any; they may miss 1 by a little, and keep their weights."""
    if any(set(learned.get(one.name, {})) != set(SHARES) for one in spec.comparisons):
        return spec
    match, stranger = ({one.name: np.array(learned[one.name][side]) for one in spec.comparisons} for side in SHARES)
    by_kind = {kind: np.array([rate]) for kind, rate in rates.items()}
    return Model(spec, shared=match, stranger=stranger, rates=by_kind, sizes=dict(sizes))


def read_comparison(reader: Reader, told: Mapping[str, Any], where: str) -> Comparison | None:
    """One comparison; None where a part of it could not be read, once the faults are noted."""
    ours = known_comparison(reader.ours, told)
    if ours is not None:
        return come_back(reader, told, ours)
    before = len(reader.faults)
    levels = [(f"{where} level {number}", level) for number, level in enumerate(told["comparison_levels"], 1)]
    nulls = [(place, level) for place, level in levels if level.get("is_null_level")]
    asking = [(place, level, ask(reader, place, level)) for place, level in levels if not level.get("is_null_level")]
    if len(reader.faults) > before or not asking:
        return None
    column, other, kind = subject(reader, nulls, [one for _, _, one in asking if one is not None], where)
    found = [] if len(reader.faults) > before else tested(reader, asking, kind)
    if len(reader.faults) > before:
        return None
    name = str(told.get("output_column_name") or column)
    reader.learned[name] = shares_of(found)
    return Comparison(
        name=name,
        fields=(reader.field(column, kind),),
        levels=tuple(one.level for one in found),
        shares={side: tuple(normal(values).tolist()) for side, values in reader.learned[name].items()},
        other=None if other is None else reader.field(other, kind),
        frequency=any(one.told.get("tf_adjustment_column") == column for one in found),
        fixed=all(one.told.get("fix_m_probability") for one in found),
    )


def come_back(reader: Reader, told: Mapping[str, Any], one: Comparison) -> Comparison:
    """A comparison that we exported, with the shares that it has by now."""
    levels = told["comparison_levels"][1:]
    reader.learned[one.name] = shares_of([Found(level, each, 1) for level, each in zip(one.levels, levels, strict=True)])
    shares = {side: tuple(normal(values).tolist()) for side, values in reader.learned[one.name].items()}
    return replace(one, shares=shares, frequency=any(level.get("tf_adjustment_column") for level in levels))


def tested(reader: Reader, asking: list[tuple[str, Mapping[str, Any], Asked | None]], kind: str) -> list[Found]:
    """Our levels for Splink's; faults for those that values of this kind have no test for."""
    found = []
    for place, level, one in asking:
        try:
            tests: list[tuple[str, ...] | None] = [None] if one is None else [*tests_of(one, kind)]
            found += [Found(Level(level_name(test), test), level, len(tests)) for test in tests]
        except Unreadable as error:
            reader.faults.append(Fault("matching.splink_condition", place, {"what": error.what}))
    return found


def ask(reader: Reader, where: str, level: Mapping[str, Any]) -> Asked | None:
    """What a level asks, None for ELSE; a fault where it cannot be read."""
    sql = str(level.get("sql_condition", ""))
    if sql.strip().upper() == "ELSE":
        return None
    try:
        return asked(parsed(sql))
    except Unreadable as error:
        reader.faults.append(Fault("matching.splink_condition", where, {"what": error.what}))
        return None


def subject(reader: Reader, nulls: list[tuple[str, Mapping[str, Any]]], asking: list[Asked], where: str) -> tuple[str, str | None, str]:
    """The column that a comparison is about, the one it may be crossed with, and the kind of their values; faults where there are more."""
    plain = [one.column for one in asking if one.operation != "crossed"] or [one.column for one in asking]
    column = plain[0] if plain else ""
    others = {name for one in asking for name in (one.column, one.other) if name is not None and name != column}
    if not plain or set(plain) != {column} or len(others) > 1:
        reader.faults.append(Fault("matching.splink_columns", where, {"count": len(set(plain) | others)}))
        return column, None, "text"
    kinds = {one.kind for one in asking if one.kind is not None}
    for place, level in nulls:
        try:
            condition = parsed(str(level.get("sql_condition", "")))
            if not is_missing_side(condition, {column, *others}):
                raise Unreadable("IS NULL")
            kinds |= {"day" for part in parts_of(condition, "OR") if isinstance(part, Call) and value_of(part.parts[0]).is_day}
        except Unreadable as error:
            reader.faults.append(Fault("matching.splink_condition", place, {"what": error.what}))
    return column, next(iter(others), None), "day" if "day" in kinds else next(iter(kinds), "text")


def level_name(test: tuple[str, ...] | None) -> str:
    """`exact`, `jaro_winkler_0.92`, `within_30`, `different` …"""
    if test is None:
        return "different"
    if test[0] == "same" and test[1] in ("head", "month"):
        return f"same_{test[1]}"
    return PLAIN_NAMES.get(test[0], "_".join(test))


def shares_of(found: Sequence[Found]) -> dict[str, list[float]]:
    """By class: m or u, where every level has one. A level that became two is divided evenly, which leaves its weight."""
    told = {}
    for side, key in SHARES.items():
        values = [float(one.told[key]) / one.parts for one in found if isinstance(one.told.get(key), int | float)]
        if len(values) == len(found) and all(np.isfinite(values)) and min(values) >= 0 and sum(values) > 0:
            told[side] = values
    return told


def read_rules(reader: Reader, told: Sequence[Mapping[str, Any] | str], where: str) -> Iterator[Rule]:
    """Ours as they were, and those that Splink has besides."""
    texts = [one if isinstance(one, str) else str(one.get("blocking_rule", "")) for one in told]
    known = known_rules(reader.ours, texts)
    yield from (rule for rule in reader.ours.rules if rule.name in known)
    for number, (one, sql) in enumerate(zip(told, texts, strict=True), 1):
        if not any(sql in ways for ways in known.values()):
            yield from read_rule(reader, sql, not isinstance(one, str) and bool(one.get("arrays_to_explode")), f"{where}[{number}]")


def read_rule(reader: Reader, sql: str, explodes: bool, where: str) -> list[Rule]:
    """A blocking rule of equalities; OR makes several."""
    try:
        if explodes:
            raise Unreadable("arrays_to_explode")
        return [one_rule(reader, parts_of(way, "AND")) for way in parts_of(parsed(sql), "OR")]
    except Unreadable as error:
        reader.faults.append(Fault("matching.splink_rule", where, {"what": error.what}))
        return []


def one_rule(reader: Reader, equalities: tuple[Any, ...]) -> Rule:
    """Agreement on every part."""
    pairs = []
    for node in equalities:
        if not isinstance(node, Call) or node.name != "=":
            raise Unreadable(node.name if isinstance(node, Call) else END)
        one, two = both(*node.parts)
        pairs.append((part_of(reader, one), part_of(reader, two)))
    where, against = tuple(one for one, _ in pairs), tuple(two for _, two in pairs)
    return Rule("_".join(name for name, _ in where), where, None if where == against else against, LARGEST)


def part_of(reader: Reader, value: Value) -> Part:
    """A field and its form; of a longer beginning than we keep the shorter one, which meets all its pairs and more."""
    derived = derived_columns(reader.ours)
    if value.head is None and value.column in derived:
        return derived[value.column]
    kind = "day" if value.is_day else reader.kind_of(value.column)
    form = VALUE_FORMS[kind] if value.head is None else head_form(value.head, kind, at_least=True)
    return reader.field(value.column, kind), form


def named_apart(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules, a second one of a name with a number."""
    found: dict[str, Rule] = {}
    for rule in rules:
        name = rule.name if rule.name not in found else f"{rule.name}_{len(found) + 1}"
        found[name] = replace(rule, name=name)
    return tuple(found.values())
