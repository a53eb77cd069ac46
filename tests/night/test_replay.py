"""A past night is derived again from its snapshots: the same answer, or where it differs; and two models on the same night."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from hedui.main import app
from hedui.replay import REPLAYS, Replayer
from hedui.show_replay import lines_of
from matching.model.installed import digest_of
from matching.model.saved import read_model
from vocabulary.errors import ConfigurationError, GateRefused
from vocabulary.runs import CHECKSUMS, checksums_in, write_private
from vocabulary.settings import Settings


def replayed(told: dict[str, Any]) -> Any:
    return Replayer.of(Settings.from_environment()).replay(told["run_id"])


def files_of(home: Path) -> dict[str, bytes]:
    """Everything of an installation but Airflow's own."""
    return {str(path): path.read_bytes() for path in home.rglob("*") if path.is_file() and "airflow" not in path.parts}


def invoked(*words: str) -> Any:
    return CliRunner().invoke(app, [*words, "--quiet"] if words[0] in ("replay", "compare-models") else list(words))


def rewritten(path: Path, change: Any) -> None:
    """A snapshot that somebody changed, with its list of checksums."""
    rows = pd.read_parquet(path)
    change(rows).to_parquet(path, index=False)
    stage = path.parent
    write_private(stage / CHECKSUMS, json.dumps(checksums_in(stage)))


def test_a_replayed_night_says_the_same_and_touches_neither_run_nor_state(settled):
    county, told = settled
    before = files_of(county.home)
    shutil.move(county.home / "hedui.db", county.folder / "hedui.db")  # no database is asked
    one = replayed(told)
    shutil.move(county.folder / "hedui.db", county.home / "hedui.db")
    assert one.identical
    assert len(one.tables) == 7
    assert all(table.same_bytes for table in one.tables)
    assert files_of(county.home) == before
    assert list((county.home / REPLAYS).iterdir()) == []


CHANGED = [
    "accepted/record.parquet",
    "accepted/registry.parquet",
    "linked/birth_record.parquet",
    "findings/finding.parquet",
    "worklists/task.parquet",
    "",
]


@pytest.mark.parametrize("name", ["linked/pair.parquet", *(pytest.param(name, marks=pytest.mark.long) for name in CHANGED)])
def test_the_command_finds_a_snapshot_that_was_changed_with_its_checksums(settled, name):
    _, told = settled
    if name:
        rewritten(Path(told["folder"]) / name, lambda rows: rows.iloc[1:])
    ran = invoked("replay", told["run_id"], "--json")
    assert ran.exit_code == int(bool(name)), ran.output
    (one,) = json.loads(ran.stdout)["nights"]
    assert one["identical"] is (not name)
    differing = [table for table in one["tables"] if not table["same"]]
    assert [table["table"] for table in differing][:1] == ([name] if name else [])
    assert all(table["only_then"] == 0 and table["only_now"] == 1 for table in differing)


def test_a_file_that_is_not_what_was_written_is_named(settled):
    _, told = settled
    path = Path(told["folder"]) / "findings" / "finding.parquet"
    pd.read_parquet(path).iloc[1:].to_parquet(path, index=False)
    one = replayed(told)
    assert (one.identical, list(one.damaged)) == (False, ["findings/finding.parquet"])


@pytest.mark.long
def test_a_difference_is_told_in_rows_and_reasons_and_never_in_values(settled, monkeypatch):
    _, told = settled
    folder = Path(told["folder"])
    names = {str(name) for name in pd.read_parquet(folder / "accepted" / "record.parquet")["mother_name"].dropna()}
    rewritten(folder / "accepted" / "record.parquet", lambda rows: rows.assign(mother_name="改"))
    basis = json.loads((folder / "accepted" / "basis.json").read_text())
    basis["made_by"] |= {"sources": "000000000000", "pyarrow": "1.0"}
    write_private(folder / "accepted" / "basis.json", json.dumps(basis))
    rewritten(folder / "accepted" / "note.parquet", lambda rows: rows)
    one = replayed(told)
    assert [code for code, _ in one.reasons] == ["code", "version"]
    text = json.dumps(one.as_record(), ensure_ascii=False) + "".join(lines_of(one))
    assert "改" not in text
    assert not any(name in text for name in names)


