"""A MariaDB of a test's own, in a temporary folder, reached by its socket and gone afterwards; and an empty database for a test.

The server is this machine's own binary; where there is none, a skip, or in CI a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

SERVER = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
INSTALL = shutil.which("mariadb-install-db") or "/usr/bin/mariadb-install-db"
IN_A_HURRY = (
    "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M", "--innodb-doublewrite=0", "--skip-log-bin", "--skip-networking",
    "--performance-schema=OFF", "--innodb-flush-method=nosync", "--skip-name-resolve", "--default-time-zone=+00:00",
)  # fmt: skip
"""The zone is another than China's on purpose: a server's own must not matter."""


@dataclass
class MariaServer:
    """A running server; `url` is its administrator's."""

    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def socket(self) -> Path:
        return self.folder / "socket"

    @property
    def url(self) -> sa.URL:
        return sa.URL.create("mysql+pymysql", "root", query={"unix_socket": str(self.socket), "charset": "utf8mb4"})


@contextmanager
def mariadb_server(*options: str) -> Iterator[MariaServer]:
    """A server of its own, by the account that runs the test."""
    folder = Path(tempfile.mkdtemp(prefix="hedui-my-", dir="/tmp"))
    made = [INSTALL, "--no-defaults", f"--datadir={folder}/data", "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run([*made, f"--user={os.environ.get('USER', 'root')}" if os.getuid() else "--user=root"], check=True, capture_output=True)
    given = ("--no-defaults", f"--datadir={folder}/data", f"--socket={folder}/socket", f"--pid-file={folder}/pid", f"--tmpdir={folder}")
    user = ("--user=root",) if os.getuid() == 0 else ()
    process = subprocess.Popen([SERVER, *given, *user, *IN_A_HURRY, *options], stderr=(folder / "log").open("wb"))
    server = MariaServer(folder, process)
    try:
        _wait_for(server)
        yield server
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(server: MariaServer) -> None:
    engine = sa.create_engine(server.url, poolclass=sa.NullPool)
    for _ in range(300):
        try:
            engine.connect().close()
            return
        except sa.exc.OperationalError:
            assert server.process.poll() is None, (server.folder / "log").read_text()
            time.sleep(0.1)
    raise AssertionError((server.folder / "log").read_text())


@contextmanager
def empty_database(server: MariaServer) -> Iterator[str]:
    """The SQLAlchemy URL of a database of its own, gone afterwards."""
    name = f"t{uuid.uuid4().hex[:12]}"
    engine = sa.create_engine(server.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"))
    yield server.url.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name}"))


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaServer]:
    """A running server."""
    if not Path(SERVER).exists():
        if os.environ.get("CI"):
            pytest.fail("there is no MariaDB, and CI must try it: apt-get install mariadb-server")
        pytest.skip("MariaDB is not installed")
    with mariadb_server() as server:
        yield server


@pytest.fixture
def mariadb_url(mariadb: MariaServer) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database."""
    with empty_database(mariadb) as url:
        yield url
