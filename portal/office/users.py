"""Accounts: who may log in, as what, for which desk. A role is not changed but closed and opened anew, so that the log speaks of one role a name."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi import Path as InPath
from fastapi.responses import RedirectResponse, Response

from portal.accounts import USER_ID, Wanted, add_user, close_user, drop_second_factor, renew_password
from portal.language import LOCALES
from portal.office.words import REFUSED
from portal.render import page, problem, say_next, say_to
from portal.visitor import actor, may_open, ours, settings_of
from sql.accounts import PAGE, User, find_user, users_page
from sql.rows import now
from sql.serving import serving
from vocabulary.dates import CHINA
from vocabulary.errors import ConfigurationError
from vocabulary.roles import TITLES, Role

router = APIRouter()
Administrator = Annotated[User, Depends(may_open("users"))]
UserId = Annotated[str, InPath(max_length=40, pattern=f"^{USER_ID.pattern}$")]
BETWEEN = re.compile(r"[\s,，、;；]+")
"""What people put between the codes of two areas."""


@router.get("/users")
def list_users(
    request: Request,
    user: Administrator,
    begins: Annotated[str, Query(max_length=80)] = "",
    after: Annotated[str, Query(max_length=40)] = "",
    closed: bool = False,
) -> Response:
    """Accounts by name, a page at a time."""
    with serving(settings_of(request), "accounts") as connection:
        found = users_page(connection, begins.strip(), after, closed=closed)
    following = found[PAGE - 1].user_id if len(found) > PAGE else None
    told: dict[str, Any] = {"begins": begins.strip(), "after": after, "closed": closed, "moment": now(), "day_of": day_of}
    return page(request, "office/users.html", users=found[:PAGE], following=following, **told)


def day_of(moment: datetime | None) -> date | None:
    """Its day in China."""
    return moment.astimezone(CHINA).date() if moment else None


@router.get("/users/_new")
def new_user(request: Request, user: Administrator) -> Response:
    """The form for an account."""
    return user_form(request, Wanted("", Role.DESK), {})


def user_form(request: Request, wanted: Wanted, wrong: dict[str, str], status: int = 200) -> Response:
    """The form as it was filled in; `wrong`: field -> what to do about it."""
    portal = request.app.state.portal
    vouching = ["password", *(["oidc"] if portal.oidc else []), *(["ldap"] if portal.ldap else [])]
    told = {"titles": TITLES, "vouching": vouching, "languages": LOCALES}
    return page(request, "office/new_user.html", status, wanted=asdict(wanted), wrong=wrong, **told)


def wanted_in(
    user_id: Annotated[str, Form(max_length=40)],
    role: Annotated[Role, Form()],
    desk: Annotated[str, Form(max_length=80)] = "",
    areas: Annotated[str, Form(max_length=400)] = "",
    vouched_by: Annotated[str, Form(max_length=40)] = "password",
    language: Annotated[str, Form(max_length=2)] = "zh",
) -> Wanted:
    """The account that a form asks for."""
    told = tuple(part for part in BETWEEN.split(areas) if part)
    return Wanted(user_id.strip().lower(), role, desk.strip() or None, told, vouched_by, language if language in LOCALES else "zh")


@router.post("/users", dependencies=[Depends(ours)])
def open_user(request: Request, user: Administrator, wanted: Annotated[Wanted, Depends(wanted_in)]) -> Response:
    """An account, and on this page only the password with which it is opened."""
    try:
        first = add_user(settings_of(request), wanted, user.user_id, now(), user.role)
    except ConfigurationError as refused:
        return user_form(request, wanted, {fault.where: REFUSED[fault.code] for fault in reversed(refused.faults)}, 422)
    return page(request, "office/first_password.html", name=wanted.user_id, first=first, renewed=False)


@router.get("/users/{user_id}")
def show_user(request: Request, user: Administrator, user_id: UserId) -> Response:
    """One account, and what may be done with it."""
    return user_page(request, user, user_id)


def user_page(request: Request, user: User, user_id: str, wrong: str = "", status: int = 200) -> Response:
    """One account; `wrong` says what could not be done."""
    with serving(settings_of(request), "accounts") as connection:
        found = find_user(connection, user_id)
    if found is None:
        return problem(request, 404)
    told: dict[str, Any] = {"own": found.user_id == user.user_id, "moment": now(), "day_of": day_of}
    return page(request, "office/user.html", status, found=found, wrong=wrong, **told)


@router.post("/users/{user_id}/password", dependencies=[Depends(ours)])
def new_password(request: Request, user: Administrator, user_id: UserId) -> Response:
    """A new first password, shown on this page only; every login of the account ends."""
    try:
        first = renew_password(settings_of(request), user_id, actor(user), now())
    except ConfigurationError as refused:
        return user_page(request, user, user_id, REFUSED[refused.faults[0].code], 409)
    return page(request, "office/first_password.html", name=user_id, first=first, renewed=True)


@router.post("/users/{user_id}/close", dependencies=[Depends(ours)])
def close(request: Request, user: Administrator, user_id: UserId, sure: Annotated[str, Form(max_length=3)] = "") -> Response:
    """Close it, where whoever asks is sure."""
    say = say_to(request)
    if sure != "yes":
        return user_page(request, user, user_id, "请先勾选确认，再关闭账户。", 422)
    try:
        close_user(settings_of(request), user_id, actor(user), now())
    except ConfigurationError as refused:
        return user_page(request, user, user_id, REFUSED[refused.faults[0].code], 409)
    say_next(request, say("账户已关闭。"))
    return RedirectResponse(f"/users/{user_id}", 303)


@router.post("/users/{user_id}/second-off", dependencies=[Depends(ours)])
def second_off(request: Request, user: Administrator, user_id: UserId) -> Response:
    """For somebody who lost the phone."""
    try:
        drop_second_factor(settings_of(request), user_id, actor(user), now())
    except ConfigurationError as refused:
        return user_page(request, user, user_id, REFUSED[refused.faults[0].code], 409)
    say_next(request, say_to(request)("动态口令已停用，此账户须重新登录。"))
    return RedirectResponse(f"/users/{user_id}", 303)


@router.get("/users/{user_id}/{done}")
def back(request: Request, user: Administrator, user_id: UserId, done: Annotated[str, InPath(max_length=20)]) -> Response:
    """A page that was the answer to a form is shown once; whoever asks for it again gets the account."""
    return RedirectResponse(f"/users/{user_id}", 303)
