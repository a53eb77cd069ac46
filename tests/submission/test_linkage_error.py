"""Linkage errors: how a steward's sample tells of them, what they do to a table, how they are taken out, and how wide that makes the interval."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.coverage_simulation import Situation, county
from submission.coverage.histories import Cells, holds, pairs
from submission.coverage.judged import judged
from submission.coverage.linkage_error import Band, Rates, ding_fienberg, drawn_rates, pair_errors, rates
from submission.coverage.loglinear import fitted_all
from submission.coverage.mislinking import false_joins, fate_shares, fates, joined, joins, pieces, standing_alone, without_errors
from submission.coverage.model_set import averaged

few = settings(max_examples=30, deadline=None)


def linked(table, alone, false_pairs, lists):
    """What linking makes of a table on average: records that stand alone, then false links."""
    of = np.array([history for history, *_ in fates(lists)]) - 1
    apart = (table[:, of] * fate_shares(alone, lists)) @ pieces(lists)
    return joined(apart, false_joins(apart, false_pairs, lists), lists)


def overlap(table, lists):
    return np.column_stack([table[:, holds(lists)[:, [one, other]].all(axis=1)].sum(axis=1) for one, other in pairs(lists)])


def test_a_band_weighs_as_many_pairs_as_it_has():
    bands = [
        Band((0, 1), True, 900, 100, 99),
        Band((0, 1), True, 100, 50, 40),
        Band((0, 1), False, 200, 40, 5),
        Band((0, 1), False, 800, 40, 0),
    ]
    told = rates(bands, 2)
    true, missed = 900 * 0.99 + 100 * 0.8, 200 / 8
    assert told.found[0, 0] == pytest.approx(true / (true + missed))
    assert told.false[0, 0] == pytest.approx(1 - true / 1000)


@pytest.mark.parametrize("linked", [True, False])
def test_a_sample_without_linked_or_without_open_pairs_is_refused(linked):
    with pytest.raises(ValueError, match="linked and an unlinked"):
        rates([Band((0, 1), linked, 900, 100, 99)], 2)


def test_a_band_that_was_seen_whole_leaves_no_doubt_and_a_larger_sample_less():
    def spread(linked_judged, open_judged):
        bands = [
            Band((0, 1), True, 1000, linked_judged, linked_judged * 98 // 100),
            Band((0, 1), False, 100, open_judged, open_judged // 2),
        ]
        drawn = drawn_rates(bands, 2, 2000, np.random.default_rng(1))
        return drawn.found.std(), drawn.false.std()

    assert spread(1000, 100) == (pytest.approx(0, abs=1e-12), pytest.approx(0, abs=1e-12))
    small, large = spread(50, 10), spread(500, 50)
    assert small[0] > large[0] > 0.001
    assert small[1] > large[1] > 0.001


@few
@given(
    st.lists(st.floats(20, 4000), min_size=3, max_size=3),
    st.floats(0.8, 1),
    st.floats(0, 0.1),
)
def test_of_two_lists_it_is_ding_and_fienbergs_estimate(counts, alpha, beta):
    second_only, first_only, both = counts
    first, second = first_only + both, second_only + both
    false = beta * first_only
    observed = alpha * both + false
    told = Rates(np.array([[alpha]]), np.array([[false / observed]]))
    table = np.array([[second - observed, first - observed, observed]])
    whole = without_errors(table, told, 2)[0]
    assert first * second / whole[2] == pytest.approx(ding_fienberg(first, second, observed, alpha, beta), rel=1e-6)
    assert whole == pytest.approx(counts, rel=1e-6)


def test_links_that_are_no_more_than_false_ones_would_be_have_no_estimate():
    assert ding_fienberg(1000, 900, 10, 0.9, 0.02) is None
    assert ding_fienberg(1000, 900, 500, 0.1, 0.2) is None


@few
@given(
    st.sampled_from([3, 4]).flatmap(lambda lists: st.lists(st.floats(60, 900), min_size=2**lists - 1, max_size=2**lists - 1)),
    st.lists(st.floats(0, 0.05), min_size=4, max_size=4),
    st.lists(st.floats(0, 8), min_size=6, max_size=6),
)
def test_errors_that_were_put_in_are_taken_out_again(counts, alone, false):
    lists = int(np.log2(len(counts) + 1))
    table, alone = np.array([counts]), np.array([alone[:lists]])
    observed = linked(table, alone, np.array([false[: len(pairs(lists))]]), lists)
    found = np.array([[(1 - alone[0, one]) * (1 - alone[0, other]) for one, other in pairs(lists)]])
    assert standing_alone(found, lists) == pytest.approx(alone, abs=1e-6)
    told = Rates(found, np.array([false[: len(pairs(lists))]]) / overlap(observed, lists))
    assert without_errors(observed, told, lists)[0] == pytest.approx(counts, abs=1.0)


@few
@given(
    st.lists(st.integers(1, 900), min_size=7, max_size=7),
    st.lists(st.floats(0.85, 1), min_size=3, max_size=3),
    st.lists(st.floats(0, 0.03), min_size=3, max_size=3),
)
def test_a_list_keeps_its_size_whatever_linking_did(counts, found, false):
    cells = Cells(3, np.array(counts, dtype=float))
    whole = without_errors(cells.counts[None], Rates(np.array([found]), np.array([false])), 3)
    assert Cells(3, whole[0]).sizes == pytest.approx(cells.sizes, rel=1e-6)


def test_without_errors_a_table_stays_as_it_is():
    cells = Cells(3, np.arange(1.0, 8.0))
    assert without_errors(cells.counts[None], Rates(np.ones((1, 3)), np.zeros((1, 3))), 3)[0] == pytest.approx(cells.counts)
    assert pair_errors(cells, Rates(np.ones((1, 3)), np.zeros((1, 3))))[0].missed == 0


def test_two_births_can_be_made_one_only_if_no_list_holds_both():
    assert joins(2) == ((1, 2),)
    assert [(f"{one:03b}", f"{other:03b}") for one, other in joins(3)] == [
        ("001", "010"), ("001", "100"), ("001", "110"), ("010", "100"), ("010", "101"), ("011", "100"),
    ]  # fmt: skip


def test_beta_is_of_the_records_that_should_stand_alone():
    cells = Cells.of({"11": 990, "10": 110, "01": 60})
    told = pair_errors(cells, Rates(np.array([[0.98]]), np.array([[0.01]])))[0]
    shared = 990 * 0.99 / 0.98
    assert told.missed == pytest.approx(0.02)
    assert told.false == pytest.approx(9.9 / (1050 - shared))  # of the list in which fewer stand alone


@pytest.mark.long
def test_the_interval_holds_the_truth_about_95_times_in_a_hundred_where_the_naive_one_does_not():
    """80 counties, in which two lists depend on each other; fewer than 71 by chance: 1 time in 100. The large run is bench/coverage_simulation.py."""
    situation = Situation("", 3000, 0.75, (0.45, 0.85), 0.7, (0.01, 0.015, 0.005), 8, 300)
    random, held, naive = np.random.default_rng(11), 0, 0
    for _ in range(80):
        cells, bands = county(situation, random)
        told = judged(cells, bands, random=random).candidate
        held += told.interval[0] <= situation.births <= told.interval[1]
        low, high = averaged(fitted_all(cells), cells.union).interval
        naive += low <= situation.births <= high
    assert held >= 71
    assert naive < 20
