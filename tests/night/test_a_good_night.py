"""A night as a newcomer meets it: what it leaves, that a second one changes nothing, that the order of rows does not matter."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pandas as pd

from vocabulary.contracts import RECORD_COLUMNS
from vocabulary.registries import REGISTRIES
from vocabulary.runs import sha256_of

PAIR = ["registry_left", "record_id_left", "registry_right", "record_id_right", "match_weight", "match_probability", "decision"]
FINDING = ["finding_id", "kind", "birth_id", "registry", "record_id", "field", "division_code", "due_stage", "evidence"]


def snapshots(folder: Path) -> dict[str, str]:
    """Checksums of all that must be the same for the same input."""
    paths = [path for stage in ("accepted", "linked", "findings") for path in (folder / stage).rglob("*.parquet")]
    return {
        str(path.relative_to(folder)): sha256_of(path) for path in paths if path.name not in {"registry.parquet", "known_birth.parquet"}
    }


def test_a_night_leaves_what_the_contract_says_and_only_for_its_owner(county):
    told = county.night()
    folder = Path(told["folder"])
    assert told["exit_code"] == 0, told["faults"]
    assert list(pd.read_parquet(folder / "accepted" / "record.parquet").columns) == list(RECORD_COLUMNS)
    assert list(pd.read_parquet(folder / "linked" / "birth_record.parquet").columns) == [
        "birth_id",
        "registry",
        "record_id",
        "match_probability",
    ]
    assert list(pd.read_parquet(folder / "linked" / "pair.parquet").columns)[: len(PAIR)] == PAIR
    assert list(pd.read_parquet(folder / "findings" / "finding.parquet").columns)[: len(FINDING)] == FINDING
    assert {row["registry"] for row in told["registries"]} == set(REGISTRIES)
    assert {row["status"] for row in told["registries"]} == {"fresh"}
    assert told["counts"]["records"] > told["counts"]["births"] > told["counts"]["not_registered"] == told["findings"]["not_registered"] > 0
    assert json.loads((folder / "report.json").read_text())["run_id"] == told["run_id"]
    for path in county.home.rglob("*"):
        if "airflow" not in path.parts:
            assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_every_record_is_in_one_birth_and_every_birth_holds_its_records_surely(county):
    folder = Path(county.night()["folder"])
    record = pd.read_parquet(folder / "accepted" / "record.parquet", columns=["registry", "record_id"])
    born = pd.read_parquet(folder / "linked" / "birth_record.parquet")
    assert not born.duplicated(["registry", "record_id"]).any()
    assert len(born.merge(record, on=["registry", "record_id"])) == len(record) == len(born)
    alone = born.groupby("birth_id")["record_id"].transform("size").eq(1)
    assert born.loc[alone, "match_probability"].eq(1.0).all()


def test_a_second_night_changes_nothing_and_says_so(county):
    first, second = county.night(), county.night()
    assert first["changed"]
    assert not second["changed"]
    assert first["run_id"] != second["run_id"]
    assert snapshots(Path(first["folder"])) == snapshots(Path(second["folder"]))


def test_rows_in_another_order_and_a_new_state_give_the_same_answer(county, tmp_path):
    first = county.night()
    for name in REGISTRIES:
        county.put(name, county.table(name).sample(frac=1, random_state=3))
    county.environment["HEDUI_HOME"] = str(tmp_path / "another-home")
    import os

    os.environ["HEDUI_HOME"] = county.environment["HEDUI_HOME"]
    second = county.night()
    assert snapshots(Path(first["folder"])) == snapshots(Path(second["folder"]))


def test_birth_and_finding_ids_stay_when_later_records_arrive(county):
    late = county.table("family_planning")
    county.put("family_planning", late.iloc[: int(len(late) * 0.95)])
    first = county.night()
    county.put("family_planning", late)
    second = county.night()
    before, after = (pd.read_parquet(Path(told["folder"]) / "linked" / "birth_record.parquet") for told in (first, second))
    both = before.merge(after, on=["registry", "record_id"])
    assert (both["birth_id_x"] == both["birth_id_y"]).mean() > 0.995
    found = county.finding(first).merge(county.finding(second), on=["kind", "birth_id", "registry", "record_id", "field"])
    assert (found["finding_id_x"] == found["finding_id_y"]).all()


def test_no_bereaved_family_and_no_other_countys_resident_is_on_the_list(county):
    told = county.night()
    born = pd.read_parquet(Path(told["folder"]) / "linked" / "birth_record.parquet")
    record, birth = (pd.read_parquet(county.folder / "truth" / f"{name}.parquet") for name in ("record", "birth"))
    listed = county.finding(told).query("kind == 'not_registered'")[["birth_id"]]
    children = listed.merge(born, on="birth_id").merge(record, on=["registry", "record_id"]).merge(birth, on="true_birth_id")
    assert len(children)
    assert not children["vital_status"].eq("died").any()
    assert children["is_resident"].all()
