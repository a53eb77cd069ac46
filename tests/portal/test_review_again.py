"""What a steward said can be taken back, and is read again: blindly, by another, and with their agreement measured."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from portal.review.agreement import agreement_of
from sql import state
from sql.readings import FIRST, SECOND, Reading, in_sample, keep_reading
from sql.serving import serving
from sql.tables import FINDING_EVENT, OUTCOME, PAIR_READING
from tests.portal.conftest import COUNTY, PASSWORD
from tests.portal.review_office import (
    MISPRINT,
    STEWARDS_DESK,
    TWINS,
    asked_home,
    bureau,
    cheap_hashes,
    decide,
    decisions,
    queue_of,
    rows,
    sampled,
    status_of,
    steward,
    waiting,
)
from vocabulary.roles import Scope

__all__ = ["asked_home", "bureau", "cheap_hashes"]

# Taken back.


def test_the_last_answer_can_be_taken_back_and_nothing_of_it_binds(bureau):
    person, task_no = steward(bureau), min(waiting(bureau))
    decide(person, task_no, **MISPRINT)
    text = person.post("/review/undo", seen="/account").text
    assert f'id="task-no">{task_no}<' in text and f"已撤销对任务 {task_no} 的判定" in text
    assert decisions(bureau) == {} and status_of(bureau, task_no) == "issued" and rows(bureau, select(PAIR_READING)) == []
    assert len(state.known_decisions(bureau.settings)) == 0 and len(state.answers(bureau.settings)) == 0
    kept = rows(bureau, select(OUTCOME).order_by(OUTCOME.c.outcome_id))
    assert [(row.code, row.answered_by) for row in kept] == [("S1", "chen.steward"), ("S0", "chen.steward")]
    assert ("taken_back", "chen.steward") in {(row.event, row.actor) for row in rows(bureau, select(FINDING_EVENT))}


def test_after_it_the_very_same_answer_can_be_given_again(bureau):
    person, task_no = steward(bureau), min(waiting(bureau))
    for _ in range(2):
        decide(person, task_no, **MISPRINT)
        person.post("/review/undo", seen="/account")
    decide(person, task_no, **MISPRINT)
    assert decisions(bureau) == {task_no: "link"} and status_of(bureau, task_no) == "answered"
    assert [row.code for row in rows(bureau, select(OUTCOME).order_by(OUTCOME.c.outcome_id))] == ["S1", "S0", "S1", "S0", "S1"]


def test_only_the_last_answer_of_this_login_is_taken_back_and_only_once(bureau):
    person, tasks = steward(bureau), sorted(waiting(bureau))
    decide(person, tasks[0], **MISPRINT)
    decide(person, tasks[1], **TWINS)
    person.post("/review/undo", seen="/account")
    assert "没有可以撤销的判定" in person.post("/review/undo", seen="/account").text
    assert decisions(bureau) == {tasks[0]: "link"}
    person.log_in(PASSWORD)
    person.post("/review/undo", seen="/account")
    assert decisions(bureau) == {tasks[0]: "link"}


def test_taking_back_a_change_lets_the_earlier_decision_bind_again(bureau):
    person, task_no = steward(bureau), min(waiting(bureau))
    decide(person, task_no, **MISPRINT)
    assert "更改判定" in person.get(f"/review/{task_no}")
    decide(person, task_no, **TWINS | {"seen": "1"})
    assert decisions(bureau) == {task_no: "apart"}
    assert [row.note for row in rows(bureau, select(OUTCOME).order_by(OUTCOME.c.outcome_id))][-1] == "更改：双胞胎，是两名儿童"
    person.post("/review/undo", seen="/account")
    assert decisions(bureau) == {task_no: "link"} and status_of(bureau, task_no) == "answered"
    assert [(row.turn, row.code) for row in rows(bureau, select(PAIR_READING))] == [(1, "S1")]


# A second reader.


def test_one_pair_in_ten_is_read_again_whoever_asks():
    share = sum(in_sample(f"{place:05d}-ABCDE") for place in range(5000)) / 5000
    assert share == pytest.approx(0.1, abs=0.02)


def test_the_second_reader_sees_exactly_what_the_first_one_saw(bureau):
    first, second, task_no = steward(bureau), steward(bureau, "li.steward"), sampled(bureau)
    before = without_marks(second.get(f"/review/{task_no}"))
    decide(first, task_no, **MISPRINT)
    assert without_marks(second.get(f"/review/{task_no}")) == before


def without_marks(text: str) -> str:
    return re.sub(r'value="[^"]+"', "", re.sub(r'name="form_mark" value="[^"]+"', "", text))


def test_a_second_reading_measures_and_changes_nothing(bureau):
    first, second, third = steward(bureau), steward(bureau, "li.steward"), steward(bureau, "zhao.steward")
    task_no = sampled(bureau)
    decide(first, task_no, **MISPRINT)
    assert task_no not in queue_of(first, bureau) and task_no in queue_of(second, bureau)
    decide(second, task_no, **TWINS)
    assert decisions(bureau) == {task_no: "link"} and len(rows(bureau, select(OUTCOME))) == 1
    assert {(row.reader, row.turn, row.code) for row in rows(bureau, select(PAIR_READING))} == {
        ("chen.steward", 1, "S1"),
        ("li.steward", 2, "S2"),
    }
    assert task_no not in queue_of(third, bureau) and task_no not in queue_of(second, bureau)
    third.get(f"/review/{task_no}", 404)
    for person in (first, second):
        assert task_no in person.get("/review").split('id="apart"')[1].split("</table>")[0]
    assert 'id="apart"' not in third.get("/review")


def test_two_who_differ_talk_and_one_of_them_enters_what_they_agreed_on(bureau):
    first, second, task_no = steward(bureau), steward(bureau, "li.steward"), sampled(bureau)
    decide(first, task_no, **MISPRINT)
    decide(second, task_no, **TWINS)
    text = second.get(f"/review/{task_no}")
    assert "chen.steward" in text and "更改判定" in text
    decide(second, task_no, **TWINS | {"seen": "1"})
    assert decisions(bureau) == {task_no: "apart"}
    assert 'id="apart"' not in first.get("/review")
    assert {(row.turn, row.code) for row in rows(bureau, select(PAIR_READING))} == {(1, "S1"), (2, "S2")}
    second.post("/review/undo", seen="/account")
    assert decisions(bureau) == {task_no: "link"} and 'id="apart"' in first.get("/review")


def test_a_second_reading_can_be_taken_back(bureau):
    first, second, task_no = steward(bureau), steward(bureau, "li.steward"), sampled(bureau)
    decide(first, task_no, **MISPRINT)
    decide(second, task_no, **TWINS)
    second.post("/review/undo", seen="/account")
    assert [(row.reader, row.turn) for row in rows(bureau, select(PAIR_READING))] == [("chen.steward", 1)]
    assert decisions(bureau) == {task_no: "link"} and task_no in queue_of(second, bureau)


# How far two agree.


def test_kappa_of_a_published_example():
    """Two raters, a hundred patients, three diagnoses: kappa 0.68 (Fleiss, Levin and Paik 2003, table 18.1)."""
    table = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]
    codes = ("S1", "S2", "E9")
    told = agreement_of({(codes[one], codes[other]): table[one][other] for one in range(3) for other in range(3)})
    assert (told.pairs, told.alike) == (100, 89)
    assert told.kappa == pytest.approx(0.68, abs=0.005)
    assert (told.low, told.high) == (pytest.approx(0.50, abs=0.01), pytest.approx(0.85, abs=0.01))


def test_there_is_no_kappa_of_few_pairs_nor_where_all_say_the_same():
    assert agreement_of({("S1", "S1"): 10, ("S2", "S2"): 9}).kappa is None
    assert agreement_of({("S1", "S1"): 10, ("S2", "S2"): 10}).kappa == pytest.approx(1.0)
    assert agreement_of({("S1", "S1"): 50}).kappa is None


def test_the_queue_shows_kappa_from_twenty_pairs_on(bureau):
    person, tasks = steward(bureau), sorted(waiting(bureau))
    for place, task_no in enumerate(tasks[:20]):
        if place == 19:
            assert 'id="kappa"' not in person.get("/review")
        for turn, reader in ((FIRST, "one.steward"), (SECOND, "two.steward")):
            code = "S1" if place % 2 or (turn == SECOND and place == 0) else "S2"
            with serving(bureau.settings, "portal", Scope(STEWARDS_DESK, (COUNTY,))) as connection:
                keep_reading(connection, Reading(task_no, reader, turn, code, date(2026, 10, 31)))
    assert 'id="kappa">0.90<' in person.get("/review")
