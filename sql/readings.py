"""Stewards' readings of pairs: what waits for whom, who read what, and how far two who read the same pair agree.

Everything is asked through the desk's own Session, so that no pair of another county is ever counted or named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.orm import Session

from sql.serving import FindingRow, OutcomeRow, ReadingRow, TaskRow
from sql.tables import FINDING, OUTCOME, PAIR_READING, TASK
from sql.taking_back import DECIDES, stands
from vocabulary.findings import Kind, Status

FIRST, SECOND = 1, 2
SHARE = 10
"""One decided pair in so many is read again by another steward."""
AGREED_IN_A_TALK = "更改（商议）"
"""How the reason of an answer begins on which two stewards agreed after they had read a pair differently."""
OF_FINDING = (
    "finding_id", "kind", "birth_id", "registry", "record_id", "other_registry", "other_record_id", "division_code", "due_stage", "evidence", "status",
    "last_run_id",
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What one steward said of a pair. `turn`: 1 for the one whose answer counts, 2 for the blind one."""

    task_no: str
    reader: str
    turn: int
    code: str
    read_on: date


@dataclass(frozen=True)
class Asked:
    """A pair on which this desk is asked: its finding's columns, its readings, and how many answers stand. `settled`: in a talk of two readers."""

    task_no: str
    finding: Mapping[str, Any]
    readings: tuple[Reading, ...]
    answers: int
    settled: bool


def in_sample(task_no: str) -> bool:
    """Whether a decided pair is read again: by a hash of its number, so that nobody chooses, and nobody sees it coming."""
    return int(hashlib.sha256(f"second reading {task_no}".encode()).hexdigest(), 16) % SHARE == 0


def asked_pair(session: Session, task_no: str) -> Asked | None:
    """A pair of the session's desk; None for another's, and for a task of another kind."""
    columns = (FINDING.c[name] for name in OF_FINDING)
    query = select(*columns).select_from(TaskRow).join(FindingRow, FINDING.c.finding_id == TASK.c.finding_id)
    row = session.execute(query.where(TASK.c.task_no == task_no, FINDING.c.kind == Kind.POSSIBLE_MATCH)).first()
    if row is None:
        return None
    notes = session.execute(
        select(OUTCOME.c.note).select_from(TaskRow).join(OutcomeRow, OUTCOME.c.task_no == TASK.c.task_no).where(TASK.c.task_no == task_no, stands())
    ).scalars().all()  # fmt: skip
    settled = any(str(note or "").startswith(AGREED_IN_A_TALK) for note in notes)
    return Asked(task_no, dict(row._mapping), tuple(readings(session, [task_no])), len(notes), settled)


def readings(session: Session, task_nos: Sequence[str]) -> list[Reading]:
    """Every reading of these tasks of the session's desk, first turns first."""
    query = select(PAIR_READING).select_from(TaskRow).join(ReadingRow, PAIR_READING.c.task_no == TASK.c.task_no)
    found = session.execute(query.where(TASK.c.task_no.in_(task_nos)).order_by(PAIR_READING.c.turn, PAIR_READING.c.reader))
    return [Reading(**row._mapping) for row in found]


def queue_of(session: Session, reader: str, since: date) -> list[str]:
    """Pairs that a steward is asked about, by number; those that they left open before come last.

    Undecided ones, and decided ones of the sample that another steward read first, since that day, and nobody read again. Which is which is not told.
    """
    mine = set(session.execute(of_desk().where(PAIR_READING.c.reader == reader)).scalars())
    undecided = select(TaskRow.task_no).select_from(TaskRow).join(FindingRow, FINDING.c.finding_id == TASK.c.finding_id)  # type: ignore[attr-defined]
    waiting = undecided.where(FINDING.c.kind == Kind.POSSIBLE_MATCH, FINDING.c.status == Status.ISSUED)
    open_ones = set(session.execute(waiting).scalars())
    again = of_desk().where(PAIR_READING.c.turn == FIRST, PAIR_READING.c.code.in_(list(DECIDES)), PAIR_READING.c.read_on >= since)
    read_twice = set(session.execute(of_desk().where(PAIR_READING.c.turn == SECOND)).scalars())
    sampled = {task_no for task_no in session.execute(again).scalars() if in_sample(task_no)} - mine - read_twice - open_ones
    return sorted(open_ones | sampled, key=lambda task_no: (task_no in mine, task_no))


