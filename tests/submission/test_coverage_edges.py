"""Tables at their edges (domain.md 3.2), and what holds of every table."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from submission.coverage.bounds import held_by_area
from submission.coverage.chapman import TwoLists, summed
from submission.coverage.histories import Cells, cells_by_area, histories
from submission.coverage.loglinear import fitted_all
from submission.coverage.many import numbers
from submission.coverage.model_set import averaged
from submission.coverage.models import models
from submission.coverage.profile import profile_interval
from submission.coverage.sample_coverage import sample_coverage

HAV = {"111": 28, "110": 21, "101": 17, "100": 69, "011": 18, "010": 55, "001": 63}
few = settings(max_examples=25, deadline=None)


def by_name(cells):
    return {one.model.name: one for one in fitted_all(cells)}


def test_there_are_as_many_models_as_there_are_kinds_of_dependence():
    assert [len(models(lists)) for lists in (2, 3, 4)] == [1, 8, 113]
    assert [one.name for one in models(2)] == ["[1,2]"]
    assert {"Mt", "[12]", "[12,13,23,24,34]", "[123]", "[123,14]", "[123,124,134,234]"} <= {one.name for one in models(4)}
    assert len({one.name for one in models(4)}) == 113


def test_lists_that_share_nothing_have_no_petersen_and_no_model():
    assert TwoLists(40, 50, 0).petersen is None
    assert TwoLists(40, 50, 0).chapman == 41 * 51 - 1
    assert by_name(Cells.of({"11": 0, "10": 40, "01": 50}))["[1,2]"].number is None


def test_a_list_that_lies_inside_the_other_leaves_nothing_unseen_by_chapman():
    two = TwoLists(40, 90, 40)
    assert two.chapman == 90
    assert two.interval == (90, 90)


@pytest.mark.parametrize("history", histories(3))
def test_all_births_of_one_history_tell_nothing_of_the_unseen(history):
    cells = Cells.of({history: 50})
    assert [one.number for one in fitted_all(cells)] == [None] * 8
    assert averaged(fitted_all(cells), cells.union) is None
    assert np.isnan(numbers(cells.counts[None], models(3)))[0]


@pytest.mark.parametrize("history", histories(3))
def test_a_zero_cell_takes_the_number_from_models_that_rest_on_it_and_from_no_other(history):
    fits = by_name(Cells.of(HAV | {history: 0}))
    assert fits["[12,13,23]"].number is None  # n111 n100 n010 n001 / (n110 n101 n011) is 0 or has no value
    assert fits["[1,2,3]"].number > sum(HAV.values()) - HAV[history]
    alone = [number + 1 for number, mark in enumerate(history) if mark == "1"]
    for name, fit in fits.items():
        assert fit.number is None or fit.number >= sum(HAV.values()) - HAV[history], name
    if len(alone) == 2:  # the pair's term is told by 111, and n000 by n(one) n(other) / n(pair), of which the last is 0
        other = 6 - sum(alone)
        assert fits[f"[{alone[0]}{alone[1]},{other}]"].number is not None


def test_an_empty_list_leaves_what_the_two_others_say():
    cells = Cells.of({"110": 30, "100": 20, "010": 25})
    fits = by_name(cells)
    assert fits["[1,2,3]"].number == pytest.approx(TwoLists(50, 55, 30).petersen)
    assert fits["[12,3]"].number is None
    assert fits["[12,13,23]"].number is None
    assert sample_coverage(cells) is None


def test_a_model_without_a_number_has_no_profile_interval_and_one_that_ends_below_zero_begins_at_what_was_seen():
    zero = Cells.of(HAV | {"110": 0})
    assert profile_interval(zero, by_name(zero)["[12,13,23]"]) is None
    near = Cells.of({"111": 900, "110": 30, "101": 30, "011": 30, "100": 1, "010": 1, "001": 1})
    low, high = profile_interval(near, by_name(near)["[1,2,3]"])
    assert low == near.union < high


tables = st.lists(st.integers(0, 400), min_size=7, max_size=7).filter(any)


@few
@given(tables)
def test_no_number_lies_below_what_was_seen(counts):
    cells = Cells(3, np.array(counts, dtype=float))
    fits = fitted_all(cells)
    assert [one.model.name for one in fits if one.number is not None and one.number < cells.union] == []
    average = averaged(fits, cells.union)
    assert average is None or cells.union <= average.interval[0] <= average.number <= average.interval[1]
    coverage = sample_coverage(cells)
    for number in () if coverage is None else (coverage.independent, coverage.dependent, coverage.one_step):
        assert number is None or number >= cells.union - 1e-9


@few
@given(st.integers(0, 500), st.integers(0, 500), st.data())
def test_chapman_is_never_below_the_union_and_never_above_petersen(first, second, data):
    two = TwoLists(first, second, data.draw(st.integers(0, min(first, second))))
    assert two.chapman >= two.union - 1e-9
    assert two.interval[0] >= two.union - 1e-9
    assert two.petersen is None or two.chapman <= two.petersen + 1e-9


@few
@given(st.lists(st.integers(1, 400), min_size=7, max_size=7), st.permutations([0, 1, 2]))
def test_other_names_of_the_lists_give_other_names_of_the_models_and_nothing_else(counts, order):
    cells = Cells(3, np.array(counts, dtype=float))
    renamed = by_name(cells.of_lists(order))
    for fit in fitted_all(cells):
        terms = {frozenset(order.index(one) for one in term) for term in fit.model.terms}
        twin = next(one for one in renamed.values() if {frozenset(term) for term in one.model.terms} == terms)
        assert (twin.number, twin.se, twin.bic) == pytest.approx((fit.number, fit.se, fit.bic), rel=1e-5)


@few
@given(st.lists(st.integers(1, 400), min_size=7, max_size=7), st.integers(2, 9))
def test_so_many_times_the_births_are_so_many_times_the_number(counts, times):
    once, more = (by_name(Cells(3, np.array(counts, dtype=float) * factor)) for factor in (1, times))
    for name, fit in once.items():
        assert more[name].number == pytest.approx(fit.number * times, rel=1e-5)
        # Var = u + u^2 v: of that, u grows as the births, u^2 v too
        assert more[name].se == pytest.approx(fit.se * times**0.5, rel=1e-3)


@few
@given(st.lists(st.integers(1, 400), min_size=7, max_size=7))
def test_the_saturated_model_has_its_closed_form(counts):
    told = dict(zip(histories(3), counts, strict=True))
    above, below = (np.prod([float(told[history]) for history in names]) for names in (("111", "100", "010", "001"), ("110", "101", "011")))
    assert by_name(Cells.of(told))["[12,13,23]"].number == pytest.approx(sum(counts) + above / below, rel=1e-6)


@few
@given(st.lists(st.integers(1, 400), min_size=7, max_size=7))
def test_many_tables_at_once_say_what_one_says(counts):
    cells = Cells(3, np.array(counts, dtype=float))
    assert numbers(np.vstack([cells.counts] * 2), models(3)) == pytest.approx(
        [averaged(fitted_all(cells), cells.union).number] * 2, rel=1e-5
    )


def test_strata_that_both_lists_miss_alike_are_added_up_and_not_pooled():
    town, hills = TwoLists(900, 900, 810), TwoLists(300, 300, 90)  # 1,000 births each
    pooled = TwoLists(1200, 1200, 900)
    told = summed([town, hills])
    assert told.number == pytest.approx(2000, abs=6)
    assert pooled.chapman < 1650
    assert told.interval[0] < 2000 < told.interval[1]
    assert (told.se, told.union, told.sparse) == (pytest.approx((town.variance + hills.variance) ** 0.5), town.union + hills.union, 0)
    assert summed([town, TwoLists(9, 8, 6)]).sparse == 1


def test_births_are_counted_by_area_and_registry():
    held = {"hukou": "1 1 0 1 0", "hospital": "1 0 1 1 0", "health": "0 0 1 1 0"}
    birth = pd.DataFrame(
        {name: [mark == "1" for mark in marks.split()] for name, marks in held.items()} | {"area": ["a", "a", "a", "b", "b"]}
    )
    cells = cells_by_area(birth, "area", list(held))
    assert {area: {history: count for history, count in one.as_record().items() if count} for area, one in cells.items()} == {
        "a": {"110": 1, "100": 1, "011": 1},
        "b": {"111": 1},
    }
    told = held_by_area(cells)
    assert [(one.held, one.union, one.share) for one in told["a"]] == [(2, 3, 2 / 3), (2, 3, 2 / 3), (1, 3, 1 / 3)]


def test_two_of_four_lists_count_what_the_others_see_too():
    cells = Cells.of({"".join(marks): 1.0 for marks in itertools.product("01", repeat=4) if "1" in marks})
    assert cells.of_lists([2, 0]).as_record() == {"11": 4, "10": 4, "01": 4}
    assert (cells.both(0, 2), cells.sizes.tolist(), cells.alone.tolist()) == (4, [8] * 4, [1] * 4)
