"""Front door: a steward takes back the last answer to a pair. The pair is undecided again; that it was decided, and by whom, stays written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from reconciliation.outcome_pairs import Pair
from sql.acting import acting_as
from sql.taking_back import TAKEN_BACK, TakingBack
from sql.taking_back import take_back as take_back_answer
from vocabulary.access import Actor, Look, LookKind, Purpose, digest_of
from vocabulary.settings import Settings


@acting_as("outcomes")
def take_back(settings: Settings, task_no: str, finding: Mapping[str, Any], by: Actor, today: date, *, waits: bool) -> bool:
    """Whether it was taken back: only its author may, and only while nobody has answered since.

    `finding`: of the task. `waits`: the pair was waiting before that answer.
    """
    pair = Pair.of(*(str(finding[name]) for name in ("registry", "record_id", "other_registry", "other_record_id")))
    look = Look(LookKind.OUTCOMES_TAKEN, Purpose.ANSWERS, by, 1, digest_of([task_no, TAKEN_BACK, by.name]), task_no)
    return take_back_answer(settings, TakingBack(task_no, by.name, today, waits, pair.as_row(), look))
