"""Tasks: a finding that was given to a desk, under a number that stays the same as long as the finding lives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd
from sqlalchemy import Connection, select

from sql.database import writing
from sql.life import ISSUED, set_status
from sql.rows import insert_rows, read_table
from sql.tables import FINDING, RUN, TASK
from sql.task_number import read_task_number, task_number
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.findings import Status
from vocabulary.settings import Settings


def issue_tasks(settings: Settings, finding_ids_by_desk: Mapping[str, Iterable[str]]) -> dict[str, dict[str, str]]:
    """Give findings to desks: desk -> finding_id -> task number. Open findings become issued.

    A task is issued on the day that the finding was last seen. Raises ConfigurationError for findings that no night saved.
    """
    wanted = pd.DataFrame(
        [(desk, finding_id) for desk, ids in finding_ids_by_desk.items() for finding_id in ids],
        columns=["desk", "finding_id"],
        dtype=object,
    ).drop_duplicates()
    with writing(settings) as connection:
        known = read_table(connection, select(TASK.c.desk, TASK.c.finding_id, TASK.c.task_no))
        tasks = wanted.merge(known, on=["desk", "finding_id"], how="left")
        tasks = tasks.merge(findings_and_nights(connection), on="finding_id", how="left")
        if unknown := int(tasks["issued_run_id"].isna().sum()):
            raise ConfigurationError(Fault("state.unknown_finding", "finding", {"count": unknown}))
        fresh = tasks["task_no"].isna()
        tasks.loc[fresh, "task_no"] = free_numbers(tasks[fresh], set(known["task_no"]))
        insert_rows(connection, TASK, tasks.loc[fresh].drop(columns="status"))
        for run_id, issued in tasks[tasks["status"] == Status.OPEN].groupby("issued_run_id"):
            set_status(connection, str(run_id), ISSUED, issued["finding_id"].unique())
    numbers = {desk: dict(zip(part["finding_id"], part["task_no"], strict=True)) for desk, part in tasks.groupby("desk")}
    return {desk: numbers.get(desk, {}) for desk in finding_ids_by_desk}


def finding_of_task(settings: Settings, task_no: str) -> str | None:
    """The finding behind a task number, as a person typed it; None for a number that is mistyped or was never given out."""
    with writing(settings) as connection:
        query = select(TASK.c.finding_id).where(TASK.c.task_no == read_task_number(task_no))
        found: str | None = connection.execute(query).scalar_one_or_none()
        return found


def findings_and_nights(connection: Connection) -> pd.DataFrame:
    """One row a finding: its status, the night that last saw it, and the day that night spoke of."""
    columns = (FINDING.c.finding_id, FINDING.c.status, RUN.c.run_id.label("issued_run_id"), RUN.c.as_of.label("issued_on"))
    return read_table(connection, select(*columns).join(RUN, RUN.c.run_id == FINDING.c.last_run_id))


def free_numbers(tasks: pd.DataFrame, taken: set[str]) -> list[str]:
    """A task number for each row (finding_id, desk), none of which is taken."""
    numbers = []
    for finding_id, desk in zip(tasks["finding_id"], tasks["desk"], strict=True):
        attempt = 0
        while (number := task_number(finding_id, desk, attempt)) in taken:
            attempt += 1
        taken.add(number)
        numbers.append(number)
    return numbers
