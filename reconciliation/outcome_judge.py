"""Each answer is taken, unchanged, or goes back to its sender with every reason; nothing is lost and nothing is guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from reconciliation.outcome_known import Known, Past, Task
from reconciliation.outcome_pairs import DECISIONS, REVISES
from reconciliation.outcome_places import named_place
from reconciliation.outcome_rows import Answer
from vocabulary.areas import COUNTY_DIGITS, TOWNSHIP_DIGITS, Areas
from vocabulary.findings import ANSWERS, Effect

ASKS_NO_REASON = (Effect.PEACE, Effect.PROTECTS)
"""Of a death or a wish not to be called on nobody needs to write why (worklist_texts.toml): such a note is not kept."""


class Fate(StrEnum):
    """What became of a row."""

    TAKEN = "taken"
    UNCHANGED = "unchanged"
    RETURNED = "returned"


@dataclass(frozen=True)
class Verdict:
    """One answer with its fate. `reasons` are codes; `facts` fill their texts; `desk` is the sender, None for one that is not known."""

    answer: Answer
    desk: str | None
    fate: Fate
    task: Task | None = None
    told: Past | None = None
    reasons: tuple[str, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)


def judge(answers: Sequence[tuple[Answer, str | None]], known: Known, areas: Areas) -> list[Verdict]:
    """The fate of every answer (each with its sender), whatever order they come in: older lists first, then by what was said."""
    contested = set(in_conflict(answer for answer, _ in answers))
    ordered = sorted(answers, key=lambda pair: order_of(pair[0]))
    return [Judge(known, areas, desk).verdict(answer, answer in contested) for answer, desk in ordered]


def order_of(answer: Answer) -> tuple[str, ...]:
    """By list and content, so that two orders of the same rows are one."""
    told = (answer.list_as_of, answer.task_no, answer.answered_on, answer.code, answer.registered_on, answer.note, answer.station)
    return (*("" if part is None else str(part) for part in told), answer.file, f"{answer.row:09d}")


def in_conflict(answers: Iterable[Answer]) -> Iterator[Answer]:
    """Answers of one task, given together, that say different things; of two nights' lists the newer one has the last word."""
    by_task: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        if answer.task_no and not answer.reasons:
            by_task[answer.task_no].append(answer)
    for rows in by_task.values():
        per_list: dict[date | None, set[tuple[object, ...]]] = defaultdict(set)
        for row in rows:
            said = (row.code, row.registered_on, row.answered_on, row.note if ANSWERS[row.code or ""].effect == Effect.TRANSFERS else None)
            per_list[None if any(other.list_as_of is None for other in rows) else row.list_as_of].add(said)
        if any(len(said) > 1 for said in per_list.values()):
            yield from rows


