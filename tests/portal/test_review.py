"""The steward's review: both records of an undecided pair side by side, why the model doubts, and an answer that binds."""

from __future__ import annotations

import re
import shutil

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import insert, select, update

from matching.report.evidence import read_evidence
from matching.report.waterfall import explained
from portal.review.reading import next_in
from reconciliation.review_weights import NEVER_ALONE, weights_of
from sql.readings import in_sample
from sql.serving import serving
from sql.tables import ACCESS_LOG, BOUND_RECORD, FINDING, OUTCOME, PAIR_READING, TASK
from tests.portal.conftest import Office
from tests.portal.review_office import (
    LINKED,
    MISPRINT,
    NUMBERS,
    TWINS,
    asked_home,
    bureau,
    cheap_hashes,
    decide,
    decisions,
    rows,
    sampled,
    status_of,
    steward,
    the_run,
    the_two,
    waiting,
)
from vocabulary.roles import Role

__all__ = ["asked_home", "bureau", "cheap_hashes"]

# What is shown.


def test_the_queue_counts_the_pairs_and_starts_with_the_first(bureau):
    person, tasks = steward(bureau), waiting(bureau)
    assert f'data-count="{len(tasks)}"' in person.get("/review") and len(tasks) >= LINKED
    assert f'id="task-no">{min(tasks)}<' in person.get("/review/next")


def test_no_whole_number_and_no_word_of_survival_is_on_any_page(bureau):
    person = steward(bureau)
    for task_no, finding in sorted(waiting(bureau).items())[:15]:
        text, both = person.get(f"/review/{task_no}"), the_two(bureau, finding)
        assert len(both) == 2
        for number in both[list(NUMBERS)].stack().dropna():
            assert str(number) not in text and str(number)[6:14] not in text
        assert not re.search("存活|死亡|survival|vital|died|alive", text)
        for record in both.itertuples():
            assert record.record_id in text and "".join(text_of(text, "record-no")).count(record.record_id) == 1


def text_of(page: str, name: str) -> list[str]:
    return re.findall(rf'class="{name}">([^<]*)<', page)


def test_characters_that_differ_are_marked_and_told_in_words(bureau):
    person = steward(bureau)
    for task_no, finding in waiting(bureau).items():
        one, other = (str(name) for name in the_two(bureau, finding)["mother_name"])
        if one != other and len(one) == len(other) == 3 and one[:2] == other[:2]:
            text = person.get(f"/review/{task_no}")
            assert f"{one[:2]}<mark>{one[2]}</mark>" in text and f"{other[:2]}<mark>{other[2]}</mark>" in text
            assert f"“{one[2]}”与“{other[2]}”" in text or f"“{other[2]}”与“{one[2]}”" in text
            return
    pytest.fail("no pair of mothers whose last character differs")


def test_every_look_is_in_the_log_before_the_page_is_out(bureau):
    person, task_no = steward(bureau), min(waiting(bureau))
    person.get(f"/review/{task_no}")
    look = rows(bureau, select(ACCESS_LOG).order_by(ACCESS_LOG.c.entry_no.desc()).limit(1))[0]
    told = (look.actor, look.role, look.look, look.purpose, look.item_count, look.subject)
    assert told == ("chen.steward", "steward", "viewed", "follow_up", 2, task_no)


def test_a_pair_is_nobody_elses(bureau):
    task_no = min(waiting(bureau))
    steward(bureau, "far.steward", "990102").get(f"/review/{task_no}", 404)
    clerk, own, auditor = bureau.clerk(), steward(bureau), bureau.person("an.auditor", Role.AUDITOR)
    for path in ("/review", "/review/next", f"/review/{task_no}"):
        clerk.get(path, 404)
        auditor.get(path, 404)
    own.get("/review/AAAAA-AAAAA", 404)
    own.get(f"/review/{another_kind(bureau)}", 404)


def another_kind(bureau: Office) -> str:
    query = select(TASK.c.task_no).join(FINDING, FINDING.c.finding_id == TASK.c.finding_id).where(FINDING.c.kind == "conflict")
    return str(rows(bureau, query)[0][0])


