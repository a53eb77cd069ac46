"""What a night measures of itself, from real snapshots."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from reconciliation import find
from tests.nights import Night
from vocabulary.settings import Settings
from watching.changes import changes
from watching.measure import codes, filled, levels, weights

DAY = date(2026, 11, 1)


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch) -> Night:
    monkeypatch.setenv("HEDUI_AREA", "990101")
    return Night(Settings.from_environment()).given(
        "hospital",
        """
        birth_record_id | birth | born_at    | father_name
        H1              | A     | 2026-06-01 | 李甲
        H2              | B     | 2026-06-02 |
        H3              | C     | 2026-06-03 |
        """,
    )


def test_columns_are_counted_by_registry(night: Night) -> None:
    run = night.given("hukou", "registration_id | birth | born_on\nR1 | A | 2026-06-01").linked(DAY)
    told = filled(run.accepted / "record.parquet")
    assert told["hospital"]["father_name"] == [1, 3]
    assert told["hukou"]["father_name"] == [0, 1]
    assert "facility_code" not in told["hukou"]


def test_changes_are_told_by_registry_birth_and_kind(night: Night) -> None:
    before = night.on("2026-10-31").run
    night.rows[0]["updated_at"] += pd.Timedelta(days=9)
    night.rows, night.births = night.rows[:2], night.births[:2]
    night.births[1]["birth_id"] = "A"  # what was B is A now
    night.given("hukou", "registration_id | birth | born_on\nR1 | D | 2026-06-09")
    run = night.linked(DAY)
    find.night(run.run_id)
    told = changes(run.folder, before.folder)
    assert told["records"] == {"hospital": {"arrived": 0, "gone": 1, "corrected": 1}, "hukou": {"arrived": 1, "gone": 0, "corrected": 0}}
    assert told["births"] == {"new": 1, "joined": 1, "split": 0, "gone": 1}
    assert told["findings"]["not_registered"]["gone"] >= 1
    assert changes(run.folder, None) == {}


def test_a_birth_whose_records_part_is_split(night: Night) -> None:
    night.births[1]["birth_id"] = "A"
    before = night.linked(date(2026, 10, 31))
    night.births[1]["birth_id"] = "B"
    assert changes(night.linked(DAY).folder, before.folder)["births"] == {"new": 1, "joined": 0, "split": 1, "gone": 0} | {"new": 0}


def test_codes_are_added_up_over_the_parts_of_a_registry():
    row = {"registry": "hukou", "noted": [{"column": "mother_id_number", "code": "check_digit", "rows": 2}], "quarantined": []}
    other = {
        "registry": "hukou",
        "noted": [],
        "quarantined": [{"column": "mother_id_number", "code": "check_digit", "rows": 3}, {"code": "key_missing", "rows": 1}],
    }
    assert codes({"registries": [row, other]}) == {"hukou": {"mother_id_number:check_digit": 5, "key_missing": 1}}


def test_levels_are_held_against_what_the_model_learnt(tmp_path) -> None:
    rows = [("hospital", "hukou", "link", "exact")] * 9 + [
        ("hospital", "hukou", "link", "missing"),
        ("hospital", "hukou", "apart", "different"),
    ]
    pd.DataFrame(rows, columns=["registry_left", "registry_right", "decision", "sex"]).to_parquet(tmp_path / "pair.parquet")
    learned = {
        "comparisons": [{"name": "sex", "levels": ["exact: same", "different"]}],
        "learned": {"match": {"hospital|hukou": {"sex": [0.8, 0.2]}}, "shared": {"sex": [0.5, 0.5]}, "stranger": {"sex": [0.25, 0.75]}},
    }
    assert levels(tmp_path / "pair.parquet", learned) == {"sex": {"exact": [9, 7.2], "different": [0, 1.8]}}
    assert weights(learned)["sex"]["exact"] == [1.0, 0.5]
    assert json.dumps(learned)
