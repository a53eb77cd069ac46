"""Each mechanism alone, on names and numbers drawn by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from demo import mistaken_dates, mistaken_names, mistaken_numbers
from demo.homophones import homophones, sound
from vocabulary.dates import lunar_readings
from vocabulary.identity import examine
from vocabulary.names import is_missing, is_unnamed, mother_in_unnamed, tidy

MANY = 60


def struck(mechanism, value: object, **beside: object) -> list:
    """What a mechanism makes of a value, many times over."""
    rows = pd.DataFrame([{"value": value, "naming": "han"} | beside] * MANY)
    return mechanism(rows, "value", np.random.default_rng(4))


@pytest.mark.parametrize(("character", "others"), [("芳", {"方", "坊"}), ("伟", {"伪", "尾", "纬", "委"}), ("丽", {"利", "力", "立"})])
def test_homophones_are_real_ones(character: str, others: set[str]) -> None:
    assert others <= set(homophones(character, tone=True))
    assert character not in homophones(character, tone=True)


def test_a_homophone_keeps_the_sound_and_changes_one_character() -> None:
    for heard in set(struck(mistaken_names.homophone, "王芳")):
        changed = [place for place in (0, 1) if heard[place] != "王芳"[place]]
        assert len(changed) <= 1
        assert [sound(letter, tone=False) for letter in heard] == ["wang", "fang"]


@pytest.mark.parametrize(
    ("mechanism", "before", "after"),
    [
        (mistaken_names.look_alike, "张晴", {"张睛"}),
        (mistaken_names.variant, "叶语", {"葉语", "叶語", "葉語"}),
        (mistaken_names.variant, "付一", {"傅一", "付一"}),
        (mistaken_names.separator, "艾力·买买提", {f"艾力{mark}买买提" for mark in "•・.．‧ -。"} | {"艾力买买提"}),
        (mistaken_names.last_part_dropped, "艾力·买买提", {"艾力"}),
        (mistaken_names.truncated, "阿不都热依木·买买提", {"阿不都热", "阿不都热依", "阿不都热依木", "阿不都热依木·买"}),
        (mistaken_names.spaced, "张三", {"张 三", "张\u3000三"}),
        (mistaken_names.spaced, "张三丰", {"张三丰"}),
    ],
)
def test_what_a_name_becomes(mechanism, before: str, after: set[str]) -> None:
    assert set(struck(mechanism, before)) == after


def test_a_name_from_another_language_is_respelt_both_ways() -> None:
    assert set(struck(mistaken_names.transliteration, "买买提·亚森", naming="dotted")) == {"麦麦提·亚森", "买买提·亚生"}
    assert set(struck(mistaken_names.transliteration, "麦麦提", naming="dotted")) == {"买买提"}
    assert set(struck(mistaken_names.transliteration, "买买提", naming="han")) == {"买买提"}


def test_a_rare_character_becomes_a_mark_that_stands_for_one_character() -> None:
    for written in set(struck(mistaken_names.placeholder, "王\u4dae")):
        assert written[0] == "王"
        assert written[1:] in {"?", "？", "□", "*", "\ue5e5", "yan"}


@pytest.mark.parametrize("sex", ["1", "2"])
@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("plurality", [1, 2])
def test_an_unnamed_newborn_is_its_mothers_child(sex: str, order: int, plurality: int) -> None:
    for written in struck(mistaken_names.unnamed, "x", mother_name="王芳", sex=sex, plurality_true=plurality, birth_order_true=order):
        assert is_unnamed(written)
        assert mother_in_unnamed(written) in {"王芳", None}


def test_no_name_is_nothing_or_a_word_for_nothing() -> None:
    written = struck(mistaken_names.no_name, "王芳")
    assert all(is_missing(name) for name in written)
    assert {None} < set(written)


def test_the_ward_writes_the_mothers_surname() -> None:
    assert set(struck(mistaken_names.interim_surname, "李沐宸", surname="李", mother_surname="王")) == {"王沐宸"}


def test_a_milk_name_is_a_name_after_all() -> None:
    assert all(tidy(name) for name in struck(mistaken_names.milk_name, "李沐宸"))


NUMBER = "990101199505064728"


@pytest.mark.parametrize(
    ("mechanism", "fault"),
    [
        (mistaken_numbers.one_digit, "check_digit"),
        (mistaken_numbers.transposed, "check_digit"),
        (mistaken_numbers.excel_truncated, "excel_truncated"),
    ],
)
def test_a_broken_number_is_seen_to_be_broken(mechanism, fault: str) -> None:
    number = valid(NUMBER)
    for written in set(struck(mechanism, number)) - {number}:
        assert written.startswith("99")
        assert examine(written).fault is not None
    assert fault in {examine(written).fault for written in struck(mechanism, number)}


def valid(number: str) -> str:
    """The number with its right check character."""
    from vocabulary.identity import check_character

    return number[:17] + check_character(number[:17])


def test_an_untidy_number_is_still_the_same_number() -> None:
    from vocabulary.identity import normalise

    number = valid(NUMBER)
    assert {normalise(written) for written in struck(mistaken_numbers.untidy, number)} == {number}


def test_only_those_born_before_1984_have_the_old_number() -> None:
    number = valid("990101198205064728")
    assert set(struck(mistaken_numbers.old_form, number, mother_born_on=pd.Timestamp("1982-05-06"))) == {number[:6] + number[8:17]}
    assert set(struck(mistaken_numbers.old_form, valid(NUMBER), mother_born_on=pd.Timestamp("1995-05-06"))) == {valid(NUMBER)}


def test_a_relatives_number_is_valid_and_another() -> None:
    number = valid(NUMBER)
    written = struck(mistaken_numbers.relative_number, number, mother_born_on=pd.Timestamp("1995-05-06"), mother_id_number_true=number)
    assert number not in written
    assert {examine(one).fault for one in written} == {None}


@pytest.mark.parametrize("day", ["2026-03-05", "2025-12-31", "2026-08-08"])
def test_a_lunar_date_can_be_read_back(day: str) -> None:
    (written,) = set(struck(mistaken_dates.lunar_date, pd.Timestamp(day)))
    assert 19 <= (pd.Timestamp(day) - written).days <= 54
    assert pd.Timestamp(day).date() in lunar_readings(written.date())


@pytest.mark.parametrize(
    ("mechanism", "before", "after"),
    [
        (mistaken_dates.day_lost, "2026-03-20", {"2026-03-01", "2026-03-15"}),
        (mistaken_dates.day_before_or_after, "2026-03-01", {"2026-02-28", "2026-03-02"}),
        (mistaken_dates.year_slip, "2026-01-20", {"2025-01-20"}),
        (mistaken_dates.year_slip, "2026-02-20", {"2026-02-20"}),
        (mistaken_dates.implausible_year, "2026-02-20", {"2062-02-20", "2016-02-20", "1926-02-20", "2027-02-20"}),
        (mistaken_dates.report_date, "2026-03-01", {"2026-04-02"}),
    ],
)
def test_what_a_date_becomes(mechanism, before: str, after: set[str]) -> None:
    written = struck(mechanism, pd.Timestamp(before), recorded_on=pd.Timestamp("2026-04-02"))
    assert {day.date().isoformat() for day in written} == after


def test_a_slip_of_a_digit_is_another_day_that_is_not_ahead() -> None:
    for written in struck(mistaken_dates.digit_slip, pd.Timestamp("2026-03-12"), as_of=pd.Timestamp("2026-10-31")):
        assert written != pd.Timestamp("2026-03-12")
        assert written <= pd.Timestamp("2026-10-31")
        kept = sum(one == other for one, other in zip(written.strftime("%m%d"), "0312", strict=True))
        assert kept >= 2 or written.strftime("%m%d") == "1203"
