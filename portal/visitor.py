"""Who is asking: the login behind a request, what it may open, and whether a form was ours. Every page depends on one of these."""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Annotated

from fastapi import Form, Request

from portal.parts import open_to, parts
from sql.accounts import User, session_user
from sql.rows import now
from sql.serving import serving
from vocabulary.access import Actor
from vocabulary.settings import Settings

TOKEN, FORM_MARK = "token", "form"
"""What the signed cookie holds: the login's token, and the mark that this browser's forms carry."""
COMPLETES = ("/login/second", "/account/password")
MARK_BYTES = 18


class NotLoggedIn(Exception):
    """Nobody is logged in: the login page comes next."""


class NotComplete(Exception):
    """A second factor or a new password is still to come; `step` is its page."""

    def __init__(self, step: str) -> None:
        self.step = step
        super().__init__(step)


class NotAllowed(Exception):
    """The page is not this role's. It answers as a page that is not there: nobody learns what others have."""


class Forged(Exception):
    """A form that this portal did not give to this browser, or one that is too old."""


def settings_of(request: Request) -> Settings:
    """The installation."""
    settings: Settings = request.app.state.settings
    return settings


def visitor(request: Request) -> User:
    """The user behind a request. Raises NotLoggedIn, NotComplete."""
    token = request.session.get(TOKEN)
    if not token:
        raise NotLoggedIn
    with serving(settings_of(request), "accounts") as connection:
        found = session_user(connection, token, now())
    if found is None:
        raise NotLoggedIn
    user, complete = found
    if complete:
        request.state.user = user  # the page then shows who this is, and the menu
    step = "/login/second" if not complete else "/account/password" if user.must_change else None
    if step and request.url.path not in COMPLETES:
        raise NotComplete(step)
    if not complete and request.url.path == "/account/password":
        raise NotComplete("/login/second")
    return user


def may_open(name: str) -> Callable[[Request], User]:
    """A dependency: the user, where their role may open this part. Raises NotLoggedIn, NotComplete, NotAllowed."""
    part = parts()[name]

    def allowed(request: Request) -> User:
        user = visitor(request)
        if part not in open_to(user.role):
            raise NotAllowed
        return user

    return allowed


def form_mark(request: Request) -> str:
    """What a form must carry to be taken: a value that only this browser's signed cookie holds, under another mask on every page.

    Pages are compressed: a value that stands in many of them could be guessed from their sizes (BREACH).
    """
    kept = b64decode(request.session.setdefault(FORM_MARK, b64encode(secrets.token_bytes(MARK_BYTES)).decode()))
    mask = secrets.token_bytes(MARK_BYTES)
    return b64encode(mask + mixed(mask, kept)).decode()


def mixed(one: bytes, other: bytes) -> bytes:
    """Each byte of one with the same of the other (exclusive or): twice gives it back."""
    return bytes(left ^ right for left, right in zip(one, other, strict=False))


def ours(request: Request, form_mark: Annotated[str, Form(alias="form_mark", max_length=64)] = "") -> None:
    """A dependency of everything that changes something. Raises Forged."""
    try:
        kept, given = b64decode(request.session.get(FORM_MARK, "")), b64decode(form_mark, validate=True)
    except ValueError:
        raise Forged from None
    mask, mark = given[:MARK_BYTES], given[MARK_BYTES:]
    if len(kept) != MARK_BYTES or len(mark) != MARK_BYTES or not hmac.compare_digest(mixed(mask, mark), kept):
        raise Forged


def actor(user: User) -> Actor:
    """As whom the access log knows a user."""
    return Actor(user.user_id, user.role.value)
