"""Accounts of the portal and their logins. Passwords come hashed and second factors encrypted: nothing here can tell them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, case, func, insert, literal, or_, select, update
from sqlalchemy.exc import IntegrityError

from sql.access import in_utc
from sql.database import LOG_LOCK, one_at_a_time
from sql.tables import PORTAL_SESSION, PORTAL_USER
from vocabulary.roles import NAMED_ROWS, Role, Scope

IDLE, LONGEST, HALF_WAY = timedelta(minutes=30), timedelta(hours=10), timedelta(minutes=10)
"""A login ends after so long without a page, at the latest after a working day, and sooner where the second factor does not come."""
TOUCHED_EVERY = timedelta(minutes=1)
"""How exactly it is known when somebody was last here: a page a second need not write one row a second."""
FREE_ATTEMPTS, WAITS_AFTER = 10, timedelta(minutes=15)
"""Wrong passwords in a row before an account waits, and for how long."""
PAGE = 50
"""Accounts on one page of the list."""


@dataclass(frozen=True)
class User:
    """One account, as the state has it."""

    user_id: str
    role: Role
    desk: str | None
    areas: tuple[str, ...]
    vouched_by: str
    locale: str
    must_change: bool = False
    password_hash: str | None = None
    totp_secret: str | None = None
    totp_last: int | None = None
    closed_at: datetime | None = None
    locked_until: datetime | None = None
    failed_count: int = 0
    last_login_at: datetime | None = None
    made_at: datetime | None = None
    made_by: str = ""

    @property
    def scope(self) -> Scope:
        """Whose rows the account may see: none but for those roles that see single births."""
        return Scope(self.desk if self.role in NAMED_ROWS else None, self.areas)

    def waits(self, moment: datetime) -> bool:
        """Whether too many wrong passwords were given, not long ago."""
        return self.locked_until is not None and self.locked_until > moment


def user_of(row: Row[Any]) -> User:
    """The account in a row that holds all columns of `portal_user`, and perhaps others."""
    told = {column.name: row._mapping[column] for column in PORTAL_USER.columns}
    moments = {name: in_utc(told[name]) if told[name] else None for name in ("closed_at", "locked_until", "last_login_at", "made_at")}
    areas = tuple(part for part in told["areas"].split(",") if part)
    return User(**told | moments | {"role": Role(told["role"]), "areas": areas})


def find_user(connection: Connection, user_id: str) -> User | None:
    """The account of that id, open or closed."""
    row = connection.execute(select(PORTAL_USER).where(PORTAL_USER.c.user_id == user_id)).first()
    return user_of(row) if row else None


def all_users(connection: Connection) -> Sequence[User]:
    """Every account, by id."""
    return [user_of(row) for row in connection.execute(select(PORTAL_USER).order_by(PORTAL_USER.c.user_id))]


def users_page(connection: Connection, begins: str = "", after: str = "", *, closed: bool = False) -> Sequence[User]:
    """Some accounts, open or closed ones, whose id or desk begins so: those after an id, one more than a page holds where there is one."""
    chosen = select(PORTAL_USER).where(PORTAL_USER.c.user_id > after, PORTAL_USER.c.closed_at.is_not(None) == closed)
    if begins:
        named = [column.startswith(begins, autoescape=True) for column in (PORTAL_USER.c.user_id, PORTAL_USER.c.desk)]
        chosen = chosen.where(or_(*named))
    return [user_of(row) for row in connection.execute(chosen.order_by(PORTAL_USER.c.user_id).limit(PAGE + 1))]


def others_in(connection: Connection, role: Role, user_id: str) -> int:
    """How many open accounts of a role there are besides one. Nobody opens or closes an account until this transaction ends."""
    one_at_a_time(connection, LOG_LOCK)
    here = (PORTAL_USER.c.role == role.value, PORTAL_USER.c.closed_at.is_(None), PORTAL_USER.c.user_id != user_id)
    return int(connection.execute(select(func.count()).select_from(PORTAL_USER).where(*here)).scalar_one())


def keep_user(connection: Connection, user: User, moment: datetime) -> bool:
    """A new account; False where the id was ever given: the log must speak of one person."""
    told = {name: getattr(user, name) for name in ("user_id", "desk", "vouched_by", "locale", "must_change", "password_hash", "made_by")}
    values = told | {"role": user.role.value, "areas": ",".join(user.areas), "made_at": moment, "failed_count": 0}
    try:
        with connection.begin_nested():
            connection.execute(insert(PORTAL_USER).values(**values))
    except IntegrityError:
        return False
    return True


def change_user(connection: Connection, user_id: str, **values: Any) -> None:
    """Change columns of an account."""
    connection.execute(update(PORTAL_USER).where(PORTAL_USER.c.user_id == user_id).values(**values))


def count_failure(connection: Connection, user_id: str, moment: datetime) -> None:
    """One wrong password, or second factor, more; from the tenth in a row on the account waits. Counted in the database: none is lost."""
    one_more = PORTAL_USER.c.failed_count + 1
    wait = case(
        (one_more >= FREE_ATTEMPTS, literal(moment + WAITS_AFTER, PORTAL_USER.c.locked_until.type)), else_=PORTAL_USER.c.locked_until
    )
    change_user(connection, user_id, failed_count=one_more, locked_until=wait)


def use_step(connection: Connection, user_id: str, step: int) -> bool:
    """Whether a second factor's time step was not used yet; now it is. Of two at once one gets it."""
    unused = or_(PORTAL_USER.c.totp_last.is_(None), PORTAL_USER.c.totp_last < step)
    here = update(PORTAL_USER).where(PORTAL_USER.c.user_id == user_id, unused)
    return connection.execute(here.values(totp_last=step)).rowcount == 1


