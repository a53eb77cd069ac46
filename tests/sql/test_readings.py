"""Readings of pairs on a real server, under the roles of the portal: a desk's own pairs, a decision, its taking back, a second reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from reconciliation.one_answer import Given, answer_one
from reconciliation.outcome_judge import Fate
from reconciliation.outcomes import Sender
from reconciliation.review_turns import Turn, turn_of
from reconciliation.review_undo import take_back
from sql import state
from sql.acting import acting_as
from sql.nights import open_night
from sql.readings import (
    FIRST,
    SECOND,
    Asked,
    Reading,
    agreement,
    asked_pair,
    differing,
    drop_reading,
    in_sample,
    keep_reading,
    queue_of,
    read_lately,
)
from sql.secure import secure
from sql.serving import desk_session, pool_of, serving
from tests.postgres import empty_database
from vocabulary.access import Actor
from vocabulary.findings import Effect
from vocabulary.roles import Scope
from vocabulary.settings import Secret, Settings

HERE, THERE, DAY = "990101", "990102", date(2026, 10, 31)
PAIRS = 30


@pytest.fixture
def here(postgres_folder: sa.URL, tmp_path: Path) -> Iterator[Settings]:
    """A secured database, in which two counties have undecided pairs; this one's settings."""
    with empty_database(postgres_folder) as url:
        owner = Settings(tmp_path, Secret(url), {})
        assert secure(owner) is not None
        for county in (THERE, HERE):
            undecided(replace(owner, area=(county,), database_role="stages"), county)
        yield replace(owner, area=(HERE,), database_role="stages")
        pool_of(url).dispose()
        pool_of.cache_clear()


def undecided(settings: Settings, county: str) -> None:
    numbers = [f"{county}-{number}" for number in range(PAIRS)]
    found = pd.DataFrame({"finding_id": [f"f{number}" for number in numbers], "kind": "possible_match", "registry": "hospital"})
    found = found.assign(
        record_id=[f"H{number}" for number in numbers], other_registry="hukou", other_record_id=[f"K{number}" for number in numbers]
    )
    found = found.assign(birth_id=[f"b{number}" for number in numbers], division_code=f"{county}001001")
    run_id = open_night(settings, DAY)
    with acting_as("find"):
        state.save_found(settings, run_id, found[["registry", "record_id", "birth_id"]], found, ())
    with acting_as("publish"):
        state.issue_tasks(settings, found[["finding_id"]].assign(desk=f"data_steward-{county}"))


def scope(county: str = HERE) -> Scope:
    return Scope(f"data_steward-{county}", (county,))


def queue(settings: Settings, reader: str, county: str = HERE) -> list[str]:
    with desk_session(settings, scope(county)) as session:
        return queue_of(session, reader, DAY)


def asked(settings: Settings, task_no: str, county: str = HERE) -> Asked | None:
    with desk_session(settings, scope(county)) as session:
        return asked_pair(session, task_no)


def keep(settings: Settings, *told: Reading) -> None:
    with serving(settings, "portal", scope()) as connection:
        for reading in told:
            keep_reading(connection, reading)


def answer(settings: Settings, task_no: str, code: str = "S1") -> Fate:
    sender = Sender(f"data_steward-{HERE}", Actor("one", "steward"))
    return answer_one(settings, Given(task_no, code, note="同名不同家"), sender, DAY).fate


def test_a_desk_is_asked_about_its_own_pairs_only(here: Settings) -> None:
    ours, theirs = queue(here, "one"), queue(here, "one", THERE)
    assert len(ours) == len(theirs) == PAIRS and not set(ours) & set(theirs)
    assert asked(here, ours[0], THERE) is None and asked(here, theirs[0]) is None
    with desk_session(here, Scope(f"data_steward-{THERE}", (HERE,))) as session:
        assert queue_of(session, "one", DAY) == []


def test_a_decision_binds_is_taken_back_and_binds_again(here: Settings) -> None:
    task_no = queue(here, "one")[0]
    for _ in range(2):
        assert answer(here, task_no) == Fate.TAKEN
        with acting_as("find"):
            assert len(state.known_decisions(here)) == 1
        told = asked(here, task_no)
        assert told is not None and told.answers == 1 and told.finding["status"] == "answered"
        assert not take_back(here, task_no, told.finding, Actor("somebody", "steward"), DAY, waits=True)
        assert take_back(here, task_no, told.finding, Actor("one", "steward"), DAY, waits=True)
        with acting_as("find"):
            assert len(state.known_decisions(here)) == 0
        told = asked(here, task_no)
        assert told is not None and told.answers == 0 and told.finding["status"] == "issued"
    with acting_as("outcomes"):
        assert state.bound_records(here, Effect.PROTECTS) == []


def test_a_second_reading_is_somebody_elses_and_is_counted(here: Settings) -> None:
    task_no = next(task_no for task_no in queue(here, "one") if in_sample(task_no))
    answer(here, task_no)
    keep(here, Reading(task_no, "one", FIRST, "S1", DAY))
    told = asked(here, task_no)
    assert told is not None
    assert (turn_of(told, "one"), turn_of(told, "two")) == (Turn.CHANGES, Turn.MEASURES)
    assert task_no not in queue(here, "one") and task_no in queue(here, "two")
    keep(here, Reading(task_no, "two", SECOND, "S2", DAY))
    told = asked(here, task_no)
    assert told is not None
    assert (turn_of(told, "one"), turn_of(told, "two"), turn_of(told, "three")) == (Turn.AGREES, Turn.AGREES, None)
    with desk_session(here, scope()) as session:
        assert agreement(session) == {("S1", "S2"): 1}
        assert [(one.reader, two.reader) for one, two in differing(session, "one")] == [("one", "two")] and differing(
            session, "three"
        ) == []
        assert [told.turn for told in read_lately(session, "two", 5)] == [SECOND]
    with desk_session(here, scope(THERE)) as session:
        assert agreement(session) == {}


def test_readings_that_were_counted_stay_as_they_were(here: Settings) -> None:
    task_no = queue(here, "one")[0]
    keep(here, Reading(task_no, "one", FIRST, "E9", DAY), Reading(task_no, "two", FIRST, "S1", DAY))
    told = asked(here, task_no)
    assert told is not None and [(one.reader, one.code) for one in told.readings] == [("two", "S1")]
    keep(here, Reading(task_no, "three", SECOND, "S1", DAY), Reading(task_no, "four", FIRST, "S2", DAY))
    told = asked(here, task_no)
    assert told is not None and [(one.reader, one.turn) for one in told.readings] == [("two", FIRST), ("three", SECOND)]
    with serving(here, "portal", scope()) as connection:
        drop_reading(connection, task_no, "three")
    told = asked(here, task_no)
    assert told is not None and [one.reader for one in told.readings] == ["two"]
