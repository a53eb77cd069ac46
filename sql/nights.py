"""Nights: opened with a number of their own, closed with a report that says what each stage did."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, insert, select, update

from sql.acting import acting_as
from sql.database import one_at_a_time, writing
from sql.report import SNAPSHOTS, checksums, read_report, report_of
from sql.rows import now, read_table
from sql.tables import RUN
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.locks import alone
from vocabulary.runs import Run, write_private
from vocabulary.settings import Settings

OPEN = "open"


def open_run(as_of: date | str) -> str:
    """Front door: start a night that speaks of `as_of`; its id, such as `2026-10-31-001`, and its private folder are new."""
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    return open_night(Settings.from_environment(), day)


@acting_as("night")
def open_night(settings: Settings, as_of: date) -> str:
    """The id of a new night: row in the state, folder with `run.json`."""
    with writing(settings) as connection:
        one_at_a_time(connection)
        night_no = (connection.execute(select(func.max(RUN.c.night_no))).scalar_one() or 0) + 1
        run_id = create_folder(connection, settings, as_of)
        row = {"run_id": run_id, "night_no": night_no, "as_of": as_of, "opened_at": now(), "status": OPEN, "area": ",".join(settings.area)}
        connection.execute(insert(RUN).values(row))
    return run_id


def create_folder(connection: Connection, settings: Settings, as_of: date) -> str:
    """The first number of that day that neither the state nor the disk has: a lost database must not write over a run."""
    taken = set(connection.execute(select(RUN.c.run_id).where(RUN.c.as_of == as_of)).scalars())
    sequence = len(taken)
    while True:
        sequence += 1
        run_id = f"{as_of.isoformat()}-{sequence:03d}"
        if run_id in taken:
            continue
        try:
            Run(run_id, as_of, settings.home, settings.area).create()
        except FileExistsError:
            continue
        return run_id


def close_run(run_id: str) -> dict[str, Any]:
    """Front door: write and return the night's report. A night that is closed already keeps the report it has."""
    return close_night(Settings.from_environment(), run_id)


@acting_as("night")
def close_night(settings: Settings, run_id: str) -> dict[str, Any]:
    """`report.json`: what each stage did, what was found, whether anything changed since the night before. Raises ConfigurationError."""
    run = Run.load(settings, run_id)
    with alone(run.folder, "report"):
        return read_report(run) or write_report(settings, run)


def write_report(settings: Settings, run: Run) -> dict[str, Any]:
    """Tell the state how the night ended, then write `report.json`."""
    report = report_of(run)
    sums = checksums(run)
    with writing(settings) as connection:
        report["changed"] = sums != checksums_of_night_before(connection, run.run_id)
        values = {"closed_at": now(), "status": report["status"], "exit_code": report["exit_code"], "checksums": sums}
        connection.execute(update(RUN).where(RUN.c.run_id == run.run_id).values(values))
    write_private(run.folder / "report.json", json.dumps(report, ensure_ascii=False, indent=1))
    return report


def checksums_of_night_before(connection: Connection, run_id: str) -> Mapping[str, str] | None:
    """The snapshots of the newest earlier night that found anything; None for the first. Raises ConfigurationError."""
    night_no = connection.execute(select(RUN.c.night_no).where(RUN.c.run_id == run_id)).scalar_one_or_none()
    if night_no is None:
        raise ConfigurationError(Fault("state.unknown_run", run_id))
    earlier = select(RUN.c.checksums).where(RUN.c.night_no < night_no, RUN.c.closed_at.is_not(None))
    whole = (sums for sums in connection.execute(earlier.order_by(RUN.c.night_no.desc())).scalars() if sums)
    return next((sums for sums in whole if set(sums) == set(SNAPSHOTS)), None)


def runs(settings: Settings) -> pd.DataFrame:
    """One row a night, newest first: run_id, night_no, as_of, opened_at, closed_at, status, exit_code."""
    columns = [RUN.c[name] for name in ("run_id", "night_no", "as_of", "opened_at", "closed_at", "status", "exit_code")]
    with writing(settings) as connection:
        return read_table(connection, select(*columns).order_by(RUN.c.night_no.desc()))
