"""rights.md R8, by travelling in time: what is due goes, what something still rests on stays, and doing it twice deletes nothing more."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import func, insert, select, text

from hedui import purge as command
from sql import state
from sql.access_chain import verify_log
from sql.database import writing
from sql.nights import open_night
from sql.purge import Receipt, purge
from sql.retention import GOES_WITH_FINDING, KEPT, retention
from sql.tables import BOUND_RECORD, METADATA, OUTCOME, PURGE_RECEIPT
from tests.sql.test_state import births, findings
from vocabulary.errors import ConfigurationError
from vocabulary.runs import Run, write_parquet
from vocabulary.settings import Settings

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 20)
NOTE = "canary note of a desk"
STAGES = ("landing", "accepted", "linked", "findings", "worklists", "report")


def a_night(settings: Settings, as_of: date, found: pd.DataFrame, **held: str) -> str:
    """A night that stands whole: state, and a folder for each stage, of which linked/ says which records there were."""
    run_id = open_night(settings, as_of)
    state.save_found(settings, run_id, births(**held), found, ())
    run = Run.load(settings, run_id)
    for stage in STAGES:
        with run.writing(stage) as folder:
            write_parquet(births(**held), folder / "birth_record.parquet")
    for registry in ("hukou", "hospital"):
        state.mark_accepted(settings, run_id, registry, 3)
    return run_id


def after_two_nights(settings: Settings) -> tuple[str, str]:
    """`f1` is answered and then closed by the second night, `f2` and its record stay, `f3` comes with the second."""
    first = a_night(settings, FIRST, findings("f1", "f2"), R1="b1", R2="b2")
    tasks = state.issue_tasks(settings, pd.DataFrame({"finding_id": ["f1", "f2"], "desk": "desk"})).set_index("finding_id")["task_no"]
    with writing(settings) as connection:
        answer = {"task_no": tasks["f1"], "code": "B1", "answered_on": FIRST, "received_at": datetime.now(UTC), "file_sha256": "0" * 64}
        connection.execute(insert(OUTCOME).values(**answer, note=NOTE))
    return first, a_night(settings, LAST, findings("f2", "f3", birth_id="b2"), R2="b2", R3="b3")


@pytest.fixture
def two_nights(settings: Settings) -> tuple[str, str]:
    return after_two_nights(settings)


def counts(settings: Settings) -> dict[str, int]:
    with writing(settings) as connection:
        return {name: connection.execute(select(func.count()).select_from(table)).scalar_one() for name, table in METADATA.tables.items()}


def stages(settings: Settings, run_id: str) -> set[str]:
    return {path.name for path in (settings.home / "runs" / run_id).iterdir() if path.is_dir()}


def on(settings: Settings, day: date, *, dry_run: bool = False) -> Receipt:
    return purge(settings, day, today=day, dry_run=dry_run)


def deleted(receipt: Receipt) -> dict[str, int]:
    return {line.what: line.deleted for line in receipt.lines if line.deleted}


def test_each_stage_and_row_goes_on_its_day_and_no_earlier(settings: Settings, two_nights: tuple[str, str]) -> None:
    first, last = two_nights
    clocks = retention()
    for stage, others in (("landing", STAGES), ("accepted", ("accepted", "linked", "findings", "worklists"))):
        day = FIRST + timedelta(days=clocks.snapshot[stage].days or 0)
        on(settings, day)
        assert stages(settings, first) >= {stage}, "the last day that it is kept"
        assert stages(settings, first) <= set(others)
        on(settings, day + timedelta(days=1))
        assert stage not in stages(settings, first)
    closed_on = LAST + timedelta(days=clocks.table["finding"].days or 0)
    assert "finding" not in deleted(on(settings, closed_on))
    gone = deleted(on(settings, closed_on + timedelta(days=1)))
    assert {name: gone[name] for name in ("finding", "task", "outcome", "finding_event")} == {
        "finding": 1, "task": 1, "outcome": 1, "finding_event": 3,
    }  # fmt: skip
    assert state.known_births(settings)["record_id"].tolist() == ["R2", "R3"], "R1 is in no registry any more"
    assert stages(settings, last) == set(STAGES), "open findings and the last good deliveries rest on it"
    assert stages(settings, first) == set()


def test_the_second_time_deletes_nothing_and_a_trial_nothing_at_all(settings: Settings, two_nights: tuple[str, str]) -> None:
    day = LAST + timedelta(days=400)
    before = counts(settings)
    tried = on(settings, day, dry_run=True)
    assert counts(settings) == before
    assert stages(settings, two_nights[0]) == set(STAGES)
    done = on(settings, day)
    assert deleted(tried) == deleted(done)
    assert tried.receipt_hash is None
    assert done.deleted > 6
    again = on(settings, day)
    assert (again.deleted, again.receipt_no) == (0, 2)
    with writing(settings) as connection:
        kept = connection.execute(select(PURGE_RECEIPT).order_by(PURGE_RECEIPT.c.receipt_no)).all()
    assert [row.receipt_hash for row in kept] == [done.receipt_hash, again.receipt_hash]
    assert kept[0].lines == [line.as_record() for line in done.lines]
    assert verify_log(settings, done.log_head).head == again.log_head


def test_after_many_years_what_is_open_still_stands_and_the_log_is_whole(settings: Settings, two_nights: tuple[str, str]) -> None:
    on(settings, LAST + timedelta(days=400))
    receipt = on(settings, LAST + timedelta(days=30 * 365))
    assert set(state.open_findings(settings)["finding_id"]) == {"f2", "f3"}
    assert stages(settings, two_nights[1]) == set(STAGES)
    left = counts(settings)
    assert (left["run"], left["task"], left["birth_record"]) == (2, 1, 2), "open findings and births were first seen by these nights"
    assert verify_log(settings, receipt.log_head).first_no > 1


def test_a_closed_finding_stays_while_a_protection_rests_on_its_task(settings: Settings, two_nights: tuple[str, str]) -> None:
    with writing(settings) as connection:
        task_no = connection.execute(text("SELECT task_no FROM task WHERE finding_id = 'f1'")).scalar_one()
        connection.execute(insert(BOUND_RECORD).values(registry="hukou", record_id="R1", effect="peace", task_no=task_no))
    assert "finding" not in deleted(on(settings, LAST + timedelta(days=400)))
    assert state.bound_records(settings, "peace") == [("hukou", "R1")]
    gone = deleted(on(settings, LAST + timedelta(days=15 * 365)))
    assert (gone["bound_record"], gone["finding"]) == (1, 1)


def test_a_day_ahead_is_refused(settings: Settings, two_nights: tuple[str, str]) -> None:
    with pytest.raises(ConfigurationError, match=r"purge\.future"):
        purge(settings, LAST + timedelta(days=1), today=LAST)
    assert purge(settings, LAST, today=FIRST).deleted == 0, "the newest night's day has come, whatever the clock says"


def test_files_that_went_between_desks_go_by_the_day_they_were_written(settings: Settings) -> None:
    folder = settings.home / "returned" / "abc123"
    folder.mkdir(parents=True)
    for name, day in (("old.csv", date(2026, 1, 1)), ("new.csv", date(2026, 5, 1))):
        (folder / name).write_text("x", encoding="utf-8")
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()
        os.utime(folder / name, (noon, noon))
    assert deleted(on(settings, date(2026, 6, 1))) == {"returned": 1}
    assert [path.name for path in folder.iterdir()] == ["new.csv"]
    on(settings, date(2027, 6, 1))
    assert not folder.exists()


def test_a_deleted_row_is_not_left_in_a_free_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEDUI_DATABASE", f"sqlite:///{tmp_path / 'state.db'}")
    settings = Settings.from_environment()
    after_two_nights(settings)
    assert NOTE.encode() in (tmp_path / "state.db").read_bytes()
    on(settings, LAST + timedelta(days=400))
    assert NOTE.encode() not in (tmp_path / "state.db").read_bytes()


def test_every_table_has_a_clock_with_its_reason() -> None:
    clocks = retention()
    assert set(clocks.table) == set(METADATA.tables)
    everything = [*clocks.table.values(), *clocks.snapshot.values(), *clocks.folder.values()]
    assert all(clock.reason and clock.source for clock in everything)
    assert all((clock.days is None) == (clock.counted_from in (GOES_WITH_FINDING, KEPT)) for clock in everything)


def test_every_line_of_a_receipt_has_its_name_in_both_languages(settings: Settings, two_nights: tuple[str, str]) -> None:
    assert {line.what for line in on(settings, LAST).lines} == set(command.ITEMS)
