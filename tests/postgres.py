"""PostgreSQL for tests and measurements that must hold on the production database too.

Use the fixture `postgres_url` (import it in a conftest): a fresh database for each test. The server is that of TEST_PG_URL, whose user
may create databases and roles; otherwise one of this machine's own binaries, started for the session; otherwise a skip, or in CI a
failure. It runs as user postgres, because PostgreSQL refuses to run as root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from sql.database import driver_url

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
IN_A_HURRY = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=32MB"


def as_postgres(*command: str) -> None:
    """Run a command as user postgres, quietly."""
    drop = {"user": "postgres", "group": pwd.getpwnam("postgres").pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
    subprocess.run(command, check=True, capture_output=True, timeout=60, cwd="/tmp", **drop)


@contextmanager
def postgres_server(options: str = IN_A_HURRY) -> Iterator[sa.URL]:
    """The URL of a server's database `postgres`, as its superuser; the server given by TEST_PG_URL, or one of its own."""
    if given := os.environ.get("TEST_PG_URL"):
        yield driver_url(given)
        return
    folder = Path(tempfile.mkdtemp(prefix="hedui-pg-", dir="/tmp"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    binaries, cluster = BINARIES[-1], folder / "cluster"
    as_postgres(f"{binaries}/initdb", "-D", str(cluster), "-U", "hedui", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    start = ("-o", f"-c listen_addresses='' {options} -k {folder}", "-l", str(folder / "log"), "-w", "start")
    as_postgres(f"{binaries}/pg_ctl", "-D", str(cluster), *start)
    try:
        yield sa.make_url(f"postgresql+psycopg://hedui@/postgres?host={folder}")
    finally:
        as_postgres(f"{binaries}/pg_ctl", "-D", str(cluster), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def empty_database(server: sa.URL) -> Iterator[str]:
    """The SQLAlchemy URL of a database of its own, gone afterwards."""
    name = f"t{uuid.uuid4().hex[:12]}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[sa.URL]:
    """A running server."""
    if not BINARIES and not os.environ.get("TEST_PG_URL"):
        if os.environ.get("CI"):
            pytest.fail("there is no PostgreSQL, and CI must try it: apt-get install postgresql, or set TEST_PG_URL")
        pytest.skip("PostgreSQL is not installed, and TEST_PG_URL is not set")
    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_folder: sa.URL) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database."""
    with empty_database(postgres_folder) as url:
        yield url
