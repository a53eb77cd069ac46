"""Front door: one answer, given on a page. It is judged and takes effect exactly as if it had come back on a worklist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from reconciliation.outcome_effects import take_effect
from reconciliation.outcome_judge import Fate, judge
from reconciliation.outcome_known import Known
from reconciliation.outcome_notes import kept_note
from reconciliation.outcome_rows import Answer, longest
from reconciliation.outcomes import Sender
from sql import state
from sql.acting import acting_as
from vocabulary.access import Look, LookKind, Purpose, digest_of
from vocabulary.areas import Areas
from vocabulary.findings import ANSWERS
from vocabulary.settings import Settings

ON_A_PAGE = "page"
MEANWHILE = "answered_meanwhile"
"""Somebody else answered between the look and the answer: what they did is shown first."""


@dataclass(frozen=True)
class Given:
    """What a person chose and wrote. `answers_seen`: how many answers the page had shown; None where that does not matter."""

    task_no: str
    code: str
    answered_on: date | None = None
    registered_on: date | None = None
    station: str = ""
    note: str = ""
    answers_seen: int | None = None


@dataclass(frozen=True)
class Told:
    """What became of it. `reasons` are codes of worklist_texts.toml's return_reason, filled by `facts`."""

    fate: Fate
    reasons: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    note_left_out: bool = False


@acting_as("outcomes")
def answer_one(settings: Settings, given: Given, sender: Sender, today: date) -> Told:
    """Take one answer, in one transaction; what cannot be taken changes nothing."""
    areas = Areas.load(settings.areas_path)
    answer = as_answer(given, sender)
    with state.answering(settings, served=True) as ledger:
        known = Known(ledger, today, {given.task_no})
        seen = len(known.past[given.task_no])
        verdict = judge([(answer, sender.desk)], known, areas)[0]
        if verdict.fate == Fate.TAKEN and given.answers_seen not in (None, seen):
            return Told(Fate.RETURNED, (MEANWHILE,))
        if verdict.fate == Fate.TAKEN:
            take_effect([verdict], ledger)
            digest = digest_of([given.task_no, given.code])
            ledger.trace([Look(LookKind.OUTCOMES_TAKEN, Purpose.ANSWERS, sender.actor, 1, digest, given.task_no)])
    return Told(verdict.fate, verdict.reasons, verdict.facts, answer.note_left_out)


def as_answer(given: Given, sender: Sender) -> Answer:
    """As a row of a list that has this one row."""
    said = (given.task_no, given.code, str(given.answered_on), str(given.registered_on), given.station, given.note, sender.actor.name)
    return Answer(
        file=ON_A_PAGE,
        sheet=ON_A_PAGE,
        row=1,
        sha256=digest_of(said),
        unit=None,
        list_as_of=None,
        task_no=given.task_no,
        typed_task_no=given.task_no,
        code=given.code if given.code in ANSWERS else None,
        answered_on=given.answered_on,
        registered_on=given.registered_on,
        station=kept_note(given.station, longest("station")),
        checked_by=None,
        note=kept_note(given.note, longest("note")),
        written=given.note,
        reasons=() if given.code in ANSWERS else ("answer_missing",),
        answered_by=sender.actor.name,
    )
