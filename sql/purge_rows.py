"""Which rows of the state are due, in an order in which nothing is deleted that something else still rests on."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, DateTime, Index, Table, and_, delete, exists, func, or_, select

from sql.retention import Clock
from sql.rows import staged
from sql.tables import (
    BIRTH_RECORD,
    BOUND_RECORD,
    DECISION,
    DELIVERY,
    EXCHANGE_FILE,
    FINDING,
    FINDING_EVENT,
    FORMER_DESK,
    METADATA,
    OUTCOME,
    PAIR_READING,
    PORTAL_SESSION,
    RUN,
    SAMPLED_PAIR,
    TASK,
)
from vocabulary.findings import Status

Condition = ColumnElement[bool]
KEY = ("registry", "record_id")


@dataclass(frozen=True)
class Line:
    """What a purge did to one table or kind of folder; the dates are those of what is left."""

    what: str
    deleted: int
    oldest_kept: date | None
    newest_kept: date | None

    def as_record(self) -> dict[str, Any]:
        """For a receipt."""
        kept = (self.oldest_kept, self.newest_kept)
        oldest, newest = (day.isoformat() if day else None for day in kept)
        return {"what": self.what, "deleted": self.deleted, "oldest_kept": oldest, "newest_kept": newest}


@dataclass(frozen=True)
class Basis:
    """What a purge must leave: nights (run ids) that something rests on, and the newest night's records; None where no night is linked."""

    nights: Collection[str]
    records: pd.DataFrame | None