def token_sha256(token: str) -> str:
    """What the state keeps of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(connection: Connection, user: User, token: str, moment: datetime, *, complete: bool) -> None:
    """A login begins; `complete` is false where the second factor is still to come."""
    values = {"user_id": user.user_id, "opened_at": moment, "seen_at": moment, "complete": complete}
    connection.execute(insert(PORTAL_SESSION).values(token_sha256=token_sha256(token), **values))
    if complete:
        change_user(connection, user.user_id, failed_count=0, locked_until=None, last_login_at=moment)


def session_user(connection: Connection, token: str, moment: datetime) -> tuple[User, bool] | None:
    """Who is logged in under a token, and whether completely; None where the login has ended, was idle too long, or its account is closed."""
    here = PORTAL_SESSION.c.token_sha256 == token_sha256(token)
    query = select(PORTAL_USER, PORTAL_SESSION.c.opened_at, PORTAL_SESSION.c.seen_at, PORTAL_SESSION.c.complete)
    joined = query.join(PORTAL_SESSION, PORTAL_SESSION.c.user_id == PORTAL_USER.c.user_id)
    row = connection.execute(joined.where(here, PORTAL_SESSION.c.ended_at.is_(None), PORTAL_USER.c.closed_at.is_(None))).first()
    if row is None or moment - in_utc(row.seen_at) > IDLE or moment - in_utc(row.opened_at) > (LONGEST if row.complete else HALF_WAY):
        return None
    if moment - in_utc(row.seen_at) > TOUCHED_EVERY:
        connection.execute(update(PORTAL_SESSION).where(here).values(seen_at=moment))
    return user_of(row), bool(row.complete)


def complete_session(connection: Connection, user: User, token: str, moment: datetime) -> None:
    """The second factor was right."""
    connection.execute(update(PORTAL_SESSION).where(PORTAL_SESSION.c.token_sha256 == token_sha256(token)).values(complete=True))
    change_user(connection, user.user_id, failed_count=0, locked_until=None, last_login_at=moment)


def end_session(connection: Connection, moment: datetime, *, token: str) -> None:
    """End one login: its token opens nothing any more, wherever it was copied to."""
    here = (PORTAL_SESSION.c.token_sha256 == token_sha256(token), PORTAL_SESSION.c.ended_at.is_(None))
    connection.execute(update(PORTAL_SESSION).where(*here).values(ended_at=moment))


def end_all_sessions(connection: Connection, moment: datetime, user_id: str, *, but: str = "") -> None:
    """End every login of an account, but perhaps the one under a token."""
    here = (PORTAL_SESSION.c.user_id == user_id, PORTAL_SESSION.c.token_sha256 != token_sha256(but), PORTAL_SESSION.c.ended_at.is_(None))
    connection.execute(update(PORTAL_SESSION).where(*here).values(ended_at=moment))
