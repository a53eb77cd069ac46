"""Answers: what desks said of their tasks, kept for good; whom an answer binds; and what people decided about pairs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, delete, func, insert, select

from sql.access import trace
from sql.database import one_at_a_time, writing
from sql.life import ANSWERED, REOPENED, WITHDRAWN, settle
from sql.rows import insert_rows, now, read_table
from sql.serving import serving
from sql.staging import FEW, keyed, staged
from sql.tables import BIRTH_RECORD, BOUND_RECORD, DECISION, FINDING, FINDING_EVENT, FORMER_DESK, OUTCOME, RUN, TASK
from sql.taking_back import stands
from vocabulary.access import Look
from vocabulary.findings import PAIR, SAMPLE, Kind, Status
from vocabulary.settings import Settings

OF_FINDING = ("kind", "birth_id", "registry", "record_id", "other_registry", "other_record_id", "division_code", "status", "last_run_id")


@contextmanager
def answering(settings: Settings, *, served: bool = False) -> Iterator[Ledger]:
    """The state as answers change it, in one transaction that no other answers run beside: all of it is kept, or none.

    `served`: by a server, on one of its own connections, which know their statements already.
    """
    with serving(settings, "outcomes") if served else writing(settings) as connection:
        one_at_a_time(connection)
        yield Ledger(connection)


class Ledger:
    """What is known of tasks and answers, and the ways to add to it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tasks(self, task_nos: Collection[str]) -> pd.DataFrame:
        """One row a task of these: task_no, desk, issued_on, finding_id and its finding's columns, and `reopened_on`, the newest day it was."""
        columns = (TASK.c.task_no, TASK.c.desk, TASK.c.issued_on, TASK.c.finding_id, *(FINDING.c[name] for name in OF_FINDING))
        again = (
            select(func.max(RUN.c.as_of))
            .join(FINDING_EVENT, FINDING_EVENT.c.run_id == RUN.c.run_id)
            .where(FINDING_EVENT.c.finding_id == TASK.c.finding_id, FINDING_EVENT.c.event == REOPENED)
        )
        with keyed(self._connection, TASK, numbered(task_nos)) as asked:
            query = select(*columns, again.scalar_subquery().label("reopened_on")).join(asked, asked.c.task_no == TASK.c.task_no)
            return read_table(self._connection, query.join(FINDING, FINDING.c.finding_id == TASK.c.finding_id))

    def desks(self) -> list[str]:
        """Every desk that has a task."""
        return sorted(self._connection.execute(select(TASK.c.desk).distinct()).scalars())

    def former_desks(self) -> pd.DataFrame:
        """One row a desk that is no more and the one that has its tasks now: former, desk."""
        query = select(FORMER_DESK.c.desk.label("former"), TASK.c.desk).join(TASK, TASK.c.task_no == FORMER_DESK.c.task_no).distinct()
        return read_table(self._connection, query)

    def outcomes(self, task_nos: Collection[str]) -> pd.DataFrame:
        """Every answer ever taken to these tasks that stands, oldest first."""
        with keyed(self._connection, TASK, numbered(task_nos)) as asked:
            query = select(OUTCOME).join(asked, asked.c.task_no == OUTCOME.c.task_no).where(stands())
            return read_table(self._connection, query.order_by(OUTCOME.c.outcome_id))

    def decisions(self) -> pd.DataFrame:
        """One row a decided pair: PAIR, decision, reason, task_no."""
        return read_table(self._connection, select(*(DECISION.c[name] for name in (*PAIR, "decision", "reason", "task_no"))))

    def newest_day(self) -> date | None:
        """The latest day that any night spoke of."""
        day: date | None = self._connection.execute(select(func.max(RUN.c.as_of))).scalar_one()
        return day

    def latest(self, today: date) -> date:
        """Today, or the day of a night that spoke of a later one."""
        return max(filter(None, (self.newest_day(), today)))

    def keep(self, outcomes: Iterable[Mapping[str, Any]]) -> None:
        """Append answers: columns of `outcome` but the id and the moment; their findings that are not closed become answered."""
        rows = list(outcomes)
        if not rows:
            return
        if len(rows) <= FEW:
            self._connection.execute(insert(OUTCOME), [{**row, "received_at": now()} for row in rows])
        else:
            insert_rows(self._connection, OUTCOME, pd.DataFrame(rows, dtype=object), received_at=now())
        with keyed(self._connection, TASK, numbered(str(row["task_no"]) for row in rows)) as told:
            tasks = select(TASK.c.finding_id, TASK.c.desk).join(told, told.c.task_no == TASK.c.task_no)
            settle(self._connection, ANSWERED, {row.finding_id: row.desk for row in self._connection.execute(tasks)})

    def bind(self, effect: str, task_nos: Mapping[str, str]) -> None:
        """Bind every record of births (birth_id -> the task whose answer said so): leave in peace, or protected."""
        columns = (BIRTH_RECORD.c.registry, BIRTH_RECORD.c.record_id, BIRTH_RECORD.c.birth_id)
        records = read_table(self._connection, select(*columns).where(BIRTH_RECORD.c.birth_id.in_(sorted(task_nos))))
        bound = read_table(
            self._connection, select(BOUND_RECORD.c.registry, BOUND_RECORD.c.record_id).where(BOUND_RECORD.c.effect == effect)
        )
        known = set(bound.itertuples(index=False, name=None))
        fresh = [pair not in known for pair in records[["registry", "record_id"]].itertuples(index=False, name=None)]
        rows = records.assign(task_no=records["birth_id"].map(task_nos))[fresh]
        insert_rows(self._connection, BOUND_RECORD, rows[["registry", "record_id", "task_no"]], effect=effect)

    def births_that_may_be(self, birth_ids: Collection[str]) -> set[str]:
        """Births with a record in an undecided pair with one of these births' records."""
        one, other = BIRTH_RECORD.alias("one"), BIRTH_RECORD.alias("other")
        query = (
            select(one.c.birth_id, other.c.birth_id)
            .select_from(FINDING)
            .join(one, (one.c.registry == FINDING.c.registry) & (one.c.record_id == FINDING.c.record_id))
            .join(other, (other.c.registry == FINDING.c.other_registry) & (other.c.record_id == FINDING.c.other_record_id))
            .where(FINDING.c.kind == Kind.POSSIBLE_MATCH, FINDING.c.status != Status.CLOSED)
            # A pair that was drawn at random is not one that may be the same child.
            .where(func.coalesce(FINDING.c.evidence, "").not_like(f"{SAMPLE}%"))
        )
        pairs = [(str(here), str(there)) for here, there in self._connection.execute(query)]
        beside = {there for here, there in pairs if here in birth_ids} | {here for here, there in pairs if there in birth_ids}
        return beside - set(birth_ids)

    def withdraw(self, birth_ids: Collection[str], kinds: Collection[str], desk: str) -> int:
        """Take the findings of these kinds about these births off every list, because of a desk's answer; how many there were."""
        births = pd.DataFrame({"birth_id": sorted(birth_ids)}, dtype=object)
        with staged(self._connection, FINDING, births) as told:
            query = select(FINDING.c.finding_id).join(told, told.c.birth_id == FINDING.c.birth_id)
            listed = query.where(FINDING.c.kind.in_(sorted(kinds)), FINDING.c.status.in_([Status.OPEN.value, Status.ISSUED.value]))
            return settle(self._connection, WITHDRAWN, dict.fromkeys(self._connection.execute(listed).scalars(), desk))

    def decide(self, decisions: Iterable[Mapping[str, Any]]) -> None:
        """Keep decided pairs (PAIR, decision, reason, task_no), each in place of what was decided before."""
        for row in decisions:
            here = [DECISION.c[name] == row[name] for name in PAIR]
            self._connection.execute(delete(DECISION).where(*here))
            self._connection.execute(insert(DECISION).values(**row, decided_at=now()))

    def trace(self, looks: Iterable[Look]) -> None:
        """Write looks at named rows into the access log, in this transaction."""
        trace(self._connection, looks)