def day_of(run_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """The day that a night speaks of."""
    return select(RUN.c.as_of).where(RUN.c.run_id == run_id).scalar_subquery()


def purge_rows(connection: Connection, clocks: dict[str, Clock], as_of: date, basis: Basis) -> list[Line]:
    """Delete what is due, children before parents. One line a table that has a clock with days, but the access log."""

    def purge(table: Table, dated: ColumnElement[Any], *free: Condition) -> Line:
        before: Any = clocks[table.name].due_before(as_of)
        if isinstance(dated.type, DateTime):
            before = datetime.combine(before, datetime.min.time(), UTC)
        due = and_(dated < before, *free)
        return line(connection, table, dated, connection.execute(delete(table).where(due)).rowcount)

    run_day = {table: day_of(table.c[name]) for table, name in ((DELIVERY, "run_id"), (SAMPLED_PAIR, "drawn_run_id"))}
    bound_day = select(TASK.c.issued_on).where(TASK.c.task_no == BOUND_RECORD.c.task_no).scalar_subquery()
    return [
        purge(BOUND_RECORD, bound_day),
        purge_births(connection, clocks["birth_record"].due_before(as_of), basis),
        purge_decisions(connection, clocks["decision"].due_before(as_of)),
        purge(SAMPLED_PAIR, run_day[SAMPLED_PAIR]),
        *purge_findings(connection, clocks["finding"].due_before(as_of)),
        purge(EXCHANGE_FILE, EXCHANGE_FILE.c.as_of),
        purge(PORTAL_SESSION, PORTAL_SESSION.c.opened_at),
        purge(DELIVERY, run_day[DELIVERY], DELIVERY.c.run_id.not_in(basis.nights)),
        purge(RUN, RUN.c.as_of, RUN.c.run_id.not_in(basis.nights), unreferenced(RUN)),
    ]


def purge_births(connection: Connection, before: date, basis: Basis) -> Line:
    """Records that the newest linked night no longer holds and no finding that is not closed speaks of."""
    first_seen, deleted = day_of(BIRTH_RECORD.c.first_run_id), 0
    if basis.records is not None:
        with staged(connection, BIRTH_RECORD, basis.records[list(KEY)]) as held:
            Index(f"ix_{held.name}", *(held.c[name] for name in KEY)).create(connection)
            living = select(FINDING.c.finding_id).where(FINDING.c.status != Status.CLOSED, FINDING.c.birth_id == BIRTH_RECORD.c.birth_id)
            gone = ~exists(select(held.c.record_id).where(*(held.c[name] == BIRTH_RECORD.c[name] for name in KEY)))
            due = delete(BIRTH_RECORD).where(first_seen < before, gone, ~exists(living))
            deleted = connection.execute(due).rowcount
    return line(connection, BIRTH_RECORD, first_seen, deleted)


def purge_decisions(connection: Connection, before: date) -> Line:
    """Decisions about a record that is known no more; the others bind."""
    midnight = datetime.combine(before, datetime.min.time(), UTC)
    unknown = [
        ~exists(select(BIRTH_RECORD.c.record_id).where(*(BIRTH_RECORD.c[name] == DECISION.c[f"{name}_{side}"] for name in KEY)))
        for side in ("left", "right")
    ]
    deleted = connection.execute(delete(DECISION).where(DECISION.c.decided_at < midnight, or_(*unknown))).rowcount
    return line(connection, DECISION, DECISION.c.decided_at, deleted)


def purge_findings(connection: Connection, before: date) -> list[Line]:
    """Closed findings with their answers, former desks, tasks and steps, but those of which a protection or a decision holds a task."""
    steps = FINDING_EVENT.join(RUN, RUN.c.run_id == FINDING_EVENT.c.run_id)
    newest_step = select(func.max(RUN.c.as_of)).select_from(steps).where(FINDING_EVENT.c.finding_id == FINDING.c.finding_id)
    closed_on = func.coalesce(newest_step.correlate(FINDING).scalar_subquery(), day_of(FINDING.c.last_run_id))
    held = [exists(select(table.c.task_no).where(table.c.task_no == TASK.c.task_no)) for table in (BOUND_RECORD, DECISION)]
    rested_on = exists(select(TASK.c.task_no).where(TASK.c.finding_id == FINDING.c.finding_id, or_(*held)))
    due = select(FINDING.c.finding_id).where(FINDING.c.status == Status.CLOSED, closed_on < before, ~rested_on)
    ids = pd.DataFrame({"finding_id": list(connection.execute(due).scalars())}, dtype="string")
    with staged(connection, FINDING, ids) as chosen:
        of_them = select(chosen.c.finding_id)
        tasks = select(TASK.c.task_no).where(TASK.c.finding_id.in_(of_them))
        parts = (
            (PAIR_READING, PAIR_READING.c.task_no.in_(tasks), PAIR_READING.c.read_on),
            (OUTCOME, OUTCOME.c.task_no.in_(tasks), OUTCOME.c.answered_on),
            (FORMER_DESK, FORMER_DESK.c.task_no.in_(tasks), day_of(FORMER_DESK.c.moved_run_id)),
            (TASK, TASK.c.finding_id.in_(of_them), TASK.c.issued_on),
            (FINDING_EVENT, FINDING_EVENT.c.finding_id.in_(of_them), day_of(FINDING_EVENT.c.run_id)),
            (FINDING, FINDING.c.finding_id.in_(of_them), day_of(FINDING.c.last_run_id)),
        )
        counts = [connection.execute(delete(table).where(chosen_rows)).rowcount for table, chosen_rows, _ in parts]
    return [line(connection, table, dated, count) for (table, _, dated), count in zip(parts, counts, strict=True)]


def unreferenced(table: Table) -> Condition:
    """That no row of any table refers to this one."""
    key = next(iter(table.primary_key.columns))
    referring = [column for other in METADATA.tables.values() for column in other.columns if column.references(key)]
    return and_(*(~exists(select(column).where(column == key)) for column in referring))


def line(connection: Connection, table: Table, dated: ColumnElement[Any], deleted: int) -> Line:
    """A table's line of the receipt, as it is now."""
    days: Callable[[Any], date | None] = lambda told: told.date() if isinstance(told, datetime) else told  # noqa: E731
    oldest, newest = connection.execute(select(func.min(dated), func.max(dated)).select_from(table)).one()
    return Line(table.name, deleted, days(oldest), days(newest))
