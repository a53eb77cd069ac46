"""Stated probabilities against what is so; intervals of small counts."""

import numpy as np
import pytest

from matching.intervals import Rate, TwoRates, exact_interval
from matching.reliability import EDGES, reliability


def stated(*rows: tuple[float, int, int]):
    """Reliability of rows (probability, pairs, of them true)."""
    probability = np.concatenate([np.full(pairs, share) for share, pairs, _ in rows] or [np.zeros(0)])
    true = np.concatenate([np.arange(pairs) < hits for _, pairs, hits in rows] or [np.zeros(0)]).astype(bool)
    return reliability(probability, true)


def test_a_model_that_says_what_is_so_has_no_calibration_error():
    told = stated((0.9, 100, 90), (0.2, 50, 10))
    assert told.calibration_error == pytest.approx(0)
    assert told.expected == pytest.approx(told.true) == 100
    assert all(one.holds for one in told.bins)


def test_the_calibration_error_weighs_each_bin_by_its_pairs():
    told = stated((0.95, 300, 300), (0.6, 100, 20))
    assert told.calibration_error == pytest.approx((300 * 0.05 + 100 * 0.4) / 400)
    assert [one.holds for one in told.bins] == [False, False]


@pytest.mark.parametrize(
    ("probability", "low"), [(0.0, 0.0), (0.000999, 0.0), (0.001, 0.001), (1 / 3, 1 / 3), (0.5, 0.5), (0.9999, 0.9999), (1.0, 0.9999)]
)
def test_a_bin_holds_its_lower_bound_and_the_last_both(probability, low):
    (only,) = stated((probability, 3, 1)).bins
    assert only.low == low


def test_without_pairs_there_is_nothing_to_say_and_no_error():
    told = stated()
    assert (told.bins, told.calibration_error, told.pairs, told.true) == ((), 0.0, 0, 0)


def test_bins_cover_every_probability():
    probability = np.random.default_rng(4).random(5000)
    assert sum(one.pairs for one in reliability(probability, probability > 0.5).bins) == 5000
    assert (EDGES[0], EDGES[-1]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),  # Clopper & Pearson, as printed in tables
    [(0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0), (1, 20, 0.0013, 0.2487), (5, 10, 0.1871, 0.8129), (0, 0, 0.0, 1.0)],
)
def test_exact_intervals(count, total, low, high):
    assert exact_interval(count, total) == pytest.approx((low, high), abs=5e-5)


def test_the_ratio_of_two_rates_has_an_interval_whatever_the_counts():
    low, high = TwoRates.of(Rate(1, 20), Rate(30, 5400)).ratio()
    assert (low, high) == pytest.approx((0.9605, 40.17), rel=0.01)  # four million draws from both posteriors
    for one, other in ((Rate(0, 10), Rate(0, 5000)), (Rate(3, 10), Rate(0, 5000)), (Rate(0, 10), Rate(5, 5000))):
        low, high = TwoRates.of(one, other).ratio()
        assert 0 <= low < high < np.inf
    assert TwoRates.of(Rate(0, 0), Rate(5, 5000)).ratio()[1] > 100, "nothing counted tells nothing"
