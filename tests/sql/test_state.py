"""The state: what nights and people did, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pandas as pd
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from sql import state
from sql.database import engine_of, writing
from sql.nights import close_night, open_night
from sql.tables import METADATA
from vocabulary.errors import ConfigurationError, Unreachable
from vocabulary.settings import Secret, Settings

DAY = date(2026, 10, 31)


def findings(*ids: str, **fields: object) -> pd.DataFrame:
    told = {"kind": "conflict", "birth_id": "b1", "registry": "hukou", "record_id": "R1", "field": "born_on", "due_stage": None}
    return pd.DataFrame({"finding_id": list(ids)}, dtype="string").assign(**{**told, **fields})


def births(**held: str) -> pd.DataFrame:
    return pd.DataFrame({"registry": "hukou", "record_id": list(held), "birth_id": list(held.values())})


def steps(settings: Settings, finding_id: str) -> list[str]:
    return state.finding_history(settings, finding_id)["event"].tolist()


def test_the_migrations_make_exactly_the_tables_that_the_code_speaks_of(settings: Settings) -> None:
    with writing(settings) as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_the_first_migration_can_be_undone(settings: Settings) -> None:
    from alembic import command
    from alembic.config import Config

    from sql.database import MIGRATIONS

    with writing(settings) as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}


def test_many_workers_may_open_an_empty_database_at_once(settings: Settings) -> None:
    with ThreadPoolExecutor(6) as pool:
        run_ids = list(pool.map(lambda _: open_night(settings, DAY), range(6)))
    assert sorted(run_ids) == [f"2026-10-31-00{number}" for number in range(1, 7)]


def test_a_database_of_a_newer_hedui_is_refused_in_words(settings: Settings) -> None:
    open_night(settings, DAY)
    with engine_of(settings).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match=r"state\.newer_schema") as refused:
        state.known_births(settings)
    assert "revision 9999 of a newer version" in refused.value.text("en")


def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    away = Secret("postgresql://clerk:canary-secret@127.0.0.1:9/hedui")
    with pytest.raises(Unreachable) as refused:
        state.known_births(Settings(Settings.from_environment().home, away, {}))
    assert "HEDUI_DATABASE" in refused.value.text("en")
    assert "canary" not in refused.value.text("en") + repr(refused.value) + str(refused.value.__cause__)


def test_a_database_in_memory_is_refused(tmp_path: object) -> None:
    with pytest.raises(ConfigurationError, match=r"state\.no_file"):
        state.known_births(Settings(Settings.from_environment().home, Secret("sqlite://"), {}))


def test_only_its_owner_may_read_the_embedded_database() -> None:
    settings = Settings.from_environment()
    open_night(settings, DAY)
    assert (settings.home / "hedui.db").stat().st_mode & 0o777 == 0o600
    assert settings.home.stat().st_mode & 0o777 == 0o700


def test_a_night_that_fails_half_way_leaves_nothing(settings: Settings) -> None:
    run_id = open_night(settings, DAY)
    twice = pd.concat([findings("f1"), findings("f1")])
    with pytest.raises(IntegrityError):
        state.save_found(settings, run_id, births(R1="b1"), twice, ())
    assert state.open_findings(settings).empty
    assert state.known_births(settings).empty


def test_a_database_error_names_no_value(settings: Settings) -> None:
    with pytest.raises(IntegrityError) as refused:
        state.save_births(settings, "no-such-night", births(canary="b1"))
    assert "canary" not in str(refused.value)


def test_run_ids_count_up_within_their_day_and_never_take_a_folder_that_stands(settings: Settings) -> None:
    assert open_night(settings, DAY) == "2026-10-31-001"
    (settings.home / "runs" / "2026-10-31-002").mkdir()
    assert open_night(settings, DAY) == "2026-10-31-003"
    assert open_night(settings, date(2026, 11, 1)) == "2026-11-01-001"
    told = json.loads((settings.home / "runs/2026-10-31-001/run.json").read_text(encoding="utf-8"))
    assert told == {"run_id": "2026-10-31-001", "as_of": "2026-10-31", "area": []}
    assert (settings.home / "runs/2026-10-31-001").stat().st_mode & 0o777 == 0o700


def test_a_record_keeps_its_birth_until_another_night_moves_it(settings: Settings) -> None:
    first, second = open_night(settings, DAY), open_night(settings, DAY)
    assert state.save_births(settings, first, births(R2="b2", R1="b1")) == {"new": 2, "moved": 0}
    assert state.save_births(settings, first, births(R2="b2", R1="b1")) == {"new": 0, "moved": 0}
    assert state.save_births(settings, second, births(R1="b1", R2="b1", R3="b3")) == {"new": 1, "moved": 1}
    assert dict(state.known_births(settings)[["record_id", "birth_id"]].to_numpy()) == {"R1": "b1", "R2": "b1", "R3": "b3"}


def test_nobody_has_decided_anything_yet(settings: Settings) -> None:
    expected = ["registry_left", "record_id_left", "registry_right", "record_id_right", "decision"]
    assert state.known_decisions(settings).columns.tolist() == expected


def test_a_finding_is_opened_closed_and_reopened_as_the_data_go(settings: Settings) -> None:
    nights = [open_night(settings, date(2026, 10, 28 + number)) for number in range(4)]
    assert state.save_findings(settings, nights[0], findings("f1", "f2")) == {"opened": 2, "reopened": 0, "closed": 0}
    assert state.save_findings(settings, nights[1], findings("f1")) == {"opened": 0, "reopened": 0, "closed": 1}
    assert state.save_findings(settings, nights[2], findings("f1", "f2", "f3")) == {"opened": 1, "reopened": 1, "closed": 0}
    assert steps(settings, "f2") == ["opened", "closed", "reopened"]
    assert steps(settings, "f1") == ["opened"]


def test_running_a_night_again_changes_nothing(settings: Settings) -> None:
    run_id = open_night(settings, DAY)
    state.save_findings(settings, run_id, findings("f1"))
    assert state.save_findings(settings, run_id, findings("f1")) == {"opened": 0, "reopened": 0, "closed": 0}
    assert steps(settings, "f1") == ["opened"]


def test_what_a_night_cannot_judge_stays_open(settings: Settings) -> None:
    first, second = open_night(settings, DAY), open_night(settings, DAY)
    state.save_findings(settings, first, findings("f1", "f2"))
    assert state.save_findings(settings, second, findings(), withheld={"f1"})["closed"] == 1
    assert state.open_findings(settings)["finding_id"].tolist() == ["f1"]


def test_a_past_day_run_again_adds_but_closes_nothing(settings: Settings) -> None:
    today, past = open_night(settings, DAY), open_night(settings, date(2026, 9, 1))
    state.save_findings(settings, today, findings("f1"))
    assert state.save_findings(settings, past, findings("f2")) == {"opened": 1, "reopened": 0, "closed": 0}
    assert set(state.open_findings(settings)["finding_id"]) == {"f1", "f2"}


def given(**finding_ids: str) -> pd.DataFrame:
    """Rows to be issued: desk="f1 f2"."""
    rows = [(finding_id, desk) for desk, ids in finding_ids.items() for finding_id in ids.split()]
    return pd.DataFrame(rows, columns=["finding_id", "desk"])


def numbers(issued: pd.DataFrame) -> dict[tuple[str, str], str]:
    return {(row.desk, row.finding_id): row.task_no for row in issued.itertuples()}


def test_a_task_number_stays_with_its_finding_and_desk(settings: Settings) -> None:
    run_id = open_night(settings, DAY)
    state.save_findings(settings, run_id, findings("f1", "f2"))
    first = numbers(state.issue_tasks(settings, given(hukou="f1 f2", steward="f1")))
    again = numbers(state.issue_tasks(settings, given(hukou="f2 f1")))
    assert again == {place: number for place, number in first.items() if place[0] == "hukou"}
    assert len(set(first.values())) == 3
    assert all(state.read_task_number(number) == number for number in first.values())
    assert steps(settings, "f1") == ["opened", "issued"]


def test_a_task_keeps_the_day_it_was_first_issued(settings: Settings) -> None:
    state.save_findings(settings, open_night(settings, date(2026, 10, 28)), findings("f1"))
    state.issue_tasks(settings, given(desk="f1"))
    state.save_findings(settings, open_night(settings, date(2026, 10, 30)), findings("f1", "f2"))
    issued = state.issue_tasks(settings, given(desk="f1 f2")).set_index("finding_id")["issued_on"]
    assert issued.to_dict() == {"f1": date(2026, 10, 28), "f2": date(2026, 10, 30)}


def test_nothing_to_issue_is_no_task(settings: Settings) -> None:
    open_night(settings, DAY)
    assert state.issue_tasks(settings, given()).empty


def test_a_finding_that_comes_back_keeps_its_task_and_is_issued_again(settings: Settings) -> None:
    nights = [open_night(settings, date(2026, 10, 28 + number)) for number in range(3)]
    state.save_findings(settings, nights[0], findings("f1"))
    number = numbers(state.issue_tasks(settings, given(desk="f1")))
    state.save_findings(settings, nights[1], findings())
    state.save_findings(settings, nights[2], findings("f1"))
    assert numbers(state.issue_tasks(settings, given(desk="f1"))) == number
    assert steps(settings, "f1") == ["opened", "issued", "closed", "reopened", "issued"]


def test_no_task_for_a_finding_that_no_night_saved(settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match=r"state\.unknown_finding"):
        state.issue_tasks(settings, given(desk="f-unknown"))


def test_the_last_good_delivery_is_the_newest_that_was_accepted(settings: Settings) -> None:
    nights = [open_night(settings, date(2026, 10, 29 + number)) for number in range(3)]
    for place, run_id in enumerate(nights):
        state.record_delivery(settings, run_id, {"registry": "hukou", "rows": 100 + place, "delivery_id": f"d{place}"})
    assert state.last_good_delivery(settings, "hukou") is None
    for run_id in nights[:2]:
        state.mark_accepted(settings, run_id, "hukou", 99)
    good = state.last_good_delivery(settings, "hukou")
    assert good is not None
    assert (good["run_id"], good["rows"], good["rows_accepted"], good["delivery_id"]) == (nights[1], 101, 99, "d1")
    assert state.last_good_delivery(settings, "hospital") is None
    before = state.last_good_delivery(settings, "hukou", before_run_id=nights[1])
    assert before is not None
    assert before["run_id"] == nights[0]


def test_a_past_day_run_again_does_not_know_its_future(settings: Settings) -> None:
    today, past = open_night(settings, DAY), open_night(settings, date(2026, 9, 1))
    state.mark_accepted(settings, today, "hukou", 99)
    assert state.last_good_delivery(settings, "hukou", before_run_id=past) is None


def test_landing_a_registry_again_replaces_its_delivery(settings: Settings) -> None:
    run_id = open_night(settings, DAY)
    for rows in (5, 7):
        state.record_delivery(settings, run_id, {"registry": "hukou", "rows": rows})
    state.mark_accepted(settings, run_id, "hukou", 7)
    good = state.last_good_delivery(settings, "hukou")
    assert good is not None
    assert good["rows"] == 7


def test_a_night_that_nobody_opened_cannot_be_closed(settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match=r"run\.unknown"):
        close_night(settings, "2026-10-31-009")
