"""What the state knows when answers arrive: tasks, what was answered before, what was decided of pairs; it grows as answers are taken."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from reconciliation.disclosure import Recipient, table
from reconciliation.outcome_pairs import Decisions, Pair
from reconciliation.outcome_rows import Answer
from reconciliation.worklist_forms import Form, forms_of
from sql.outcomes import Ledger
from vocabulary.areas import COUNTY_DIGITS
from vocabulary.findings import Status
from vocabulary.registries import REGISTRIES


@dataclass(frozen=True)
class Task:
    """A task as it was given out, with what its finding is about. `reopened_on`: the newest day on which it was opened again."""

    task_no: str
    desk: str
    issued_on: date
    finding_id: str
    kind: str
    birth_id: str | None
    pair: Pair | None
    reopened_on: date | None

    @property
    def recipient(self) -> Recipient:
        """The desk that it was given to."""
        return recipient_named(self.desk)

    @property
    def form(self) -> Form:
        """The sheet on which it stands."""
        return form_of(self.recipient, self.kind)


@dataclass(frozen=True)
class Past:
    """An answer that was taken before."""

    code: str
    answered_on: date
    registered_on: date | None
    station: str | None
    division_code: str | None
    note: str | None
    file_sha256: str
    list_as_of: date | None
    answered_by: str | None = None


class Known:
    """Everything that answers to these tasks are held against."""

    def __init__(self, ledger: Ledger, today: date, task_nos: Collection[str]) -> None:
        self._ledger = ledger
        rows = ledger.tasks(task_nos)
        self.tasks = {row["task_no"]: task_of(row) for row in rows.to_dict("records")}
        self.listed = {row.finding_id for row in rows.itertuples() if row.status in (Status.OPEN, Status.ISSUED)}
        """Findings that wait for an answer: one that was answered is not among them until it is issued again."""
        self.latest = ledger.latest(today)
        self.past: dict[str, list[Past]] = defaultdict(list)
        for row in ledger.outcomes(task_nos).to_dict("records"):
            self.past[str(row["task_no"])].append(Past(**{name: row[name] for name in Past.__dataclass_fields__}))

    # What only some answers need is asked for when one does: a single answer on a page needs none of it.

    @cached_property
    def desks(self) -> list[str]:
        """Every desk that has a task."""
        return self._ledger.desks()

    @cached_property
    def former(self) -> dict[str, str]:
        """Desk that is no more -> the one that does its work now: a list that was printed before a merger is still answered."""
        told = self._ledger.former_desks()
        return dict(zip(told["former"], told["desk"], strict=True))

    @cached_property
    def counties(self) -> set[str]:
        """The counties whose registration desks work with this installation."""
        registering = (recipient_named(desk) for desk in self.desks)
        return {(desk.code or "")[:COUNTY_DIGITS] for desk in registering if desk.kind == "registration_desk"}

    @cached_property
    def decisions(self) -> Decisions:
        """What was decided of pairs, and is decided as answers are taken."""
        return Decisions.of(self._ledger.decisions())

    @property
    def successors(self) -> dict[str, str]:
        """Desk -> the one that does its work now, which is itself as a rule."""
        return {desk: desk for desk in self.desks} | self.former

    def sender(self, answers: Iterable[Answer], file: str, units: Iterable[str]) -> str | None:
        """The desk whose list a file is: by the unit in its heading, else by its name, else by most of its tasks; None for no known desk."""
        votes = Counter(self.tasks[answer.task_no].desk for answer in answers if answer.task_no in self.tasks)
        successors = self.successors
        named = [successors[desk] for desk in sorted(successors) if desk in file]
        candidates: Iterable[str] = named or votes
        if units := set(units):
            headed = [now for desk, now in sorted(successors.items()) if recipient_named(desk).code in units]
            candidates = [desk for desk in headed if desk in named] or headed
        return max(candidates, key=lambda desk: (votes[desk], desk), default=None)


def task_of(row: dict[Any, Any]) -> Task:
    """From a row of `Ledger.tasks`."""
    told: dict[str, Any] = {str(name): None if pd.isna(value) else value for name, value in row.items()}
    sides = (told["registry"], told["record_id"], told["other_registry"], told["other_record_id"])
    pair = None if None in sides else Pair.of(*(str(side) for side in sides))
    names = ("task_no", "desk", "issued_on", "finding_id", "kind", "birth_id", "reopened_on")
    return Task(pair=pair, **{name: told[name] for name in names})


def recipient_named(desk: str) -> Recipient:
    """The recipient whose name a desk bears: `registration_desk-990101001`, or `hospital-…` for a registry's unit."""
    kind, _, code = desk.partition("-")
    return Recipient("registry_unit", kind, code) if kind in REGISTRIES else Recipient(kind, None, code)


def form_of(recipient: Recipient, kind: str) -> Form:
    """The sheet of a recipient for a kind of finding; for one that was passed on to it, the sheet of its children."""
    asked = [form for form in forms_of(recipient.kind if recipient.kind in table() else "registration_desk") if form.outcomes]
    return next((form for form in asked if kind in form.kinds), asked[0])
