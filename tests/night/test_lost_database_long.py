"""PostgreSQL goes in the middle of a night and comes back: the night says so in words, and the next try is whole."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.night.conftest import AS_OF
from tests.night.faulty import Installation, Server, database_like
from tests.night.test_faults import same
from tests.postgres import BINARIES, IN_A_HURRY, as_postgres, postgres_server

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
BEFORE = (AS_OF - timedelta(days=1)).isoformat()


@pytest.fixture(scope="module")
def postgres() -> Iterator[sa.URL]:
    """A server of our own, that may be stopped."""
    if os.environ.get("TEST_PG_URL") or not BINARIES:
        if os.environ.get("CI") and not os.environ.get("TEST_PG_URL"):
            pytest.fail("PostgreSQL is not installed, and CI must try it: apt-get install postgresql")
        pytest.skip("only a server that was started here may be stopped here")
    with postgres_server() as server:
        yield server


def control(postgres: sa.URL, *command: str) -> None:
    folder = Path(str(postgres.query["host"]))
    start = ("-o", f"-c listen_addresses='' {IN_A_HURRY} -k {folder}", "-l", str(folder / "log"))
    as_postgres(
        f"{BINARIES[-1]}/pg_ctl", "-D", str(folder / "cluster"), "-w", *(start if command == ("start",) else ("-m", "immediate")), *command
    )


@pytest.fixture(scope="module")
def first(evenings, server: Server, postgres: sa.URL) -> Installation:
    here = Installation(evenings[0] / "first", database_like(postgres), evenings[1])
    told = server.night(here.settings, as_of=BEFORE)
    assert told.get("report", {}).get("exit_code") == 0, told
    return here


def another(first: Installation, evenings, postgres: sa.URL, home: Path) -> Installation:
    shutil.copytree(first.home, home)
    return Installation(home, database_like(postgres, str(sa.make_url(first.database).database)), evenings[2])


@pytest.fixture(scope="module")
def undisturbed(first: Installation, evenings, server: Server, postgres: sa.URL) -> Installation:
    here = another(first, evenings, postgres, evenings[0] / "undisturbed")
    told = server.night(here.settings)
    assert told.get("report", {}).get("exit_code") == 0, told
    return here


@pytest.mark.parametrize("stage", ["landing/hukou", "accepted", "linked"])
def test_a_database_that_goes_and_comes_back_is_told_in_words_and_loses_nothing(
    first, evenings, server, postgres, undisturbed, tmp_path, stage
):
    here = another(first, evenings, postgres, tmp_path / "home")
    watcher = threading.Thread(target=stop_when, args=(here.home / "runs" / f"{AS_OF}-001" / stage, postgres))
    watcher.start()
    told = server.night(here.settings)
    watcher.join()
    control(postgres, "start")
    assert told.get("exit_code") == 3, told
    assert [fault["code"] for fault in told["faults"]] == ["state.unreachable"]
    again = server.night(here.settings, run_id=told["run_id"])
    assert again.get("report", {}).get("exit_code") == 0, again
    same(here, undisturbed)


def stop_when(stage: Path, postgres: sa.URL) -> None:
    until = time.monotonic() + 120
    while not stage.is_dir() and time.monotonic() < until:
        time.sleep(0.005)
    control(postgres, "stop")


@pytest.mark.parametrize("every", [0.02, 0.11, 0.37])
def test_connections_that_are_ended_are_told_in_words_and_lose_nothing(first, evenings, server, postgres, undisturbed, tmp_path, every):
    here = another(first, evenings, postgres, tmp_path / "home")
    over = threading.Event()
    ender = threading.Thread(target=end_connections, args=(here.database, every, over))
    ender.start()
    told = server.night(here.settings)
    tries = 1
    while "report" not in told and tries < 12:
        assert [fault["code"] for fault in told["faults"]] == ["state.unreachable"], told
        told = server.night(here.settings, **({"run_id": told["run_id"]} if "run_id" in told else {}))
        tries += 1
        if tries == 6:
            over.set()
    over.set()
    ender.join()
    assert told["report"]["exit_code"] == 0
    same(here, undisturbed, told["run_id"])


def end_connections(database: str, every: float, over: threading.Event) -> None:
    """End every other connection to the database, over and over."""
    url = sa.make_url(database)
    engine = sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        while not over.wait(every):
            connection.execute(
                sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": url.database}
            )
