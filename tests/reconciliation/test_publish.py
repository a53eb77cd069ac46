"""The front door: what a night leaves in `worklists/`, from real snapshots and the real state."""

from __future__ import annotations

import csv
import json
import re
import stat
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from reconciliation import publish
from reconciliation.desk_items import ITEMS, OCCASION
from reconciliation.standing import STANDING
from sql import state
from sql.task_number import read_task_number
from tests.nights import Night
from tests.reconciliation import worklist_fixture as county
from vocabulary.areas import Areas
from vocabulary.contracts import Role
from vocabulary.errors import ConfigurationError
from vocabulary.registries import REGISTRIES

CANARY_NAME, CANARY_NUMBER = "鸑鷟", county.number(county.date(1991, 2, 3), 246)


def a_county(night: Night) -> Night:
    """Two townships: a child without registration, one that died, one of another county, one registered under another sex."""
    night.given(
        "hospital",
        f"""
        birth_record_id | birth   | born_at    | division_code | vital_status | mother_name   | mother_id_number | certificate_no | child_name | facility_code
        H-waiting       | waiting | 2026-08-20 | 990101001001  | alive        | {CANARY_NAME} | {CANARY_NUMBER}  | Z990000001     | 王小明     | 990101H01
        H-mourned       | mourned | 2026-08-21 | 990101001001  | died         | 李甲          |                  |                |            | 990101H01
        H-early         | early   | 2026-10-20 | 990101001001  | alive        | 张甲          |                  |                |            | 990101H01
        H-far           | far     | 2026-08-20 | 990102001001  | alive        | 陈甲          |                  |                | 陈小明     | 990101H02
        H-both          | both    | 2026-08-22 | 990101002001  | alive        | 赵甲          |                  |                | 赵小明     | 990101H01
    """,
    )
    night.given(
        "hukou",
        "registration_id | birth | born_on | division_code | child_sex | child_name | mother_name\n D-both | both | 2026-08-22 | 990101002001 | 2 | 赵小明 | 赵甲",
    )
    night.given(
        "family_planning",
        "report_id | birth | born_on | division_code | reporting_unit_code | child_sex | mother_name\n R-both | both | 2026-08-22 | 990101002001 | 990101002 | 1 | 赵甲",
    )
    return night


@pytest.fixture
def worklists(night: Night) -> Path:
    run = a_county(night).on("2026-10-31").run
    publish.night(run.run_id)
    return run.worklists


def rows(folder: Path, desk: str) -> list[dict[str, str]]:
    with (folder / f"{desk}.csv").open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_every_desk_gets_its_two_files_and_an_entry(worklists: Path):
    index = json.loads((worklists / "index.json").read_text(encoding="utf-8"))
    assert [entry["desk"] for entry in index] == [
        "data_steward-990101", "family_planning-990101002", "family_planning-unassigned", "hospital-990101H01", "hospital-990101H02",
        "other_county-990102", "registration_desk-990101001", "registration_desk-990101002",
    ]  # fmt: skip
    named = {file["name"] for entry in index for file in entry["files"]}
    assert {path.name for path in worklists.iterdir()} == {
        *named,
        "index.json",
        "stage.json",
        "checksums.json",
        STANDING,
        "exchange",
        ITEMS,
        OCCASION,
    }
    assert {entry["desk"]: entry["named_rows"] for entry in index if entry["named_rows"]} == {
        "other_county-990102": 1, "registration_desk-990101001": 1, "registration_desk-990101002": 1,
    }  # fmt: skip


def test_a_township_that_no_unit_reports_for_is_a_number_without_a_unit(worklists: Path):
    assert [row["人数"] for row in rows(worklists, "family_planning-unassigned")] == ["<5"]


def test_a_child_is_on_the_list_of_its_township_and_nowhere_else(worklists: Path):
    assert [row["婴儿姓名"] for row in rows(worklists, "registration_desk-990101001")] == ["王小明"]
    holders = [path.name for path in worklists.glob("*.csv") if "王小明" in path.read_text(encoding="utf-8-sig")]
    assert holders == ["registration_desk-990101001.csv"]


