"""What all ways in have in common: attempts are counted before anything is computed, and a login gets a token of its own."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from portal.accounts import USER_ID
from portal.limits import Attempts
from portal.render import page
from portal.settings import PortalSettings
from portal.visitor import TOKEN, settings_of
from sql.accounts import User, count_failure, end_session, open_session
from sql.rows import now
from sql.serving import serving

Text = Annotated[str, Form(max_length=200)]


def portal_of(request: Request) -> PortalSettings:
    """The portal's own settings."""
    told: PortalSettings = request.app.state.portal
    return told


def attempts_of(request: Request) -> Attempts:
    """The counts of this process."""
    state = request.app.state
    if not hasattr(state, "attempts"):
        state.attempts = Attempts()
    counts: Attempts = state.attempts
    return counts


def address_of(request: Request) -> str:
    """Where a request comes from; behind a proxy, as the server was told to believe it (docs/portal.md)."""
    return request.client.host if request.client else ""


def allowed(request: Request, user_id: str) -> bool:
    """Whether one more attempt for a name is. It is counted."""
    return attempts_of(request).allowed(address_of(request), user_id if USER_ID.fullmatch(user_id) else None)


def was_right(request: Request, user_id: str) -> None:
    """The attempt was its owner's."""
    attempts_of(request).was_right(user_id)


def was_wrong(request: Request, user: User | None) -> None:
    """One failure more for the address, and for an account that is there and does not wait already."""
    attempts_of(request).was_wrong(address_of(request))
    if user is not None and not user.waits(now()):
        with serving(settings_of(request), "accounts") as connection:
            count_failure(connection, user.user_id, now())


def login_form(request: Request, status: int = 200, *, wrong: str = "", typed: str = "", ended: bool = False) -> Response:
    """The page of logging in; `wrong` says what was, `typed` is the name as it was given."""
    told = {"wrong": wrong, "typed": typed, "ended": ended, "oidc": portal_of(request).oidc is not None}
    return page(request, "signing_in/login.html", status, **told)


def let_in(request: Request, user: User) -> Response:
    """A new login under a new token: one that was known before is worth nothing, and this browser's earlier login ends."""
    token, earlier = secrets.token_urlsafe(32), request.session.get(TOKEN)
    forget(request)
    request.session[TOKEN] = token
    with serving(settings_of(request), "accounts") as connection:
        if earlier:
            end_session(connection, now(), token=earlier)
        open_session(connection, user, token, now(), complete=user.totp_secret is None)
    return RedirectResponse("/login/second" if user.totp_secret else "/", 303)


def forget(request: Request) -> None:
    """Empty the cookie of everything but the language."""
    locale = request.session.get("locale")
    request.session.clear()
    if locale:
        request.session["locale"] = locale
