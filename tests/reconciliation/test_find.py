"""The findings stage as a whole: ids that last, lives that follow the data, the same answer for the same facts."""

from __future__ import annotations

import random
from datetime import date

import pandas as pd
import pytest

from reconciliation import find
from sql import state
from tests.nights import Found, Night
from vocabulary.errors import ConfigurationError
from vocabulary.findings import Kind
from vocabulary.runs import sha256_of

CHILD = "birth_record_id | birth | born_at\nH1 | child | 2026-06-01"
REGISTERED = "registration_id | birth | born_on\nR1 | child | 2026-06-01"


def steps(night: Night, found: Found, kind: str) -> list[str]:
    finding_id = found.of(kind)["finding_id"].iloc[0]
    return state.finding_history(night.settings, finding_id)["event"].tolist()


def a_bit_of_everything(night: Night) -> Night:
    night.given("hospital", """
        birth_record_id | birth | born_at    | child_sex | mother_id_number
        H1              | b1    | 2026-06-01 | 1         | 990101199001010011
        H2              | b2    | 2026-06-02 | 2         |
        H3              | b2    | 2026-06-02 | 2         |
        H4              | b4    | 2026-07-01 | 1         | 990101199001010011
        H5              | b5    | 2026-12-01 | 1         |
    """)  # fmt: skip
    night.given(
        "family_planning",
        "report_id | birth | born_on | child_sex | division_code\nF1 | b1 | 2026-06-01 | 2 | 990101001001\nF6 | b6 | 2026-06-01 | 1 | 990102001001",
    )
    night.given("hukou", "registration_id | birth | born_on\nR1 | b1 | 2026-06-01\nR7 | b7 | 2026-06-01")
    night.notes("registry | record_id | field | code\nhospital | H1 | mother_id_number | check_digit")
    return night.pairs("left | right | probability | decision\nhukou/R7 | hospital/H2 | 0.4 | review\nhukou/R1 | hospital/H1 | 0.99 | link")


def test_every_kind_of_finding_can_be_found(night: Night) -> None:
    assert set(a_bit_of_everything(night).on("2026-11-01").table["kind"]) == set(Kind)


def test_a_night_that_agrees_finds_nothing(night: Night) -> None:
    night.given("hospital", CHILD).given("hukou", REGISTERED)
    night.given("family_planning", "report_id | birth | born_on\nF1 | child | 2026-06-01")
    found = night.on("2026-11-01").table
    assert found.empty
    assert found.columns.tolist() == list(find.COLUMNS)


def test_a_county_without_any_record_finds_nothing(night: Night) -> None:
    assert night.on("2026-11-01").table.empty


def test_rows_in_another_order_give_the_same_bytes(night: Night) -> None:
    first = a_bit_of_everything(night).on("2026-11-01")
    for rows in (night.rows, night.births, night.pair_rows, night.note_rows):
        random.Random(7).shuffle(rows)
    again = night.on("2026-11-01")
    assert sha256_of(first.run.findings / "finding.parquet") == sha256_of(again.run.findings / "finding.parquet")


def test_ids_stay_whatever_else_arrives(night: Night) -> None:
    before = a_bit_of_everything(night).on("2026-11-01").ids()
    night.given("hospital", "birth_record_id | birth | born_at | child_sex\nH8 | b8 | 2026-05-01 | 1\nA0 | b0 | 2026-05-01 | 2")
    night.given("family_planning", "report_id | birth | born_on\nF8 | b8 | 2026-05-20")
    after = night.on("2026-11-02").ids()
    assert before.items() <= after.items()
    assert len(after) > len(before)


def test_no_two_findings_share_an_id(night: Night) -> None:
    ids = a_bit_of_everything(night).on("2026-11-01").table["finding_id"]
    assert ids.is_unique
    assert ids.str.fullmatch(r"f[a-z2-7]{15}").all()


def test_a_record_level_finding_outlives_the_merger_of_its_births(night: Night) -> None:
    night.given("hukou", "registration_id | birth | born_on | registered_on\nR1 | b1 | 2026-06-01 | 2026-05-01")
    before = night.on("2026-11-01").of("implausible_date")["finding_id"].tolist()
    night.births[0]["birth_id"] = "b0"
    assert night.on("2026-11-02").of("implausible_date")["finding_id"].tolist() == before
    assert dict(state.known_births(night.settings)[["record_id", "birth_id"]].to_numpy()) == {"R1": "b0"}


