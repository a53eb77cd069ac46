"""The kinds of value that a model may name, with the forms and tests of each."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from matching.forms import areas, codes, days, names, numbers, texts
from matching.forms.book import Kind
from matching.kernel.layout import AREA, CODE, DAY, NAME, NUMBER, QUANTITY, TEST, TEXT

SAMENESS = {"same": TEST.same, "any_same": TEST.any_same, "crossed": TEST.crossed}
SURVIVAL = {"registered": 1, "alive": 2, "died": 3}
SEXES = {"1": 1, "男": 1, "m": 1, "male": 1, "2": 2, "女": 2, "f": 2, "female": 2}


def _forms(**columns: int | tuple[int, ...]) -> Mapping[str, tuple[int, ...]]:
    return {name: column if isinstance(column, tuple) else (column,) for name, column in columns.items()}


def _as_they_are(raw: pa.Array) -> pa.Array:
    return raw.cast(pa.int64())


def _sexes(raw: pa.Array) -> pa.Array:
    return pa.array([SEXES.get(str(value).strip().lower()) for value in raw.to_pylist()], type=pa.int64())


_NAME_FORMS = _forms(
    written=NAME.written, simplified=NAME.simplified, toned=NAME.toned, sound=NAME.sound, near=NAME.near, given=NAME.given, first=NAME.first, surname=NAME.surname, letters=NAME.bag
)  # fmt: skip
_NAME_TESTS = {
    name: getattr(TEST, name)
    for name in (
        "look_alike", "placeholder", "one_character", "other_surname", "missing_character", "surname_left_out", "milk_name", "transliteration", "first_part", "pet_name"
    )
}  # fmt: skip
_NUMBER_FORMS = _forms(number=NUMBER.number, person=NUMBER.person, head=NUMBER.head, tail=NUMBER.tail)
_NUMBER_TESTS = {name: getattr(TEST, name) for name in ("truncated", "one_digit", "swapped_digits", "reissued")}
_DAY_FORMS = _forms(day=DAY.day, month=DAY.month, lunar=(DAY.lunar, DAY.lunar_leap, DAY.lunar_early, DAY.lunar_early_leap))
_DAY_TESTS = {
    "lunar": TEST.lunar, "swapped_date": TEST.swapped_date, "one_digit": TEST.one_date_digit, "vague_day": TEST.vague_day, "within": TEST.within
}  # fmt: skip
_TEXT_FORMS = _forms(written=TEXT.written, head=TEXT.head, tail=TEXT.tail, sound=TEXT.sound)
_TEXT_TESTS = {name: getattr(TEST, name) for name in ("jaro_winkler", "jaro", "levenshtein", "damerau")}
_PLACE_TESTS = {name: getattr(TEST, name) for name in ("same_order", "one_baby", "other_order", "told_later")}

_CODE_FORMS = _forms(code=CODE.code)
KINDS = {
    kind.name: kind
    for kind in (
        Kind("name", names.canonical, names.derive, _NAME_FORMS, SAMENESS | _NAME_TESTS, signature=NAME.signature),
        Kind("number", numbers.canonical, numbers.derive, _NUMBER_FORMS, SAMENESS | _NUMBER_TESTS),
        Kind("day", days.canonical, days.derive, _DAY_FORMS, SAMENESS | _DAY_TESTS, further={"lunar": days.with_lunar}),
        Kind("area", areas.canonical, areas.derive, _forms(village=AREA.village, township=AREA.township, county=AREA.county, prefecture=AREA.prefecture), SAMENESS),
        Kind("text", texts.canonical, texts.derive, _TEXT_FORMS, SAMENESS | _TEXT_TESTS, further={"head": texts.with_heads, "tail": texts.with_tails, "sound": texts.with_sounds}),
        Kind("sex", _sexes, codes.derive_codes, _CODE_FORMS, SAMENESS),
        Kind("code", codes.whole_numbers, codes.derive_codes, _CODE_FORMS, SAMENESS),
        Kind("facility", codes.facilities, codes.derive_facilities, _CODE_FORMS, SAMENESS),
        Kind("survival", _as_they_are, codes.derive_codes, _CODE_FORMS, {"pair": TEST.pair}, SURVIVAL),
        Kind("place_in_delivery", _as_they_are, codes.derive_places, _CODE_FORMS, _PLACE_TESTS),
        Kind("quantity", codes.quantities, codes.derive_quantities, _forms(value=QUANTITY.value), SAMENESS | {"within": TEST.within}),
    )
}  # fmt: skip
"""By name. `derive` of survival and places takes whole numbers that a reading made (matching.forms.readings)."""