@pytest.mark.long
def test_a_night_of_before_the_basis_was_kept_says_so_when_it_differs(settled):
    _, told = settled
    folder = Path(told["folder"])
    (folder / "accepted" / "basis.json").unlink()
    rewritten(folder / "accepted" / "note.parquet", lambda rows: rows.iloc[1:])
    assert ("unfrozen", "") in replayed(told).reasons


def test_what_is_gone_is_told_by_name(settled):
    _, told = settled
    shutil.rmtree(Path(told["folder"]) / "landing")
    with pytest.raises(ConfigurationError) as refused:
        replayed(told)
    assert [(fault.code, fault.where) for fault in refused.value.faults] == [("replay.gone", f"{told['run_id']}/landing")]


@pytest.mark.long
def test_a_model_against_itself_changes_nothing_and_may_be_adopted(settled, tmp_path):
    county, _ = settled
    out = tmp_path / "compared"
    before = files_of(county.home)
    ran = invoked("compare-models", "installed", "births", "--out", str(out), "--json")
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.stdout)
    assert (found["verdict"], found["reasons"], found["townships"]) == ("adopt", [], [])
    assert found["finding_ids"] == {"gained": {}, "lost": {}}
    assert found["nights"][0]["births"]["changed"] == 0
    assert {path.name for path in out.glob("*.html")} == {"comparison.zh.html", "comparison.en.html"}
    assert files_of(county.home) == before


@pytest.fixture
def worse(settled, tmp_path) -> Path:
    """The night's model, which believes that pairs of one birth are a hundred thousand times rarer than they are."""
    path = Path(settled[1]["folder"]) / "linked" / "model.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    rates = told["learned"]["rates"]
    told["learned"]["rates"] = {kind: [rate / 1e5 for rate in each] for kind, each in rates.items()}
    return write_private(tmp_path / "worse.json", json.dumps(told))


@pytest.mark.long
def test_a_worse_model_is_not_adopted_without_a_look_and_says_for_whom(settled, built, worse, tmp_path):
    out = tmp_path / "compared"
    ran = invoked("compare-models", "installed", str(worse), "--truth", str(built / "truth"), "--out", str(out), "--json")
    found = json.loads(ran.stdout)
    (night,) = found["nights"]
    assert found["verdict"] == "look"
    assert {"errors", "asked"} <= {reason["code"] for reason in found["reasons"]}
    assert night["births"]["split"] > 0
    assert night["births"]["new"] > night["births"]["old"]
    assert night["findings"]["not_registered"]["gained"] == len(found["finding_ids"]["gained"]["not_registered"]) > 0
    assert found["errors"]["new_errors"] > found["errors"]["old_errors"]
    counts = [one[name] for one in found["groups"] for name in ("births", "changed")]
    assert counts
    assert not any(isinstance(count, int) and 0 < count < 5 for count in counts)
    assert {one["gained"] for one in found["townships"]} <= {"<5", *range(5, 500, 5)}
    records = pd.read_parquet(Path(settled[1]["folder"]) / "accepted" / "record.parquet")
    names = {str(name) for name in records["child_name"].dropna() if len(str(name)) > 1} | set(records["record_id"])
    pages = (out / "comparison.zh.html").read_text() + (out / "comparison.json").read_text()
    assert not [name for name in names if name in pages]


@pytest.mark.long
def test_only_a_compared_model_is_adopted_and_one_command_leads_back(settled, worse, tmp_path):
    county, _ = settled
    refused = invoked("adopt-model", str(worse)).exception
    assert isinstance(refused, GateRefused)
    assert [fault.code for fault in refused.faults] == ["adopt.not_compared"]
    out = tmp_path / "compared"
    assert invoked("compare-models", "installed", str(worse), "--out", str(out)).exit_code == 0
    refused = invoked("adopt-model", str(worse), "--comparison", str(out)).exception
    assert [fault.code for fault in refused.faults] == ["adopt.look"]
    taken = invoked("adopt-model", str(worse), "--comparison", str(out), "--reason", "a test", "--json")
    assert json.loads(taken.stdout)["file"] == "0001.json"
    night = county.night()
    assert digest_of(read_model(Path(night["folder"]) / "linked" / "model.json")) == digest_of(read_model(worse))
    back = invoked("adopt-model", "--back", "--reason", "worse", "--json")
    assert json.loads(back.stdout)["file"] is None
