"""Families whom nobody calls on: a flag by a task's number binds as a desk's answer does, and can be lifted."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pandas as pd
import pytest
import sqlalchemy as sa

from reconciliation.contact import flags, lift_flag, set_flag
from reconciliation.standing import Standing
from sql import state
from sql.database import engine_of
from sql.nights import open_night
from sql.roles import grants
from sql.secure import secure
from sql.serving import pool_of, serving
from sql.tables import BOUND_RECORD, OUTCOME
from tests.portal.quick import BOSS, boss, cheap_hashes, empty_state, log_of, place
from tests.postgres import postgres_folder, postgres_url
from vocabulary.access import Purpose
from vocabulary.errors import Refusal
from vocabulary.findings import Effect
from vocabulary.settings import Settings

__all__ = ["boss", "cheap_hashes", "empty_state", "place", "postgres_folder", "postgres_url"]
DAY = date(2026, 10, 31)
DESK = "registration_desk-990101001"


def given(settings: Settings) -> dict[str, str]:
    """Two children without registration (one with two records), a conflict about the first, an undecided pair; finding -> task number."""
    run_id = open_night(settings, DAY)
    records = [("hospital", "H1", "b1"), ("family_planning", "F1", "b1"), ("hospital", "H2", "b2")]
    found = pd.DataFrame(
        [
            ("f1", "not_registered", "b1", None, None, None, None),
            ("f2", "not_registered", "b2", None, None, None, None),
            ("c1", "conflict", "b1", "hospital", "H1", None, None),
            ("p1", "possible_match", "b1", "hospital", "H1", "hospital", "H2"),
        ],
        columns=["finding_id", "kind", "birth_id", "registry", "record_id", "other_registry", "other_record_id"],
    ).assign(division_code="990101001001", evidence="hospital")
    state.save_found(settings, run_id, pd.DataFrame(records, columns=["registry", "record_id", "birth_id"]), found, ())
    tasks = state.issue_tasks(settings, found[["finding_id"]].assign(desk=[DESK, DESK, "hospital-H9901", "data_steward-990101"]))
    return dict(zip(tasks["finding_id"], tasks["task_no"], strict=True))


def open_ones(settings: Settings) -> list[str]:
    from sql.tables import FINDING

    with engine_of(settings).connect() as connection:
        query = sa.select(FINDING.c.finding_id).where(FINDING.c.status.in_(["open", "issued"]), FINDING.c.kind == "not_registered")
        return list(connection.execute(query).scalars())


def protected(settings: Settings) -> set[tuple[str, str]]:
    return set(Standing.read(settings, DAY + timedelta(days=1)).protected)


@pytest.mark.parametrize("typed", ["as written", "as typed", "of the registry's task"])
def test_a_flag_binds_as_the_desks_own_answer_would_and_no_name_is_shown(place, boss, typed):
    tasks = given(place.settings)
    number = {"as written": tasks["f1"], "as typed": tasks["f1"].lower().replace("-", " "), "of the registry's task": tasks["c1"]}[typed]
    answer = boss.post("/contact", {"task_no": number, "reason": "safety"}, status=200)
    task_no = tasks["c1" if "registry" in typed else "f1"]
    assert "已设为请勿联系" in answer.text
    assert task_no in answer.text
    assert protected(place.settings) == {("hospital", "H1"), ("family_planning", "F1")}
    assert open_ones(place.settings) == ["f2"]
    assert log_of(place.settings)[0] == ("contact_flag_set", "safety", "the.boss", task_no)
    given_answers = state.answers(place.settings)
    assert given_answers["code"].tolist() == ([] if "registry" in typed else ["D1"])
    for identity in ("b1", "H1", "F1", "f1", "990101001001"):
        assert identity not in re.sub(r'value="[^"]*"', "", answer.text)


def test_after_a_flag_the_senior_officer_is_asked_as_after_an_answer(place, boss):
    tasks = given(place.settings)
    boss.post("/contact", {"task_no": tasks["f1"], "reason": "family_asked"}, status=200)
    standing = Standing.read(place.settings, DAY + timedelta(days=1))
    assert "f1" not in standing.held_back


def test_the_same_flag_again_changes_nothing(place, boss):
    tasks = given(place.settings)
    for _ in range(2):
        boss.post("/contact", {"task_no": tasks["f1"], "reason": "family_asked"}, status=200)
    assert [look for look, *_ in log_of(place.settings)].count("contact_flag_set") == 1
    assert len(state.answers(place.settings)) == 1


@pytest.mark.parametrize(("task", "said"), [("AAAAA-AAAAA", "没有这个任务编号"), ("x", "没有这个任务编号"), ("p1", "不针对一名儿童")])
def test_a_number_that_names_no_child_flags_nobody(place, boss, task, said):
    tasks = given(place.settings)
    answer = boss.post("/contact", {"task_no": tasks.get(task, task), "reason": "safety"}, status=422)
    assert said in answer.text
    assert protected(place.settings) == set()


@pytest.mark.parametrize("reason", ["entered_in_error", "retention", "because", ""])
def test_a_reason_outside_the_closed_set_flags_nobody(place, boss, reason):
    tasks = given(place.settings)
    boss.post("/contact", {"task_no": tasks["f1"], "reason": reason}, status=422)
    assert protected(place.settings) == set()


def test_a_family_that_asks_is_a_family_like_others_again_and_it_is_written_down_by_whom(place, boss):
    tasks = given(place.settings)
    boss.post("/contact", {"task_no": tasks["f1"], "reason": "family_asked"}, status=200)
    assert "请先选择解除的原因" in boss.post("/contact/lift", {"task_no": tasks["f1"], "reason": ""}, seen="/contact", status=422).text
    text = boss.post("/contact/lift", {"task_no": tasks["f1"], "reason": "family_asked"}, seen="/contact", status=200).text
    assert "已解除" in text
    assert "目前没有请勿联系的任务" in text
    assert protected(place.settings) == set()
    assert "f1" not in Standing.read(place.settings, DAY + timedelta(days=1)).held_back
    assert set(open_ones(place.settings)) == {"f1", "f2"}
    assert log_of(place.settings)[0] == ("contact_flag_lifted", "family_asked", "the.boss", tasks["f1"])
    assert (
        "可能已经解除" in boss.post("/contact/lift", {"task_no": tasks["f1"], "reason": "family_asked"}, seen="/contact", status=422).text
    )
    with engine_of(place.settings).connect() as connection:
        said = connection.execute(sa.select(OUTCOME.c.code, OUTCOME.c.answered_by).order_by(OUTCOME.c.outcome_id)).all()
    assert [tuple(row) for row in said] == [("D1", "the.boss"), ("S0", "the.boss")]


def test_a_lifted_flag_can_be_set_again_by_another_task_of_the_child(place, boss):
    tasks = given(place.settings)
    boss.post("/contact", {"task_no": tasks["f1"], "reason": "family_asked"}, status=200)
    boss.post("/contact/lift", {"task_no": tasks["f1"], "reason": "family_asked"}, seen="/contact", status=200)
    boss.post("/contact", {"task_no": tasks["c1"], "reason": "safety"}, status=200)
    assert protected(place.settings) == {("hospital", "H1"), ("family_planning", "F1")}


def test_lifting_frees_whom_a_flag_protects_and_nobody_who_died(place):
    tasks = given(place.settings)
    with state.answering(place.settings) as ledger:
        ledger.bind(Effect.PEACE, {"b1": tasks["f1"]})
    set_flag(place.settings, tasks["f1"], Purpose.SAFETY, BOSS, DAY)
    lift_flag(place.settings, tasks["f1"], Purpose.ENTERED_IN_ERROR, BOSS, DAY)
    assert set(state.bound_records(place.settings, Effect.PEACE)) == {("hospital", "H1"), ("family_planning", "F1")}


def test_a_flag_that_a_desks_answer_set_stands_in_the_list_and_can_be_lifted(place, boss):
    tasks = given(place.settings)
    with state.answering(place.settings) as ledger:
        ledger.keep([{"task_no": tasks["f2"], "code": "D3", "answered_on": DAY, "file_sha256": "0" * 64}])
        ledger.bind(Effect.PROTECTS, {"b2": tasks["f2"]})
    text = boss.get("/contact")
    assert tasks["f2"] in text
    assert "D3" not in text
    assert "收养" not in text
    boss.post("/contact/lift", {"task_no": tasks["f2"], "reason": "entered_in_error"}, seen="/contact", status=200)
    assert protected(place.settings) == set()


def test_a_flag_whose_child_is_no_more_in_the_state_can_be_lifted_too(place):
    tasks = given(place.settings)
    set_flag(place.settings, tasks["f2"], Purpose.SAFETY, BOSS, DAY)
    from sql.tables import BIRTH_RECORD

    with serving(place.settings, "contact") as connection:
        connection.execute(sa.delete(BIRTH_RECORD).where(BIRTH_RECORD.c.birth_id == "b2"))
    lift_flag(place.settings, tasks["f2"], Purpose.FAMILY_ASKED, BOSS, DAY)
    assert flags(place.settings) == []


@pytest.mark.skipif("contact" not in grants(), reason="sql/roles.toml has no role for it yet")
def test_on_postgresql_flags_are_set_and_lifted_under_a_role_of_their_own(postgres_url, monkeypatch):
    monkeypatch.setenv("HEDUI_DATABASE", postgres_url)
    monkeypatch.setenv("HEDUI_AREA", "990101")
    owner = Settings.from_environment()
    secure(owner)
    tasks = given(owner)
    with engine_of(owner).begin() as connection:
        connection.execute(sa.text("UPDATE run SET area = '990101'"))
    monkeypatch.setenv("HEDUI_DATABASE_ROLE", "stages")
    staged = Settings.from_environment()
    set_flag(staged, tasks["f1"], Purpose.SAFETY, BOSS, DAY)
    assert [(flag.task_no, flag.reason) for flag in flags(staged)] == [(tasks["f1"], "safety")]
    assert set(state.bound_records(owner, Effect.PROTECTS)) == {("hospital", "H1"), ("family_planning", "F1")}
    lift_flag(staged, tasks["f1"], Purpose.FAMILY_ASKED, BOSS, DAY)
    assert state.bound_records(owner, Effect.PROTECTS) == []
    pool_of.cache_clear()
    others = [role for role, tables in grants().items() if "DELETE" in tables.get("bound_record", []) and role != "contact"]
    assert others == []


def test_a_refusal_without_words_of_its_own_is_told_by_its_code(place, boss, monkeypatch):
    tasks = given(place.settings)
    with engine_of(place.settings).begin() as connection:
        connection.execute(sa.text("CREATE TRIGGER no BEFORE INSERT ON bound_record BEGIN SELECT RAISE(ABORT, 'no'); END"))
    answer = boss.post("/contact", {"task_no": tasks["f1"], "reason": "safety"})
    assert answer.status_code in (409, 500)
    assert protected(place.settings) == set()
    assert len(state.answers(place.settings)) == 0
    with engine_of(place.settings).connect() as connection:
        assert connection.execute(sa.select(BOUND_RECORD)).all() == []
    with pytest.raises(Refusal):
        lift_flag(place.settings, tasks["f1"], Purpose.FAMILY_ASKED, BOSS, DAY)
