"""The desk's pages: my list, an item, its answer, the next one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from portal.desk import wording
from portal.desk.asking import Filter, counted, filtered, looked_at, reader_of, shown_rows
from portal.desk.files import router as files
from portal.desk.form import choices, day_in
from portal.render import page, say_next, say_to
from portal.visitor import NotAllowed, actor, may_open, ours, settings_of
from reconciliation.one_answer import Given, Told, answer_one
from reconciliation.outcome_judge import Fate
from reconciliation.outcomes import Sender
from reconciliation.worklist_forms import texts
from sql.accounts import User
from sql.desk_tasks import answers_to, next_after, one_task, page_of
from sql.serving import desk_session
from sql.state import read_task_number
from sql.task_number import WRITTEN
from vocabulary.dates import today
from vocabulary.findings import ANSWERS, Status

router = APIRouter(prefix="/desk")
router.include_router(files)
ON_A_PAGE = 25
Clerk = Annotated[User, Depends(may_open("desk"))]
TaskNo = Annotated[str, Path(pattern=WRITTEN)]
Wanted = Annotated[Filter, Depends(filtered)]
Short = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True)
class Written:
    """The form as it came."""

    code: str = ""
    registered_on: str = ""
    answered_on: str = ""
    station: str = ""
    note: str = ""
    seen: int = 0


def written(
    code: Short = "", registered_on: Short = "", answered_on: Short = "", station: Short = "", note: Short = "",
    seen: Annotated[int, Form(ge=0, le=10_000)] = 0,
) -> Written:  # fmt: skip
    """A dependency: the form."""
    return Written(code, registered_on, answered_on, station, note, seen)


@router.get("")
def my_list(request: Request, user: Clerk, wanted: Wanted, at: Annotated[int, Query(ge=0, le=10_000)] = 0) -> Response:
    """What waits for this desk, due first; every task on the page is a look at a named row."""
    settings, reader = settings_of(request), reader_of(request)
    with desk_session(settings, user.scope) as session:
        day, counts = counted(session, user.desk)
        listed = page_of(session, wanted.asked(), at * ON_A_PAGE, ON_A_PAGE + 1)
        here = listed[:ON_A_PAGE]
        rows = shown_rows(settings, user.desk, here)
        looked_at(session, user, [task.task_no for task in here if task.task_no in rows])
    facts: dict[str, Any] = {"counts": counts, "day": day, "today": today(), "wanted": wanted, "at": at, "more": len(listed) > ON_A_PAGE}
    facts |= {"tasks": [(task, rows.get(task.task_no), wording.due_on(task.issued_on)) for task in here]}
    return page(request, "desk/list.html", **facts, wording=wording, reader=reader, unit=wording.unit(user.desk or "", reader))


@router.get("/find")
def find(request: Request, user: Clerk, task_no: Annotated[str, Query(max_length=40)] = "") -> Response:
    """By task number only: there is no search for a person (rights.md)."""
    number = read_task_number(task_no)
    with desk_session(settings_of(request), user.scope) as session:
        known = number is not None and one_task(session, number) is not None
    if known:
        return RedirectResponse(f"/desk/{number}", 303)
    say_next(request, say_to(request)("没有这个任务编号，或不是下发给您的。请对照清单核对。"))
    return RedirectResponse("/desk", 303)


@router.get("/{task_no}")
def item(request: Request, user: Clerk, task_no: TaskNo, wanted: Wanted) -> Response:
    """One task: what is known, why it is here, which paper helps, whom to ask, and the form."""
    return item_page(request, user, task_no, wanted)


@router.get("/{task_no}/next")
def next_item(request: Request, user: Clerk, task_no: TaskNo, wanted: Wanted) -> Response:
    """The task that follows in the list; the list where none waits any more."""
    with desk_session(settings_of(request), user.scope) as session:
        following = next_after(session, wanted.asked(), one_task(session, task_no))
    if following is None or following.task_no == task_no:
        return RedirectResponse(f"/desk{wanted.query}", 303)
    return RedirectResponse(f"/desk/{following.task_no}{wanted.query}", 303)


@router.post("/{task_no}", dependencies=[Depends(ours)])
def answer(request: Request, user: Clerk, task_no: TaskNo, wanted: Wanted, form: Annotated[Written, Depends(written)]) -> Response:
    """Take the answer and go on to the next task, or show the page again with what to do."""
    try:
        days = day_in(form.answered_on), day_in(form.registered_on)
    except ValueError:
        return item_page(request, user, task_no, wanted, (form, Told(Fate.RETURNED, ("day_unreadable",))))
    given = Given(task_no, form.code, *days, form.station, form.note, form.seen)
    told = answer_one(settings_of(request), given, Sender(user.desk or "", actor(user)), today())
    if told.fate == Fate.RETURNED:
        return item_page(request, user, task_no, wanted, (form, told))
    say = say_to(request)
    done = (
        say("已记录：%(task_no)s %(code)s。")
        if not told.note_left_out
        else say("已记录：%(task_no)s %(code)s。备注过长或含不应填写的内容，没有保存。")
    )
    say_next(request, done % {"task_no": task_no, "code": form.code})
    return next_item(request, user, task_no, wanted)


def item_page(request: Request, user: User, task_no: str, wanted: Filter, refused: tuple[Written, Told] | None = None) -> Response:
    """The page of a task. Raises NotAllowed for one that is not this desk's."""
    settings, reader = settings_of(request), reader_of(request)
    with desk_session(settings, user.scope) as session:
        task = one_task(session, task_no)
        if task is None:
            raise NotAllowed
        row = shown_rows(settings, user.desk, [task]).get(task_no)
        answers = answers_to(session, task_no)
        looked_at(session, user, [task_no] if row else [])
    sheet = wording.form_for(user.desk or "", task.kind)
    form, told = refused or (Written(seen=len(answers)), None)
    if told is not None and "answered_meanwhile" in told.reasons:
        form = Written(**vars(form) | {"seen": len(answers)})
    facts: dict[str, Any] = {
        "task": task,
        "row": row,
        "answers": answers,
        "form": form,
        "reasons": reasons_of(reader, told),
        "wanted": wanted,
    }
    facts |= {"sheet": sheet, "groups": choices(sheet, reader), "wording": wording, "reader": reader, "known_answers": ANSWERS}
    facts |= {"waits": task.status == Status.ISSUED, "closed": task.status == Status.CLOSED, "due_on": wording.due_on(task.issued_on)}
    facts |= {"asks": {column.name: column.longest for column in sheet.columns if column.is_answer}, "today": today()}
    return page(request, "desk/item.html", 422 if told else 200, **facts)


def reasons_of(reader: wording.Reader, told: Told | None) -> list[str]:
    """Why an answer could not be taken, each with what to do."""
    say: Any = texts("return_reason")
    return [reader.say(say[reason]).format_map(dict(told.facts)) for reason in told.reasons] if told else []
