"""When an estimate is printed, and when only a lower bound is (domain.md 3.1, 3.3)."""

import numpy as np
import pytest

from submission.coverage.histories import Cells, pairs
from submission.coverage.judged import judged
from submission.coverage.linkage_error import Band
from submission.coverage.record import as_record

GOOD = {"111": 1600, "110": 500, "101": 450, "011": 370, "100": 200, "010": 250, "001": 300}
TWO = {"11": 900, "10": 300, "01": 200}


def why(told) -> list[str]:
    return [one.why for one in told.withheld]


def sample(found: float, false: float, lists: int = 3) -> list[Band]:
    """A sample that says so: 2,000 linked pairs of every two lists, and those left open, all of them looked at."""
    true = round(2000 * (1 - false))
    missed = round(true * (1 - found) / found)
    bands = []
    for pair in pairs(lists):
        bands += [Band(pair, True, 2000, 2000, true), Band(pair, False, missed + 20, missed + 20, missed)]
    return bands


def test_three_lists_that_overlap_are_estimated():
    told = judged(Cells.of(GOOD))
    assert why(told) == []
    assert told.estimate.interval[0] < told.estimate.number < told.estimate.interval[1]
    assert told.estimate.number > told.cells.union
    assert (told.estimate.method, told.grade, told.error) == ("models", None, None)


@pytest.mark.parametrize(
    ("cells", "reasons"),
    [
        ({"11": 0, "10": 0, "01": 0}, ["no_births"]),
        (TWO, ["two_lists"]),
        ({"11": 6, "10": 3, "01": 2}, ["two_lists", "few_shared"]),
        ({"11": 0, "10": 30, "01": 0}, ["two_lists", "empty_list"]),
        ({"111": 28, "110": 21, "101": 17, "100": 69, "011": 18, "010": 55, "001": 63}, ["low_sample_coverage"]),
        (GOOD | {"110": 0}, ["unbounded"]),
        ({"111": 10}, ["no_number"]),
        ({"110": 30, "100": 20, "010": 25}, ["empty_list"]),
    ],
)
def test_a_table_that_cannot_carry_an_estimate_gets_none(cells, reasons):
    told = judged(Cells.of({history: float(count) for history, count in cells.items()}))
    assert why(told) == reasons
    assert told.estimate is None


def test_two_lists_are_estimated_where_somebody_answers_for_their_independence():
    told = judged(Cells.of(TWO), independent=True)
    assert why(told) == []
    assert told.estimate.number == pytest.approx(1201 * 1101 / 901 - 1)
    assert told.estimate.method == "chapman"


def test_lists_of_other_births_are_not_estimated():
    assert why(judged(Cells.of(GOOD), same_scope=False)) == ["other_scope"]


def test_links_that_err_less_than_is_missing_lower_the_estimate_and_widen_its_interval():
    plain, free = judged(Cells.of(GOOD)), judged(Cells.of(GOOD), sample(found=0.99, false=0.0))
    assert why(free) == []
    assert free.estimate.number < plain.estimate.number
    assert free.table.union < free.cells.union
    assert free.table.sizes == pytest.approx(free.cells.sizes)
    assert free.error == pytest.approx(0.01, abs=0.001)


@pytest.mark.parametrize(
    ("found", "grade", "parts"), [(0.999, "A", (0, 0.25)), (0.98, "B", (0.25, 0.5)), (0.97, "C", (0.5, 1)), (0.94, "D", (1, 99))]
)
def test_the_grade_is_how_much_of_what_is_missing_linkage_errors_could_make_up(found, grade, parts):
    told = judged(Cells.of(GOOD), sample(found, 0.0))
    missing = 1 - told.table.union / told.candidate.number
    assert parts[0] < told.error / missing <= parts[1]
    assert told.grade == grade
    assert (told.estimate is None) == (grade == "D") == ("linkage_error" in why(told))


def test_a_sample_that_contradicts_the_table_is_no_ground_for_an_estimate():
    told = judged(Cells.of(GOOD | {"100": 1, "010": 1, "001": 1}), sample(found=0.9, false=0.0))
    assert "contradiction" in why(told)


def test_two_lists_with_a_sample_are_ding_and_fienbergs_with_chapmans_correction():
    told = judged(Cells.of(TWO), sample(0.98, 0.01, lists=2), independent=True)
    shared = 900 * 0.99 * 2020 / 1980
    assert told.candidate.number == pytest.approx(1201 * 1101 / (shared + 1) - 1, rel=1e-6)
    assert told.candidate.interval[0] < told.candidate.number < told.candidate.interval[1]


def test_the_same_table_and_sample_are_told_alike_twice_and_other_draws_differ():
    once, twice = (judged(Cells.of(GOOD), sample(0.99, 0.01)) for _ in range(2))
    assert once.candidate == twice.candidate
    assert judged(Cells.of(GOOD), sample(0.99, 0.01), random=np.random.default_rng(7)).candidate.interval != once.candidate.interval


def test_every_share_has_its_numerator_and_denominator_and_a_withheld_estimate_none():
    told = as_record(judged(Cells.of(GOOD)))
    for one in told["held"]:
        assert one["share"] == one["held"] / one["union"]
        assert one["coverage"] == one["held"] / told["estimate"]["N"] < one["share"]
        assert one["coverage_interval"][0] < one["coverage"] < one["coverage_interval"][1] <= one["share"]
    withheld = as_record(judged(Cells.of(GOOD), same_scope=False))
    assert withheld["estimate"] is None
    assert [one["coverage"] for one in withheld["held"]] == [None] * 3
    assert withheld["models"] == told["models"]
    assert sum(one["weight"] for one in told["models"]) == pytest.approx(1)
