"""Rows in another order, the same bytes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.snapshot import NOTE, RECORD, write_snapshot
from tests.expectations.deliveries import accepted, sound, with_cells
from vocabulary.runs import sha256_of, write_parquet


@cache
def landed() -> pd.DataFrame:
    """A delivery with everything that could depend on order: repeated keys, rows without a key, identical copies, broken cells."""
    rows = with_cells(
        sound("hukou", 60), "registration_id", ("n0000003", "born_on", "??"), ("n0000004", "mother_id_number", "990101199501012021")
    )
    versions = rows.iloc[[5, 5, 6]].assign(child_name=["王甲", "王乙", "王丙"])
    keyless = rows.iloc[[8, 9, 10]].assign(registration_id=[None, None, ""])
    return pd.concat([rows, versions, keyless, rows.iloc[[12, 12]]], ignore_index=True)


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return digests(landed(), tmp_path_factory.mktemp("in_order"))


def digests(rows: pd.DataFrame, folder: Path) -> list[str]:
    outcome = accepted("hukou", rows)
    paths = [
        write_snapshot(outcome.records, RECORD, folder / "record.parquet"),
        write_snapshot(outcome.notes, NOTE, folder / "note.parquet"),
        write_parquet(outcome.quarantine, folder / "quarantine.parquet"),
    ]
    return [sha256_of(path) for path in paths]


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(68)))
def test_another_order_of_rows_gives_the_same_bytes(order: list[int], in_order: list[str], tmp_path: Path) -> None:
    assert digests(landed().iloc[order], tmp_path) == in_order


def test_an_empty_table_has_the_types_of_a_full_one(tmp_path: Path) -> None:
    full = write_snapshot(accepted("hospital", sound("hospital", 3)).records, RECORD, tmp_path / "full.parquet")
    empty = write_snapshot(accepted("hospital", None).records, RECORD, tmp_path / "empty.parquet")
    pd.testing.assert_series_equal(pd.read_parquet(full).dtypes, pd.read_parquet(empty).dtypes)
