"""Which cell names which column: every alias, in any order, with the marks and notes that offices add; two for one field are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.complaints import Complaints
from connectors.headers import find_header, names_of, tidy_header
from connectors.sheet_body import SheetBody
from tests.connectors.deliveries import HUKOU, chinese, grid_of, rows_of, save_csv
from vocabulary.contracts import Registry
from vocabulary.registries import REGISTRIES

DECORATED = st.sampled_from(["{}", " {} ", "*{}", "＊{}", "{}：", "{}（必填）", "{}(YYYY-MM-DD)", "{}【文本】", "{}\n", "　{}　"])
TITLES = st.lists(st.sampled_from(["示例县出生登记", "2026年10月", "单位：示例", ""]), max_size=4)


def spellings(registry: Registry, column: str) -> list[str]:
    return [column, column.upper(), *(alias for alias, name in registry.headers.items() if name == column)]


@st.composite
def sheets(draw: st.DrawFn) -> tuple[Registry, list[list[str]], list[dict[str, str]]]:
    """A sheet with any alias of each column, in any order of columns and rows, below any titles."""
    registry = draw(st.sampled_from(list(REGISTRIES.values())))
    order = draw(st.permutations(registry.column_names))
    header = [draw(DECORATED).format(draw(st.sampled_from(spellings(registry, column)))) for column in order]
    rows = draw(st.permutations(rows_of(registry, 3)))
    titles = [[title, ""] for title in draw(TITLES)]
    return registry, [*titles, header, *([row[column] for column in order] for row in rows)], rows


@given(sheets())
def test_any_alias_in_any_order_is_read_as_its_column(drawn):
    registry, grid, rows = drawn
    complaints = Complaints()
    body = SheetBody(registry, "sheet", complaints)
    landed = [row for table in body.tables(enumerate(grid, start=1)) for row in table.to_pylist()]
    assert complaints.faults("sheet") == ()
    assert landed == rows


@given(st.sampled_from([(registry, column) for registry in REGISTRIES.values() for column in registry.column_names]), st.data())
def test_two_columns_for_one_field_are_refused(chosen, data):
    registry, column = chosen
    again = data.draw(st.sampled_from(spellings(registry, column)))
    complaints = Complaints()
    find_header([(1, [*chinese(registry).values(), again])], registry, "sheet", complaints)
    assert [fault.code for fault in complaints.faults("sheet")] == ["delivery.ambiguous_header"]


@given(st.sampled_from([(registry, column) for registry in REGISTRIES.values() for column in registry.column_names]))
def test_a_column_that_is_not_there_is_named(chosen):
    registry, column = chosen
    complaints = Complaints()
    find_header([(1, [alias for name, alias in chinese(registry).items() if name != column])], registry, "sheet", complaints)
    assert [(fault.code, fault.facts["column"]) for fault in complaints.faults("sheet")] == [("delivery.missing_column", column)]


@pytest.mark.parametrize("registry", REGISTRIES.values(), ids=REGISTRIES)
def test_no_two_aliases_are_the_same_header_of_different_columns(registry):
    meant: dict[str, set[str]] = {}
    for alias, column in registry.headers.items():
        meant.setdefault(tidy_header(alias), set()).add(column)
    assert {alias for alias, columns in meant.items() if len(columns) > 1} == set()
    assert set(names_of(registry).values()) == set(registry.column_names)


def test_a_header_that_names_fewer_columns_than_a_row_below_is_a_title(drop, delivered):
    grid = grid_of(HUKOU, rows_of(HUKOU))
    save_csv(drop / "hukou.csv", [["姓名", "性别", "登记表"], *grid])
    assert len(delivered()) == 6