def test_a_finding_closes_by_itself_and_reopens(night: Night) -> None:
    first = night.given("hospital", CHILD).on("2026-11-01")
    night.given("hukou", REGISTERED).on("2026-11-02")
    assert steps(night, first, "not_registered") == ["opened", "closed"]
    night.rows.pop()
    night.births.pop()
    night.on("2026-11-03")
    assert steps(night, first, "not_registered") == ["opened", "closed", "reopened"]


@pytest.mark.parametrize(
    "delivery", [{"status": "last_good"}, {"complete": False}, {"status": "absent"}, {"period_from": date(2026, 7, 1)}]
)
def test_an_absence_stays_open_while_its_registry_cannot_speak(night: Night, delivery: dict[str, object]) -> None:
    first = night.given("hospital", CHILD).on("2026-11-01")
    night.delivers("hukou", **delivery)
    second = night.on("2026-11-02")
    assert second.births("not_registered") == set()
    assert steps(night, first, "not_registered") == ["opened"]
    assert (second.run.findings / "stage.json").read_text(encoding="utf-8").count('"withheld": 1')


def test_a_stale_registry_that_holds_the_child_after_all_closes_the_finding(night: Night) -> None:
    first = night.given("hospital", CHILD).on("2026-11-01")
    night.given("hukou", REGISTERED).delivers("hukou", status="last_good").on("2026-11-02")
    assert steps(night, first, "not_registered") == ["opened", "closed"]


def test_a_death_that_is_learnt_later_closes_the_finding(night: Night) -> None:
    first = night.given("hospital", CHILD).on("2026-11-01")
    night.rows[0]["vital_status"] = "died"
    night.on("2026-11-02")
    assert steps(night, first, "not_registered") == ["opened", "closed"]


def test_what_a_registry_said_of_its_records_stays_open_while_it_is_absent(night: Night) -> None:
    night.given("hukou", "registration_id | birth | born_on | registered_on\nR1 | b1 | 2026-06-01 | 2026-05-01")
    first = night.on("2026-11-01")
    night.rows.clear()
    night.births.clear()
    night.delivers("hukou", status="absent").on("2026-11-02")
    assert steps(night, first, "implausible_date") == ["opened"]
    assert steps(night, first, "no_birth_record") == ["opened"]
    night.delivers("hukou").on("2026-11-03")
    assert steps(night, first, "implausible_date") == ["opened", "closed"]


def test_a_later_stage_is_the_same_finding(night: Night) -> None:
    first = night.given("hospital", CHILD).on("2026-06-20").of("not_registered")
    later = night.on("2026-11-01").of("not_registered")
    assert first["finding_id"].tolist() == later["finding_id"].tolist()
    assert (first["due_stage"].item(), later["due_stage"].item()) == (0, 90)


def test_running_the_stage_again_changes_nothing(night: Night) -> None:
    found = a_bit_of_everything(night).on("2026-11-01")
    path = found.run.findings / "finding.parquet"
    before = (sha256_of(path), path.stat().st_mtime_ns)
    assert find.night(found.run.run_id) == found.run.run_id
    assert before == (sha256_of(path), path.stat().st_mtime_ns)


def test_a_night_that_ended_between_state_and_snapshot_ends_well_when_run_again(night: Night) -> None:
    run = a_bit_of_everything(night).linked(date(2026, 11, 1))
    find.night(run.run_id)
    before = pd.read_parquet(run.findings / "finding.parquet")
    for path in run.findings.iterdir():
        path.unlink()
    run.findings.rmdir()
    find.night(run.run_id)
    assert before.equals(pd.read_parquet(run.findings / "finding.parquet"))
    assert set(state.finding_history(night.settings, before["finding_id"][0])["event"]) == {"opened"}


def test_without_links_there_are_no_findings(night: Night) -> None:
    run = night.linked(date(2026, 11, 1))
    for path in run.linked.iterdir():
        path.unlink()
    run.linked.rmdir()
    with pytest.raises(ConfigurationError, match=r"run\.stage_missing"):
        find.night(run.run_id)


def test_only_the_owner_may_read_the_findings(night: Night) -> None:
    found = a_bit_of_everything(night).on("2026-11-01")
    assert found.run.findings.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in found.run.findings.iterdir()} == {0o600}
