"""Passwords: how they are kept, compared and judged. Nobody can tell from the time whether an account is there."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from sql.accounts import User

SHORTEST, LONGEST, STRONG_ENOUGH = 10, 128, 3
"""Characters; zxcvbn's score from 0 to 4: 3 withstands guessing offline against a slow hash. It knows 30,000 common ones."""
JUDGED = 72
"""Characters that zxcvbn looks at: a password that begins well is not worse for what follows."""
AT_ONCE = BoundedSemaphore(4)
"""A hash takes 64 MiB: a morning's logins wait for each other, and not for the machine's memory."""


@cache
def hasher() -> PasswordHasher:
    """Argon2id with the library's own strength (RFC 9106, low memory)."""
    return PasswordHasher()


def plain(password: str) -> str:
    """The same characters whichever way an input method wrote them (NIST SP 800-63B: NFKC): full-width ones are common here."""
    return unicodedata.normalize("NFKC", password)


def hashed(password: str) -> str:
    """As the state keeps it."""
    with AT_ONCE:
        return hasher().hash(plain(password))


@cache
def unknown_hash() -> str:
    """The hash of a password that nobody knows."""
    return hashed(secrets.token_urlsafe(32))


def is_right(user: User | None, password: str) -> bool:
    """Whether a password is an account's. As slow for an account that is not there."""
    known = user.password_hash if user and user.password_hash else unknown_hash()
    try:
        with AT_ONCE:
            return hasher().verify(known, plain(password)) and user is not None and bool(user.password_hash)
    except (VerificationError, InvalidHashError):
        return False


def is_weak(password: str, told: Iterable[str]) -> bool:
    """Whether a password is too short, too common, or made of what everybody knows of the account (`told`)."""
    if not SHORTEST <= len(plain(password)) <= LONGEST:
        return True
    known = [part for text in ("hedui", "hedui2026", "核对", *told) for part in (text, *text.split("-"), *text.split(".")) if part]
    return int(zxcvbn(plain(password)[:JUDGED], known)["score"]) < STRONG_ENOUGH
