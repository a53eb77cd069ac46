"""Families whom no desk calls on, by the numbers of tasks: which there are, and how such a flag is lifted. No row here names anybody.

Under the role `contact`, the only one that may delete what binds a record: a family that asks to be called on again is protected no longer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import Connection, and_, delete, exists, func, insert, literal, or_, select, tuple_, update

from sql.database import one_at_a_time
from sql.life import record_steps
from sql.outcomes import Ledger
from sql.rows import now
from sql.serving import serving
from sql.tables import BIRTH_RECORD, BOUND_RECORD, FINDING, OUTCOME, TASK
from sql.taking_back import EVENT, TAKEN_BACK, stands
from vocabulary.access import Look
from vocabulary.findings import ANSWERS, Effect, Status
from vocabulary.settings import Settings

PROTECTING = [code for code, answer in ANSWERS.items() if answer.effect == Effect.PROTECTS]
BOUND = BOUND_RECORD.c.effect == Effect.PROTECTS.value


@contextmanager
def flagging(settings: Settings) -> Iterator[Flags]:
    """The flags, in one transaction that no answers are taken beside."""
    with serving(settings, "contact") as connection:
        one_at_a_time(connection)
        yield Flags(connection)


def flagged_tasks(settings: Settings) -> dict[str, date | None]:
    """As `Flags.tasks`, for a page that only shows them and waits for nobody."""
    with serving(settings, "contact") as connection:
        return Flags(connection).tasks()


class Flags:
    """The flags, and the ledger in whose way one is set."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.ledger = Ledger(connection)

    def tasks(self) -> dict[str, date | None]:
        """Number of each task that binds a record -> the day of the answer that did, where a desk gave one; sorted."""
        answered = select(func.max(OUTCOME.c.answered_on)).where(
            OUTCOME.c.task_no == BOUND_RECORD.c.task_no, OUTCOME.c.code.in_(PROTECTING)
        )
        query = (
            select(BOUND_RECORD.c.task_no, answered.correlate(BOUND_RECORD).scalar_subquery().label("answered_on")).where(BOUND).distinct()
        )
        return {row.task_no: row.answered_on for row in self._connection.execute(query.order_by(BOUND_RECORD.c.task_no))}

    def births(self, task_no: str) -> set[str]:
        """Births that hold a record which this task binds, whatever nights have made of them since."""
        same = and_(*(BIRTH_RECORD.c[name] == BOUND_RECORD.c[name] for name in ("registry", "record_id")))
        query = select(BIRTH_RECORD.c.birth_id).join(BOUND_RECORD, same).where(BOUND, BOUND_RECORD.c.task_no == task_no)
        return set(self._connection.execute(query).scalars())

    def protects(self, birth_id: str) -> bool:
        """Whether every record of a birth is bound already."""
        same = and_(*(BIRTH_RECORD.c[name] == BOUND_RECORD.c[name] for name in ("registry", "record_id")))
        records = select(func.count(), func.count(BOUND_RECORD.c.task_no)).select_from(
            BIRTH_RECORD.outerjoin(BOUND_RECORD, and_(same, BOUND))
        )
        known, bound = self._connection.execute(records.where(BIRTH_RECORD.c.birth_id == birth_id)).one()
        return bool(known) and known == bound

    def lift(self, birth_ids: Collection[str], kinds: Collection[str], look: Look, on: date) -> None:
        """Nothing binds these births' records any more; answers that said so are taken back, and findings of these kinds wait again."""
        records = select(BIRTH_RECORD.c.registry, BIRTH_RECORD.c.record_id).where(BIRTH_RECORD.c.birth_id.in_(birth_ids))
        theirs = tuple_(BOUND_RECORD.c.registry, BOUND_RECORD.c.record_id).in_(records)
        self._connection.execute(delete(BOUND_RECORD).where(BOUND, or_(theirs, BOUND_RECORD.c.task_no == look.subject)))
        self.take_back(birth_ids, look, on)
        self.wait_again(birth_ids, kinds, look.actor.name)
        self.ledger.trace([look])

    def take_back(self, birth_ids: Collection[str], look: Look, on: date) -> None:
        """Every answer that protects, and is its task's last."""
        later = OUTCOME.alias("later")
        last = ~exists().where(later.c.task_no == OUTCOME.c.task_no, later.c.outcome_id > OUTCOME.c.outcome_id)
        query = (
            select(OUTCOME.c.task_no)
            .join(TASK, TASK.c.task_no == OUTCOME.c.task_no)
            .join(FINDING, FINDING.c.finding_id == TASK.c.finding_id)
        )
        told = query.where(FINDING.c.birth_id.in_(birth_ids), OUTCOME.c.code.in_(PROTECTING), last)
        said = {
            "code": TAKEN_BACK,
            "answered_on": on,
            "answered_by": look.actor.name,
            "received_at": now(),
            "file_sha256": look.content_sha256,
        }
        for task_no in self._connection.execute(told).scalars().all():
            self._connection.execute(insert(OUTCOME).values(task_no=task_no, **said))

    def wait_again(self, birth_ids: Collection[str], kinds: Collection[str], by: str) -> None:
        """Findings that stand answered though nothing that stands was answered to them."""
        answers = select(OUTCOME.c.outcome_id).join(TASK, TASK.c.task_no == OUTCOME.c.task_no)
        unanswered = ~exists(answers.where(TASK.c.finding_id == FINDING.c.finding_id, stands()).correlate(FINDING))
        here = (FINDING.c.birth_id.in_(birth_ids), FINDING.c.kind.in_(kinds), FINDING.c.status == Status.ANSWERED.value, unanswered)
        steps = select(FINDING.c.finding_id, FINDING.c.last_run_id.label("run_id"), literal(by).label("actor")).where(*here)
        record_steps(self._connection, EVENT, steps)
        self._connection.execute(update(FINDING).where(*here).values(status=Status.ISSUED.value))
