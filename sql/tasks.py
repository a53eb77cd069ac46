"""Tasks: a finding that was given to a desk, under a number that stays the same as long as the finding lives."""

from __future__ import annotations

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

TO_BE_ISSUED = (Status.OPEN, Status.ANSWERED)
"""An answered finding on a list again is one whose answer has run out."""


def issue_tasks(settings: Settings, rows: pd.DataFrame) -> pd.DataFrame:
    """Give findings to desks. `rows`: finding_id, desk. Returns finding_id, desk, task_no, issued_on; all of them become issued.

    A task keeps its number and the day it was first issued, so that a desk's time does not begin anew every night.
    Raises ConfigurationError for findings that no night saved.
    """
    wanted = rows[["finding_id", "desk"]].astype(object).drop_duplicates()
    with writing(settings) as connection:
        known = read_table(connection, select(TASK.c.desk, TASK.c.finding_id, TASK.c.task_no, TASK.c.issued_on.label("first_issued_on")))
        tasks = wanted.merge(known, on=["desk", "finding_id"], how="left")
        tasks = tasks.merge(findings_and_nights(connection), on="finding_id", how="left")
        if unknown := int(tasks["issued_run_id"].isna().sum()):
            raise ConfigurationError(Fault("state.unknown_finding", "finding", {"count": unknown}))
        fresh = tasks["task_no"].isna()
        tasks.loc[fresh, "task_no"] = free_numbers(tasks[fresh], set(known["task_no"]))
        insert_rows(connection, TASK, tasks.loc[fresh].drop(columns=["status", "first_issued_on"]))
        for run_id, issued in tasks[tasks["status"].isin(TO_BE_ISSUED)].groupby("issued_run_id"):
            set_status(connection, str(run_id), ISSUED, issued["finding_id"].unique())
    tasks["issued_on"] = tasks["first_issued_on"].where(~fresh, tasks["issued_on"])
    return tasks[["finding_id", "desk", "task_no", "issued_on"]].reset_index(drop=True)


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