def test_a_protected_familys_place_is_not_shown(bureau):
    person, (task_no, finding) = steward(bureau), next(iter(waiting(bureau).items()))
    before = person.get(f"/review/{task_no}")
    with serving(bureau.settings, "accounts") as connection:
        bound = {"registry": finding.registry, "record_id": finding.record_id, "effect": "protects", "task_no": task_no}
        connection.execute(insert(BOUND_RECORD).values(**bound))
    after = person.get(f"/review/{task_no}")
    assert after.count("未填") > before.count("未填")
    assert "protect" not in after


# Where the weight comes from.


def test_the_bars_of_every_real_pair_add_up_to_its_weight_and_are_those_of_the_linkage_report(asked_home):
    folder = next(iter(sorted((asked_home[0] / "runs").glob("2*"))))
    evidence, weights = read_evidence(folder), weights_of(folder / "linked")
    pairs = pd.read_parquet(folder / "linked" / "pair.parquet")
    told, names = explained(evidence, np.arange(len(pairs))), [one.name for one in evidence.model.spec.comparisons]
    assert len(pairs) > 500
    for place, pair in enumerate(pairs.to_dict("records")):
        steps = weights.steps(pair)
        assert sum(step.bits for step in steps) == pytest.approx(pair["match_weight"], abs=1e-9)
        shown = {step.name: step.bits for step in steps if step.kind == "comparison"}
        hidden = sum(told.gains[place, names.index(name)] for name in NEVER_ALONE)
        assert shown == pytest.approx({name: told.gains[place, names.index(name)] for name in shown}, abs=1e-9)
        ends = sum(step.bits for step in steps if step.kind in ("care", "rarity", "others"))
        both = told.care[place] + told.rarity[place].sum() + told.others[place] + told.rest[place]
        assert steps[0].bits == pytest.approx(told.prior[place], abs=1e-9) and ends == pytest.approx(both + hidden, abs=1e-6)


def test_the_page_prints_the_same_sum(bureau):
    person, task_no = steward(bureau), min(waiting(bureau))
    text = person.get(f"/review/{task_no}")
    table = text[text.index('id="waterfall"') :]
    bits = [float(told.replace("−", "-")) for told in re.findall(r'<td class="number">([^<]+)</td>', table)]
    assert sum(bits[:-1]) == pytest.approx(bits[-1], abs=0.01 * len(bits))
    assert table.count("<rect") == len(bits)


# An answer.


def test_an_answer_binds_and_the_next_pair_comes(bureau):
    person, tasks = steward(bureau), sorted(waiting(bureau))
    text = decide(person, tasks[0], code="S2", reason="S2-1", more="医院有记载")
    assert f'id="task-no">{tasks[1]}<' in text and f"任务 {tasks[0]} 已记录：不是同一名儿童。" in text
    assert decisions(bureau) == {tasks[0]: "apart"} and status_of(bureau, tasks[0]) == "answered"
    told = rows(bureau, select(OUTCOME).where(OUTCOME.c.task_no == tasks[0]))[0]
    assert (told.code, told.note, told.answered_by) == ("S2", "双胞胎，是两名儿童；医院有记载", "chen.steward")
    assert [(row.reader, row.turn, row.code) for row in rows(bureau, select(PAIR_READING))] == [("chen.steward", 1, "S2")]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "请先选一项"),
        ({"code": "S1"}, "请选一项判定理由"),
        ({"code": "S1", "reason": "S2-1"}, "请选一项判定理由"),
        ({"code": "A1", "reason": "S1-1"}, "请先选一项"),
        ({"code": "S1", "more": "电话 13912345678"}, "判定理由不能保留"),
        ({"code": "S2", "reason": "S2-2", "more": "长" * 50}, "判定理由不能保留"),
    ],
)
def test_an_answer_without_a_good_reason_changes_nothing(bureau, form, said):
    person, task_no = steward(bureau), min(waiting(bureau))
    text = person.post(f"/review/{task_no}", form, seen="/account", status=422).text
    assert f'role="alert">{said}' in text and f'id="task-no">{task_no}<' in text
    assert rows(bureau, select(OUTCOME)) == [] and decisions(bureau) == {}


def test_who_cannot_tell_says_so_without_a_reason_and_nothing_binds(bureau):
    person, tasks = steward(bureau), sorted(waiting(bureau))
    decide(person, tasks[0], code="E9")
    assert decisions(bureau) == {} and [row.code for row in rows(bureau, select(OUTCOME))] == ["E9"]


