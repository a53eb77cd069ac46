"""Everything is lost after a night and restored as docs/backup.md says: the next night is the night of an installation that lost nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.night.conftest import AS_OF
from tests.night.faulty import Installation, Server, database_like
from tests.postgres import BINARIES, postgres_folder  # noqa: F401 - a fixture

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
BEFORE = (AS_OF - timedelta(days=1)).isoformat()


def as_libpq(database: str) -> str:
    return sa.make_url(database).set(drivername="postgresql").render_as_string(hide_password=False)


def ran(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def back_up(here: Installation, backup: Path) -> None:
    """The state first, then the runs."""
    backup.mkdir()
    if here.database.startswith("sqlite"):
        with sqlite3.connect(here.home / "hedui.db") as source, sqlite3.connect(backup / "state.db") as target:
            source.backup(target)
    else:
        ran(f"{BINARIES[-1]}/pg_dump", "--format=custom", f"--file={backup / 'state.dump'}", as_libpq(here.database))
    shutil.copytree(here.home / "runs", backup / "runs")


def lose(here: Installation) -> None:
    shutil.rmtree(here.home)
    if not here.database.startswith("sqlite"):
        url = sa.make_url(here.database)
        with sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {url.database} WITH (FORCE)"))


def restore(here: Installation, backup: Path, server: sa.URL | None) -> Installation:
    here.home.mkdir(mode=0o700)
    shutil.copytree(backup / "runs", here.home / "runs")
    if server is None:
        shutil.copyfile(backup / "state.db", here.home / "hedui.db")
        (here.home / "hedui.db").chmod(0o600)
        return here
    restored = database_like(server)
    ran(f"{BINARIES[-1]}/pg_restore", f"--dbname={as_libpq(restored)}", "--no-owner", str(backup / "state.dump"))
    return replace(here, database=restored)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_after_all_is_lost_and_restored_the_next_night_is_the_same(evenings, server: Server, tmp_path, request, kind):
    if kind == "postgresql" and not BINARIES:
        if os.environ.get("CI"):
            pytest.fail("pg_dump is not installed, and CI must try it: apt-get install postgresql")
        pytest.skip("pg_dump and pg_restore are not installed")
    _, before, now = evenings
    postgres = request.getfixturevalue("postgres_folder") if kind == "postgresql" else None
    answers = []
    for lost in (False, True):
        home = tmp_path / f"lost-{lost}"
        database = f"sqlite:///{home / 'hedui.db'}" if postgres is None else database_like(postgres)
        here = Installation(home, database, before)
        first = server.night(here.settings, as_of=BEFORE)
        assert first.get("report", {}).get("exit_code") == 0, first
        if lost:
            back_up(here, tmp_path / "backup")
            lose(here)
            here = restore(here, tmp_path / "backup", postgres)
        here = replace(here, environment=now)
        second = server.night(here.settings)
        assert second.get("report", {}).get("exit_code") == 0, second
        answers.append((here.rows(), here.report(second["run_id"]), here.files(second["run_id"])))
    assert answers[0] == answers[1]
