"""A night that is killed at any moment and run again is the night that nobody disturbed: on PostgreSQL, with the night before behind it."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.conftest import ROOT
from tests.night.conftest import AS_OF
from tests.night.faulty import Installation, Server, database_like, served, two_evenings
from tests.night.night_server import TASKS
from tests.postgres import postgres_folder  # noqa: F401 - a fixture

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]
SEED = 20261031
AT_CHANGES, AT_MOMENTS, UNDER_AIRFLOW = 28, 18, 3
BEFORE = (AS_OF - timedelta(days=1)).isoformat()


class Bench:
    """One good night on PostgreSQL, as a template of database and home for every night that is killed; and the undisturbed night after it."""

    def __init__(self, folder: Path, postgres: sa.URL) -> None:
        self.folder, self.postgres = folder, postgres
        self.before, self.now = two_evenings(folder)
        self.numbers = itertools.count()
        self.first = Installation(folder / "first", self.new_database("template1"), self.before)

    def new_database(self, template: str) -> str:
        return database_like(self.postgres, template)

    def installation(self) -> Installation:
        """Another installation with the first night behind it, and this evening's registries before it."""
        home = self.folder / f"home-{next(self.numbers)}"
        shutil.copytree(self.first.home, home)
        return Installation(home, self.new_database(str(sa.make_url(self.first.database).database)), self.now)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, postgres_folder: sa.URL) -> Bench:  # noqa: F811
    return Bench(tmp_path_factory.mktemp("kills"), postgres_folder)


@pytest.fixture(scope="module")
def server(bench: Bench) -> Iterator[Server]:
    with served(bench.folder, bench.now) as server:
        told = server.night(bench.first.settings, as_of=BEFORE)
        assert told.get("report", {}).get("exit_code") == 0, told
        yield server


@pytest.fixture(scope="module")
def undisturbed(bench: Bench, server: Server) -> tuple[Installation, dict[str, Any]]:
    here = bench.installation()
    return here, server.night(here.settings)


def kills(events: int, seconds: float) -> list[dict[str, Any]]:
    """Every boundary between tasks, changes to the file system and moments by chance."""
    chance = random.Random(SEED)
    at_changes = sorted(chance.sample(range(1, events + 1), AT_CHANGES))
    at_moments = sorted(chance.uniform(0.02, 0.85 * seconds) for _ in range(AT_MOMENTS))
    boundaries = [{"before": name} for name in TASKS]
    return [*boundaries, *({"event": at} for at in at_changes), *({"after": round(at, 3)} for at in at_moments)]


def same_answer(here: Installation, told: dict[str, Any], there: Installation, run_id: str) -> None:
    """What a night left is what the undisturbed one left, down to the bytes where it bears the same id."""
    this = told["run_id"]
    assert told["report"]["exit_code"] == 0
    assert here.rows() == there.rows()
    reports = here.report(this), there.report(run_id)
    # What the killed night had kept is not new to another one.
    mine, theirs = ({name: part for name, part in report.items() if name not in ("stages", "changed")} for report in reports)
    assert mine == theirs
    if this == run_id:
        assert reports[0] == reports[1]
        assert here.files(this) == there.files(run_id)
    else:
        told_by = ("linked/", "findings/finding", "accepted/record", "worklists/")
        mine, theirs = (
            {name: sum_ for name, sum_ in one.items() if name.startswith(told_by)} for one in (here.files(this), there.files(run_id))
        )
        assert mine == theirs
    assert here.left_behind() == []


def test_a_killed_night_that_is_run_again_is_the_undisturbed_night(bench: Bench, server: Server, undisturbed) -> None:
    there, good = undisturbed
    assert good.get("report", {}).get("exit_code") == 0, good
    planned = kills(good["events"], good["seconds"])
    assert len(planned) >= 50
    killed = 0
    for number, kill in enumerate(planned):
        here = bench.installation()
        first = server.night(here.settings, **kill)
        killed += first["killed"]
        # As Airflow does, which goes on with the run; and as a person does who starts the night anew.
        goes_on = {"run_id": first["run_id"]} if "run_id" in first and number % 3 else {}
        second = server.night(here.settings, **goes_on)
        try:
            assert "report" in second, second
            same_answer(here, second, there, good["run_id"])
        except AssertionError as differs:
            pytest.fail(f"seed {SEED}, kill {kill}, goes on {goes_on}: {differs}")
        shutil.rmtree(here.home)
    assert killed >= 50, "a kill that comes after the night's end is none"


def test_the_command_is_killed_and_run_again(bench: Bench, undisturbed) -> None:
    there, good = undisturbed
    chance = random.Random(SEED)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HEDUI_", "AIRFLOW"))}
    command = [str(Path(sys.executable).parent / "hedui"), "nightly", "--as-of", AS_OF.isoformat(), "--quiet"]
    for kill in range(UNDER_AIRFLOW):
        here = bench.installation()
        environment = {**clean, **here.settings}
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        wanted = chance.choice(["runs/*/accepted", "runs/*/linked", "runs/*/landing/hukou", "runs/*/findings"])
        wait_for(here.home, wanted, process)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=60)
        again = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
        assert again.returncode == 0, (SEED, kill, wanted, again.stderr)
        newest = sorted((here.home / "runs").glob("*/report.json"))[-1].parent.name
        same_answer(here, {"run_id": newest, "report": here.report(newest)}, there, good["run_id"])


def wait_for(home: Path, pattern: str, process: subprocess.Popen[bytes]) -> None:
    """Until a stage of tonight stands, beside that of the night before."""
    nights = len(list(home.glob(pattern)))
    until = time.monotonic() + 240
    while len(list(home.glob(pattern))) == nights:
        assert process.poll() is None, "the night ended before it was killed"
        assert time.monotonic() < until
        time.sleep(0.02)
