"""What must hold of a linkage model before it is used: names that exist, tests that its kinds know, shares that add up."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose, prod

from matching.forms.book import Kind
from matching.forms.kinds import KINDS
from matching.forms.readings import RECORD_READINGS, VALUE_READINGS
from matching.kernel.layout import TEST
from matching.model.spec import AS_MATCH, AS_STRANGER, MATCH, STRANGER, Comparison, Field, Part, Rule, Spec
from vocabulary.block_list import blocked_term
from vocabulary.errors import Fault

ARGUMENTS = {TEST.same: 1, TEST.any_same: 1, TEST.crossed: 1, TEST.pair: 2}
MEASURED = (TEST.jaro_winkler, TEST.jaro, TEST.levenshtein, TEST.damerau, TEST.within)
PATTERNS = 2**56
"""A pattern must fit into one integer."""


def checked(spec: Spec, where: str) -> list[Fault]:
    """Every fault of a model."""
    faults = [fault for one in spec.fields for fault in _field(spec, one, f"{where} fields.{one.name}")]
    faults += _classes(spec, where)
    known = {one.name: KINDS[one.kind] for one in spec.fields if one.kind in KINDS}
    for one in spec.comparisons:
        faults += _comparison(spec, one, known, f"{where} comparisons.{one.name}")
    for rule in spec.rules:
        faults += _rule(rule, known, f"{where} rules.{rule.name}")
    names = [one.name for one in spec.comparisons]
    faults += [Fault("matching.model_twice", where, {"name": name}) for name in sorted({name for name in names if names.count(name) > 1})]
    for pair in spec.interactions or ():
        faults += [_reference(f"{where} interactions", name, names) for name in pair if name not in names]
    if prod(len(one.levels) + 1 for one in spec.comparisons) >= PATTERNS:
        faults.append(Fault("matching.model_large", where, {"levels": sum(len(one.levels) for one in spec.comparisons)}))
    return faults


def _classes(spec: Spec, where: str) -> Iterator[Fault]:
    if len(spec.classes) < 2 or spec.classes[0] != MATCH or spec.classes[-1] != STRANGER:
        yield Fault("matching.model_classes", where)
    yield from (_reference(f"{where} beliefs.coarse", one, spec.classes[:-1]) for one in set(spec.beliefs.coarse) - set(spec.classes[:-1]))
    for name in ("across", "within"):
        told = getattr(spec.beliefs, name)
        yield from (_reference(f"{where} beliefs.{name}", one, spec.classes[:-1]) for one in set(told) ^ set(spec.classes[:-1]))
        yield from (
            Fault("matching.model_rate", f"{where} beliefs.{name}.{one}")
            for one, (rate, low, high) in told.items()
            if not 0 <= low <= rate <= high
        )


def _field(spec: Spec, one: Field, where: str) -> Iterator[Fault]:
    names = [other.name for other in spec.fields]
    if any(blocked_term(column) for column in (one.name, *one.columns)):
        yield Fault("matching.model_forbidden", where)
    if one.kind not in KINDS:
        yield _reference(where, one.kind, KINDS)
    if one.reading is not None and one.reading not in VALUE_READINGS | RECORD_READINGS:
        yield _reference(where, one.reading, VALUE_READINGS | RECORD_READINGS)
    if one.or_else is not None and (one.or_else not in names or spec.field(one.or_else).kind != one.kind):
        yield _reference(where, one.or_else, [other.name for other in spec.fields if other.kind == one.kind])
    if len(one.columns) != (1 if one.reading not in RECORD_READINGS else {"place_in_delivery": 3, "survival": 2}[str(one.reading)]):
        yield Fault("matching.model_columns", where, {"count": len(one.columns)})


def _comparison(spec: Spec, one: Comparison, known: dict[str, Kind], where: str) -> Iterator[Fault]:
    asked = [*one.fields, *([one.other] if one.other else [])]
    unknown = [name for name in asked if name not in known]
    yield from (_reference(where, name, known) for name in unknown)
    if unknown:
        return
    kinds = {known[name].name for name in asked}
    if len(kinds) > 1 or not 1 <= len(one.fields) <= 3 or not one.levels:
        yield Fault("matching.model_comparison", where, {"kinds": ", ".join(sorted(kinds))})
        return
    kind = known[one.fields[0]]
    for place, level in enumerate(one.levels):
        yield from _test(kind, level.test, place == len(one.levels) - 1, one.other is not None, f"{where} {level.name}")
    for name, told in one.shares.items():
        yield from _shares(told, len(one.levels), f"{where}.{name}")


def _test(kind: Kind, test: tuple[str, ...] | None, last: bool, has_other: bool, where: str) -> Iterator[Fault]:
    if test is None:
        if not last:
            yield Fault("matching.model_test_missing", where)
        return
    operation = kind.tests.get(test[0])
    if operation is None:
        yield _reference(where, test[0], kind.tests)
        return
    wanted = ARGUMENTS.get(operation, 1 if operation in MEASURED else 0)
    if len(test) - 1 != wanted or (operation in (TEST.any_same, TEST.crossed) and not has_other):
        yield Fault("matching.model_arguments", where, {"count": wanted})
    elif operation <= TEST.crossed and test[1] not in kind.forms:
        yield _reference(where, test[1], kind.forms)
    elif operation == TEST.pair:
        yield from (_reference(where, word, kind.words) for word in test[1:] if word not in kind.words)
    elif operation in MEASURED and not _is_number(test[1]):
        yield Fault("matching.model_arguments", where, {"count": wanted})


def _shares(told: tuple[float, ...] | str, levels: int, where: str) -> Iterator[Fault]:
    if isinstance(told, str):
        if told not in (AS_MATCH, AS_STRANGER):
            yield _reference(where, told, (AS_MATCH, AS_STRANGER))
    elif len(told) != levels or min(told) < 0 or not isclose(sum(told), 1, abs_tol=0.01):
        yield Fault("matching.model_shares", where, {"levels": levels, "count": len(told), "sum": f"{sum(told):.3f}"})


def _rule(rule: Rule, known: dict[str, Kind], where: str) -> Iterator[Fault]:
    for part in (*rule.where, *(rule.against or ()), *rule.split):
        yield from _part(part, known, where)
    if not rule.where or (rule.against is not None and len(rule.against) != len(rule.where)):
        yield Fault("matching.model_rule", where)


def _part(part: Part, known: dict[str, Kind], where: str) -> Iterator[Fault]:
    name, form = part
    if name not in known:
        yield _reference(where, name, known)
    elif form and form not in known[name].forms:
        yield _reference(where, form, known[name].forms)


def _reference(where: str, name: str, known: object) -> Fault:
    return Fault("matching.model_name", where, {"name": name, "known": ", ".join(sorted(known))})  # type: ignore[call-overload]


def _is_number(text: str) -> bool:
    try:
        return float(text) >= 0
    except ValueError:
        return False
