"""The three databases keep the contracts, begin every number with 99, and tell nothing of the truth."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.demo.conftest import Read, Year
from vocabulary.block_list import blocked_term
from vocabulary.identity import examine, normalise
from vocabulary.registries import REGISTRIES

NUMBERS = ("child_id_number", "mother_id_number", "father_id_number", "division_code", "facility_code", "reporting_unit_code")


@pytest.fixture(params=sorted(REGISTRIES))
def registry(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_table_has_the_columns_of_its_contract_and_no_other(either: Read, registry: str) -> None:
    assert tuple(either.sources[registry].columns) == REGISTRIES[registry].column_names


def test_nothing_is_missing_where_the_contract_wants_a_value(either: Read, registry: str) -> None:
    required = [column.name for column in REGISTRIES[registry].columns if not column.missing_ok]
    assert either.sources[registry][required].notna().all().all()


def test_codes_are_those_of_the_code_set(either: Read, registry: str) -> None:
    for column in REGISTRIES[registry].columns:
        if column.codes is not None:
            assert set(either.sources[registry][column.name]) <= set(column.codes.codes)


def test_every_number_begins_with_99(either: Read, registry: str) -> None:
    rows = either.sources[registry]
    for name in [REGISTRIES[registry].key, *(set(NUMBERS) & set(rows.columns))]:
        numbers = rows[name].dropna().map(normalise).dropna()
        assert numbers.str.startswith("99").all(), name
    if "certificate_no" in rows:
        assert rows["certificate_no"].dropna().str.fullmatch(r"[A-Z]99\d{7}").all()


def test_no_value_and_no_header_is_of_the_blocked_kind(hard: Read, registry: str) -> None:
    rows = hard.sources[registry]
    texts = [*rows.columns, *(text for name in rows for text in rows[name].dropna().astype(str).unique() if not text[:2].isdigit())]
    assert [text for text in texts if blocked_term(text)] == []


def test_record_numbers_and_their_order_tell_nothing(normal: Read, registry: str) -> None:
    rows = normal.with_truth(registry)
    assert rows["record_id"].is_unique
    told = pd.DataFrame(
        {"place": range(len(rows)), "number": rows["record_id"].astype(int), "birth": rows["true_birth_id"].str[1:].astype(int)}
    )
    told["born_on"] = pd.to_datetime(rows["born_on_true"]).astype("int64")
    strongest = told.corr(method="spearman").where(lambda table: table < 0.999999).abs().max().max()
    assert strongest < 0.07  # about five standard errors of no correlation among 4,000 records


def test_birth_order_is_the_order_within_one_delivery(either: Read) -> None:
    rows = either.sources["hospital"]
    assert rows["plurality"].isin([1, 2]).all()
    assert rows["birth_order"].between(1, rows["plurality"]).all()


def test_a_parents_number_is_valid_unless_a_mechanism_broke_it(year: Year) -> None:
    breaking = ("one_digit", "transposed", "excel_truncated", "old_form", "missing")
    for registry, (records, log) in year.written.items():
        broken = pd.Series(False, index=records.index)
        for mechanism in breaking:
            broken |= pd.Series(log.struck.get(f"{mechanism}(mother_id_number)", False), index=records.index)
        faults = records.loc[~broken, "mother_id_number"].map(lambda number: examine(number).fault)
        assert faults.isna().all(), registry


def test_a_childs_number_agrees_with_its_record_unless_a_mechanism_parted_them(year: Year) -> None:
    records, log = year.written["hukou"]
    mistaken = pd.Series(False, index=records.index)
    for mistake, mask in log.struck.items():
        if mistake.endswith(("(born_on)", "(child_sex)", "(child_id_number)")):
            mistaken |= mask
    faults = [
        examine(number, born_on.date(), sex).fault
        for number, born_on, sex in zip(records["child_id_number"], records["born_on"], records["child_sex"], strict=True)
    ]
    faulty = pd.Series(faults, index=records.index).notna()
    assert not (faulty & ~mistaken).any()
    assert (faulty & mistaken).sum() >= 10
    assert (~faulty & mistaken).sum() >= 10  # the number was made from the mistaken date


def test_children_have_numbers_of_their_own(normal: Read) -> None:
    assert normal.sources["hukou"]["child_id_number"].is_unique
