"""How the state database stands, read without changing anything: is it there, which server, at which revision, who are we."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from sql.acting import acting_as
from sql.database import driver_url, scripts, stands_at
from sql.driver_faults import refusals
from sql.roles import take_role
from vocabulary.errors import Fault, Unreachable
from vocabulary.settings import Settings

CONNECT_SECONDS = 10


@dataclass(frozen=True)
class Standing:
    """`revision` None: nothing is there yet, or an empty database. `seconds_ahead`: the server's clock less ours; None on SQLite."""

    kind: str
    server_version: str
    revision: str | None
    newest: str
    known: bool
    login: str | None = None
    is_superuser: bool = False
    seconds_ahead: float | None = None

    @property
    def is_newest(self) -> bool:
        """Whether no migration is waiting."""
        return self.revision == self.newest


def standing(settings: Settings) -> Standing | None:
    """None where SQLite's file is not there: the first command makes it. Raises Unreachable, ConfigurationError, Refusal."""
    url = driver_url(settings.database.reveal())
    is_sqlite = url.get_backend_name() == "sqlite"
    if is_sqlite and not Path(url.database or "").is_file():
        return None
    try:
        connection = _engine(url, is_sqlite=is_sqlite).connect()
    except OperationalError:
        connection = None
    if connection is None:
        raise Unreachable(Fault("state.unreachable", "HEDUI_DATABASE"))
    with refusals(), connection:
        return _told(connection, settings, is_sqlite=is_sqlite)


def _engine(url: URL, *, is_sqlite: bool) -> Engine:
    if is_sqlite:
        address = URL.create(url.drivername, database=Path(url.database or "").absolute().as_uri(), query={"mode": "ro", "uri": "true"})
        return create_engine(address, poolclass=NullPool, hide_parameters=True)
    return create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args={"connect_timeout": CONNECT_SECONDS})


def _told(connection: Connection, settings: Settings, *, is_sqlite: bool) -> Standing:
    revision, newest = stands_at(connection), str(scripts().get_current_head())
    known = revision is None or revision in {script.revision for script in scripts().walk_revisions()}
    if is_sqlite:
        version = str(connection.execute(text("SELECT sqlite_version()")).scalar_one())
        take_role(connection, settings)  # SQLite has none: refuses a setting that asks for one
        return Standing("SQLite", version, revision, newest, known)
    row = connection.execute(
        text(
            "SELECT current_setting('server_version'), current_user, rolsuper, extract(epoch FROM clock_timestamp())::float "
            "FROM pg_roles WHERE rolname = current_user"
        )
    ).one()
    ahead = float(row[3]) - time.time()
    if settings.database_role is not None:
        with acting_as("land"):
            take_role(connection, settings)
    return Standing("PostgreSQL", str(row[0]).split(" ")[0], revision, newest, known, str(row[1]), bool(row[2]), ahead)
