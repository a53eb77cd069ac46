"""A desk's tasks as the portal pages through them: by when they are due, a page at a time. Every query goes through the desk's Session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from sql.serving import FindingRow, OutcomeRow, TaskRow
from sql.tables import FINDING, OUTCOME, RUN, TASK
from vocabulary.findings import Status

WAITING, ANSWERED = (Status.ISSUED.value,), (Status.ANSWERED.value,)
ALIKE = FINDING.c.finding_id == TASK.c.finding_id
STAGE: ColumnElement[int] = func.coalesce(FINDING.c.due_stage, 0)
IN_ORDER = (TASK.c.issued_on, STAGE.desc(), TASK.c.task_no)
"""What is due first; of one night's tasks the child that waits longest."""


@dataclass(frozen=True)
class Listed:
    """One task in a list. `seen_in`: the night that last saw its finding, whose snapshot says what may be known of it."""

    task_no: str
    kind: str
    due_stage: int | None
    issued_on: date
    status: str
    seen_in: str


@dataclass(frozen=True)
class Asked:
    """What of the list is wanted: kinds (none: all), whether waiting or answered, and issued before a day (those that are overdue)."""

    kinds: tuple[str, ...] = ()
    status: tuple[str, ...] = WAITING
    issued_before: date | None = None


def tasks_asked(asked: Asked) -> Select[Any]:
    """The tasks of the session's desk that are wanted."""
    query = select(TaskRow.task_no, FindingRow.kind, FindingRow.due_stage, TaskRow.issued_on, FindingRow.status, FindingRow.last_run_id)  # type: ignore[attr-defined]
    query = query.select_from(TaskRow).join(FindingRow, ALIKE).where(FINDING.c.status.in_(asked.status))
    if asked.kinds:
        query = query.where(FINDING.c.kind.in_(asked.kinds))
    return query.where(TASK.c.issued_on < asked.issued_before) if asked.issued_before else query


def page_of(session: Session, asked: Asked, first: int, many: int) -> list[Listed]:
    """A page of the list, the longest waiting first."""
    query = tasks_asked(asked).order_by(*IN_ORDER).offset(first).limit(many)
    return [Listed(*row) for row in session.execute(query)]


def next_after(session: Session, asked: Asked, task: Listed | None) -> Listed | None:
    """The task that follows in the list; the first one where none is given, or after the last."""
    query = tasks_asked(asked).order_by(*IN_ORDER).limit(1)
    if task is not None:
        waits, stage = STAGE, task.due_stage or 0
        younger = or_(waits < stage, and_(waits == stage, TASK.c.task_no > task.task_no))
        later = and_(TASK.c.issued_on == task.issued_on, younger)
        row = session.execute(query.where(or_(TASK.c.issued_on > task.issued_on, later))).first()
        if row is not None:
            return Listed(*row)
    row = session.execute(query).first()
    return Listed(*row) if row else None


def counts_of(session: Session, overdue_before: date) -> list[tuple[str, str, int, int]]:
    """(kind, status, tasks, of these issued before a day) for waiting and answered tasks."""
    overdue = func.sum(case((TASK.c.issued_on < overdue_before, 1), else_=0))
    query = select(FindingRow.kind, FindingRow.status, func.count(), overdue).select_from(TaskRow).join(FindingRow, ALIKE)  # type: ignore[attr-defined]
    query = query.where(FINDING.c.status.in_([*WAITING, *ANSWERED])).group_by(FINDING.c.kind, FINDING.c.status)
    return [(str(kind), str(status), int(count), int(late)) for kind, status, count, late in session.execute(query)]


def one_task(session: Session, task_no: str) -> Listed | None:
    """A task of the session's desk; None for another's, as for one that is not there."""
    query = tasks_asked(Asked(status=tuple(Status))).where(TASK.c.task_no == task_no)
    row = session.execute(query).first()
    return Listed(*row) if row else None


def answers_to(session: Session, task_no: str) -> Sequence[Any]:
    """What was answered to a task so far, oldest first: code, answered_on, registered_on, station, note, answered_by."""
    columns = (OUTCOME.c[name] for name in ("code", "answered_on", "registered_on", "station", "note", "answered_by"))
    query = select(*columns).select_from(TaskRow).join(OutcomeRow, OUTCOME.c.task_no == TASK.c.task_no)
    return session.execute(query.where(TASK.c.task_no == task_no).order_by(OUTCOME.c.outcome_id)).all()


def newest_day(session: Session) -> date | None:
    """The latest day that any night spoke of."""
    day: date | None = session.connection().execute(select(func.max(RUN.c.as_of))).scalar_one()
    return day
