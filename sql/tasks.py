"""Tasks: a finding that was given to a desk, under a number that stays the same as long as the finding lives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count

import pandas as pd
from sqlalchemy import Connection, select

from sql.database import writing
from sql.life import ISSUED, MOVED, record_events, set_status
from sql.rows import insert_rows, read_table, update_rows
from sql.staging import ROW_NO, staged
from sql.tables import FINDING, FORMER_DESK, RUN, TASK
from sql.task_number import read_task_number, task_number
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.findings import Status
from vocabulary.settings import Settings

TO_BE_ISSUED = (Status.OPEN, Status.ANSWERED)
"""An answered finding on a list again is one whose answer has run out."""


def issue_tasks(settings: Settings, rows: pd.DataFrame, desk_today: Callable[[str], str] | None = None) -> pd.DataFrame:
    """Give findings to desks. `rows`: finding_id, desk. Returns finding_id, desk, task_no, issued_on; all of them become issued.

    A task keeps its number and the day it was first issued, so that a desk's time does not begin anew every night.
    `desk_today`: a desk -> the desk that does its work now; tasks of a merged township follow it there.
    Raises ConfigurationError for findings that no night saved.
    """
    wanted = rows[["finding_id", "desk"]].astype(object).drop_duplicates()
    with writing(settings) as connection:
        if desk_today is not None:
            move_tasks(connection, desk_today)
        tasks = known_tasks(connection, wanted)
        if unknown := int(tasks["issued_run_id"].isna().sum()):
            raise ConfigurationError(Fault("state.unknown_finding", "finding", {"count": unknown}))
        fresh = tasks["task_no"].isna()
        tasks.loc[fresh, "task_no"] = free_numbers(connection, tasks[fresh])
        insert_rows(connection, TASK, tasks.loc[fresh].drop(columns=["status", "first_issued_on"]))
        for run_id, issued in tasks[tasks["status"].isin(TO_BE_ISSUED)].groupby("issued_run_id"):
            set_status(connection, str(run_id), ISSUED, issued["finding_id"])
    tasks["issued_on"] = tasks["first_issued_on"].where(~fresh, tasks["issued_on"])
    return tasks[["finding_id", "desk", "task_no", "issued_on"]].reset_index(drop=True)


def move_tasks(connection: Connection, desk_today: Callable[[str], str]) -> int:
    """Give the tasks of desks that are no more to those that do their work now, and write it down; how many were moved.

    Of a finding that both desks had, the task of the desk that stays is the one that goes on; the other stays where it was, as history.
    """
    desks = connection.execute(select(TASK.c.desk).distinct()).scalars().all()
    today = {desk: desk_today(desk) for desk in desks}
    involved = {place for desk, now in today.items() if now != desk for place in (desk, now)}
    columns = (TASK.c.task_no, TASK.c.finding_id, TASK.c.desk, TASK.c.issued_on, FINDING.c.last_run_id)
    query = select(*columns).join(FINDING, FINDING.c.finding_id == TASK.c.finding_id).where(TASK.c.desk.in_(sorted(involved)))
    tasks = read_table(connection, query)
    tasks["now"] = tasks["desk"].map(today)
    tasks["stays"] = tasks["desk"] == tasks["now"]
    kept = tasks.sort_values(["stays", "issued_on", "task_no"]).drop_duplicates(["finding_id", "now"], keep="last")
    moved = kept[~kept["stays"]]
    for run_id, part in moved.groupby("last_run_id"):
        insert_rows(connection, FORMER_DESK, part[["task_no", "desk"]], moved_run_id=run_id)
        record_events(connection, str(run_id), MOVED, select(TASK.c.finding_id).where(TASK.c.task_no.in_(sorted(part["task_no"]))))
    update_rows(connection, TASK, "task_no", moved[["task_no"]].assign(desk=moved["now"]))
    return len(moved)


def finding_of_task(settings: Settings, task_no: str) -> str | None:
    """The finding behind a task number, as a person typed it; None for a number that is mistyped or was never given out."""
    with writing(settings) as connection:
        query = select(TASK.c.finding_id).where(TASK.c.task_no == read_task_number(task_no))
        found: str | None = connection.execute(query).scalar_one_or_none()
        return found


def known_tasks(connection: Connection, wanted: pd.DataFrame) -> pd.DataFrame:
    """What is asked for (finding_id, desk), in its order, with the task it has, its finding's status, and the night that last saw it."""
    with staged(connection, TASK, wanted) as asked:
        told = (TASK.c.task_no, TASK.c.issued_on.label("first_issued_on"), FINDING.c.status)
        query = (
            select(asked.c.finding_id, asked.c.desk, *told, RUN.c.run_id.label("issued_run_id"), RUN.c.as_of.label("issued_on"))
            .outerjoin(TASK, (TASK.c.finding_id == asked.c.finding_id) & (TASK.c.desk == asked.c.desk))
            .outerjoin(FINDING, FINDING.c.finding_id == asked.c.finding_id)
            .outerjoin(RUN, RUN.c.run_id == FINDING.c.last_run_id)
        )
        return read_table(connection, query.select_from(asked).order_by(asked.c[ROW_NO]))


def free_numbers(connection: Connection, tasks: pd.DataFrame) -> list[str]:
    """A task number for each row (finding_id, desk), none of which is taken."""
    numbers: dict[int, str] = {}
    given: set[str] = set()
    places = list(zip(tasks["finding_id"], tasks["desk"], strict=True))
    attempts = count()
    while len(numbers) < len(places):
        attempt = next(attempts)
        proposed = {at: task_number(*place, attempt) for at, place in enumerate(places) if at not in numbers}
        given |= taken(connection, proposed.values())
        for at, number in proposed.items():
            if number not in given:
                given.add(number)
                numbers[at] = number
    return [numbers[at] for at in range(len(places))]


def taken(connection: Connection, task_nos: Iterable[str]) -> set[str]:
    """Those of some numbers that are given out."""
    with staged(connection, TASK, pd.DataFrame({"task_no": list(task_nos)}, dtype=object)) as asked:
        return set(connection.execute(select(TASK.c.task_no).join(asked, asked.c.task_no == TASK.c.task_no)).scalars())
