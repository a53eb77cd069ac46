"""Pairs on which a steward is asked whatever the model says: decisions that contradict each other, and pairs drawn at random."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from reconciliation.outcome_pairs import Decisions, Pair
from sql import state
from tests.nights import Night
from vocabulary.findings import Decision

RECORDS = "birth_record_id | birth | born_at\nH1 | one | 2026-06-01\nH2 | two | 2026-06-01"
REGISTERED = "registration_id | birth | born_on\nR1 | one | 2026-06-01"
REPORTED = "report_id | birth | born_on\nF1 | one | 2026-06-01"
SIDES = {"H": "hospital", "R": "hukou", "F": "family_planning"}


@pytest.fixture
def pairs(night: Night) -> Night:
    night.given("hospital", RECORDS).given("hukou", REGISTERED).given("family_planning", REPORTED)
    return night.pairs("""
        left               | right      | decision | probability
        family_planning/F1 | hospital/H1 | link    | 0.999
        family_planning/F1 | hukou/R1    | link    | 0.999
        hospital/H1        | hukou/R1    | apart   | 0.001
        hospital/H2        | hukou/R1    | apart   | 0.2
    """)  # fmt: skip


def decide(night: Night, told: str) -> None:
    """Decisions written as `H1=F1 H1/R1`: the same child, not the same."""
    rows = []
    for word in told.split():
        left, right = word.replace("/", "=").split("=")
        pair = Pair.of(SIDES[left[0]], left, SIDES[right[0]], right)
        rows.append({**pair.as_row(), "decision": str(Decision.LINK if "=" in word else Decision.APART), "reason": "档案", "task_no": None})
    with state.answering(night.settings) as ledger:
        ledger.decide(rows)


def asked(night: Night, day: str) -> dict[tuple[str, str], str]:
    found = night.on(day)
    night.counts = json.loads((found.run.findings / "stage.json").read_text(encoding="utf-8"))["counts"]
    return {(row.record_id, row.other_record_id): row.evidence for row in found.of("possible_match").itertuples()}


def test_decisions_that_contradict_each_other_go_back_to_the_steward(pairs: Night):
    decide(pairs, "H1=F1 F1=R1")
    assert asked(pairs, "2026-10-30") == {}
    decide(pairs, "H1/R1")
    assert asked(pairs, "2026-10-31") == dict.fromkeys([("F1", "H1"), ("F1", "R1"), ("H1", "R1")], "decisions_contradict")
    assert pairs.counts["contradicting_decisions"] == 3
    decide(pairs, "H1=R1")
    assert asked(pairs, "2026-11-01") == {}
    assert pairs.counts["contradicting_decisions"] == 0


def test_every_pair_of_a_contradiction_is_named_and_no_other():
    rows = [("a", "b", "link"), ("b", "c", "link"), ("a", "c", "apart"), ("c", "d", "link"), ("e", "f", "apart")]
    table = pd.DataFrame(
        [("hukou", one, "hospital", other, said) for one, other, said in rows],
        columns=["registry_left", "record_id_left", "registry_right", "record_id_right", "decision"],
    )
    assert Decisions.of(table).contradictions() == [], "records of two registries are never the same record"
    table["registry_right"] = "hukou"
    assert {(pair.left[1], pair.right[1]) for pair in Decisions.of(table).contradictions()} == {("a", "b"), ("b", "c"), ("a", "c")}


def test_a_pair_drawn_at_random_is_asked_about_until_it_is_decided_and_takes_nobody_off_a_list(pairs: Night):
    run = pairs.on("2026-10-30").run
    pair = Pair.of("hospital", "H2", "hukou", "R1")
    state.draw_pairs(pairs.settings, run.run_id, pd.DataFrame([{**pair.as_row(), "linked": False}]))
    assert asked(pairs, "2026-10-31") == {("H2", "R1"): "sample"}
    with state.answering(pairs.settings) as ledger:
        assert ledger.births_that_may_be({"one"}) == set()
    decide(pairs, "H2/R1")
    assert asked(pairs, "2026-11-01") == {}
