"""`hedui profile`: counts of the contract's columns, nothing else read, nobody's value shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors.profiling.advice import advice, would_be_refused
from connectors.profiling.page import page
from connectors.profiling.profile import Asked, profile
from connectors.profiling.small import counted
from connectors.profiling.suggest import suggestions
from connectors.profiling.words import Words
from connectors.sources import DropFolder
from tests.connectors.conftest import fill
from tests.connectors.deliveries import HUKOU, NUMBER, SURNAME, Rows, chinese, grid_of, number, rows_of, save_csv, save_xlsx
from vocabulary.areas import Area, Areas
from vocabulary.block_list import BLOCKED
from vocabulary.errors import ConfigurationError, DeliveryRefused, Unreachable
from vocabulary.page_words import texts_in
from vocabulary.registries import REGISTRIES

TODAY = date(2026, 11, 1)
TEXT = dict.fromkeys(HUKOU.column_names, sa.Text())


def of_file(path: Path, **asked) -> dict:
    return profile(Asked(DropFolder(path), **asked), TODAY)


def of_rows(drop: Path, rows: Rows, **asked) -> dict:
    return of_file(save_csv(drop / "hukou_2026-10-31.csv", grid_of(HUKOU, rows)), **asked)


def row_of(told: dict, section: str, column: str) -> dict:
    return next(row for row in told[section] if row["column"] == column)


@pytest.fixture
def statements() -> Iterator[list[str]]:
    sent: list[str] = []

    def note(*told: object) -> None:
        sent.append(str(told[2]))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("registry", REGISTRIES.values(), ids=REGISTRIES)
def test_a_sound_source_of_every_registry_would_be_taken(drop, database_url, registry):
    rows = rows_of(registry, 40)
    of_view = profile(Asked(fill(database_url, registry.table, dict.fromkeys(registry.column_names, sa.Text()), rows)), TODAY)
    delivered = of_file(save_csv(drop / "2026-10-31.csv", grid_of(registry, rows)))
    for told in (of_view, delivered):
        assert (told["registry"], told["rows"], would_be_refused(told)) == (registry.name, 40, False)
    assert of_view["filled"] == delivered["filled"]


def test_a_view_is_asked_for_the_contracts_columns_and_no_other(database_url, statements):
    rows = [row | {"parity": "2", "remark": "x"} for row in rows_of(HUKOU, 20)]
    source = fill(database_url, HUKOU.table, TEXT | {"parity": sa.Text(), "remark": sa.Text()}, rows)
    statements.clear()
    told = profile(Asked(source), TODAY)
    read = [" ".join(text.split()) for text in statements if f"FROM {HUKOU.table}" in text]
    assert read
    assert all(text.startswith(f"SELECT {', '.join(HUKOU.column_names)} FROM {HUKOU.table}") for text in read)
    assert told["distance"]["blocked"] == ["parity"]
    assert [one["name"] for one in told["distance"]["strangers"]] == ["remark"]


@pytest.mark.parametrize("term", BLOCKED)
def test_a_file_with_a_blocked_column_is_refused_by_name(drop, term):
    grid = [[*line, term if at == 0 else "1"] for at, line in enumerate(grid_of(HUKOU, rows_of(HUKOU)))]
    with pytest.raises(DeliveryRefused) as caught:
        of_file(save_csv(drop / "hukou.csv", grid))
    assert {(fault.code, fault.facts["column"]) for fault in caught.value.faults} == {("delivery.blocked_column", term)}


def test_a_blocked_word_in_a_cell_refuses_too(drop):
    with pytest.raises(DeliveryRefused) as caught:
        of_rows(drop, [row | {"father_name": "政策外"} for row in rows_of(HUKOU)])
    assert {fault.code for fault in caught.value.faults} == {"delivery.blocked_value"}


def test_no_persons_value_is_in_the_counts_or_on_the_page(drop):
    rows = rows_of(HUKOU, 60)
    rows += [row | {"child_sex": SURNAME, "division_code": NUMBER, "born_on": SURNAME, "certificate_no": NUMBER} for row in rows[:30]]
    told = of_rows(drop, rows)
    for text in (json.dumps(told, ensure_ascii=False), page(told, HUKOU, "zh"), page(told, HUKOU, "en")):
        assert not any(
            value in text for value in (SURNAME, NUMBER, rows[0]["child_name"], rows[0]["mother_name"], rows[0]["registration_id"])
        )


@pytest.mark.parametrize(
    ("rows", "of", "told"),
    [(0, 9, 0), (1, 100, "<5"), (4, 100, "<5"), (5, 100, 5), (95, 100, 95), (96, 100, ">95"), (100, 100, 100), (3, 3, "<5")],
)
def test_small_counts_and_what_would_tell_them_are_hidden(rows, of, told):
    assert counted(rows, of)["rows"] == told


def test_what_is_missing_and_what_is_unknown_is_told_with_the_alias_it_is_like(drop):
    titles = chinese(HUKOU) | {"mother_id_number": "母亲的身份证件号码", "child_name": "新生儿的姓名"}
    grid = [line[:-1] for line in grid_of(HUKOU, rows_of(HUKOU, 12), titles)]
    grid = [[*line, "联系电话" if at == 0 else "13900000000"] for at, line in enumerate(grid)]
    told = of_file(save_csv(drop / "hukou.csv", grid))
    assert would_be_refused(told)
    assert [row["column"] for row in told["distance"]["missing"]] == ["child_name", "mother_id_number", "updated_at"]
    assert {row["name"]: row["column"] for row in told["distance"]["strangers"]} == {
        "新生儿的姓名": "child_name",
        "母亲的身份证件号码": "mother_id_number",
        "联系电话": None,
    }
    assert [row["column"] for row in told["filled"]] == [
        name for name in HUKOU.column_names if name not in ("child_name", "mother_id_number", "updated_at")
    ]
    text = page(told, HUKOU, "zh")
    assert "&#34;新生儿的姓名&#34;: &#34;child_name&#34;," in text
    assert "13900000000" not in text


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("父亲身份证号码", None),
        ("母亲身份证件号码", "mother_id_number"),
        ("母亲的姓名", "mother_name"),
        ("婴儿出生日期", "born_on"),
        ("婴儿出生日期时间", "born_on"),
        ("母亲证件类型", None),
        ("mother_idnumber", "mother_id_number"),
        ("备注", None),
        ("x1", None),
    ],
)
def test_a_suggestion_never_changes_whose_or_what(name, column):
    registry = REGISTRIES["family_planning"]  # it has no father's number, so that a mother's would be the likest
    assert [one.column for one in suggestions([("here", name)], registry, registry.column_names)] == [column]


def test_habits_of_dates_are_counted(drop):
    rows = rows_of(HUKOU, 100)
    for at, day in enumerate(
        ["2026-05-01"] * 20 + ["2026-05-15"] * 6 + ["2026-02-30"] * 7 + ["1900-01-01"] * 8 + ["2031-01-02"] * 9 + ["2026/3/5"] * 10
    ):
        rows[at]["born_on"] = day
    told = row_of(of_rows(drop, rows), "days", "born_on")
    assert told["layouts"]["lunar_day"]["rows"] == 7
    assert told["layouts"]["slashes"]["rows"] == 10
    assert (told["habits"]["placeholder"]["rows"], told["habits"]["future"]["rows"]) == (8, 9)
    assert told["habits"]["first"]["rows"] >= 20
    assert max(told["by_month"]) < "2031"
    assert min(told["by_month"]) > "1900"


def test_kinds_of_names_are_counted(drop):
    names = {
        "han2": "李甯",
        "han3": "李甯甯",
        "han4": "欧阳甯甯",
        "dotted": "阿卜杜拉·买买提",
        "latin": "ANNA",
        "unnamed": "李甯之女",
        "mixed": "李?甯",
    }
    rows = rows_of(HUKOU, 7 * 6)
    for at, row in enumerate(rows):
        row["child_name"] = list(names.values())[at % 7]
    told = row_of(of_rows(drop, rows), "names", "child_name")
    assert {kind: told["kinds"][kind]["rows"] for kind in names} == dict.fromkeys(names, 6)
    assert told["marks"]["unwritable"]["rows"] == 6


def test_rare_characters_are_counted_by_block(drop):
    rows = [row | {"child_name": "李𠮷㐀"} for row in rows_of(HUKOU, 10)]
    told = row_of(of_rows(drop, rows), "names", "child_name")
    assert {mark: told["marks"][mark]["rows"] for mark in ("ext_a", "ext_b")} == {"ext_a": 10, "ext_b": 10}


def test_numbers_are_told_apart_as_the_examination_of_one_tells_them(drop):
    sound = number(date(1990, 3, 7), 2)
    kinds = {
        "sound": sound,
        "old_form": "990101900307002",
        "check_digit": sound[:-1] + ("1" if sound[-1] != "1" else "2"),
        "excel_truncated": "990101199003071000",
        "birth_date": number_with_day("19900230"),
        "other_document": "E99012345",
        "length": "99010119900307",
    }
    rows = rows_of(HUKOU, 7 * 8)
    for at, row in enumerate(rows):
        row["mother_id_number"] = list(kinds.values())[at % 7]
    told = row_of(of_rows(drop, rows), "numbers", "mother_id_number")
    assert {kind: told["kinds"][kind]["rows"] for kind in kinds} == dict.fromkeys(kinds, 8)


def number_with_day(digits: str) -> str:
    from vocabulary.identity import check_character

    return f"990101{digits}002" + check_character(f"990101{digits}002")


def test_the_same_record_and_the_same_child_are_counted_and_twins_are_not(drop):
    rows = [row | {"mother_id_number": number(date(1990, 1, 1 + at % 28), 100 + at)} for at, row in enumerate(rows_of(HUKOU, 60))]
    again = [dict(row) for row in rows[:6]]
    twins = [
        row | {"registration_id": f"t{at}", "certificate_no": f"Z98{at:07d}", "child_name": "李甯", "child_id_number": ""}
        for at, row in enumerate(rows[10:18])
    ]
    found = {row["kind"]: row["again"]["rows"] for row in of_rows(drop, rows + again + twins)["twice"]}
    assert found == {"record": 6, "certificate": 6, "child_number": 6, "mother_and_day": 14, "mother_day_and_name": 6}


def test_an_unknown_code_is_shown_where_it_is_nobodys_name(drop):
    rows = rows_of(HUKOU, 40)
    for at, row in enumerate(rows):
        row["child_sex"] = {0: "男婴儿", 1: "王芳"}.get(at % 4, "1")
    told = row_of(of_rows(drop, rows), "codes", "child_sex")
    assert [(one["spelling"], one["rows"]) for one in told["unknown"]] == [("男婴儿", 10)]
    assert told["not_shown"]["rows"] == 10


def test_division_codes_are_held_against_the_table_of_areas(drop):
    areas = Areas([Area("990101001", "甲"), Area("990101002", "乙", None, date(2025, 1, 1), ("990101001",))])
    rows = rows_of(HUKOU, 40)
    for at, row in enumerate(rows):
        row["division_code"] = ("990101001001", "990101002001", "990199009001", "地址")[at % 4]
    told = of_rows(drop, rows, areas=areas, area=("990101",))["divisions"]
    assert {name: count["rows"] for name, count in told["table"].items()} == {"valid": 10, "replaced": 10, "unknown": 10}
    assert (told["levels"]["malformed"]["rows"], told["elsewhere"]["rows"]) == (10, 10)


def test_a_numeric_column_for_a_number_on_paper_is_told(database_url):
    source = fill(database_url, HUKOU.table, TEXT | {"division_code": sa.BigInteger()}, [])
    types = profile(Asked(source), TODAY)["distance"]["types"]
    assert [(row["column"], row["problem"]) for row in types if row["problem"] != "text_for_day"] == [("division_code", "number_for_text")]


def test_a_view_by_another_name_is_guessed_by_its_columns(database_url):
    source = fill(database_url, "birth_view", TEXT, rows_of(HUKOU, 10))
    assert profile(Asked(source, table="birth_view"), TODAY)["registry"] == "hukou"
    with pytest.raises(ConfigurationError):
        profile(Asked(source), TODAY)


def test_a_workbook_whose_numbers_are_numbers_is_told(drop):
    grid = grid_of(HUKOU, rows_of(HUKOU, 10))
    at = list(HUKOU.column_names).index("mother_id_number")
    told = of_file(save_xlsx(drop / "hukou.xlsx", [grid[0], *([*line[:at], 990101199003070028, *line[at + 1 :]] for line in grid[1:])]))
    assert told["distance"]["long_numbers"] == [{"column": "mother_id_number", "rows": 10}]


def test_a_source_that_is_not_there_or_unclear_is_said(drop):
    with pytest.raises(Unreachable):
        of_file(drop / "nothing.csv")
    with pytest.raises(ConfigurationError) as caught:
        of_file(save_csv(drop / "some.csv", [["姓名", "性别"], ["x", "1"]]))
    assert [fault.code for fault in caught.value.faults] == ["profile.registry_unclear"]


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_page_stands_alone_in_each_language(drop, locale):
    rows = rows_of(HUKOU, 80)
    for row in rows[:30]:
        row["born_on"] = "2026-05-01"
    told = of_rows(drop, rows)
    text = page(told, HUKOU, locale)
    assert text.count("<svg") == 8  # four pictures, for paper and for a phone
    assert not any(mark in text for mark in ("src=", "<link", "<script", "url("))
    assert any(kind == "ask" for kind, _ in advice(told, Words(locale, HUKOU)))


def test_every_text_is_there_in_both_languages():
    assert all(len(pair) == 2 and all(pair) for section in texts_in(Words.PATH).values() for pair in section.values())


def test_an_empty_delivery_and_one_without_a_known_column_still_make_a_page(drop, database_url):
    assert page(of_rows(drop, []), HUKOU, "zh")
    source = fill(database_url, HUKOU.table, {"a": sa.Text(), "b": sa.Text()}, [])
    told = profile(Asked(source, registry="hukou"), TODAY)
    assert would_be_refused(told)
    assert "None of the contract" in page(told, HUKOU, "en")