def numbered(task_nos: Iterable[str]) -> dict[str, list[str]]:
    """Task numbers as a column of keys."""
    return {"task_no": sorted(set(task_nos))}


def bound_records(settings: Settings, effect: str) -> list[tuple[str, str]]:
    """(registry, record_id) of every record of a child about whom an answer said so; sorted."""
    with writing(settings) as connection:
        found = connection.execute(select(BOUND_RECORD.c.registry, BOUND_RECORD.c.record_id).where(BOUND_RECORD.c.effect == effect))
        return sorted((row.registry, row.record_id) for row in found)


def answers(settings: Settings) -> pd.DataFrame:
    """Every answer ever taken that stands, oldest first: finding_id, desk, status, birth_id, kind, and the columns of `outcome`."""
    columns = (TASK.c.finding_id, TASK.c.desk, FINDING.c.status, FINDING.c.birth_id, FINDING.c.kind)
    query = (
        select(*columns, OUTCOME)
        .join(TASK, TASK.c.task_no == OUTCOME.c.task_no)
        .join(FINDING, FINDING.c.finding_id == TASK.c.finding_id)
        .where(stands())
        .order_by(OUTCOME.c.outcome_id)
    )
    with writing(settings) as connection:
        return read_table(connection, query)


def answered_findings(settings: Settings) -> frozenset[str]:
    """Ids of findings that stand answered (or withdrawn because another task's answer settled them)."""
    with writing(settings) as connection:
        return frozenset(connection.execute(select(FINDING.c.finding_id).where(FINDING.c.status == Status.ANSWERED)).scalars())
