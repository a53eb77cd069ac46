"""What answers change in the state, on both databases."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from sql import state
from sql.desk_tasks import Asked, page_of
from sql.nights import open_night
from sql.serving import desk_session
from vocabulary.roles import Scope
from vocabulary.settings import Settings

DAY, NEXT = date(2026, 10, 31), date(2026, 11, 1)


@pytest.fixture
def given(settings: Settings) -> tuple[Settings, dict[str, str]]:
    """Three children without registration and one undecided pair, each with its task; child b4 has a second record, in that pair."""
    run_id = open_night(settings, DAY)
    records = [("hospital", "H1", "b1"), ("hospital", "H2", "b2"), ("hospital", "H3", "b3"), ("family_planning", "F4", "b4")]
    found = pd.DataFrame(
        [
            ("f1", "not_registered", "b1", None, None, None, None),
            ("f2", "not_registered", "b2", None, None, None, None),
            ("f3", "not_registered", "b4", None, None, None, None),
            ("p1", "possible_match", "b1", "hospital", "H1", "family_planning", "F4"),
        ],
        columns=["finding_id", "kind", "birth_id", "registry", "record_id", "other_registry", "other_record_id"],
    ).assign(division_code="990101001001", evidence="hospital")
    state.save_found(settings, run_id, pd.DataFrame(records, columns=["registry", "record_id", "birth_id"]), found, ())
    tasks = state.issue_tasks(settings, found[["finding_id"]].assign(desk="registration_desk-990101001"))
    return settings, dict(zip(tasks["finding_id"], tasks["task_no"], strict=True))


def answer(task_no: str, code: str = "B1") -> dict[str, object]:
    return {"task_no": task_no, "code": code, "answered_on": NEXT, "file_sha256": "0" * 64, "registered_on": None, "note": None}


def listed(settings: Settings) -> set[str]:
    desk = Scope("registration_desk-990101001", ("990101",))
    with desk_session(settings, desk) as session:
        numbers = [task.task_no for task in page_of(session, Asked(), 0, 100)]
    return {state.finding_of_task(settings, number) or "" for number in numbers}


def test_an_answered_finding_leaves_its_desks_list_and_its_history_says_who_answered(given):
    settings, task = given
    assert listed(settings) == {"f1", "f2", "f3", "p1"}
    with state.answering(settings) as ledger:
        ledger.keep([answer(task["f1"]), answer(task["f2"], "C6")])
        told = ledger.outcomes([task["f2"], task["f1"]])
    assert told["code"].tolist() == ["B1", "C6"]
    assert listed(settings) == {"f3", "p1"}
    assert state.finding_history(settings, "f1")[["event", "actor"]].to_numpy().tolist()[-1] == ["answered", "registration_desk-990101001"]
    assert set(state.answers(settings)["finding_id"]) == {"f1", "f2"}


def test_answers_to_a_task_are_told_and_no_others(given):
    settings, task = given
    with state.answering(settings) as ledger:
        ledger.keep([answer(task["f1"])])
        assert ledger.outcomes([task["f2"]]).empty
        assert ledger.outcomes([]).empty
        told = ledger.tasks([task["f1"], "AAAAA-AAAAA"])
        assert ledger.desks() == ["registration_desk-990101001"]
    assert told[["finding_id", "status", "reopened_on"]].to_numpy().tolist() == [["f1", "answered", None]]


def test_a_task_tells_the_newest_day_on_which_its_finding_was_reopened(given):
    settings, task = given
    with state.answering(settings) as ledger:
        ledger.keep([answer(task["f1"])])
    other = pd.DataFrame([{"finding_id": "f1", "kind": "not_registered", "division_code": "990101001001", "evidence": "another"}])
    state.save_findings(settings, open_night(settings, NEXT), other, withheld={"f2", "f3", "p1"})
    with state.answering(settings) as ledger:
        assert ledger.tasks([task["f1"]])["reopened_on"].tolist() == [NEXT]


def test_a_bound_birth_takes_its_findings_and_those_that_may_be_the_same_child_off_the_list(given):
    settings, task = given
    with state.answering(settings) as ledger:
        ledger.bind("peace", {"b1": task["f1"]})
        ledger.bind("peace", {"b1": task["f1"]})
        beside = ledger.births_that_may_be({"b1"})
        assert beside == {"b4"}
        assert ledger.withdraw({"b1", *beside}, ["not_registered"], "a desk") == 2
    assert state.bound_records(settings, "peace") == [("hospital", "H1")]
    assert listed(settings) == {"f2", "p1"}


def test_a_decision_takes_the_place_of_the_one_before(given):
    settings, task = given
    pair = {"registry_left": "family_planning", "record_id_left": "F4", "registry_right": "hospital", "record_id_right": "H1"}
    with state.answering(settings) as ledger:
        ledger.decide([{**pair, "decision": "apart", "reason": None, "task_no": task["p1"]}])
        ledger.decide([{**pair, "decision": "link", "reason": "again", "task_no": task["p1"]}])
    assert state.known_decisions(settings)["decision"].tolist() == ["link"]


def test_answers_that_fail_half_way_leave_nothing(given):
    settings, task = given
    with pytest.raises(ZeroDivisionError), state.answering(settings) as ledger:
        ledger.keep([answer(task["f1"])])
        raise ZeroDivisionError
    assert state.answers(settings).empty
    assert "f1" in listed(settings)