def of_desk() -> Any:
    """Task numbers of readings of the session's desk."""
    return select(PAIR_READING.c.task_no).select_from(TaskRow).join(ReadingRow, PAIR_READING.c.task_no == TASK.c.task_no)


def read_lately(session: Session, reader: str, many: int) -> list[Reading]:
    """A steward's own last readings, the newest first."""
    newest = (
        select(func.max(OUTCOME.c.outcome_id)).where(OUTCOME.c.task_no == PAIR_READING.c.task_no).correlate(PAIR_READING).scalar_subquery()
    )
    query = select(PAIR_READING).select_from(TaskRow).join(ReadingRow, PAIR_READING.c.task_no == TASK.c.task_no)
    ordered = query.where(PAIR_READING.c.reader == reader).order_by(PAIR_READING.c.read_on.desc(), newest.desc(), PAIR_READING.c.task_no)
    return [Reading(**row._mapping) for row in session.execute(ordered.limit(many))]


def differing(session: Session, reader: str) -> list[tuple[Reading, Reading]]:
    """Pairs that a steward and another read differently, and on which they have not agreed since: (first, second) reading."""
    mine = list(session.execute(of_desk().where(PAIR_READING.c.reader == reader)).scalars())
    by_task: dict[str, list[Reading]] = {}
    for told in readings(session, mine):
        by_task.setdefault(told.task_no, []).append(told)
    apart = [(told[0], told[-1]) for told in by_task.values() if len(told) > 1 and told[0].code != told[-1].code]
    query = select(OUTCOME.c.task_no).select_from(TaskRow).join(OutcomeRow, OUTCOME.c.task_no == TASK.c.task_no)
    settled = set(session.execute(query.where(OUTCOME.c.note.like(f"{AGREED_IN_A_TALK}%"), stands())).scalars())
    return [pair for pair in apart if pair[0].task_no not in settled]


def agreement(session: Session) -> dict[tuple[str, str], int]:
    """(what the first said, what the second said) -> pairs of the desk that two stewards read."""
    one, two = PAIR_READING.alias("one"), PAIR_READING.alias("two")
    query = (
        select(one.c.code, two.c.code, func.count())
        .select_from(TaskRow)
        .join(one, one.c.task_no == TASK.c.task_no)
        .join(two, two.c.task_no == one.c.task_no)
        .where(one.c.turn == FIRST, two.c.turn == SECOND)
        .group_by(one.c.code, two.c.code)
    )
    return {(str(here), str(there)): int(count) for here, there, count in session.execute(query)}


def keep_reading(connection: Connection, told: Reading) -> None:
    """Keep a reading. A first one takes the place of an earlier first one, but of none that was read again: that pair of readings is counted."""
    here = PAIR_READING.c.task_no == told.task_no
    turns = set(connection.execute(select(PAIR_READING.c.turn).where(here, PAIR_READING.c.reader != told.reader)).scalars())
    if told.turn == FIRST and {FIRST, SECOND} <= turns:
        return
    if told.turn == FIRST:
        connection.execute(delete(PAIR_READING).where(here, PAIR_READING.c.turn == FIRST))
    connection.execute(delete(PAIR_READING).where(here, PAIR_READING.c.reader == told.reader))
    connection.execute(insert(PAIR_READING).values(**vars(told)))


def drop_reading(connection: Connection, task_no: str, reader: str) -> None:
    """A reading that its reader takes back."""
    connection.execute(delete(PAIR_READING).where(PAIR_READING.c.task_no == task_no, PAIR_READING.c.reader == reader))
