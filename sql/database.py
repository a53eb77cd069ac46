"""The state database: SQLite or PostgreSQL by URL, at the right revision, one transaction at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from sql.driver_faults import refusals
from sql.roles import take_role
from vocabulary.errors import ConfigurationError, Fault, Unreachable
from vocabulary.runs import PRIVATE_FILE, private_folder
from vocabulary.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_SECONDS = 60
"""How long a writer waits for another: three registries land at once, and each writes one row."""
ADVISORY_LOCK, LOG_LOCK = 0x68656475, 0x6865646C
"""PostgreSQL's locks for what only one worker may do at a time: create the tables, give out a night's number; and write into the access
log. Whoever needs both takes them in this order. A page must not wait for a night, so it needs the second only."""


@contextmanager
def writing(settings: Settings) -> Iterator[Connection]:
    """One transaction at the newest schema: all of it happened, or none. Raises Unreachable, ConfigurationError, Refusal."""
    engine = engine_of(settings)
    with reachable():
        connection = engine.connect()
    with refusals(), connection, connection.begin():
        take_role(connection, settings)
        bring_up_to_date(connection, as_owner=settings.database_role is None)
        yield connection


def engine_of(settings: Settings) -> Engine:
    """An engine without a pool: Airflow forks its tasks, and a connection must not be shared across a fork.

    Parameters are hidden, because an error would print the rows that it was about (rights.md R11).
    """
    url = driver_url(settings.database.reveal())
    if url.get_backend_name() != "sqlite":
        return create_engine(url, poolclass=NullPool, hide_parameters=True)
    make_private_file(url)
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args={"timeout": LOCK_SECONDS})
    return as_writer(engine)


def as_writer(engine: Engine) -> Engine:
    """An engine of SQLite whose transactions begin as writers, with everything that a connection needs."""
    event.listen(engine, "connect", let_sqlalchemy_begin)
    event.listen(engine, "begin", begin_as_writer)
    return engine


def driver_url(text_url: str) -> URL:
    """The URL with the driver that hedui installs: `postgresql://` means psycopg 2 or 3 depending on SQLAlchemy's version."""
    url = make_url(text_url)
    return url.set(drivername="postgresql+psycopg") if url.drivername in {"postgres", "postgresql"} else url


def make_private_file(url: URL) -> None:
    """Create the SQLite file closed to others before SQLite makes it with the process's umask."""
    if not url.database or url.database == ":memory:":
        raise ConfigurationError(Fault("state.no_file", "HEDUI_DATABASE"))
    path = Path(url.database)
    if not path.parent.exists():
        private_folder(path.parent)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, PRIVATE_FILE))


def let_sqlalchemy_begin(connection: Any, _: object) -> None:
    """Python's sqlite3 would commit before DDL; with this a migration is one transaction too."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")  # staged rows touch no shared folder


def begin_as_writer(connection: Connection) -> None:
    """Take the write lock at once: a reader that becomes a writer later would fail instead of waiting."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def reachable() -> Iterator[None]:
    """Turn a driver's refusal into ours; its text may hold a host and a user, so it is not passed on."""
    try:
        yield
    except OperationalError:
        raise Unreachable(Fault("state.unreachable", "HEDUI_DATABASE")) from None


@cache
def scripts() -> ScriptDirectory:
    """The migrations that this code knows."""
    return ScriptDirectory(str(MIGRATIONS))


def bring_up_to_date(connection: Connection, *, as_owner: bool = True) -> None:
    """Migrate to this code's revision. Raises ConfigurationError when a newer hedui has been here, or where only the owner may migrate."""
    if stands_at(connection) == scripts().get_current_head():
        return
    if not as_owner:
        raise ConfigurationError(Fault("state.older_schema", "HEDUI_DATABASE"))
    one_at_a_time(connection)
    revision = stands_at(connection)  # again: another worker may have migrated while this one waited
    if revision is not None and revision not in {script.revision for script in scripts().walk_revisions()}:
        raise ConfigurationError(Fault("state.newer_schema", "HEDUI_DATABASE", {"revision": revision}))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def one_at_a_time(connection: Connection, lock: int = ADVISORY_LOCK) -> None:
    """Wait until no other transaction holds this lock of hedui's. SQLite's writers wait for each other anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock})


def stands_at(connection: Connection) -> str | None:
    """The schema's revision; None for an empty database."""
    revision: str | None = MigrationContext.configure(connection).get_current_revision()
    return revision
