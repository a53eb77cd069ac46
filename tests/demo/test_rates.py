"""What was asked for is what comes out: counts, delays, dependence and error rates against domain.md."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd
import pytest

from demo.delays import delays, share_registered
from demo.mistakes import MECHANISMS
from demo.rates import rate, rates
from tests.demo.conftest import Read, Year


def near(share: float, expected: float, count: int, errors: float = 4.0) -> bool:
    """Within so many standard errors of a share of that many draws, and half a percent of rounding."""
    return abs(share - expected) <= errors * sqrt(expected * (1 - expected) / count) + 0.005 * expected


@pytest.mark.parametrize(
    ("days", "share"),
    # domain.md 2.3, as printed there.
    [(7, 0.03), (14, 0.20), (30, 0.54), (60, 0.76), (90, 0.84), (180, 0.92), (365, 0.962), (3 * 365, 0.991)],
)
def test_the_mixture_of_delays_is_the_published_one(days: int, share: float) -> None:
    assert share_registered(days) == pytest.approx(share, abs=0.012)


def test_drawn_delays_follow_the_mixture_within_the_year_and_after_it() -> None:
    within = np.repeat([True, False], [20_000, 2_000])
    drawn = delays(within, np.random.default_rng(1))
    assert (drawn[within] <= 365).all()
    assert (drawn[~within] >= 365).all()
    assert near(float((drawn[within] < 30).mean()), share_registered(30) / share_registered(365), 20_000)


def test_most_of_the_year_is_registered_by_the_as_of_day_and_the_newest_births_are_not(normal: Read) -> None:
    living = normal.birth[normal.birth["is_resident"] & ~normal.birth["is_migrant"] & (normal.birth["vital_status"] == "alive")]
    age = (pd.Timestamp(normal.county.as_of) - pd.to_datetime(living["born_on"])).dt.days
    registered = living["registered_on"].notna()
    assert registered[age > 330].mean() == pytest.approx(0.95, abs=0.04)
    assert registered[age < 30].mean() < 0.40
    assert registered.mean() == pytest.approx(0.80, abs=0.05)


def test_registries_capture_what_the_recipe_says(year: Year) -> None:
    births = year.known
    here = births[births["is_resident"] & (births["born_in"] == "here")]
    assert here["in_hospital"].mean() == pytest.approx(0.93, abs=0.02)
    settled = births[births["is_resident"] & (births["born_on"] < "2026-07-01") & (births["vital_status"] == "alive")]
    assert settled["in_family_planning"].mean() == pytest.approx(0.90, abs=0.025)
    assert (births.loc[births["is_resident"], "registered_after"] <= 365).mean() == pytest.approx(0.96, abs=0.02)


def odds_ratio(one: pd.Series, other: pd.Series) -> float:
    """Of two traits."""
    table = pd.crosstab(one, other).to_numpy().astype(float)
    return float(table[1, 1] * table[0, 0] / (table[0, 1] * table[1, 0]))


def test_registries_do_not_miss_births_independently(year: Year) -> None:
    births = year.known
    alike = births[births["is_resident"] & ~births["is_migrant"] & (births["vital_status"] == "alive") & ~births["is_remote"]]
    alike = alike[(alike["born_on"] < "2026-06-01") & (alike["plurality"] == 1)]
    here = alike[alike["born_in"] == "here"]
    assert 2.0 < odds_ratio(here["in_hospital"], here["in_family_planning"]) < 4.5
    assert odds_ratio(alike["in_family_planning"], alike["registered_after"] <= 365) > 1.05


def test_one_birth_in_forty_five_is_a_twin_and_most_pairs_are_of_one_sex(year: Year) -> None:
    births = year.known
    assert (births["plurality"] == 2).mean() == pytest.approx(0.022, abs=0.0002)
    pairs = births[births["plurality"] == 2].groupby("delivery_no")["sex"].nunique()
    assert near(float((pairs == 1).mean()), rate("twins_same_sex", "life", "normal"), len(pairs))


def test_townships_report_two_to_four_births_in_a_hundred_twice(either: Read) -> None:
    told = either.record[either.record["registry"] == "family_planning"]
    assert 0.02 <= told["true_birth_id"].duplicated().mean() <= (0.04 if either.county.severity == "normal" else 0.08)


def test_three_in_a_hundred_records_carry_the_code_of_an_abolished_township(normal: Read) -> None:
    rows = pd.concat([normal.sources[registry]["division_code"] for registry in normal.sources])
    assert 0.01 <= rows.str[6:9].isin(["298", "299"]).mean() <= 0.06


def test_a_tenth_of_the_hospitals_births_has_no_certificate_yet(normal: Read) -> None:
    old = normal.with_truth("hospital")
    old = old[pd.to_datetime(old["born_on_true"]) < "2026-08-01"]
    assert old["certificate_no"].isna().mean() == pytest.approx(0.10, abs=0.02)


def test_hard_is_harder_on_every_line_but_leaves_room() -> None:
    assert len(rates()) > 120
    assert [line for line in rates() if not 1.1 <= line.hard / line.normal <= 8] == []
    assert [line for line in rates() if not 0 < line.normal < line.hard < 1] == []


UNTOUCHED = [
    # Mechanisms that hold on every record, and that nothing after them on the line wipes out: registry, mechanism, field.
    ("hospital", "missing", "mother_id_number"),
    ("hospital", "missing", "father_id_number"),
    ("hospital", "relative_number", "mother_id_number"),
    ("hospital", "sex_miscoded", "child_sex"),
    ("hospital", "township_only", "division_code"),
    ("hospital", "day_before_or_after", "born_on"),
    ("hospital", "homophone", "mother_name"),
    ("family_planning", "missing", "mother_id_number"),
    ("family_planning", "lunar_date", "born_on"),
    ("family_planning", "day_lost", "born_on"),
    ("family_planning", "homophone", "mother_name"),
    ("family_planning", "homophone", "father_name"),
    ("family_planning", "no_name", "child_name"),
    ("family_planning", "unnamed", "child_name"),
    ("family_planning", "sex_miscoded", "child_sex"),
    ("hukou", "missing", "certificate_no"),
    ("hukou", "digit_slip", "born_on"),
    ("hukou", "sex_miscoded", "child_sex"),
    ("hukou", "missing", "father_name"),
]


@pytest.mark.parametrize(("registry", "mechanism", "field"), UNTOUCHED)
def test_a_mechanism_strikes_as_often_as_its_line_says(year: Year, registry: str, mechanism: str, field: str) -> None:
    lines = [line for line in rates() if (line.where, line.mechanism, line.field) == (registry, mechanism, field)]
    expected = 1 - np.prod([1 - line.normal for line in lines])
    records, log = year.written[registry]
    exposed = records[field].notna() | log.struck[f"{mechanism}({field})"]
    share = float(log.struck[f"{mechanism}({field})"][exposed].mean())
    # Other mechanisms of the same field may come first and take a tenth of the ground.
    assert near(share, expected, int(exposed.sum())) or 0.82 * expected <= share <= 1.12 * expected


def test_every_mechanism_of_the_catalogue_struck_somebody(year: Year) -> None:
    struck = {mistake.split("(")[0] for _, log in year.written.values() for mistake, mask in log.struck.items() if mask.any()}
    assert set(MECHANISMS) <= struck


def test_a_mistake_in_the_log_is_a_mistake_in_the_record(year: Year) -> None:
    records, log = year.written["family_planning"]
    wrong_day = records["born_on"] != records["born_on_true"]
    logged = np.logical_or.reduce([mask for mistake, mask in log.struck.items() if mistake.endswith("(born_on)")])
    assert (wrong_day & ~logged).sum() == 0
    assert (logged & ~wrong_day).sum() < 0.01 * logged.sum()  # two slips that meet again on the true day


def test_a_struck_file_is_struck_nearly_whole(year: Year) -> None:
    records, log = year.written["family_planning"]
    shares = pd.Series(log.struck["excel_truncated(mother_id_number)"]).groupby(records["file_no"].to_numpy()).mean()
    assert 0 < (shares > 0).mean() < 0.03
    assert shares[shares > 0].median() > 0.6
