"""What two values have in common, in plain Python: every form, every test and the level of a comparison, as the manual defines them.

The kernel is held against these. Nothing here knows of codes, keys, signatures, bits or bounds: a form is a Python value, equal where the form is;
edit distances are rapidfuzz's, sounds come through pypinyin's own front door, and what a cell says is told by `vocabulary`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from itertools import product
from typing import Any

from jellyfish import soundex
from rapidfuzz.distance import OSA, Jaro, JaroWinkler, Levenshtein

from matching.forms.twins import order_in_name, twin_in_name
from matching.model.spec import Comparison, Part, Rule, Spec
from tests.matching import reference_names as names
from tests.matching.reference_numbers import (
    day_of,
    gap,
    lunar,
    one_date_digit,
    one_digit,
    person,
    reissued,
    swapped_date,
    swapped_digits,
    truncated,
    vague_day,
)
from vocabulary.areas import trimmed
from vocabulary.identity import examine, normalise
from vocabulary.names import is_missing, is_unnamed, mother_in_unnamed


def text_of(raw: str) -> str | None:
    told = " ".join(unicodedata.normalize("NFKC", raw).casefold().split())
    return None if told in {"", "nan", "null", "none", "n/a", "na", "nil", "unknown", "-"} else told


def area_of(raw: str) -> str | None:
    told = raw.strip()
    return trimmed(told) if re.fullmatch("[0-9]+", told) else None


def facility_of(raw: str) -> str | None:
    """The organisation's nine characters, in either of the two codes that hold them."""
    code = "".join(raw.split()).upper()
    return None if is_missing(raw) else {18: code[8:17], 22: code[:9]}.get(len(code), code)


def decimal_of(raw: Any) -> Decimal | None:
    try:
        told = Decimal(str(raw).strip())
    except InvalidOperation:
        return None
    return told if told.is_finite() else None


def quantity_of(raw: Any) -> Decimal | None:
    told = decimal_of(raw)
    return None if told is None or abs(told) >= 10**12 else round(told, 6)


def whole_of(raw: Any) -> int:
    told = decimal_of(raw)
    return 0 if told is None or abs(told) >= 2**63 else int(told)


def in_delivery(order: Any, plurality: Any, name: str | None) -> tuple[int, int] | None:
    """Order and babies of a delivery (0: not told): as stated where there are several, else as an interim name hints.

    A name that only makes sense for a twin outweighs a stated 1.
    """
    stated, babies = (min(max(whole_of(one), 0), 9) for one in (order, plurality))
    if babies == 1 and twin_in_name(name):
        babies = 0
    if babies == 1:
        return 0, 1
    told = stated if babies > 1 and stated else order_in_name(name)
    return (told, babies) if told or babies else None


def fate(status: str | None, registry: str | None) -> str | None:
    return "registered" if registry == "hukou" else status if status in ("alive", "died") else None


VALUE_OF: Mapping[str, Callable[[Any], Any]] = {
    "name": names.name_of,
    "number": normalise,
    "day": day_of,
    "area": area_of,
    "text": text_of,
    "sex": lambda raw: {"1": 1, "男": 1, "m": 1, "male": 1, "2": 2, "女": 2, "f": 2, "female": 2}.get(str(raw).strip().lower()),
    "facility": facility_of,
    "quantity": quantity_of,
    "code": lambda raw: whole_of(raw) if whole_of(raw) > 0 else None,
    "survival": lambda told: told,
    "place_in_delivery": lambda told: told,
}
FORM_OF: Mapping[str, Callable[[Any], Any]] = {
    "name written": lambda name: name.written,
    "name simplified": lambda name: name.letters,
    "name toned": lambda name: name.toned,
    "name sound": lambda name: name.sound,
    "name near": lambda name: name.near,
    "name given": lambda name: name.near[1:] if len(name.letters) >= 3 else None,
    "name first": lambda name: name.near[: name.first_end],
    "name surname": lambda name: name.near[:1],
    "name letters": lambda name: sorted(name.letters),
    "number number": str,
    "number person": person,
    "number head": lambda number: person(number)[:14] if len(person(number)) >= 14 else None,
    "number tail": lambda number: person(number)[-8:] if len(person(number)) >= 8 and not person(number).endswith("000") else None,
    "day day": lambda day: day.number,
    "day month": lambda day: day.digits[:6] if int(day.digits[:6]) else None,
    "day lunar": lambda day: day.readings,
    "text written": str,
    "text head": lambda text: text[:3],
    "text tail": lambda text: text[-4:],
    "text sound": lambda text: (soundex(text) or None) if text.isascii() and text[:1].isalpha() else None,
    "quantity value": Decimal,
} | {
    f"area {level}": lambda code, size=size: code[:size] if len(code) >= size and int(code[:size]) else None
    for level, size in (("prefecture", 4), ("county", 6), ("township", 9), ("village", 12))
} | {f"{kind} code": int if kind in ("sex", "code") else str for kind in ("sex", "code", "facility", "survival")}  # fmt: skip
TEST_OF: Mapping[str, Callable[..., bool]] = {
    f"name {test.__name__}": test for test in names.TESTS
} | {f"number {test.__name__}": test for test in (truncated, one_digit, swapped_digits, reissued)} | {
    "day lunar": lunar,
    "day swapped_date": swapped_date,
    "day one_digit": one_date_digit,
    "day vague_day": vague_day,
    "day within": lambda a, b, most: gap(a, b) <= Decimal(most),
    "quantity within": lambda a, b, most: abs(a - b) <= Decimal(most),
    "text jaro_winkler": lambda a, b, least: JaroWinkler.similarity(a, b) >= float(least),
    "text jaro": lambda a, b, least: Jaro.similarity(a, b) >= float(least),
    "text levenshtein": lambda a, b, most: Levenshtein.distance(a, b) <= float(most),
    "text damerau": lambda a, b, most: OSA.distance(a, b) <= float(most),
    "survival pair": lambda a, b, one, two: (a, b) in ((one, two), (two, one)),
    "place_in_delivery one_baby": lambda a, b: 1 in (a[1], b[1]),
    "place_in_delivery same_order": lambda a, b: a[0] == b[0] != 0,
    "place_in_delivery other_order": lambda a, b: 0 not in (a[0], b[0]) and a[0] != b[0],
    "place_in_delivery told_later": lambda a, b: False,
}  # fmt: skip
READ: Mapping[str | None, Callable[..., Any]] = {
    None: lambda raw: raw,
    "own_name": lambda raw: None if is_unnamed(raw) else raw,
    "any_name": lambda raw: None if is_missing(raw) else raw,
    "mother_told": mother_in_unnamed,
    "day_in_number": lambda raw: told.born_on if (told := examine(raw)).form == "18" and not told.fault else None,
    "sex_in_number": lambda raw: told.sex if (told := examine(raw)).form == "18" and not told.fault else None,
}
READ_SEVERAL: Mapping[str | None, Callable[..., Any]] = {"place_in_delivery": in_delivery, "survival": fate}


