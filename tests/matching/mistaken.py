"""Records of the births and febrl models and what goes wrong with them, drawn at random: every level of every comparison is likely.

A source is how a value or record is drawn, and how it is mistaken. Only invented people.
"""

from __future__ import annotations

from random import Random
from typing import Any

from matching.model.spec import Comparison, Spec
from tests.matching import mistaken_names as names
from tests.matching import mistaken_values as values
from tests.matching.mistaken_values import Draw, Mistake, anew

Record = dict[str, Any]
Source = tuple[Draw, Mistake]

VALUES: dict[str, Source] = {
    "name": (names.name, names.mistaken),
    "number": (values.number, values.mistaken_number),
    "day": (values.day, values.mistaken_day),
    "area": (values.area, values.mistaken_area),
    "text": (values.text, values.mistaken_text),
    "facility": anew(values.facility),
    "quantity": (values.quantity, values.mistaken_quantity),
    "code": anew(values.code),
    "sex": anew(values.sex),
}
"""By kind."""
WRITTEN_DAYS: Source = (values.day_as_written, values.mistaken_writing)


def born(rng: Random) -> Record:
    """A day, and a sound identity number that tells the same one, another, or none."""
    told = values.day(rng)
    inside = rng.choice((told, told, told and values.other_digits(told, rng), values.day(rng), None))
    number = None if inside is None else values.with_check(f"990101{inside:%Y%m%d}{rng.randrange(1000):03}")
    return {"born_on": told, "child_id_number": values.slip(number, rng) if number and rng.random() < 0.2 else number}


def mistaken_birth(told: Record, rng: Random) -> Record:
    kept = rng.choice((told, born(rng)))
    return {"born_on": values.mistaken_day(told["born_on"], rng), "child_id_number": kept["child_id_number"]}


def sexes(rng: Random) -> Record:
    return {"child_sex": values.sex(rng), "child_id_number": born(rng)["child_id_number"]}


def mothers(rng: Random) -> Record:
    """A mother's own column, and a child's name that is now and then hers."""
    told = names.name(rng)
    child = names.interim(told, rng) if told and rng.random() < 0.5 else names.name(rng)
    return {"mother_name": rng.choice((told, told, names.name(rng), None)), "child_name": child}


def mistaken_mother(told: Record, rng: Random) -> Record:
    inside = names.mistaken(told["mother_name"], rng)
    child = names.interim(inside, rng) if inside and rng.random() < 0.5 else told["child_name"]
    return {"mother_name": rng.choice((inside, inside, None)), "child_name": child}


def deliveries(rng: Random) -> Record:
    interim = names.interim(names.han(rng), rng)
    return {
        "birth_order": rng.choice((None, "1", "2", "3", "1.0", "x", "inf")),
        "plurality": rng.choice((None, "1", "2", "2", "3", "12", "0")),
        "child_name": rng.choice((interim, interim, interim, "小宝", "二毛", names.name(rng))),
    }


def fates(rng: Random) -> Record:
    return {
        "vital_status": rng.choice(("alive", "died", None, "?")),
        "registry": rng.choice(("hukou", "hukou", "hospital", "family_planning")),
    }


def persons(rng: Random) -> Record:
    return {"given_name": values.text(rng), "surname": values.text(rng)}


def mistaken_person(told: Record, rng: Random) -> Record:
    found = {name: values.mistaken_text(value, rng) for name, value in told.items()}
    return found if rng.random() < 0.7 else {"given_name": found["surname"], "surname": found["given_name"]}


def of(column: str, source: Source) -> Source:
    """Records of one column."""
    draw, mistake = source
    return lambda rng: {column: draw(rng)}, lambda record, rng: {column: mistake(record[column], rng)}


RECORDS: dict[tuple[str, str], Source] = {
    ("births", "certificate_no"): of("certificate_no", (values.certificate, values.mistaken_number)),
    ("births", "mother_name"): (mothers, mistaken_mother),
    ("births", "born_on"): (born, mistaken_birth),
    ("births", "sex"): anew(sexes),
    ("births", "twin"): anew(deliveries),
    ("births", "survival"): anew(fates),
    ("febrl", "given_name"): (persons, mistaken_person),
    ("febrl", "date_of_birth"): of("date_of_birth", WRITTEN_DAYS),
    ("febrl", "soc_sec_id"): of("soc_sec_id", VALUES["number"]),
}
"""By model and comparison, where a comparison reads several columns or asks for values of its own."""


def source_of(spec: Spec, one: Comparison) -> Source:
    """Records that a comparison has something to say of."""
    field = spec.field(one.fields[0])
    return RECORDS.get((spec.name, one.name)) or of(field.columns[0], VALUES[field.kind])


def crowd(source: Source, size: int, rng: Random) -> list[Any]:
    """Values that have to do with one another: few to begin with, and mistakes of those."""
    draw, mistake = source
    found = [draw(rng) for _ in range(3)]
    while len(found) < size:
        found.append(mistake(rng.choice(found), rng) if rng.random() < 0.9 else draw(rng))
    return found


def pairs(source: Source, size: int, rng: Random) -> tuple[list[Any], list[Any]]:
    """So many pairs: most are a value and a mistake of it, the rest are strangers."""
    draw, mistake = source
    left = [draw(rng) for _ in range(size)]
    return left, [mistake(told, rng) if rng.random() < 0.85 else left[rng.randrange(size)] for told in left]


def whole_records(spec: Spec, size: int, rng: Random) -> list[Record]:
    """Records with every column of a model; several births, each told several times, with mistakes and gaps."""
    crowds = [crowd(source_of(spec, one), size, rng) for one in spec.comparisons]
    found = []
    for row in range(size):
        told = {column: value for values_of in crowds for column, value in values_of[row].items()}
        found.append({column: None if rng.random() < 0.15 else value for column, value in told.items()})
    return found
