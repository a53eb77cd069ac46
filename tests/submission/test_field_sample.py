"""A sample for the field: drawn by chance and reproducibly, weighed by its design, with an interval that holds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.field_sample import SITUATIONS, county
from submission.field_sample.draw import allocated, drawn
from submission.field_sample.estimates import Observed, clopper_pearson, share


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text("0123456789", min_size=9, max_size=9), st.integers(1, 60), min_size=1, max_size=12), st.integers(0, 200))
def test_every_township_has_its_share_and_two_where_they_last(populations, wanted):
    given_ = allocated(populations, wanted)
    assert sum(given_.values()) == min(wanted, sum(populations.values()))
    assert all(0 <= given_[code] <= size for code, size in populations.items())
    if wanted >= sum(min(2, size) for size in populations.values()):
        assert all(given_[code] >= min(2, size) for code, size in populations.items())


def frame(units=90):
    return pd.DataFrame({"unit": [f"v{n:03d}" for n in range(units)], "stratum": [f"t{n % 4}" for n in range(units)]})


def test_the_same_seed_draws_the_same_and_another_seed_another():
    first, _ = drawn(frame(), 20, 7)
    shuffled, _ = drawn(frame().sample(frac=1, random_state=1), 20, 7)
    assert first.to_dict("list") == shuffled.to_dict("list")
    assert set(first["unit"]) != set(drawn(frame(), 20, 8)[0]["unit"])


def test_every_unit_of_a_township_is_as_likely_as_another():
    times = pd.concat([drawn(frame(40), 12, seed)[0] for seed in range(200)])["unit"].value_counts()
    assert len(times) == 40
    assert times.between(34, 86).all(), "200 draws of 3 in 10: 60 each, give or take 4 standard errors"


def test_a_township_weighs_as_much_as_it_has_records():
    seen = [Observed("small", 1, 1), Observed("small", 1, 1), Observed("large", 0, 1), Observed("large", 0, 1), Observed("large", 0, 1)]
    told = share(seen, {"small": 10, "large": 90})
    assert told.share == pytest.approx(0.1)
    assert (told.hits, told.of) == (2, 5)


def test_what_was_seen_whole_is_known():
    seen = [Observed("a", 1, 20), Observed("a", 3, 25), Observed("b", 0, 9), Observed("b", 2, 30)]
    told = share(seen, {"a": 2, "b": 2})
    assert told.low == told.high == told.share == pytest.approx(6 / 84)


def test_single_draws_of_a_large_county_give_clopper_and_pearsons_interval_nearly():
    seen = [Observed("a", int(n < 6), 1) for n in range(300)]
    told = share(seen, {"a": 10_000_000})
    assert (told.low, told.high) == pytest.approx(clopper_pearson(6, 300), rel=0.01)


def test_villages_of_one_kind_tell_less_than_as_many_births_drawn_singly():
    alike = share([Observed("a", 2, 20) for _ in range(6)] + [Observed("a", 1, 20), Observed("a", 3, 20)], {"a": 400})
    unlike = share([Observed("a", 16, 20)] + [Observed("a", 0, 20) for _ in range(7)], {"a": 400})
    assert alike.share == unlike.share
    assert unlike.high - unlike.low > 2 * (alike.high - alike.low)


def test_none_found_still_has_an_upper_end():
    told = share([Observed("a", 0, 1) for _ in range(100)], {"a": 5000})
    assert told.low == 0
    assert told.high == pytest.approx(0.036, abs=0.002), "the rule of three, exactly"
    assert share([], {"a": 5}).share is None


def test_the_interval_holds_in_counties_whose_truth_is_known():
    situation, random, held = SITUATIONS[2], np.random.default_rng(5), []
    counties = [county(situation, random) for _ in range(6)]
    for place in range(120):
        truth = counties[place % 6]
        seen = [Observed(one.stratum, one.hits, one.of) for one in drawn(truth, situation.drawn, place)[0].itertuples()]
        told = share(seen, truth["stratum"].value_counts().to_dict())
        held.append(told.low <= truth["hits"].sum() / truth["of"].sum() <= told.high)
    assert np.mean(held) > 0.9
