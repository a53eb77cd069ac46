"""What stops a registry's night, and what stands in for it."""

from __future__ import annotations

import pandas as pd
import pytest

from expectations.acceptance import ABSENT, FRESH, LAST_GOOD, accept_registry
from expectations.landing import Landed
from tests.expectations.deliveries import AS_OF, BREAKS, TONIGHT, accepted, family_planning, hospital, last_good, sound
from vocabulary.errors import Fault
from vocabulary.registries import REGISTRIES

REASONS = {
    "a column is missing": "accepted.schema",
    "a column was never agreed": "accepted.schema",
    "no row": "accepted.empty",
    "no change for 32 days": "accepted.stale",
    "no change can be read": "accepted.stale",
    "one key in five is missing": "accepted.key_missing_often",
    "one key in five is used twice": "accepted.key_repeated_often",
    "a quarter of the rows is broken": "accepted.quarantine_share",
    "a fifth less than last night": "accepted.volume",
}


@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_delivery_gives_way_to_the_last_good_night(broken: str) -> None:
    good = sound("family_planning", 200)
    before = last_good("family_planning", 200)
    outcome = family_planning(BREAKS[broken](good), before)
    assert (outcome.status, outcome.reason, outcome.from_run_id) == (LAST_GOOD, REASONS[broken], "2026-10-30-001")
    assert not outcome.complete
    pd.testing.assert_frame_equal(outcome.records, before.records)
    for locale in ("zh", "en"):
        assert outcome.faults[0].text(locale).startswith(f"[{outcome.reason}]")


def test_without_an_earlier_night_a_broken_delivery_is_absent() -> None:
    outcome = family_planning(BREAKS["a column is missing"](sound("family_planning")))
    assert (outcome.status, outcome.from_run_id, len(outcome.records)) == (ABSENT, None, 0)
    assert list(outcome.records.columns) == list(family_planning(sound("family_planning")).records.columns)


@pytest.mark.parametrize(("updated_at", "status"), [("2026-09-30 00:00:00", FRESH), ("2026-09-29 23:59:59", LAST_GOOD)])
def test_a_delivery_is_fresh_up_to_the_thirty_first_day(updated_at: str, status: str) -> None:
    good = sound("family_planning")
    assert family_planning(good.assign(updated_at=updated_at), last_good("family_planning")).status == status


def test_a_stale_first_delivery_is_used_but_its_absence_is_not_said() -> None:
    outcome = family_planning(BREAKS["no change for 32 days"](sound("family_planning")))
    assert (outcome.status, outcome.complete, outcome.reason, len(outcome.records)) == (FRESH, False, "accepted.stale", 120)


@pytest.mark.parametrize(("rows", "status"), [(180, FRESH), (179, LAST_GOOD)])
def test_nine_tenths_of_the_last_good_night_is_enough(rows: int, status: str) -> None:
    good = sound("family_planning", 200)
    assert family_planning(good.iloc[:rows], last_good("family_planning", 200)).status == status


def test_five_per_cent_of_broken_rows_are_quarantined_and_the_night_goes_on() -> None:
    landed = sound("family_planning", 200)
    outcome = family_planning(landed.assign(born_on=landed["born_on"].where(landed.index % 20 > 0, "??")))
    assert (outcome.status, outcome.complete, len(outcome.records), outcome.rows_quarantined) == (FRESH, True, 200, 10)
    assert int(outcome.records["quarantined"].sum()) == 10


def test_one_broken_row_of_three_is_a_row_and_not_a_broken_delivery() -> None:
    landed = sound("family_planning", 3)
    outcome = family_planning(landed.assign(division_code=["99", *landed["division_code"].iloc[1:]]))
    assert (outcome.status, outcome.rows_quarantined) == (FRESH, 1)


@pytest.mark.parametrize(
    ("column", "reason"), [("birth_order", "accepted.order_among_siblings"), ("plurality", "accepted.plurality_is_no_plurality")]
)
def test_an_order_among_siblings_stops_the_hospital(column: str, reason: str) -> None:
    """Rights.md R2: no parity through a side door."""
    landed = sound("hospital", 200)
    outcome = hospital(landed.assign(**{column: landed[column].where(landed.index % 3 > 0, "2")}))
    assert (outcome.status, outcome.reason) == (ABSENT, reason)


def test_twins_do_not_stop_the_hospital() -> None:
    landed = sound("hospital", 200)
    twins = landed.index < 8
    outcome = hospital(
        landed.assign(
            plurality=["2" if twin else "1" for twin in twins], birth_order=[str(1 + place % 2 * int(place < 8)) for place in range(200)]
        )
    )
    assert (outcome.status, outcome.rows_quarantined) == (FRESH, 0)


def test_what_was_not_landed_falls_back_for_the_reason_of_its_landing() -> None:
    before = last_good("family_planning")
    refused = Landed(None, Fault("delivery.blocked_column", "hukou.csv"))
    outcome = accept_registry(REGISTRIES["family_planning"], refused, before, TONIGHT)
    assert (outcome.status, outcome.reason, len(outcome.records)) == (LAST_GOOD, "delivery.blocked_column", 120)


@pytest.mark.parametrize("registry", REGISTRIES)
def test_a_sound_delivery_has_nothing_against_it(registry: str) -> None:
    outcome = accepted(registry, sound(registry))
    assert (outcome.status, outcome.complete, outcome.faults, outcome.rows_quarantined, len(outcome.notes)) == (FRESH, True, (), 0, 0)
    assert outcome.examination.failures.empty
    assert outcome.examination.raised == ()
    assert (str(outcome.period_from), outcome.period_to) == ("2025-11-01", AS_OF)
