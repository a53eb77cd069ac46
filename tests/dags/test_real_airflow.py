"""Real Airflow as `make airflow` starts it: a night by the clock, and nights in whose middle each of its processes is killed."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
import sqlalchemy as sa

import demo
from sql.database import driver_url
from tests.conftest import ROOT
from tests.postgres import BINARIES, empty_database, postgres_folder  # noqa: F401 - a fixture
from vocabulary.dates import CHINA

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(1200)]
NIGHT_ROLES = "hedui_night, hedui_land, hedui_accept, hedui_find, hedui_publish, hedui_outcomes, hedui_explain"
PATIENCE = 420
"""Seconds: a night takes 40 on a quiet machine, and 90 where a scheduler has to be missed first."""
PROCESSES = ("scheduler", "dag-processor", "api-server", "triggerer")


def wait_for(what: Callable[[], Any], seconds: float = PATIENCE, every: float = 0.3) -> Any:
    """What it gives as soon as it gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if given := what():
            return given
        time.sleep(every)
    raise AssertionError("it did not come in time")


@dataclass
class Server:
    """A running Airflow: its folder, its address, and its REST API as its administrator."""

    home: Path
    address: str
    schedule: Path
    said: Path
    as_of: str
    _token: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.home / "server"

    def send(self, path: str, body: object = None, headers: dict[str, str] | None = None) -> Any:
        """The answer, or None where nobody answers."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.address}{path}", data=data, headers={"Content-Type": "application/json", **(headers or {})})
        try:
            with urlopen(request, timeout=20) as answer:
                return json.load(answer)
        except HTTPError as error:
            assert error.code >= 500, error.read()
        except (URLError, OSError):
            pass
        return None

    def ask(self, path: str, body: object = None) -> Any:
        if not self._token:
            kept = json.loads((self.folder / "airflow" / "simple_auth_manager_passwords.json.generated").read_text())
            given = wait_for(lambda: self.send("/auth/token", {"username": "admin", "password": kept["admin"]}))
            self._token.append(given["access_token"])
        return self.send(f"/api/v2/{path}", body, {"Authorization": f"Bearer {self._token[0]}"})

    def pid(self, name: str) -> int:
        return int((self.folder / f"{name}.pid").read_text())

    def start_night(self) -> str:
        asked = {"logical_date": None, "conf": {"as_of": self.as_of}}
        return str(wait_for(lambda: self.ask("dags/nightly/dagRuns", asked))["dag_run_id"])

    def states(self, run: str) -> dict[str, str]:
        told = self.ask(f"dags/nightly/dagRuns/{run}/taskInstances") or {"task_instances": []}
        return {task["task_id"]: task["state"] for task in told["task_instances"]}

    def end_of(self, run: str) -> str:
        """How a night ended."""

        def ended() -> str | None:
            told = self.ask(f"dags/nightly/dagRuns/{run}")
            return told["state"] if told and told["state"] in ("success", "failed") else None

        return str(wait_for(ended, every=1))

    def last_night(self) -> dict[str, Any]:
        """The report of the newest run; the first runs now, where there is none."""
        if not list((self.home / "runs").glob("*/report.json")):
            assert self.end_of(self.start_night()) == "success"
        return self.report()

    def report(self) -> dict[str, Any]:
        """Of the newest run."""
        newest = max((self.home / "runs").glob("*/report.json"), key=lambda path: path.stat().st_mtime)
        return {**json.loads(newest.read_text()), "folder": newest.parent}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path, database: str | None, more: Mapping[str, str] | None = None) -> Iterator[Server]:
    """`make airflow` on a county of 400 births, its metadata in a given database or in SQLite, until the block ends. `more`: of its environment."""
    day = datetime.now(CHINA).date() - timedelta(days=1)
    county = demo.build(folder / "county", births=400, seed=7, severity="normal", as_of=day)
    server = Server(folder / "home", f"http://127.0.0.1:{free_port()}", folder / "schedule.toml", folder / "said.log", day.isoformat())
    server.schedule.write_text("")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("HEDUI_", "AIRFLOW", "MAKE"))}
    ours |= {**county.environment(), "HEDUI_HOME": str(server.home), "HEDUI_LOCALE": "en"}
    ours |= {"AIRFLOW__API__PORT": server.address.rpartition(":")[2], "AIRFLOW__HEDUI__SCHEDULE": str(server.schedule)}
    ours |= {"AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "5", "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10"}
    # A dead scheduler is missed sooner than after Airflow's 30 seconds, so that the test is shorter.
    ours |= {"AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "12", "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "10"}
    if database:
        ours["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = database
    ours |= more or {}
    with server.said.open("wb") as said:
        process = subprocess.Popen([sys.executable, "-m", "hedui.airflow"], cwd=ROOT, env=ours, stdout=said, stderr=said)
    try:
        wait_for(lambda: process.poll() is not None or "Airflow is ready" in server.said.read_text(), every=1)
        assert process.poll() is None, server.said.read_text()
        wait_for(lambda: (server.ask("dags") or {"total_entries": 0})["total_entries"] == 2)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(180)
    assert not list(server.folder.glob("*.pid"))
    assert "stopping" in server.said.read_text()


@contextmanager
def state_with_roles(postgres: sa.URL, folder: Path) -> Iterator[str]:
    """As docs/postgresql.md sets it up: the owner makes tables and roles, and the nights have a login that inherits nothing."""
    with empty_database(postgres) as owner:
        secured = {**os.environ, "HEDUI_DATABASE": owner, "HEDUI_HOME": str(folder / "owner")}
        subprocess.run([sys.executable, "-m", "hedui.main", "secure-database"], check=True, env=secured, cwd=ROOT, capture_output=True)
        engine = sa.create_engine(driver_url(owner), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.execute(sa.text("DROP ROLE IF EXISTS hedui_nights"))
            connection.execute(sa.text("CREATE ROLE hedui_nights LOGIN NOINHERIT"))
            connection.execute(sa.text(f"GRANT CONNECT ON DATABASE {sa.make_url(owner).database} TO hedui_nights"))
            connection.execute(sa.text(f"GRANT {NIGHT_ROLES} TO hedui_nights"))
        yield sa.make_url(owner).set(username="hedui_nights").render_as_string(hide_password=False)


def soon() -> datetime:
    """The next full minute that the DAG processor can hear of in time."""
    return (datetime.now(CHINA) + timedelta(seconds=100)).replace(second=0, microsecond=0)


@pytest.fixture(scope="module")
def airflow_server(request, tmp_path_factory) -> Iterator[Server]:
    """Metadata and state on PostgreSQL, with roles, as in production; on SQLite where there is none. `.ci/airflow` tries SQLite."""
    folder = tmp_path_factory.mktemp("airflow")
    if not BINARIES and not os.environ.get("TEST_PG_URL"):
        with running(folder, None) as server:
            yield server
        return
    postgres = request.getfixturevalue("postgres_folder")
    with empty_database(postgres) as metadata, state_with_roles(postgres, folder) as state:
        more = {"HEDUI_DATABASE": state, "HEDUI_DATABASE_ROLE": "stages", "HEDUI_AREA": "990101"}
        with running(folder, metadata, more) as server:
            yield server


def worklists(report: dict[str, Any]) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (report["folder"] / "worklists").glob("*.csv")}


def test_both_dags_the_pools_the_connections_and_the_asset_are_there(airflow_server):
    assert {dag["dag_id"]: dag["is_paused"] for dag in airflow_server.ask("dags")["dags"]} == {"nightly": False, "monthly": False}
    assert airflow_server.ask("importErrors")["total_entries"] == 0
    assert set(json.loads((ROOT / "dags" / "pools.json").read_text())) < {pool["name"] for pool in airflow_server.ask("pools")["pools"]}
    assert {each["connection_id"] for each in airflow_server.ask("connections")["connections"]} == {
        "hedui_hukou",
        "hedui_hospital",
        "hedui_family_planning",
    }
    (asset,) = airflow_server.ask("assets")["assets"]
    assert [task["task_id"] for task in asset["producing_tasks"]] == ["publish"]


def test_it_answers_on_this_machine_only_and_its_files_are_its_owners(airflow_server):
    assert [path for path in airflow_server.folder.rglob("*") if path.is_file() and path.stat().st_mode & 0o077] == []
    listening = {
        line.split()[1]
        for name in ("tcp", "tcp6")
        for line in Path("/proc/net", name).read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    }
    port = f"{int(airflow_server.address.rpartition(':')[2]):04X}"
    assert [address for address in listening if address.endswith(f":{port}")] == [f"0100007F:{port}"]


def test_a_night_starts_by_the_clock_and_ends_well(airflow_server):
    at = soon()
    airflow_server.schedule.write_text(f'[nightly]\nat = "{at.minute} {at.hour} * * *"\n')
    (run,) = wait_for(lambda: (airflow_server.ask("dags/nightly/dagRuns") or {"dag_runs": []})["dag_runs"], every=1)
    assert run["run_type"] == "scheduled"
    assert run["partition_key"] == (at.date() - timedelta(days=1)).isoformat()
    assert airflow_server.end_of(run["dag_run_id"]) == "success"
    assert airflow_server.report()["exit_code"] == 0
    assert worklists(airflow_server.report())
    events = airflow_server.ask("assets/events")["asset_events"]
    assert [event["partition_key"] for event in events] == [run["partition_key"]]


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_is_killed_in_the_middle_of_a_night_and_nothing_is_lost(airflow_server, name):
    undisturbed = airflow_server.last_night()
    run, before = airflow_server.start_night(), airflow_server.pid(name)
    wait_for(lambda: airflow_server.states(run).get("accept") == "running")
    os.kill(before, signal.SIGKILL)
    assert airflow_server.end_of(run) == "success"
    told = airflow_server.report()
    assert told["run_id"] != undisturbed["run_id"]
    assert (told["exit_code"], told["findings"]) == (0, undisturbed["findings"])
    assert worklists(told) == worklists(undisturbed)
    assert airflow_server.pid(name) != before
    assert f"{name}: started again" in airflow_server.said.read_text()


def test_a_second_one_beside_it_is_refused_in_words(airflow_server):
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("HEDUI_", "AIRFLOW"))}
    ours |= {"HEDUI_HOME": str(airflow_server.home), "HEDUI_LOCALE": "en", "HEDUI_HUKOU": "sqlite:///none.db"}
    ran = subprocess.run(
        [sys.executable, "-m", "hedui.airflow"], cwd=ROOT, env=ours, capture_output=True, text=True, timeout=180, check=False
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith("[airflow.another_runs]")


def test_the_units_are_what_systemd_understands(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    for unit in (ROOT / "deploy" / "systemd").iterdir():
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/hedui/.venv/bin/python", sys.executable))
    names = [
        str(tmp_path / name)
        for name in (
            "hedui-airflow.target",
            "hedui-airflow@scheduler.service",
            "hedui-airflow-prepare.service",
            "hedui-airflow-worker.service",
        )
    ]
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"}
    ran = subprocess.run(["systemd-analyze", "verify", *names], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_target_wants_exactly_the_processes_there_are():
    from hedui.airflow_processes import COMMANDS

    wanted = re.findall(r"hedui-airflow@([\w-]+)\.service", (ROOT / "deploy" / "systemd" / "hedui-airflow.target").read_text())
    assert sorted(wanted) == sorted(COMMANDS) == sorted(PROCESSES)