def values_of(spec: Spec, record: Mapping[str, Any]) -> dict[str, Any]:
    """What a record states in each field of a model; None where nothing can be compared."""
    values = {}
    for field in spec.fields:
        raw = [record.get(column) for column in field.columns]
        if field.reading in READ_SEVERAL:
            values[field.name] = READ_SEVERAL[field.reading](*raw)
        else:
            told = None if raw[0] is None else READ[field.reading](raw[0])
            values[field.name] = None if told is None else VALUE_OF[field.kind](told)
    return {field.name: values[field.or_else if values[field.name] is None and field.or_else else field.name] for field in spec.fields}


def same(kind: str, form: str, a: Any, b: Any) -> bool:
    """Both have the form, and it is one."""
    if a is None or b is None:
        return False
    told = FORM_OF[f"{kind} {form}"](a)
    return told is not None and told == FORM_OF[f"{kind} {form}"](b)


def level(spec: Spec, one: Comparison, a: Mapping[str, Any], b: Mapping[str, Any]) -> int:
    """The first level whose test holds of any reading; the last one where none does, and one more where a side has no reading."""
    kind = spec.field(one.fields[0]).kind
    readings = [(a[x], b[y]) for x, y in product(one.fields, repeat=2) if a[x] is not None and b[y] is not None]
    for place, told in enumerate(one.levels):
        if told.test is None:
            return place if readings else place + 1
        name, *arguments = told.test
        both = (one.fields[0], one.other or one.fields[0])
        if name == "any_same":
            holds = any(same(kind, *arguments, a[x], b[y]) for x, y in product(both, repeat=2))
        elif name == "crossed":
            holds = same(kind, *arguments, a[both[0]], b[both[1]]) and same(kind, *arguments, a[both[1]], b[both[0]])
        elif name == "same":
            holds = any(same(kind, *arguments, x, y) for x, y in readings)
        else:
            holds = any(TEST_OF[f"{kind} {name}"](x, y, *arguments) for x, y in readings)
        if holds:
            return place
    return len(one.levels)


def keys_of(spec: Spec, parts: tuple[Part, ...], values: Mapping[str, Any]) -> set[tuple[Any, ...]]:
    """Every key that a record has under the parts of a blocking rule; a form of several readings makes several."""
    found = []
    for name, form in parts:
        kind, value = spec.field(name).kind, values[name]
        wanted = f"{kind} {form}" if form else next(known for known in FORM_OF if known.startswith(kind + " "))
        told = None if value is None else FORM_OF[wanted](value)
        found.append(told if isinstance(told, frozenset) else () if told is None else (told,))
    return set(product(*found))


def meet(spec: Spec, rule: Rule, a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """Whether two records agree on every part of a rule, either of them as the left one."""
    against = rule.where if rule.against is None else rule.against
    return any(keys_of(spec, rule.where, one) & keys_of(spec, against, two) for one, two in ((a, b), (b, a)))
