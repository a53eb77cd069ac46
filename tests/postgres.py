"""A PostgreSQL server of this machine's own binaries, for tests that must hold on the production database too.

Use the fixture `postgres_url` (import it in a conftest): a fresh database for each test, or a skip where PostgreSQL is not
installed. The server runs as user postgres, because PostgreSQL refuses to run as root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=32MB"


def as_postgres(*command: str) -> None:
    """Run a command as user postgres, quietly."""
    drop = {"user": "postgres", "group": pwd.getpwnam("postgres").pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
    subprocess.run(command, check=True, capture_output=True, timeout=60, cwd="/tmp", **drop)


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[Path]:
    """The socket folder of a running server."""
    if not BINARIES and os.environ.get("CI"):
        pytest.fail("PostgreSQL is not installed, and CI must try it: apt-get install postgresql")
    if not BINARIES:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="hedui-pg-", dir="/tmp"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    binaries, cluster = BINARIES[-1], folder / "cluster"
    as_postgres(f"{binaries}/initdb", "-D", str(cluster), "-U", "hedui", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    as_postgres(f"{binaries}/pg_ctl", "-D", str(cluster), "-o", f"{OPTIONS} -k {folder}", "-l", str(folder / "log"), "-w", "start")
    yield folder
    as_postgres(f"{binaries}/pg_ctl", "-D", str(cluster), "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_folder: Path) -> str:
    """The SQLAlchemy URL of an empty database."""
    name = f"t{uuid.uuid4().hex[:12]}"
    as_postgres(f"{BINARIES[-1]}/createdb", "-h", str(postgres_folder), "-U", "hedui", name)
    return f"postgresql+psycopg://hedui@/{name}?host={postgres_folder}"
