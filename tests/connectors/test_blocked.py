"""rights.md R1: nothing but the contract's columns. One blocked header, alone or in a good file, and nothing of the delivery is stored."""

from __future__ import annotations

import pytest

from tests.connectors.deliveries import HUKOU, birth, chinese, grid_of, rows_of, save_csv, save_xlsx, with_cells
from vocabulary.block_list import BLOCKED, blocked_term
from vocabulary.registries import REGISTRIES

NAMED_BY_THE_LAW = [
    "孩次",
    "胎次",
    "产次",
    "孕次",
    "政策属性",
    "政策内",
    "政策外",
    "生育证",
    "准生证",
    "再生育",
    "避孕",
    "节育",
    "结扎",
    "上环",
    "孕检",
    "社会抚养费",
    "罚款",
    "违法生育",
    "超生",
    "独生子女",
    "婚姻状况",
    "计划内",
    "计划外",
    "早婚",
    "非婚",
]
"""domain.md 1.9, word for word."""
HEADERS = sorted({*BLOCKED, *NAMED_BY_THE_LAW})


@pytest.mark.parametrize("header", HEADERS)
def test_a_blocked_header_in_a_good_file_refuses_it_whole(drop, refused, header):
    grid = grid_of(HUKOU, rows_of(HUKOU))
    save_csv(drop / "hukou.csv", [[*grid[0], header], *([*row, ""] for row in grid[1:])])
    assert refused() == {"delivery.blocked_column": ["hukou.csv row 1 column N"]}


@pytest.mark.parametrize("header", HEADERS)
def test_a_blocked_header_alone_refuses_the_file(drop, refused, header):
    save_csv(drop / "hukou.csv", [[header], ["1"]])
    assert "delivery.blocked_column" in refused()


@pytest.mark.parametrize("written", ["孩 次", "＊孩次：", "孩次（必填）", "ＰＡＲＩＴＹ", "Parity", "母亲孩次", "政策 属性", "HaiCi"])
def test_a_blocked_header_is_known_however_it_is_written(drop, refused, written):
    grid = grid_of(HUKOU, rows_of(HUKOU))
    save_xlsx(drop / "hukou.xlsx", [[*grid[0], written], *([*row, "1"] for row in grid[1:])])
    assert "delivery.blocked_column" in refused()


@pytest.mark.parametrize(
    ("where", "title", "sheet", "footer"),
    [
        ("title", "2026年超生子女登记表", "Sheet1", ""),
        ("name of the sheet", "登记表", "政策外", ""),
        ("footer", "登记表", "Sheet1", "备注：社会抚养费另表"),
    ],
)
def test_a_blocked_word_around_the_table_refuses_it_too(drop, refused, where, title, sheet, footer):
    save_xlsx(drop / "hukou.xlsx", [[title], *grid_of(HUKOU, rows_of(HUKOU)), [footer]], sheet=sheet)
    assert list(refused()) == ["delivery.blocked_column"], where


def test_a_blocked_word_in_the_file_name_refuses_it(drop, refused):
    save_csv(drop / "hukou 政策外.csv", grid_of(HUKOU, rows_of(HUKOU)))
    assert list(refused()) == ["delivery.blocked_column"]


@pytest.mark.parametrize("value", ["孩次", "政策外", "政策外二孩", "孩次：2", "超生", "社会抚养费已缴", "parity"])
def test_a_blocked_word_in_place_of_a_value_refuses_it(drop, refused, value):
    save_csv(drop / "hukou.csv", grid_of(HUKOU, with_cells(rows_of(HUKOU), 2, father_name=value)))
    assert refused() == {"delivery.blocked_value": ["hukou.csv row 4 column I (father_name)"]}


@pytest.mark.parametrize("name", ["张超生", "王上环", "罚款生", "民族英"])
def test_a_name_that_contains_a_short_blocked_word_is_a_name(drop, delivered, name):
    save_csv(drop / "hukou.csv", grid_of(HUKOU, with_cells(rows_of(HUKOU), 2, father_name=name)))
    assert name in set(delivered()["father_name"])


@pytest.mark.parametrize("header", ["备注", "序号", "联系电话", "户主姓名", "与户主关系", "remark"])
def test_any_other_unknown_column_refuses_the_file_with_its_name(drop, refused, header):
    grid = grid_of(HUKOU, rows_of(HUKOU))
    save_csv(drop / "hukou.csv", [[header, *grid[0]], *(["", *row] for row in grid[1:])])
    assert refused() == {"delivery.unknown_column": ["hukou.csv row 1 column A"]}


def test_a_column_without_a_name_refuses_the_file(drop, refused):
    grid = grid_of(HUKOU, rows_of(HUKOU))
    save_xlsx(drop / "hukou.xlsx", [grid[0], *([*row, "x"] for row in grid[1:3]), *grid[3:]])
    assert refused() == {"delivery.unnamed_column": [f"hukou.xlsx [Sheet1] row {row} column N" for row in (2, 3)]}


def test_what_is_wrong_is_told_all_at_once(drop, refused):
    rows = with_cells(rows_of(HUKOU), 1, born_on="soon")
    headers = chinese(HUKOU) | {"division_code": "孩次", "father_name": "备注", "updated_at": chinese(HUKOU)["born_on"]}
    save_csv(drop / "hukou.csv", grid_of(HUKOU, rows, headers))
    assert {code: len(places) for code, places in refused().items()} == {
        "delivery.blocked_column": 1,
        "delivery.unknown_column": 1,
        "delivery.ambiguous_header": 1,
        "delivery.missing_column": 3,
        "delivery.unreadable_date": 1,
    }


@pytest.mark.parametrize("registry", REGISTRIES.values(), ids=REGISTRIES)
def test_no_alias_of_a_contract_is_itself_blocked(registry):
    assert {alias: term for alias in (*registry.headers, *registry.column_names) if (term := blocked_term(alias))} == {}


def test_no_column_of_the_sample_is_left_out_by_a_contract():
    assert set(birth(1)) == {name for registry in REGISTRIES.values() for name in registry.column_names}
