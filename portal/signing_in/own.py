"""One's own account: what one may do, one's password, one's second factor."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from portal.accounts import change_password
from portal.render import page, problem, say_next, say_to
from portal.signing_in.entry import Text, allowed, portal_of, was_right, was_wrong
from portal.signing_in.pages import is_known
from portal.signing_in.second_factor import accepted, new_secret, opened, picture, sealed, step_of
from portal.visitor import TOKEN, may_open, ours, settings_of
from sql.accounts import User, change_user, end_all_sessions, use_step
from sql.rows import now
from sql.serving import serving

router = APIRouter()
Own = Annotated[User, Depends(may_open("account"))]
ENROL = "enrol"
"""Where the cookie keeps a second factor that is not yet in use, encrypted."""


@router.get("/account")
def account(request: Request, user: Own) -> Response:
    """What I may do, my password, my second factor."""
    return page(request, "signing_in/account.html", wrong=False)


@router.get("/account/password")
def password_page(request: Request, user: Own) -> Response:
    """The form for a new password."""
    return page(request, "signing_in/password.html", wrong=None)


@router.post("/account/password", dependencies=[Depends(ours)])
def password(request: Request, user: Own, old: Text, new: Text, again: Text) -> Response:
    """A new password; then log in with it."""
    if user.vouched_by != "password":
        return problem(request, 404)
    if user.waits(now()) or not allowed(request, user.user_id):
        return problem(request, 429)
    wrong = "old" if not is_known(request, user, old) else "again" if new != again else None
    if wrong == "old":
        was_wrong(request, user)
    elif wrong is None and not change_password(settings_of(request), user, new, now()):
        wrong = "weak"
    if wrong:
        return page(request, "signing_in/password.html", 422, wrong=wrong)
    was_right(request, user.user_id)
    request.session.pop(TOKEN)
    say_next(request, say_to(request)("密码已更改，请用新密码登录。"))
    return RedirectResponse("/login", 303)


@router.get("/account/second")
def enrol_page(request: Request, user: Own) -> Response:
    """The code to scan."""
    if user.totp_secret:
        return RedirectResponse("/account", 303)
    return enrol_form(request, user)


def enrol_form(request: Request, user: User, status: int = 200, wrong: str = "") -> Response:
    """The code to scan, once more where something was wrong."""
    secret = pending(request)
    return page(request, "signing_in/enrol.html", status, wrong=wrong, secret=secret, picture=picture(secret, user.user_id))


def pending(request: Request) -> str:
    """The second factor that this browser was shown, or a new one."""
    secret = opened(portal_of(request), request.session.get(ENROL, "")) or new_secret()
    request.session[ENROL] = sealed(portal_of(request), secret)
    return secret


@router.post("/account/second", dependencies=[Depends(ours)])
def enrol(request: Request, user: Own, code: Text, password: Text = "") -> Response:
    """From now on the second factor is asked for; other logins of the account end. A login that was left open is not enough for it."""
    if user.totp_secret:
        return RedirectResponse("/account", 303)
    if user.waits(now()) or not allowed(request, user.user_id):
        return problem(request, 429)
    if user.vouched_by != "oidc" and not is_known(request, user, password):
        was_wrong(request, user)
        return enrol_form(request, user, 422, "password")
    was_right(request, user.user_id)
    secret = pending(request)
    step = step_of(secret, code, now())
    if step is None:
        return enrol_form(request, user, 422, "code")
    with serving(settings_of(request), "accounts") as connection:
        change_user(connection, user.user_id, totp_secret=sealed(portal_of(request), secret), totp_last=step)
        end_all_sessions(connection, now(), user.user_id, but=request.session[TOKEN])
    request.session.pop(ENROL)
    say_next(request, say_to(request)("动态口令已启用。"))
    return RedirectResponse("/account", 303)


@router.get("/account/second/off")
def off_page(request: Request, user: Own) -> Response:
    """Its form stands on the account's page."""
    return RedirectResponse("/account", 303)


@router.post("/account/second/off", dependencies=[Depends(ours)])
def no_second(request: Request, user: Own, code: Text) -> Response:
    """Without it again, for who holds the phone; who lost it asks the administrator."""
    if user.waits(now()) or not allowed(request, user.user_id):
        return problem(request, 429)
    step = accepted(portal_of(request), user, code, now())
    with serving(settings_of(request), "accounts") as connection:
        fresh = step is not None and use_step(connection, user.user_id, step)
        if fresh:
            change_user(connection, user.user_id, totp_secret=None, totp_last=None)
    if not fresh:
        was_wrong(request, user)
        return page(request, "signing_in/account.html", 422, wrong=True)
    was_right(request, user.user_id)
    say_next(request, say_to(request)("动态口令已停用。"))
    return RedirectResponse("/account", 303)
