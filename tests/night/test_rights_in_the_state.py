"""rights.md R7 and R8 on a real night: what was shown is in the log before it can be seen, files are private, what is due goes."""

from __future__ import annotations

import json
import stat
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors.worklists import read_worklists
from hedui import purge as purge_command
from hedui import verify_log as verify_command
from reconciliation import publish
from reconciliation.explain import explain
from reconciliation.outcome_rows import titles
from reconciliation.outcomes import take_outcomes
from sql import state
from tests.night.test_outcomes import List
from vocabulary.runs import sha256_of
from vocabulary.settings import Settings


def log_of(home: Path) -> list[sa.Row]:
    with sa.create_engine(f"sqlite:///{home / 'hedui.db'}").connect() as connection:
        return list(connection.execute(sa.text("SELECT * FROM access_log ORDER BY entry_no")))


def test_each_published_file_with_a_task_is_in_the_log_with_its_checksum(settled):
    county, told = settled
    folder = Path(told["folder"]) / "worklists"
    desks = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    expected = {
        (file["name"], sha256_of(folder / file["name"]), desk["tasks"]) for desk in desks if desk["tasks"] for file in desk["files"]
    }
    rows = [row for row in log_of(county.home) if row.look == "worklist_published"]
    assert {(row.subject, row.content_sha256, row.item_count) for row in rows} == expected
    assert {(row.purpose, row.run_id) for row in rows} == {("follow_up", told["run_id"])}
    assert len(rows) == len(expected) > 10
    sent = {path.name: sha256_of(path) for path in (folder / "exchange").iterdir() if path.suffix in (".csv", ".xlsx")}
    assert {row.subject: row.content_sha256 for row in log_of(county.home) if row.look == "exchanged"} == sent != {}
    assert not [desk for desk in desks if desk["named_rows"] and not desk["tasks"]], "no file with a name is left out"


def test_a_worklist_that_cannot_be_traced_is_not_published(county, monkeypatch):
    def unwilling(*_: object) -> None:
        raise RuntimeError("the log cannot be written")

    monkeypatch.setattr(state, "record_looks", unwilling)
    told = county.night()
    assert told["exit_code"] == 1
    assert not list(Path(told["folder"]).glob("*worklists*"))
    monkeypatch.undo()


def test_an_explanation_and_answers_are_traced_too(settled, tmp_path):
    county, told = settled
    settings = Settings.from_environment(county.environment)
    published = len(log_of(county.home))
    listed = List(max((Path(told["folder"]) / "worklists").glob("registration_desk-*.xlsx"), key=lambda path: path.stat().st_size))
    task_no = listed.answer(0, "B1")
    listed.answer(1, "Q7")
    said = explain(task_no, settings)
    path = listed.saved(tmp_path / "filled.xlsx")
    taken = take_outcomes(read_worklists([path], titles())[0], settings, date(2026, 11, 3))
    rows = log_of(county.home)[published:]
    assert [row.look for row in rows] == ["explained", "outcomes_taken", "rows_returned", "rows_returned"]
    assert rows[0].subject == state.finding_of_task(settings, task_no) and rows[0].subject in said
    assert (rows[1].content_sha256, rows[1].item_count) == (sha256_of(path), 2)
    assert {(row.subject, row.content_sha256) for row in rows[2:]} == {(path.name, sha256_of(path)) for path in taken.files}
    assert "filled" not in str(rows), "a person may have renamed the file"


def test_every_file_is_its_owners_alone(settled):
    county, _ = settled
    for path in county.home.rglob("*"):
        # Airflow's own files lie in a folder that nobody else can enter.
        if path.relative_to(county.home).parts[:1] != ("airflow",) or path == county.home / "airflow":
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_the_commands_say_what_they_did(settled, capsys, monkeypatch, locale):
    monkeypatch.setenv("HEDUI_LOCALE", locale)
    assert verify_command.verify_log(None, as_json=True) == 0
    head = json.loads(capsys.readouterr().out)["head"]
    assert purge_command.purge(date(2026, 10, 31), dry_run=False, as_json=False) == 0
    assert verify_command.verify_log(head, as_json=False) == 0
    out = capsys.readouterr().out
    words = {"en": ("Purge receipt 1", "Nothing is due", "unbroken"), "zh": ("清除回执第 1 号", "没有到期的内容", "未见改动")}
    assert all(word in out for word in words[locale])
    assert publish.night(settled[1]["run_id"]) == settled[1]["run_id"]


def test_a_protected_family_is_with_the_officer_alone_the_night_after_even_after_a_purge(settled, tmp_path):
    county, told = settled
    settings = Settings.from_environment(county.environment)
    listed = List(max((Path(told["folder"]) / "worklists").glob("registration_desk-*.xlsx"), key=lambda path: path.stat().st_size))
    finding_id = state.finding_of_task(settings, listed.answer(0, "D1"))
    take_outcomes(read_worklists([listed.saved(tmp_path / "filled.xlsx")], titles())[0], settings, date(2026, 11, 3))
    state.purge(settings, date(2031, 1, 1), date(2031, 1, 1))
    assert (Path(told["folder"]) / "accepted").is_dir(), "the newest night is kept whatever its age"
    again = county.night(date(2026, 11, 4))
    assert again["exit_code"] == 0, again["faults"]
    with sa.create_engine(f"sqlite:///{county.home / 'hedui.db'}").connect() as connection:
        query = sa.text("SELECT task_no, desk FROM task WHERE finding_id = :id AND desk LIKE 'senior_officer%'")
        task_no, desk = connection.execute(query, {"id": finding_id}).one()
    lists = {path.stem: path.read_text(encoding="utf-8-sig") for path in (Path(again["folder"]) / "worklists").glob("*.csv")}
    assert [name for name, said in lists.items() if task_no in said] == [desk]
    assert not [word for word in ("居住地", "住址", "村", "电话", "请勿联系", "保护") if word in lists[desk]]
