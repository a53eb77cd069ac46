"""Timeliness with births that are still waited for, and rates whose numerator and denominator stand beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from submission.bulletin.curves import timeliness_chart
from submission.quality.indicators import INDICATORS, indicators, of_night
from submission.quality.timeliness import OTHERS, curve, curves


def waited(random, births, median=25.0, watched=120):
    """Births of the last `watched` days, each seen since it was born: the late ones of the newest are not there yet."""
    delay = np.exp(np.log(median) + 0.8 * random.standard_normal(births)).round()
    age = random.integers(1, watched, births)
    return pd.DataFrame({"days": np.minimum(delay, age), "is_recorded": delay <= age, "delay": delay})


def test_births_that_are_still_waited_for_do_not_flatter_the_curve():
    births = waited(np.random.default_rng(1), 20_000)
    told = curve(births).set_index("day")
    truth = {day: (births["delay"] <= day).mean() for day in (7, 30, 60, 90)}
    assert {day: told.loc[day, "share"] for day in truth} == pytest.approx(truth, abs=0.02)
    of_recorded = births.loc[births["is_recorded"], "days"]
    assert (of_recorded <= 30).mean() > truth[30] + 0.05, "what a curve of the registered alone would say"
    assert told.loc[[180, 365], "share"].isna().all(), "nobody was watched for so long"


def test_the_interval_holds_the_true_share():
    random, held = np.random.default_rng(2), []
    truth = (waited(random, 400_000)["delay"] <= 30).mean()
    for _ in range(300):
        told = curve(waited(random, 80)).set_index("day").loc[30]
        held.append(told["low"] <= truth <= told["high"])
    assert 0.91 < np.mean(held) < 0.985


def test_small_units_are_taken_together_and_too_few_are_left_out():
    births = waited(np.random.default_rng(3), 160)
    told = curves(births.assign(township_code=["a"] * 100 + ["b"] * 30 + ["c"] * 30), "township_code")
    assert set(told["township_code"]) == {"a", OTHERS}
    assert curves(births.assign(township_code=["a"] * 130 + ["b"] * 30), "township_code")["township_code"].unique().tolist() == ["a"]


def test_none_recorded_and_all_at_once_have_ends():
    none = curve(pd.DataFrame({"days": [40.0] * 60, "is_recorded": [False] * 60})).set_index("day")
    assert none.loc[30, ["share", "low"]].tolist() == [0, 0]
    all_at_once = curve(pd.DataFrame({"days": [31.0] * 60, "is_recorded": [True] * 60})).set_index("day")
    assert all_at_once.loc[30, "share"] == 0
    assert all_at_once.loc[30, "high"] < 0.1


def test_a_rate_stands_beside_what_it_is_of_and_is_none_of_nothing():
    counts = pd.DataFrame(
        [("hukou", "timely", 54, 100), ("hukou", "omitted", 0, 0)], columns=["registry", "indicator", "numerator", "denominator"]
    )
    told = indicators(counts).set_index("indicator")
    assert told.loc["timely", ["rate", "low", "high"]].tolist() == pytest.approx([0.54, 0.4425, 0.6345], abs=0.001)
    assert pd.isna(told.loc["omitted", "rate"])


def test_a_night_says_every_rate_of_every_registry(night):
    run = night.given(
        "hukou", """
        registration_id | birth | born_on    | registered_on | mother_name
        h1              | b1    | 2026-08-01 | 2026-08-20    | 王甲
        h2              | b2    | 2026-08-02 | 2026-09-20    | 王乙
        h2-again        | b2    | 2026-08-02 | 2026-09-21    | 王乙
        """,
    ).given(
        "hospital", """
        birth_record_id | birth | born_at    | mother_name
        r1              | b1    | 2026-08-01 | 王甲
        r3              | b3    | 2026-08-03 | 王丙
        young           | b4    | 2026-10-20 | 王丁
        """,
    )  # fmt: skip
    told_run = run.linked(pd.Timestamp("2026-10-31").date())
    from reconciliation import find

    find.night(told_run.run_id)
    found = of_night(told_run)
    rates = found.rates[found.rates["registry"] == "hukou"].set_index("indicator")
    assert set(rates.index) == set(INDICATORS)
    pairs = {name: (row.numerator, row.denominator) for name, row in rates.iterrows()}
    assert pairs["omitted"] == (1, 3), "the third is due and not there; the fourth is too young"
    assert pairs["timely"] == (1, 3), "of those that are due, not of those registered"
    assert pairs["duplicate"] == (1, 3)
    waiting = found.delays[(found.delays["registry"] == "hukou") & (found.delays["birth_id"] == "b3")].iloc[0]
    assert (waiting["is_recorded"], waiting["days"]) == (False, 89)


def test_the_picture_shows_each_unit_by_its_name():
    births = waited(np.random.default_rng(4), 300).assign(registry=["hukou", "hospital", "family_planning"] * 100)
    told = timeliness_chart(curves(births, "registry"), "registry", {"hukou": "户籍登记"}).to_dict()
    rows = [row for data in told["datasets"].values() for row in data]
    assert {row["unit"] for row in rows if "unit" in row} == {"户籍登记", "hospital", "family_planning"}
    assert {layer["mark"]["type"] for layer in told["layer"]} == {"area", "rule", "line", "point", "text"}
