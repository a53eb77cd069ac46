"""An answer that its author takes back: nothing is deleted of what was said, and no later night hears of it.

A row of `outcome` with the code TAKEN_BACK says who took back the answer before it, and when. Whoever asks what desks answered gets what stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, literal, select, update

from sql.access import trace
from sql.database import one_at_a_time, writing
from sql.life import record_steps
from sql.rows import now
from sql.tables import DECISION, FINDING, OUTCOME, TASK
from vocabulary.access import Look
from vocabulary.findings import NOT_THE_SAME_CHILD, PAIR, SAME_CHILD, Decision, Status
from vocabulary.settings import Settings

TAKEN_BACK = "S0"
EVENT = "taken_back"
DECIDES = {SAME_CHILD: Decision.LINK, NOT_THE_SAME_CHILD: Decision.APART}


@dataclass(frozen=True)
class TakingBack:
    """Who takes back the last answer to a task. `waits`: the pair was waiting before, and does so again. `look` goes into the access log."""

    task_no: str
    by: str
    on: date
    waits: bool
    pair: Mapping[str, str]
    look: Look


def stands() -> ColumnElement[bool]:
    """Of rows of `outcome`: that they are answers, and that the row after them on their task does not take them back."""
    after = OUTCOME.alias("after_it")
    next_one = select(func.min(after.c.outcome_id)).where(after.c.task_no == OUTCOME.c.task_no, after.c.outcome_id > OUTCOME.c.outcome_id)
    takes_back = OUTCOME.alias("takes_back")
    withdrawn = select(takes_back.c.outcome_id).where(takes_back.c.code == TAKEN_BACK)
    return and_(OUTCOME.c.code != TAKEN_BACK, ~func.coalesce(next_one.correlate(OUTCOME).scalar_subquery(), 0).in_(withdrawn))


def take_back(settings: Settings, told: TakingBack) -> bool:
    """The pair is as it was before its last answer. False, with nothing changed, where that answer is not this person's."""
    with writing(settings) as connection:
        one_at_a_time(connection)
        of_task = select(OUTCOME).where(OUTCOME.c.task_no == told.task_no)
        last = connection.execute(of_task.order_by(OUTCOME.c.outcome_id.desc()).limit(1)).first()
        if last is None or last.code == TAKEN_BACK or last.answered_by != told.by:
            return False
        said = {"task_no": told.task_no, "code": TAKEN_BACK, "answered_on": told.on, "answered_by": told.by}
        connection.execute(insert(OUTCOME).values(**said, received_at=now(), file_sha256=told.look.content_sha256))
        if last.code in DECIDES:
            undecide(connection, told)
        wait_again(connection, told)
        trace(connection, [told.look])
        return True


def undecide(connection: Connection, told: TakingBack) -> None:
    """Without the decision; the one that it had taken the place of binds again."""
    connection.execute(delete(DECISION).where(*(DECISION.c[name] == told.pair[name] for name in PAIR)))
    before = earlier_decision(connection, told.task_no)
    if before is not None:
        told_then = {"decision": DECIDES[before.code].value, "reason": before.note, "task_no": before.task_no}
        connection.execute(insert(DECISION).values(**told.pair, **told_then, decided_at=before.received_at))


def earlier_decision(connection: Connection, task_no: str) -> Row[Any] | None:
    """The newest answer that decides the pair of a task and stands, on whichever task of that pair it was given."""
    finding = select(TASK.c.finding_id).where(TASK.c.task_no == task_no).scalar_subquery()
    query = select(OUTCOME).join(TASK, TASK.c.task_no == OUTCOME.c.task_no).where(TASK.c.finding_id == finding)
    standing = query.where(OUTCOME.c.code.in_(list(DECIDES)), stands())
    return connection.execute(standing.order_by(OUTCOME.c.outcome_id.desc()).limit(1)).first()


def wait_again(connection: Connection, told: TakingBack) -> None:
    """The history says so; a finding that no night has closed since waits for an answer again."""
    here = FINDING.c.finding_id.in_(select(TASK.c.finding_id).where(TASK.c.task_no == told.task_no))
    record_steps(
        connection, EVENT, select(FINDING.c.finding_id, FINDING.c.last_run_id.label("run_id"), literal(told.by).label("actor")).where(here)
    )
    if told.waits:
        answered = FINDING.c.status == Status.ANSWERED
        connection.execute(update(FINDING).where(here, answered).values(status=Status.ISSUED.value))
