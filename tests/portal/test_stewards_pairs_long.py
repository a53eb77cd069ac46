"""A steward judges fifty pairs by keyboard alone, takes one back, and a second steward reads some of them blind: `make test-long`."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from tests.portal.served import COUNTY, Served, logged_in, run

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
BIRTHS = 1500
PAIRS = 50


def more_pairs(served: Served) -> None:
    """Pairs drawn at random come onto the steward's list with the next night."""
    run(served.environment | {"HEDUI_DATABASE_ROLE": "submission"}, "links-quality", "--draw", "60", "--json")
    told = json.loads(run(served.environment, "nightly", "--as-of", "2026-11-01", "--json"))
    assert told["exit_code"] == 0, told


def decisions(served: Served) -> dict[str, str]:
    rows = served.table("SELECT task_no, decision FROM decision WHERE task_no IS NOT NULL")
    return dict(rows.itertuples(index=False, name=None))


def same_child(served: Served) -> dict[str, bool]:
    """Task -> whether its two records are truly of one child. Answers made up at random would contradict each other along a chain, and be returned."""
    truth = pd.read_parquet(served.home.parent / "county" / "truth" / "record.parquet").set_index(["registry", "record_id"])[
        "true_birth_id"
    ]
    pairs = served.table(
        "SELECT task_no, registry, record_id, other_registry, other_record_id FROM task JOIN finding USING (finding_id) WHERE kind = 'possible_match'"
    )
    return {
        task_no: truth[registry, record_id] == truth[other_registry, other_record_id]
        for task_no, registry, record_id, other_registry, other_record_id in pairs.itertuples(index=False, name=None)
    }


def test_fifty_pairs_by_keyboard(served: Served, chromium: Any) -> None:
    more_pairs(served)
    truly = same_child(served)
    page = logged_in(served, chromium, "chen.jie", "steward", "--area", COUNTY)
    page.goto(f"{served.url}/review")
    assert int(page.get_attribute("#waiting", "data-count") or 0) >= PAIRS
    page.focus("#start")
    page.keyboard.press("Enter")
    given: dict[str, str] = {}
    for number in range(PAIRS):
        page.wait_for_selector("#task-no")
        task_no = page.inner_text("#task-no")
        assert task_no not in given, page.locator("[role=alert]").all_inner_texts()
        key, code = ("3", "E9") if number % 10 == 4 else ("1", "S1") if truly[task_no] else ("2", "S2")
        page.keyboard.press(key)
        assert page.is_checked(f"#code-{code}")
        if code != "E9":
            page.keyboard.press("4")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        given[task_no] = code
    wanted = {task_no: "link" if code == "S1" else "apart" for task_no, code in given.items() if code != "E9"}
    assert {*given.values()} == {"S1", "S2", "E9"}
    assert decisions(served) == wanted
    last = list(given)[-1]
    with page.expect_navigation():
        page.keyboard.press("u")
    page.wait_for_selector("#task-no")
    assert decisions(served) == {task_no: decision for task_no, decision in wanted.items() if task_no != last}
    looks = served.table("SELECT count(*) AS many FROM access_log WHERE actor = 'chen.jie' AND look = 'viewed'")["many"].iloc[0]
    assert looks >= PAIRS


def test_the_second_steward_is_not_told_what_the_first_said(served: Served, chromium: Any) -> None:
    page = logged_in(served, chromium, "zhao.lei", "steward", "--area", COUNTY)
    page.goto(f"{served.url}/review")
    page.click("#start")
    page.wait_for_selector("#task-no")
    assert page.locator("input[name=code]:checked").count() == 0
    text = page.inner_text("main")
    assert "chen.jie" not in text
