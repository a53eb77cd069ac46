"""What two values have in common, in plain Python: every form, every test and the level of a comparison, as the manual defines them.

The kernel is held against these. Nothing here knows of codes, keys, signatures, bits or bounds: a form is a Python value, equal where the form is;
edit distances are rapidfuzz's, sounds come through pypinyin's own front door, and what a cell says is told by `vocabulary`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import product
from typing import Any

from jellyfish import soundex
from rapidfuzz.distance import OSA, Jaro, JaroWinkler, Levenshtein

from matching.forms.twins import order_in_name, twin_in_name
from matching.model.spec import Comparison, Part, Rule, Spec
from tests.matching import reference_names as names
from tests.matching.reference_names import KEPT, left_out
from vocabulary.areas import trimmed
from vocabulary.dates import lunar_readings, lunar_to_solar, read_date
from vocabulary.identity import examine, normalise, upgrade
from vocabulary.names import is_missing, is_unnamed, mother_in_unnamed


def person(number: str) -> str:
    """The 18-digit form of a 15-digit number."""
    return upgrade(number) if re.fullmatch("[0-9]{15}", number) else number


def truncated(a: str, b: str) -> bool:
    """A spreadsheet kept fifteen digits of one of two 18-digit numbers."""
    return len(a) == len(b) == 18 and a[:15] == b[:15] and (a.endswith("000") or b.endswith("000"))


def _differing(a: str, b: str) -> list[int]:
    return [at for at in range(len(a)) if a[at] != b[at]]


def one_digit(a: str, b: str) -> bool:
    """One differs, or is left out; the check character of 18 may follow it."""
    if len(a) != len(b):
        return bool(left_out(*sorted((a, b), key=len, reverse=True)))
    differing = _differing(a, b)
    return len(differing) == 1 or (len(a) == 18 and len(differing) == 2 and differing[1] == 17)


def swapped_digits(a: str, b: str) -> bool:
    """Two neighbours stand crosswise; the check character may follow."""
    differing = _differing(a, b) if len(a) == len(b) else []
    if len(differing) == 3 and len(a) == 18 and differing[2] == 17:
        differing.pop()
    return (
        len(differing) == 2
        and differing[1] == differing[0] + 1
        and a[differing[0]] == b[differing[1]]
        and a[differing[1]] == b[differing[0]]
    )


def reissued(a: str, b: str) -> bool:
    """The letters of two print years."""
    return a[0] != b[0] and all("A" <= one[0] <= "Z" for one in (a, b))


@dataclass(frozen=True)
class Day:
    """`digits`: YYYYMMDD. `number`: the ordinal; of digits that are no day of the calendar, those digits, beyond every ordinal."""

    digits: str
    number: int
    readings: frozenset[int]


def readings_of(year: int, month: int, day: int) -> frozenset[int]:
    """The days that are meant by a lunar 30 February, which the other calendar lacks."""
    told = [lunar_to_solar(year, month, day, leap) for leap in (False, True)] if 1900 <= year <= 2100 else []
    return frozenset(one.toordinal() for one in told if one)


@lru_cache(KEPT)
def day_of(raw: Any) -> Day | None:
    """Eight digits, or ten with a sign after year and month, are kept even where the calendar has no such day; all else must be read."""
    kept = re.fullmatch(r"([0-9]{4})([-./]?)([0-9]{2})([-./]?)([0-9]{2})", raw) if isinstance(raw, str) else None
    try:
        day = read_date(raw)
    except ValueError:
        if not kept or bool(kept[2]) != bool(kept[4]):
            return None
        digits = kept[1] + kept[3] + kept[5]
        return Day(digits, 10_000_000 + int(digits), readings_of(*map(int, (kept[1], kept[3], kept[5])))) if int(digits) else None
    if day is None:
        return None
    lunar = lunar_readings(day) if 1900 <= day.year <= 2100 else ()
    return Day(f"{day.year:04}{day.month:02}{day.day:02}", day.toordinal(), frozenset(one.toordinal() for one in lunar if one != day))


def gap(a: Day, b: Day) -> int:
    return abs(a.number - b.number)


def lunar(a: Day, b: Day) -> bool:
    return a.number in b.readings or b.number in a.readings


def swapped_date(a: Day, b: Day) -> bool:
    """Two neighbouring digits crosswise, or month and day; what is near is that."""
    one, two = a.digits, b.digits
    turned = one[:4] == two[:4] and one[4:6] == two[6:] and one[6:] == two[4:6]
    return gap(a, b) > 3 and (turned or swapped_digits(one, two))


def one_date_digit(a: Day, b: Day) -> bool:
    return gap(a, b) > 3 and len(_differing(a.digits, b.digits)) == 1


def vague_day(a: Day, b: Day) -> bool:
    """What offices write where only the month is known."""
    return gap(a, b) > 3 and a.digits[:6] == b.digits[:6] and any(one.digits[6:] in ("01", "15") for one in (a, b))


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
