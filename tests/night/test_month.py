"""The month after a good night, through the real DAG: nothing leaves without a person, what left stays as it was, and what is wrong holds it back."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from connectors.worklists import read_worklists
from hedui import monthly
from reconciliation.outcome_rows import titles
from reconciliation.outcomes import take_outcomes
from submission.monthly import approval, seal
from submission.monthly.assemble import assemble, read_lines
from submission.monthly.draft import draft_folder
from submission.monthly.judge import judge
from submission.monthly.sealed import altered
from tests.night.test_outcomes import List
from vocabulary.errors import GateRefused
from vocabulary.runs import sha256_of
from vocabulary.settings import Settings

OCTOBER = "2026-10"


def settings(county) -> Settings:
    return Settings.from_environment(county.environment)


def run(county, **wanted) -> dict:
    return monthly.run_month(settings(county), monthly.Wanted(OCTOBER, **wanted), quiet=True)


def modes(folder: Path) -> set[str]:
    return {oct(path.stat().st_mode & 0o777) for path in folder.rglob("*") if path.is_file()}


def test_the_month_waits_for_a_person_and_is_sealed_by_one_once(settled):
    county, _ = settled
    waiting = run(county)
    assert (waiting["status"], waiting["exit_code"]) == ("awaiting_approval", 1)
    assert [fault["code"] for fault in waiting["faults"]] == ["monthly.awaiting"]
    assert not list((county.home / "returns" / OCTOBER).glob("v*"))
    told = run(county, approve_by="某甲", reason="已逐条核实")
    folder = Path(told["folder"])
    assert (told["status"], told["exit_code"], folder.name) == ("sealed", 0, "v1")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["approval"]["by"], manifest["approval"]["through"]) == ("某甲", "command")
    assert manifest["approval"]["reason"] == "已逐条核实"
    assert manifest["snapshots"]
    assert all(sha256_of(folder / name) == sum_ for name, sum_ in manifest["parts"].items())
    assert {"return.xlsx", "return.csv", "revisions.csv", "births.parquet"} <= set(manifest["parts"])
    assert modes(county.home / "returns") == {"0o600"}
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert run(county, approve_by="某乙")["version"] == 1
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.fixture
def approved(settled, monkeypatch):
    """A county whose month is judged and approved, and not yet sealed."""
    county, _ = settled
    return_id = judge(assemble(OCTOBER))
    approval.answer(return_id, approved=True, by="某甲", through="command", reason="已核实")
    return county, return_id, draft_folder(settings(county), OCTOBER, 1)


def test_the_table_is_the_births_and_the_workbook_is_the_table(approved):
    _, _, folder = approved
    lines, births = read_lines(folder / "return.csv"), pd.read_parquet(folder / "births.parquet")
    counted = births[births["born_in"].eq(OCTOBER) & births["fate"].eq("counted")]
    assert lines.loc[0, "live_births"] == len(counted) > 10
    sheet = openpyxl.load_workbook(folder / "return.xlsx").worksheets[0]
    assert sheet["A1"].value == "出生登记核对统计月报表"
    assert sheet["C10"].value == len(counted)
    texts = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    for mark in ("表　　号", "制定机关", "批准文号", "填报单位", "计量单位", "单位负责人", "填表人", "报出日期", "1=2+3+4"):
        assert mark in texts


def test_the_first_figure_is_the_children_registered_with_help_in_that_month(settled, tmp_path):
    county, told = settled
    listed = List(max((Path(told["folder"]) / "worklists").glob("registration_desk-*.xlsx"), key=lambda path: path.stat().st_size))
    last_day = datetime(2026, 10, 31)
    for row, (code, looked_on) in enumerate([("A3", last_day), ("A3", last_day), ("A1", last_day), ("A3", datetime(2026, 11, 2))]):
        listed.answer(row, code)
        listed.cell(row, "核查日期").value = listed.cell(row, "登记日期").value = looked_on
    sheets, _ = read_worklists([listed.saved(tmp_path / "filled.xlsx")], titles())
    assert take_outcomes(sheets, settings(county), date(2026, 11, 3)).taken == 4
    assemble(OCTOBER)
    folder = draft_folder(settings(county), OCTOBER, 1)
    assert json.loads((folder / "about.json").read_text(encoding="utf-8"))["registered_with_help"] == 2
    first_line = openpyxl.load_workbook(folder / "return.xlsx").worksheets[0]["A2"].value
    assert [int(count) for count in re.findall(r"\d+", first_line)] == [2]


def test_what_was_edited_after_it_was_approved_is_not_sealed(approved):
    _, return_id, folder = approved
    (folder / "return.csv").write_bytes((folder / "return.csv").read_bytes() + b" ")
    with pytest.raises(GateRefused, match=r"monthly\.part_changed"):
        seal.seal(return_id)
    assert folder.is_dir()


def test_nothing_is_sealed_that_was_not_approved(settled):
    return_id = judge(assemble(OCTOBER))
    with pytest.raises(GateRefused, match=r"monthly\.not_approved"):
        seal.seal(return_id)
    approval.answer(return_id, approved=False, by="某甲", through="airflow", reason="先补报")
    with pytest.raises(GateRefused, match=r"monthly\.not_approved"):
        seal.seal(return_id)


def test_a_sealed_month_is_revised_with_a_reason_and_a_changed_one_is_noticed(approved, caplog):
    county, return_id, _ = approved
    seal.seal(return_id)
    births = county.table("hospital")
    late = births[births["born_at"].astype(str).str.startswith(OCTOBER)].head(1)
    day = "28" if int(str(late["born_at"].iloc[0])[8:10]) < 15 else "03"  # far from the birth whose address it has
    unknown = dict.fromkeys(("mother_id_number", "certificate_no", "father_id_number", "father_name", "child_name"))
    late = late.assign(birth_record_id="late-1", mother_name="欧阳迟", born_at=pd.Timestamp(f"{OCTOBER}-{day} 08:10"), **unknown)
    county.put("hospital", pd.concat([births, late], ignore_index=True))
    county.night()
    held = run(county, approve_by="某甲")
    revised = f"{OCTOBER}-v2"
    assert (held["return_id"], held["status"], held["exit_code"]) == (revised, "blocked", 1)
    assert [fault["code"] for fault in held["faults"]] == ["monthly.held_back"]
    assert "--reason" in (Path(held["folder"]) / "objections.txt").read_text(encoding="utf-8")
    assert "[monthly.held_back] 2026-10-v2: G14 version_without_reason" in caplog.text
    assert judge(assemble(OCTOBER, "收到迟报一例")) == revised
    changes = pd.read_csv(draft_folder(settings(county), OCTOBER, 2) / "revisions.csv", encoding="utf-8-sig")
    whole = changes[changes["level"].eq("total") & changes["column"].eq("live_births")].iloc[0]
    assert (whole["difference"], json.loads(whole["causes"])) == (1, {"late_record": 1})
    sealed = county.home / "returns" / OCTOBER / "v1" / "return.csv"
    sealed.write_bytes(sealed.read_bytes().replace(b"total", b"Total"))
    assert altered(settings(county)) == [f"{return_id}/return.csv"]


def test_a_month_that_is_not_over_is_not_counted(settled):
    with pytest.raises(GateRefused, match=r"monthly\.no_night"):
        assemble("2026-11")
