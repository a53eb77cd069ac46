"""Families whom nobody calls on: set and lifted by the number of a task, without a name on the page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from portal.office.words import PURPOSES, REFUSED
from portal.render import page, say_next, say_to
from portal.visitor import actor, may_open, ours, settings_of
from reconciliation.contact import REASONS, REASONS_TO_LIFT, flags, lift_flag, set_flag
from sql.accounts import User
from sql.rows import now
from vocabulary.access import Purpose
from vocabulary.dates import CHINA
from vocabulary.errors import Refusal

router = APIRouter()
Administrator = Annotated[User, Depends(may_open("contact"))]
TaskNo = Annotated[str, Form(max_length=20)]
PAGE = 50


@router.get("/contact")
def show(request: Request, user: Administrator, number: Annotated[int, Query(ge=1, le=10_000)] = 1) -> Response:
    """The form, and the flags that stand, by number and day."""
    return contact_page(request, number=number)


def contact_page(request: Request, status: int = 200, *, typed: str = "", wrong: str = "", number: int = 1) -> Response:
    """The page; `wrong` says what could not be done with the number that was typed."""
    found = flags(settings_of(request))
    told = {"reasons": [(reason, PURPOSES[reason]) for reason in REASONS], "why": PURPOSES, "typed": typed, "wrong": wrong}
    to_lift = [(reason, PURPOSES[reason]) for reason in REASONS_TO_LIFT]
    here = found[(number - 1) * PAGE : number * PAGE]
    more = {"count": len(found), "number": number, "last": max(1, -(-len(found) // PAGE))}
    return page(request, "office/contact.html", status, flags=here, reasons_to_lift=to_lift, **told, **more)


@router.post("/contact", dependencies=[Depends(ours)])
def set_one(request: Request, user: Administrator, task_no: TaskNo, reason: Annotated[Purpose, Form()]) -> Response:
    """No desk gets this child again."""
    if reason not in REASONS:
        return contact_page(request, 422, typed=task_no, wrong="请选择原因。")
    try:
        set_flag(settings_of(request), task_no, reason, actor(user), now().astimezone(CHINA).date())
    except Refusal as refused:
        if (words := REFUSED.get(refused.faults[0].code)) is None:
            raise
        return contact_page(request, 422, typed=task_no, wrong=words)
    say_next(request, say_to(request)("已设为请勿联系，今后只由专人办理，不显示住址。"))
    return RedirectResponse("/contact", 303)


@router.get("/contact/lift")
def back(request: Request, user: Administrator) -> Response:
    """Its form stands on the page."""
    return RedirectResponse("/contact", 303)


@router.post("/contact/lift", dependencies=[Depends(ours)])
def lift(request: Request, user: Administrator, task_no: TaskNo, reason: Annotated[Purpose | None, Form()] = None) -> Response:
    """The family is called on like others, from the next night on."""
    if reason not in REASONS_TO_LIFT:
        return contact_page(request, 422, wrong="请先选择解除的原因。")
    try:
        lift_flag(settings_of(request), task_no, reason, actor(user), now().astimezone(CHINA).date())
    except Refusal as refused:
        if (words := REFUSED.get(refused.faults[0].code)) is None:
            raise
        return contact_page(request, 422, wrong=words)
    say_next(request, say_to(request)("已解除，下一晚起按一般任务办理。"))
    return RedirectResponse("/contact", 303)