def test_a_bereaved_family_is_on_no_list(worklists: Path):
    assert not [path.name for path in worklists.glob("*.csv") if "李甲" in path.read_text(encoding="utf-8-sig")]


def test_a_child_of_another_county_goes_to_that_county(worklists: Path):
    assert [row["婴儿姓名"] for row in rows(worklists, "other_county-990102")] == ["陈小明"]
    assert not [path.name for path in worklists.glob("registration*.csv") if "陈小明" in path.read_text(encoding="utf-8-sig")]


def test_the_registry_that_stands_alone_sees_its_own_value_and_the_others_nothing(worklists: Path):
    told = {desk: rows(worklists, desk) for desk in ("registration_desk-990101002", "hospital-990101H01", "family_planning-990101002")}
    row = told["registration_desk-990101002"][-1]
    assert (row["本登记编号"], row["请核对的项目"], row["本登记所填"]) == ("D-both", "性别", "女")
    assert row["差异说明"] == "其他登记一致，仅此登记不同；性别不同"
    assert not told["hospital-990101H01"] and not told["family_planning-990101002"]


def test_where_two_registries_differ_each_sees_its_own_value(night: Night):
    a_county(night).given(
        "hospital",
        "birth_record_id | birth | born_at | division_code | facility_code | child_sex\n H-two | two | 2026-08-23 | 990101001001 | 990101H01 | 1",
    )
    night.given("hukou", "registration_id | birth | born_on | division_code | child_sex\n D-two | two | 2026-08-23 | 990101001001 | 2")
    run = night.on("2026-10-31").run
    publish.night(run.run_id)
    told = {desk: rows(run.worklists, desk)[-1] for desk in ("registration_desk-990101001", "hospital-990101H01")}
    assert {desk: (row["本登记编号"], row["本登记所填"], row["差异说明"]) for desk, row in told.items()} == {
        "registration_desk-990101001": ("D-two", "女", "性别不同"),
        "hospital-990101H01": ("H-two", "男", "性别不同"),
    }


def test_the_health_side_learns_of_nobody_whom_it_did_not_report(worklists: Path):
    said = "".join(path.read_text(encoding="utf-8-sig") for path in worklists.glob("family_planning*.csv"))
    assert "赵小明" not in said and CANARY_NAME not in said and "王小明" not in said


def test_files_are_private_and_their_names_say_nothing_of_anybody(worklists: Path):
    for path in filter(Path.is_file, worklists.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert re.fullmatch(r"[a-z_]+(-[0-9A-Za-z_]+)?(\.manifest)?\.(xlsx|csv|json|parquet)", path.name)
    told = (worklists / "index.json").read_text(encoding="utf-8") + (worklists / "stage.json").read_text(encoding="utf-8")
    assert CANARY_NAME not in told and CANARY_NUMBER not in told


def test_a_card_number_never_stands_whole(worklists: Path):
    assert not [path.name for path in worklists.glob("*.csv") if CANARY_NUMBER in path.read_text(encoding="utf-8-sig")]
    assert rows(worklists, "registration_desk-990101001")[0]["母亲证件号"] == "*" * 14 + CANARY_NUMBER[-4:]


def test_a_task_keeps_its_number_from_night_to_night(night: Night):
    told = []
    for as_of in ("2026-10-31", "2026-11-01"):
        run = a_county(night).on(as_of).run if not told else night.on(as_of).run
        publish.night(run.run_id)
        told.append([row["任务编号"] for row in rows(run.worklists, "registration_desk-990101001")])
    assert told[0] == told[1]
    assert read_task_number(told[0][0]) == told[0][0]


def test_publishing_again_changes_nothing(night: Night):
    run = a_county(night).on("2026-10-31").run
    publish.night(run.run_id)
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in run.worklists.rglob("*") if path.is_file()}
    assert publish.night(run.run_id) == run.run_id
    assert before == {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in run.worklists.rglob("*") if path.is_file()}


def test_listed_findings_are_issued(night: Night):
    run = a_county(night).on("2026-10-31").run
    publish.night(run.run_id)
    waiting = pd.read_parquet(run.findings / "finding.parquet").query("kind == 'not_registered' and due_stage >= 30")["finding_id"].item()
    assert list(state.finding_history(night.settings, waiting)["event"]) == ["opened", "issued"]