def test_a_contradiction_comes_back_in_words_with_the_tasks_to_look_at(bureau):
    person, of_three = steward(bureau), tasks_of_three(bureau)
    for task_no in of_three[:2]:
        decide(person, task_no, **MISPRINT)
    text = person.post(f"/review/{of_three[2]}", TWINS, seen="/account", status=422).text
    assert "互相矛盾" in text and all(task_no in text for task_no in of_three[:2])
    assert set(decisions(bureau)) == set(of_three[:2])


def tasks_of_three(bureau: Office) -> list[str]:
    """Tasks of the three pairs of three records."""
    pairs = {
        task_no: frozenset([(row.registry, row.record_id), (row.other_registry, row.other_record_id)])
        for task_no, row in waiting(bureau).items()
    }
    for one in pairs:
        for other in pairs:
            third = [
                task_no for task_no, pair in pairs.items() if len(pairs[one] & pairs[other]) == 1 and pair == pairs[one] ^ pairs[other]
            ]
            if third:
                return [one, other, *third]
    raise AssertionError("the three pairs are not among the tasks")


def test_who_answers_what_another_has_just_decided_is_told_and_led_on(bureau):
    one, other = steward(bureau), steward(bureau, "li.steward")
    task_no = next(task_no for task_no in sorted(waiting(bureau)) if not in_sample(task_no))
    decide(one, task_no, **MISPRINT)
    assert f"任务 {task_no} 刚由他人判定" in decide(other, task_no, **TWINS)
    assert decisions(bureau) == {task_no: "link"}


def test_a_form_of_another_place_is_not_taken(bureau):
    person, task_no = steward(bureau), min(waiting(bureau))
    for path in (f"/review/{task_no}", "/review/undo", "/review/keys"):
        assert person.browser.post(path, data={"form_mark": "x", "task_no": task_no} | TWINS).status_code == 403
    assert decisions(bureau) == {}


# By keyboard.


def test_shortcuts_can_be_switched_off_and_every_control_has_its_name(bureau):
    person, task_no = steward(bureau), min(waiting(bureau))
    text = person.get(f"/review/{task_no}")
    for name in (
        "decide",
        "code-S1",
        "code-S2",
        "code-E9",
        "reason-S1-1",
        "reason-S2-1",
        "more",
        "confirm",
        "next",
        "undo",
        "keys",
        "keys-switch",
    ):
        assert text.count(f'id="{name}"') == 1
    assert 'data-keys="on"' in text
    assert 'data-keys="off"' in person.post("/review/keys", {"task_no": task_no, "on": "false"}, seen="/account").text


def test_every_text_of_the_pages_has_its_english(bureau):
    person, task_no = steward(bureau), sampled(bureau)
    other = steward(bureau, "li.steward")
    decide(person, task_no, **MISPRINT)
    decide(other, task_no, **TWINS)
    person.get("/language/en?to=/review")
    for path in ("/review", f"/review/{task_no}"):
        text = re.sub(r"(?s)<(td|code|bdi|mark)[^>]*>.*?</\1>|<a href=./language[^>]*>.*?</a>", "", person.get(path))
        assert re.findall(r"[\u4e00-\u9fff]+", text) == []


def test_the_next_pair_is_the_one_after_and_then_the_first_again():
    assert [next_in(["a", "c", "d"], after) for after in ("", "a", "b", "d", "z")] == ["a", "c", "c", "a", "a"]
    assert next_in([], "a") is None


def test_a_purged_night_is_said_in_words(bureau):
    person, task_no = steward(bureau), min(waiting(bureau))
    shutil.rmtree(the_run(bureau.settings).accepted)
    assert "run.stage_missing" in person.get(f"/review/{task_no}", 409)


def test_a_pair_that_the_model_did_not_keep_is_shown_without_a_weight(bureau):
    person, tasks = steward(bureau), waiting(bureau)
    task_no, finding = min(tasks.items())
    stranger = next(row for row in tasks.values() if row.other_registry != finding.registry and row.birth_id != finding.birth_id)
    changed = {"other_registry": stranger.other_registry, "other_record_id": stranger.other_record_id}
    with serving(bureau.settings, "accounts") as connection:
        connection.execute(update(FINDING).where(FINDING.c.finding_id == finding.finding_id).values(**changed))
    assert "模型没有留下" in person.get(f"/review/{task_no}")
