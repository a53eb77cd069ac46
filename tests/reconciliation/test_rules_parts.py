"""A registry that comes in parts: each county is answered for by its own, and none waits for another (decision 0033)."""

from __future__ import annotations

from datetime import date

import pytest

from reconciliation.publish import withheld_by_county
from tests.nights import Night

A, B = "990101", "990102"
TWO_CHILDREN = """
    birth_record_id | born_at    | division_code
    990101::a       | 2026-06-01 | 990101001001
    990102::b       | 2026-06-01 | 990102001001
"""
ABSENT = {"status": "absent", "complete": False, "period_from": None, "period_to": None, "from_run_id": None, "as_of": None}


@pytest.fixture
def counties(night: Night) -> Night:
    """Two counties, each with its own hukou and hospital; reports are shared."""
    night.serves(A, B)
    for registry in ("hukou", "hospital"):
        for county in (A, B):
            night.delivers_part(registry, county)
    return night.given("hospital", TWO_CHILDREN)


def test_both_counties_speak_when_both_delivered(counties: Night) -> None:
    assert counties.on("2026-11-01").births("not_registered") == {"990101::a", "990102::b"}


@pytest.mark.parametrize("told", [ABSENT, {"status": "last_good"}, {"complete": False}, {"period_from": date(2026, 7, 1)}])
def test_a_county_whose_register_is_not_there_says_nothing_and_the_other_all(counties: Night, told: dict[str, object]) -> None:
    counties.delivers_part("hukou", A, **told)
    assert counties.on("2026-11-01").births("not_registered") == {"990102::b"}


def test_a_county_whose_hospital_is_silent_may_have_lost_a_child_and_visits_nobody(counties: Night) -> None:
    counties.given("family_planning", "report_id | born_on | division_code\nr | 2026-06-01 | 990101001001")
    counties.delivers_part("hospital", A, **ABSENT)
    assert counties.on("2026-11-01").births("not_registered") == {"990102::b"}


def test_a_child_that_lives_in_one_county_and_is_registered_in_the_other_is_registered(counties: Night) -> None:
    counties.given("hukou", "registration_id | birth | born_on | division_code\n990102::h | 990101::a | 2026-06-01 | 990102001001")
    assert counties.on("2026-11-01").births("not_registered") == {"990102::b"}


def test_records_that_place_a_child_in_two_counties_ask_both(counties: Night) -> None:
    counties.given("family_planning", "report_id | birth | born_on | division_code\nr | 990102::b | 2026-06-01 | 990101001001")
    assert "990102::b" in counties.on("2026-11-01").births("not_registered")
    counties.delivers_part("hukou", B, status="last_good")
    assert "990102::b" not in counties.on("2026-11-02").births("not_registered")


def test_of_a_county_that_never_delivered_whoever_has_its_numbers_may_be_registered_there(counties: Night) -> None:
    counties.given("hospital", """
        birth_record_id | born_at    | division_code | mother_id_number
        990102::theirs  | 2026-06-01 | 990102001001  | 990101199001010029
        990102::ours    | 2026-06-01 | 990102001001  | 990102199001010022
    """)  # fmt: skip
    counties.delivers_part("hukou", A, **ABSENT)
    assert counties.on("2026-11-01").births("not_registered") == {"990102::b", "990102::ours"}


def test_equal_numbers_of_two_counties_are_two_records(counties: Night) -> None:
    counties.given("hukou", """
        registration_id | birth     | born_on    | division_code
        990101::1       | 990101::a | 2026-06-01 | 990101001001
        990102::1       | other     | 2026-05-01 | 990102001001
    """)  # fmt: skip
    found = counties.on("2026-11-01")
    assert found.births("not_registered") == {"990102::b"}
    assert found.births("no_birth_record") == {"other"}


def test_findings_of_a_silent_county_stay_open_and_the_others_close(counties: Night) -> None:
    from sql import state

    counties.on("2026-11-01")
    counties.given("hukou", "registration_id | birth | born_on | division_code\n990102::h | 990102::b | 2026-06-01 | 990102001001")
    counties.delivers_part("hukou", A, **ABSENT)
    counties.on("2026-11-02")
    still = state.open_findings(counties.settings).query("kind == 'not_registered'")
    assert still["birth_id"].tolist() == ["990101::a"]


def test_a_birth_that_is_gone_with_its_countys_delivery_stays_open_and_one_of_the_other_county_closes(counties: Night) -> None:
    from sql import state

    counties.on("2026-11-01")
    counties.rows.clear(), counties.births.clear()
    counties.delivers_part("hospital", A, **ABSENT)
    counties.on("2026-11-02")
    assert set(state.open_findings(counties.settings)["birth_id"]) == {"990101::a"}


def test_a_county_taken_away_leaves_its_open_findings_as_they_are(counties: Night) -> None:
    from sql import state

    counties.on("2026-11-01")
    counties.rows = [row for row in counties.rows if not row["record_id"].startswith(A)]
    counties.births = [row for row in counties.births if not row["record_id"].startswith(A)]
    counties.takes_away(A).serves(B)
    found = counties.on("2026-11-02")
    assert found.births("not_registered") == {"990102::b"}
    assert "990101::a" in set(state.open_findings(counties.settings)["birth_id"])


def test_a_child_of_a_county_that_is_not_served_belongs_elsewhere_and_of_one_that_is_does_not(counties: Night) -> None:
    counties.given("hospital", "birth_record_id | born_at | division_code\n990101::far | 2026-06-01 | 990909001001")
    counties.given("hospital", "birth_record_id | born_at | division_code\n990101::near | 2026-06-01 | 990102001001")
    found = counties.on("2026-11-01")
    assert found.births("belongs_elsewhere") == {"990101::far"}
    assert "990101::near" in found.births("not_registered")


def test_what_a_desk_is_told_to_be_missing_is_its_own_countys(counties: Night) -> None:
    import pandas as pd

    counties.delivers_part("hukou", A, **ABSENT)
    run = counties.on("2026-11-01").run
    told = withheld_by_county(pd.read_parquet(run.accepted / "registry.parquet"))
    assert told[A] == {"not_registered": "户籍登记"}
    assert told[B] == {}
