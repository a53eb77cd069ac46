"""Front door: families who must not be called on. An administrator enters the number of a task, and sees no name (rights.md R5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reconciliation.outcome_effects import OUTREACH
from reconciliation.outcome_known import task_of
from sql.contact_flags import Flags, flagged_tasks, flagging
from sql.log_pages import last_times
from sql.serving import serving
from sql.task_number import read_task_number
from vocabulary.access import Actor, Look, LookKind, Purpose, digest_of
from vocabulary.errors import Fault, Refusal
from vocabulary.findings import Effect, Kind, Status
from vocabulary.settings import Settings

DO_NOT_CONTACT = "D1"
REASONS = (Purpose.FAMILY_ASKED, Purpose.SAFETY, Purpose.CONFIDENTIAL)
"""Why a flag may be set: a closed set, since nobody needs to tell a story for it."""
REASONS_TO_LIFT = (Purpose.FAMILY_ASKED, Purpose.ENTERED_IN_ERROR)
FIELD = "task_no"


@dataclass(frozen=True)
class Flag:
    """A flag by its task. `reason` as the log has it, None where a desk's answer set it."""

    task_no: str
    set_on: date | None
    reason: str | None


def flags(settings: Settings) -> Sequence[Flag]:
    """Every flag that stands, newest first; whatever kind of answer set it looks alike."""
    tasks = flagged_tasks(settings)
    with serving(settings, "auditor") as connection:
        told = last_times(connection, [LookKind.CONTACT_FLAG_SET], tasks)
    found = [
        Flag(task_no, told[task_no][0].date() if task_no in told else day, told.get(task_no, (None, None))[1])
        for task_no, day in tasks.items()
    ]
    return sorted(found, key=lambda flag: (flag.set_on or date.min, flag.task_no), reverse=True)


def set_flag(settings: Settings, typed: str, reason: Purpose, by: Actor, today: date) -> str:
    """From now on no desk gets the child of this task; the senior officer does, without address. Binds as the answer D1 does.

    The task's number as hedui writes it. An answer that the desk gave of the child stands. Raises Refusal.
    """
    task_no = read_task_number(typed)
    with flagging(settings) as known:
        rows = known.ledger.tasks([task_no] if task_no else [])
        if task_no is None or rows.empty:
            raise Refusal(Fault("portal.contact_task", FIELD))
        row = rows.to_dict("records")[0]
        task = task_of(row)
        if task.birth_id is None or task.kind == Kind.POSSIBLE_MATCH:
            raise Refusal(Fault("portal.contact_child", FIELD))
        if known.protects(task.birth_id):
            return task_no
        look = Look(LookKind.CONTACT_FLAG_SET, reason, by, 1, digest_of([task_no, reason, by.name]), task_no)
        if task.kind in OUTREACH and row["status"] in (Status.OPEN, Status.ISSUED):
            answer_for_the_desk(known, look, today)
        known.ledger.bind(Effect.PROTECTS, {task.birth_id: task_no})
        known.ledger.withdraw([task.birth_id], OUTREACH, by.name)
        known.ledger.trace([look])
    return task_no


def answer_for_the_desk(known: Flags, look: Look, today: date) -> None:
    """The task is answered as if its desk had said so; who did stands beside it."""
    day = known.ledger.latest(today)
    told = {"task_no": look.subject, "code": DO_NOT_CONTACT, "answered_on": day, "answered_by": look.actor.name}
    known.ledger.keep([told | {"file_sha256": look.content_sha256}])


def lift_flag(settings: Settings, task_no: str, reason: Purpose, by: Actor, today: date) -> None:
    """The family is a family like others again, as of the next night; who lifted the flag and why stands in the log. Raises Refusal."""
    with flagging(settings) as known:
        births = known.births(task_no)
        if task_no not in known.tasks():
            raise Refusal(Fault("portal.contact_none", FIELD))
        look = Look(LookKind.CONTACT_FLAG_LIFTED, reason, by, 1, digest_of([task_no, reason, by.name]), task_no)
        day = known.ledger.latest(today)
        known.lift(births, OUTREACH, look, day)