@dataclass(frozen=True)
class Judge:
    """Holds the answers of one sender against what is known."""

    known: Known
    areas: Areas
    desk: str | None

    def verdict(self, answer: Answer, contested: bool) -> Verdict:
        """The fate of one answer; what is taken is known from now on."""
        task = self.known.tasks.get(answer.task_no or "")
        reasons = [*answer.reasons, *(["twice"] if contested else [])]
        facts: dict[str, str] = {}
        place = None
        if answer.task_no and task is None:
            reasons.append("task_unknown")
        if task is not None:
            reasons += self.of_task(answer, task)
            if answer.code == "C4" and "registered_on" in {column.name for column in task.form.columns}:
                place = named_place(answer.written, self.areas, self.known.latest)
                reasons += self.of_place(place, task)
        if task is None or reasons:
            return Verdict(answer, self.desk, Fate.RETURNED, task, None, tuple(dict.fromkeys(reasons)), facts)
        told = self.past_of(answer, place)
        if self.is_known(told, answer, task):
            return Verdict(answer, self.desk, Fate.UNCHANGED, task)
        reasons = ["stale"] if self.is_stale(told, task) else []
        if not reasons and answer.code in DECISIONS:
            reasons = self.of_decision(answer, task, facts)
        if reasons:
            return Verdict(answer, self.desk, Fate.RETURNED, task, None, tuple(reasons), facts)
        self.known.past[task.task_no].append(told)
        self.known.listed.discard(task.finding_id)
        return Verdict(answer, self.desk, Fate.TAKEN, task, told)

    def of_task(self, answer: Answer, task: Task) -> Iterator[str]:
        """Whose task it is, what may be answered to it, and on which days."""
        if task.desk != self.desk and self.known.former.get(task.desk, task.desk) != self.desk:
            yield "task_of_another_desk"
        if answer.code and answer.code not in task.form.outcomes:
            yield "answer_not_offered"
        too_early = answer.answered_on is not None and answer.answered_on < task.issued_on
        if too_early or any(day > self.known.latest for day in (answer.answered_on, answer.registered_on) if day):
            yield "day_impossible"

    def of_place(self, place: str | None, task: Task) -> Iterator[str]:
        """A child that is passed on must arrive somewhere."""
        if place is None or (place[:COUNTY_DIGITS] in self.known.counties and len(place) < TOWNSHIP_DIGITS):
            yield "place_missing"
        elif place.startswith(task.recipient.code or " "):
            yield "place_here"

    def past_of(self, answer: Answer, place: str | None) -> Past:
        """The answer as it will be kept."""
        code = answer.code or ""
        note = None if ANSWERS[code].effect in ASKS_NO_REASON else answer.note
        day = answer.answered_on or self.known.latest
        return Past(code, day, answer.registered_on, answer.station, place, note, answer.sha256, answer.list_as_of, answer.answered_by)

    def is_known(self, told: Past, answer: Answer, task: Task) -> bool:
        """Whether this very answer has been taken: from this list, or as the last word on a task that waits for no other."""
        past = self.known.past[task.task_no]
        same = [before for before in past if same_answer(before, told, answer.answered_on)]
        if any(before.file_sha256 == told.file_sha256 or (before.list_as_of and before.list_as_of == told.list_as_of) for before in same):
            return True
        if not same or same[-1] is not past[-1]:
            return False
        waits = task.finding_id in self.known.listed
        older = told.list_as_of is not None and past[-1].list_as_of is not None and told.list_as_of <= past[-1].list_as_of
        return not waits or older or (answer.answered_on is not None and answer.answered_on == past[-1].answered_on)

    def is_stale(self, told: Past, task: Task) -> bool:
        """Whether something newer is known than the list on which this was written: a later answer, or new evidence."""
        if told.list_as_of and task.reopened_on and task.reopened_on > told.list_as_of:
            return True
        for before in self.known.past[task.task_no]:
            if told.list_as_of and before.list_as_of and before.list_as_of > told.list_as_of:
                return True
            if before.answered_on > told.answered_on:
                return True
        return False

    def of_decision(self, answer: Answer, task: Task, facts: dict[str, str]) -> list[str]:
        """Whether a decision of a pair has its reason, and can stand beside what was decided before."""
        if answer.note is None:
            return ["reason_missing"]
        pair, decision = task.pair, DECISIONS[answer.code or ""]
        if pair is None:
            return ["answer_not_offered"]
        if self.known.decisions.decided.get(pair, decision) != decision and not answer.note.startswith(REVISES):
            return ["decided_otherwise"]
        if against := self.known.decisions.against(pair, decision):
            tasks = sorted({self.known.decisions.tasks[other] or "—" for other in against})
            facts["tasks"] = "、".join(tasks)
            return ["decisions_contradict"]
        self.known.decisions.add(pair, decision, task.task_no)
        return []


def same_answer(before: Past, told: Past, answered_on: date | None) -> bool:
    """Whether two answers say the same; a day that the desk did not write does not count."""
    here = (before.code, before.registered_on, before.station, before.division_code, before.note)
    there = (told.code, told.registered_on, told.station, told.division_code, told.note)
    return here == there and answered_on in (None, before.answered_on)
