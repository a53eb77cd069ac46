"""What every page of the desk asks first: which part of the list is wanted, how much there is, and what may be shown of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Query, Request
from sqlalchemy.orm import Session

from portal.desk.wording import Reader
from portal.render import day_in, locale_of, say_to
from portal.visitor import actor
from reconciliation.desk_items import items_of
from reconciliation.outcome_known import recipient_named
from reconciliation.worklist_forms import forms_of
from reconciliation.worklist_words import DAYS_TO_ANSWER
from sql.access import trace
from sql.accounts import User
from sql.desk_tasks import ANSWERED, WAITING, Asked, Listed, counts_of, newest_day
from vocabulary.access import Look, LookKind, Purpose, digest_of
from vocabulary.areas import Areas
from vocabulary.dates import today
from vocabulary.findings import Status
from vocabulary.settings import Settings

STATUS = {"waiting": WAITING, "answered": ANSWERED}


@dataclass(frozen=True)
class Filter:
    """Which part of the list is wanted; as it stands in a page's address."""

    sheet: str = ""
    state: str = "waiting"
    overdue: bool = False

    def asked(self) -> Asked:
        """As the state is asked. A task is overdue once its day has passed."""
        kinds = next((form.kinds for form in every_form() if form.name == self.sheet), ())
        return Asked(kinds, STATUS[self.state], today() - DAYS_TO_ANSWER if self.overdue else None)

    @property
    def query(self) -> str:
        """As a query to be carried along; nothing for the whole list."""
        said = {"sheet": self.sheet, "state": "" if self.state == "waiting" else self.state, "overdue": "true" if self.overdue else ""}
        kept = {name: value for name, value in said.items() if value}
        return f"?{urlencode(kept)}" if kept else ""


@dataclass(frozen=True)
class Counts:
    """Of one desk: tasks by sheet, and over all sheets."""

    waiting: int
    overdue: int
    answered: int
    sheets: Sequence[tuple[str, str, int]]


def filtered(
    sheet: Annotated[str, Query(max_length=20, pattern=r"^[a-z_]*$")] = "",
    state: Literal["waiting", "answered"] = "waiting",
    overdue: bool = False,
) -> Filter:
    """A dependency: the filter in a page's address."""
    return Filter(sheet, state, overdue)


def every_form() -> list[Any]:
    """The forms of all desks that work here, each once."""
    forms = [form for kind in ("registration_desk", "senior_officer", "registry_unit") for form in forms_of(kind) if form.outcomes]
    return list({form.name: form for form in forms}.values())


def counted(session: Session, desk: str | None) -> tuple[date, Counts]:
    """The day of which the newest night speaks, and how much of the desk's work waits as of today."""
    day = today()
    rows = counts_of(session, day - DAYS_TO_ANSWER)
    waiting = [(kind, count, late) for kind, status, count, late in rows if status == Status.ISSUED]
    forms = [form for form in forms_of(recipient_named(desk or "").kind) if form.outcomes] if desk else []
    sheets = [(form.name, form.sheet, sum(count for kind, count, _ in waiting if kind in form.kinds)) for form in forms]
    answered = sum(count for _, status, count, _ in rows if status == Status.ANSWERED)
    return newest_day(session) or day, Counts(sum(count for _, count, _ in waiting), sum(late for _, _, late in waiting), answered, sheets)


def shown_rows(settings: Settings, desk: str | None, tasks: Iterable[Listed]) -> dict[str, dict[str, Any]]:
    """Task -> what may be shown of it: of a task that waits, and nothing once it is answered, for then nobody needs to know it."""
    shown: dict[str, dict[str, Any]] = {}
    by_night: dict[str, list[str]] = {}
    for task in tasks:
        if task.status == Status.ISSUED:
            by_night.setdefault(task.seen_in, []).append(task.task_no)
    for run_id, task_nos in by_night.items():
        if items := items_of(settings, run_id):
            shown |= items.of(desk or "", task_nos)
    return shown


def looked_at(session: Session, user: User, task_nos: Sequence[str], kind: LookKind = LookKind.VIEWED) -> None:
    """One entry of the access log for a page of named rows, written before anybody sees it (rights.md R7)."""
    if task_nos:
        subject = task_nos[0] if len(task_nos) == 1 else user.desk
        trace(session.connection(), [Look(kind, Purpose.FOLLOW_UP, actor(user), len(task_nos), digest_of(sorted(task_nos)), subject)])


def reader_of(request: Request) -> Reader:
    """Who reads the page."""
    locale = locale_of(request)
    areas: Areas = request.app.state.areas
    return Reader(say_to(request), locale, areas, lambda day: "" if day is None else day_in(locale, day))