@pytest.mark.parametrize("delivery", [{"status": "last_good"}, {"status": "absent"}, {"complete": False}])
def test_a_list_that_could_not_be_made_does_not_read_as_nothing_to_do(night: Night, delivery: dict[str, object]):
    run = a_county(night).delivers("hukou", **delivery).on("2026-10-31").run
    publish.night(run.run_id)
    page = openpyxl.load_workbook(run.worklists / "registration_desk-990101002.xlsx")["待协助登记"]
    said = [cell.value for row in page.iter_rows(max_col=1) for cell in row if cell.value]
    assert "“户籍登记”的数据本期尚未到齐，暂时不能列出。请继续使用上期的表。" in said
    assert not [text for text in said if "没有需要协助登记" in str(text)]


def test_only_a_registry_that_reports_births_gets_a_sheet_of_unreported_ones(worklists: Path):
    sheets = {path.name: openpyxl.load_workbook(path).sheetnames for path in worklists.glob("*-990101*.xlsx")}
    assert sheets["hospital-990101H01.xlsx"] == ["核对本登记", "填写说明", "选项"]
    assert sheets["family_planning-990101002.xlsx"] == ["核对本登记", "报告匹配情况", "填写说明", "选项"]


def test_without_findings_there_is_nothing_to_publish(night: Night):
    run = night.linked(county.AS_OF)
    with pytest.raises(ConfigurationError):
        publish.night(run.run_id)
    assert not run.worklists.exists()


def test_desks_come_from_the_contracts_and_not_from_a_count_of_registries():
    units = {(recipient.kind, recipient.registry) for recipient in publish.recipients() if recipient.registry}
    assert units == {("registry_unit", name) for name, contract in REGISTRIES.items() if contract.unit_field}
    assert all(contract.unit_field or contract.role == Role.CIVIL for contract in REGISTRIES.values())


def test_a_typing_slip_in_a_county_code_makes_no_desk():
    held = [county.record("hukou", f"D{place}", f"b{place}", division_code="990101001201") for place in range(600)]
    held.append(county.record("hukou", "D-slip", "b-slip", division_code="990201001201"))
    night = county.night([], held, served=())
    desks = {
        recipient.code
        for recipient in publish.known_desks(night.records, county.areas(), county.AS_OF, ())
        if recipient.kind == "registration_desk"
    }
    assert desks == set(county.TOWNSHIPS)


def test_desks_are_there_when_the_civil_registry_is_not():
    held = [county.record("hospital", "H1", "b1", facility_code="A01", division_code="990101002201")]
    desks = publish.known_desks(county.night([], held).records, Areas(), county.AS_OF, ("990101",))
    assert publish.Recipient("registration_desk", None, "990101002") in desks


@pytest.mark.parametrize("code", ["../../etc", "a/b", "王小明", "x" * 60, ""])
def test_a_code_that_no_path_should_hold_becomes_a_digest(code: str):
    stem = publish.file_stem(publish.Recipient("registry_unit", "hospital", code))
    assert re.fullmatch(r"hospital-x[0-9a-f]{12}", stem)


@pytest.mark.parametrize(
    ("registry", "evidence", "asked"),
    [
        ("hospital", "alone:hospital;homophone", True),
        ("hukou", "alone:hospital;homophone", False),  # two others agree with it: nothing to look up
        ("hukou", "homophone", True),  # nobody stands alone
        ("hospital", "alone:hospital_two;homophone", False),  # a name that begins alike is another registry
    ],
)
def test_only_the_record_that_stands_alone_is_asked_about(registry: str, evidence: str, asked: bool) -> None:
    findings = pd.DataFrame([{"registry": registry, "evidence": evidence}])
    assert publish.worth_asking(findings).tolist() == [asked]


def test_a_list_that_is_issued_again_keeps_its_days(night: Night) -> None:
    first = a_county(night).on("2026-10-30").run
    publish.night(first.run_id)
    second = night.on("2026-10-31").run
    publish.night(second.run_id)
    told = [rows(run.worklists, "registration_desk-990101001") for run in (first, second)]
    assert {row["办结时限"] for row in told[1]} == {row["办结时限"] for row in told[0]} != set()
