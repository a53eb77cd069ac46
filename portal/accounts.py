"""Opening accounts and giving them passwords: the same rules for the page, the command and the tests. Every change stands in the access log."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from portal.language import CHINESE
from portal.passwords import hashed, is_right, is_weak
from reconciliation.outcome_known import recipient_named
from sql.access import trace
from sql.accounts import User, change_user, end_all_sessions, find_user, keep_user, others_in
from sql.serving import serving
from vocabulary.access import Actor, Look, LookKind, Purpose, digest_of
from vocabulary.areas import COUNTY_DIGITS, TOWNSHIP_DIGITS
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.registries import REGISTRIES
from vocabulary.roles import NAMED_ROWS, Role
from vocabulary.settings import Settings

USER_ID = re.compile(r"[a-z][a-z0-9._-]{1,38}[a-z0-9]")
DIVISION = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}")
TOWNSHIP, COUNTY = re.compile(rf"\d{{{TOWNSHIP_DIGITS}}}"), re.compile(rf"\d{{{COUNTY_DIGITS}}}")
OPERATOR = "operator"
"""As what the command line stands in the log."""
DESK_OF = {Role.STEWARD: "data_steward", Role.SENIOR_OFFICER: "senior_officer"}
VOUCHES = ("password", "oidc", "ldap")
"""Who knows the person: hedui by a password, or another service."""


@dataclass(frozen=True)
class Wanted:
    """An account as it is asked for. `desk` as a worklist's file is named; for stewards and officers the county in `areas` says it."""

    user_id: str
    role: Role
    desk: str | None = None
    areas: tuple[str, ...] = ()
    vouched_by: str = "password"
    locale: str = CHINESE


def add_user(settings: Settings, wanted: Wanted, by: str, moment: datetime, by_role: str = OPERATOR) -> str | None:
    """Open an account; the password with which it is opened once, None where another service vouches. Raises ConfigurationError."""
    user = user_of(settings, wanted, by)
    first = first_password() if wanted.vouched_by == "password" else None
    told = {"password_hash": hashed(first) if first else None, "must_change": first is not None}
    with serving(settings, "accounts") as connection:
        if not keep_user(connection, User(**vars(user) | told), moment):
            raise ConfigurationError(Fault("portal.user_known", "user"))
        note(connection, LookKind.ACCOUNT_OPENED, Actor(by, by_role), user)
    return first


def first_password() -> str:
    """A password at random, which is typed once."""
    return secrets.token_urlsafe(12)


def user_of(settings: Settings, wanted: Wanted, by: str) -> User:
    """The account, where everything about it can be. Raises ConfigurationError with every fault at once."""
    areas = tuple(dict.fromkeys(wanted.areas))
    desk = wanted.desk if wanted.role == Role.DESK else None
    if wanted.role == Role.DESK and recipient_named(desk or "").kind == "registration_desk":
        areas = (recipient_named(desk or "").code or "",)
    if wanted.role in DESK_OF:
        desk = f"{DESK_OF[wanted.role]}-{areas[0] if areas else ''}"
    areas = areas or settings.area
    if faults := list(faults_of(wanted, desk or "", areas)):
        raise ConfigurationError(faults)
    return User(wanted.user_id, wanted.role, desk, areas, wanted.vouched_by, wanted.locale, made_by=by)


def faults_of(wanted: Wanted, desk: str, areas: tuple[str, ...]) -> Iterator[Fault]:
    """What an account cannot be. `areas` as it would have them."""
    if not USER_ID.fullmatch(wanted.user_id):
        yield Fault("portal.user_id", "user")
    if wanted.vouched_by not in VOUCHES:
        yield Fault("portal.vouched_by", "vouched_by", {"known": ", ".join(VOUCHES)})
    if wanted.role == Role.DESK and not is_desk(desk):
        yield Fault("portal.desk", "desk", {"kinds": ", ".join(["registration_desk", *REGISTRIES])})
    elif wanted.role in DESK_OF and not (len(wanted.areas) == 1 and COUNTY.fullmatch(wanted.areas[0])):
        yield Fault("portal.county", "area")
    elif any(not DIVISION.fullmatch(area) for area in areas) or (not areas and wanted.role in NAMED_ROWS):
        yield Fault("settings.area", "area")


def is_desk(name: str) -> bool:
    """Whether a desk of a township, or a registry's unit, could be named so."""
    recipient = recipient_named(name)
    if recipient.kind == "registration_desk":
        return bool(TOWNSHIP.fullmatch(recipient.code or ""))
    return recipient.kind == "registry_unit" and bool(recipient.code)


def renew_password(settings: Settings, user_id: str, by: Actor, moment: datetime) -> str:
    """A new first password, with which every login of the account ends. Raises ConfigurationError for no such open account."""
    first = first_password()
    with serving(settings, "accounts") as connection:
        user = known_user(connection, user_id)
        if user.vouched_by != "password":
            raise ConfigurationError(Fault("portal.user_unknown", "user"))
        change_user(connection, user_id, password_hash=hashed(first), must_change=True, failed_count=0, locked_until=None)
        end_all_sessions(connection, moment, user_id)
        note(connection, LookKind.LOGIN_RENEWED, by, user)
    return first


def close_user(settings: Settings, user_id: str, by: Actor, moment: datetime) -> None:
    """Close an account and end its logins; it stays, because the log speaks of it.

    Raises ConfigurationError for no such open account, for one's own, and for the last administrator's.
    """
    with serving(settings, "accounts") as connection:
        user = known_user(connection, user_id)
        if user_id == by.name:
            raise ConfigurationError(Fault("portal.own_account", "user"))
        if user.role == Role.ADMINISTRATOR and not others_in(connection, Role.ADMINISTRATOR, user_id):
            raise ConfigurationError(Fault("portal.last_administrator", "user"))
        change_user(connection, user_id, closed_at=moment)
        end_all_sessions(connection, moment, user_id)
        note(connection, LookKind.ACCOUNT_CLOSED, by, user)


def drop_second_factor(settings: Settings, user_id: str, by: Actor, moment: datetime) -> None:
    """Without a second factor again, for somebody who lost the phone; every login ends. Raises ConfigurationError for no such open account."""
    with serving(settings, "accounts") as connection:
        user = known_user(connection, user_id)
        change_user(connection, user_id, totp_secret=None, totp_last=None)
        end_all_sessions(connection, moment, user_id)
        note(connection, LookKind.SECOND_FACTOR_OFF, by, user)


def change_password(settings: Settings, user: User, password: str, moment: datetime) -> bool:
    """The user's own new password, where it is a good one; every login of the account ends."""
    if is_weak(password, (user.user_id, user.desk or "", *user.areas)) or is_right(user, password):
        return False
    with serving(settings, "accounts") as connection:
        change_user(connection, user.user_id, password_hash=hashed(password), must_change=False)
        end_all_sessions(connection, moment, user.user_id)
    return True


def known_user(connection: Connection, user_id: str) -> User:
    """An open account. Raises ConfigurationError."""
    user = find_user(connection, user_id)
    if user is None or user.closed_at:
        raise ConfigurationError(Fault("portal.user_unknown", "user"))
    return user


def note(connection: Connection, kind: LookKind, by: Actor, user: User) -> None:
    """Into the access log: whose account was changed, with a checksum of what it may do."""
    told = digest_of([user.user_id, user.role, user.desk or "", *user.areas])
    trace(connection, [Look(kind, Purpose.ADMINISTRATION, by, 1, told, subject=user.user_id)])
