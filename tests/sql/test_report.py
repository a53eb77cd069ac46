"""The report of a night: what each stage did, what was found, whether anything changed, and the exit code."""

from __future__ import annotations

import json
from datetime import date

import pytest

from reconciliation import find
from sql import state
from sql.nights import close_night
from tests.nights import Night
from vocabulary.findings import Kind
from vocabulary.runs import Run, private_folder, stage_report, write_private
from vocabulary.settings import Settings

DAY = date(2026, 11, 1)


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch) -> Night:
    monkeypatch.setenv("HEDUI_AREA", "990101")
    return Night(Settings.from_environment()).given("hospital", "birth_record_id | born_at\nH1 | 2026-06-01")


def finished(night: Night) -> Run:
    """A night whose every stage stands."""
    run = night.linked(DAY)
    find.night(run.run_id)
    with run.writing("worklists") as folder:
        stage_report(folder, "publish", 0.5, {"desks": 3})
    return run


def test_a_whole_night_says_what_each_stage_did_and_found(night: Night) -> None:
    run = finished(night)
    for place, registry in enumerate(("hospital", "hukou")):
        stage_report(private_folder(run.landing / registry), "land", 1.25, {"rows": 10 + place})
    report = close_night(night.settings, run.run_id)
    assert (report["status"], report["exit_code"], report["faults"]) == ("complete", 0, [])
    assert report["stages"]["land"] == {"seconds": 2.5, "counts": {"hospital": {"rows": 10}, "hukou": {"rows": 11}}}
    assert report["stages"]["publish"] == {"seconds": 0.5, "counts": {"desks": 3}}
    assert report["stages"]["find"]["counts"]["opened"] == 2
    assert set(report["findings"]) == set(Kind)
    assert (report["findings"]["not_registered"], report["findings"]["conflict"]) == (1, 0)
    assert [row["registry"] for row in report["registries"]] == ["family_planning", "hospital", "hukou"]
    assert report["registries"][0]["period_from"] == "2025-01-01"
    path = run.folder / "report.json"
    assert json.loads(path.read_text(encoding="utf-8")) == report
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_same_snapshots_again_are_no_change_and_others_are(night: Night) -> None:
    assert close_night(night.settings, finished(night).run_id)["changed"] is True
    assert close_night(night.settings, finished(night).run_id)["changed"] is False
    night.given("hukou", "registration_id | born_on\nR1 | 2026-06-01")
    assert close_night(night.settings, finished(night).run_id)["changed"] is True


def test_a_night_that_failed_in_between_is_no_night_before(night: Night) -> None:
    close_night(night.settings, finished(night).run_id)
    broken = night.linked(DAY)
    assert close_night(night.settings, broken.run_id)["status"] == "failed"
    assert close_night(night.settings, finished(night).run_id)["changed"] is False


def test_a_closed_night_keeps_its_report(night: Night) -> None:
    run = finished(night)
    first = close_night(night.settings, run.run_id)
    stage_report(run.worklists, "publish", 99.0, {})
    assert close_night(night.settings, run.run_id) == first


@pytest.mark.parametrize(
    ("delivery", "status", "exit_code", "fault"),
    [
        ({"status": "last_good", "reason": "state.unreachable"}, "partial", 3, "[state.unreachable] hukou: expected"),
        ({"status": "absent", "reason": "a.code.without.words"}, "partial", 3, "[a.code.without.words] hukou"),
        ({"status": "last_good", "reason": None}, "partial", 3, None),
    ],
)
def test_a_registry_that_is_not_fresh_makes_the_night_partial(
    night: Night, delivery: dict[str, str], status: str, exit_code: int, fault: str | None
) -> None:
    report = close_night(night.settings, finished(night.delivers("hukou", **delivery)).run_id)
    assert (report["status"], report["exit_code"]) == (status, exit_code)
    assert [each["text"].startswith(fault) for each in report["faults"]] == ([True] if fault else [])


def test_a_refused_landing_tells_its_faults_once(night: Night) -> None:
    run = finished(night.delivers("hukou", status="absent", reason="state.unreachable"))
    told = {"registry": "hukou", "exit_code": 3, "faults": [{"code": "run.unknown", "where": "hukou.csv", "facts": {}}]}
    write_private(private_folder(run.landing / "hukou") / "refused.json", json.dumps(told))
    assert [(each["code"], each["where"]) for each in close_night(night.settings, run.run_id)["faults"]] == [("run.unknown", "hukou.csv")]


def test_a_night_without_its_worklists_failed(night: Night) -> None:
    run = night.linked(DAY)
    find.night(run.run_id)
    report = close_night(night.settings, run.run_id)
    assert (report["status"], report["exit_code"]) == ("failed", 1)
    assert state.runs(night.settings).iloc[0][["run_id", "status", "exit_code"]].tolist() == [run.run_id, "failed", 1]
