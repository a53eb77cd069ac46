"""The pages of logging in and out. A wrong name and a wrong password are told apart by nobody, in words or in time."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask

from portal.language import LOCALES
from portal.parts import open_to
from portal.passwords import is_right
from portal.render import page, problem
from portal.signing_in.directory import vouches
from portal.signing_in.entry import Text, allowed, forget, let_in, login_form, portal_of, was_right, was_wrong
from portal.signing_in.second_factor import accepted
from portal.visitor import TOKEN, NotLoggedIn, ours, settings_of, visitor
from sql.accounts import User, complete_session, end_session, find_user, use_step
from sql.rows import now
from sql.serving import serving

router = APIRouter()


@router.get("/")
def home(request: Request) -> Response:
    """The first part that the role may open."""
    return RedirectResponse(open_to(visitor(request).role)[0].path, 303)


@router.head("/health", include_in_schema=False)
@router.get("/health")
def health() -> Response:
    """For whoever watches the process."""
    return Response("ok", media_type="text/plain")


@router.get("/language/{locale}")
def switch(request: Request, locale: str, to: Annotated[str, Query(max_length=300)] = "/") -> Response:
    """Another language, and back to the page."""
    if locale in LOCALES:
        request.session["locale"] = locale
    inside = to.startswith("/") and not to.startswith("//") and to.isprintable() and "\\" not in to
    return RedirectResponse(to if inside else "/", 303)


@router.get("/login")
def login_page(request: Request) -> Response:
    """The form; whoever comes from a page that is no longer theirs is told why."""
    try:
        visitor(request)
    except NotLoggedIn:
        return login_form(request, ended=request.session.pop(TOKEN, None) is not None)
    return RedirectResponse("/", 303)


@router.post("/login", dependencies=[Depends(ours)])
def log_in(request: Request, user_id: Text, password: Text) -> Response:
    """Let in, or the form again. The failure is written down after the answer: the time tells nobody whether the account is there."""
    name = user_id.strip().lower()
    if not allowed(request, name):
        return problem(request, 429)
    with serving(settings_of(request), "accounts") as connection:
        user = find_user(connection, name)
    right = is_known(request, user, password)
    if user is None or not right or user.waits(now()) or user.closed_at:
        response = login_form(request, 401, wrong="password", typed=name[:40])
        response.background = BackgroundTask(was_wrong, request, user)
        return response
    was_right(request, name)
    return let_in(request, user)


def is_known(request: Request, user: User | None, password: str) -> bool:
    """Whether a password is an account's: as kept here, or as the directory says. Raises Unreachable."""
    right = is_right(user, password)
    ldap = portal_of(request).ldap
    if ldap is None or user is None or user.vouched_by != "ldap" or user.closed_at or user.waits(now()):
        return right
    return vouches(ldap, user.user_id, password)


@router.get("/login/second")
def second_page(request: Request) -> Response:
    """The form for the second factor."""
    visitor(request)
    return page(request, "signing_in/second.html", wrong=False)


@router.post("/login/second", dependencies=[Depends(ours)])
def second(request: Request, code: Text) -> Response:
    """The login is complete, or the form again."""
    user = visitor(request)
    if user.waits(now()) or not allowed(request, user.user_id):
        return problem(request, 429)
    step = accepted(portal_of(request), user, code, now())
    with serving(settings_of(request), "accounts") as connection:
        fresh = step is not None and use_step(connection, user.user_id, step)
        if fresh:
            complete_session(connection, user, request.session[TOKEN], now())
    if not fresh:
        was_wrong(request, user)
        return page(request, "signing_in/second.html", 401, wrong=True)
    was_right(request, user.user_id)
    return RedirectResponse("/", 303)


@router.post("/logout", dependencies=[Depends(ours)])
def log_out(request: Request) -> Response:
    """End this login, here and wherever its cookie was copied to."""
    with serving(settings_of(request), "accounts") as connection:
        end_session(connection, now(), token=request.session.get(TOKEN) or "-")
    forget(request)
    return RedirectResponse("/login", 303)
