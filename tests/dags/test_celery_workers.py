"""Production with several workers: CeleryExecutor on Redis, state and metadata on PostgreSQL with roles, snapshots in an object store.

Each worker has a home of its own, as on machines without a common disk; one is killed in the middle of a night (docs/production.md).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from hedui.airflow import kept_secrets
from hedui.airflow_processes import end_session
from tests.conftest import ROOT
from tests.dags.test_real_airflow import Server, free_port, running, state_with_roles, wait_for
from tests.object_store import KEYS, s3_server
from tests.postgres import empty_database, postgres_folder  # noqa: F401 - a fixture
from vocabulary.runs import private_folder

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(1800)]
IMPATIENT = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "25",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "60",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "10",
}
"""A worker that died is missed sooner than in production, so that the test is shorter."""


@dataclass
class Worker:
    """A worker's own home, and its process."""

    home: Path
    process: subprocess.Popen[bytes]

    def did(self, run: str) -> set[str]:
        """Tasks of a night whose log lies here."""
        logs = self.home / "server" / "airflow" / "logs" / "dag_id=nightly" / f"run_id={run}"
        return {path.name.removeprefix("task_id=") for path in logs.glob("task_id=*")}


@dataclass
class Production:
    server: Server
    workers: list[Worker]
    environment: dict[str, str]

    def folder_of(self, as_of: str) -> Path:
        """Where the newest night lies, on the worker that reported it."""
        found = [path for worker in self.workers for path in (worker.home / "runs").glob(f"{as_of}-*/report.json")]
        return max(found, key=lambda path: path.parent.name).parent


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """The address of a Redis that keeps nothing on disk."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(20)


def worker_at(home: Path, environment: dict[str, str]) -> Worker:
    """One that takes one task at a time, so that both have something to do."""
    private_folder(home)
    with (home / "worker.log").open("wb") as log:
        words = ["celery", "worker", "--concurrency", "1", "--celery-hostname", f"{home.name}@%h", "--skip-serve-logs"]
        process = subprocess.Popen(
            [sys.executable, "-m", "hedui.airflow", *words],
            cwd=ROOT,
            env={**environment, "HEDUI_HOME": str(home)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    return Worker(home, process)


@pytest.fixture(scope="module")
def production(tmp_path_factory, request) -> Iterator[Production]:
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed")
    folder = tmp_path_factory.mktemp("production")
    postgres = request.getfixturevalue("postgres_folder")
    with ExitStack() as stack:
        metadata = stack.enter_context(empty_database(postgres))
        store = stack.enter_context(s3_server(folder, free_port()))
        more = {
            **kept_secrets(private_folder(folder / "secrets")),
            **KEYS,
            **IMPATIENT,
            "HEDUI_STORE": store,
            "HEDUI_DATABASE": stack.enter_context(state_with_roles(postgres, folder)),
            "HEDUI_DATABASE_ROLE": "stages",
            "HEDUI_AREA": "990101",
            "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
            "AIRFLOW__CELERY__BROKER_URL": stack.enter_context(redis(folder)),
            "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{metadata}",
            "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT": "21600",
        }
        server = stack.enter_context(running(folder, metadata, more))
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("HEDUI_", "AIRFLOW"))}
        environment |= {
            f"HEDUI_{name.upper()}": f"sqlite:///{folder / 'county' / name}.db" for name in ("hukou", "hospital", "family_planning")
        }
        environment |= {**more, "HEDUI_AREAS": str(folder / "county" / "areas.csv"), "HEDUI_LOCALE": "en"}
        environment |= {
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata,
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{server.address}/execution/",
        }
        workers = [worker_at(folder / name, environment) for name in ("one", "two")]
        try:
            for worker in workers:
                wait_for(lambda log=worker.home / "worker.log": b"[queues]" in log.read_bytes(), seconds=180, every=1)
            yield Production(server, workers, environment)
        finally:
            for worker in workers:
                end_session(worker.process.pid)
                worker.process.wait(30)


@pytest.fixture(scope="module")
def at_home(production) -> Path:
    """The same night on one machine: SQLite, no store, one process."""
    home = production.workers[0].home.parent / "alone"
    kept = {name: value for name, value in production.environment.items() if not name.startswith(("AIRFLOW", "AWS"))}
    for name in ("HEDUI_STORE", "HEDUI_DATABASE", "HEDUI_DATABASE_ROLE"):
        del kept[name]
    command = [sys.executable, "-m", "hedui.main", "nightly", "--as-of", production.server.as_of, "--json"]
    ran = subprocess.run(command, env={**kept, "HEDUI_HOME": str(home)}, cwd=ROOT, capture_output=True, text=True, check=True)
    return Path(json.loads(ran.stdout)["folder"])


def answer(folder: Path) -> dict[str, bytes]:
    """Findings, links, and what desks get."""
    named = [*folder.glob("worklists/*.csv"), folder / "findings" / "finding.parquet", folder / "linked" / "birth_record.parquet"]
    return {path.name: path.read_bytes() for path in named}


def test_two_workers_without_a_common_disk_do_one_night_as_one_machine_does(production, at_home):
    run = production.server.start_night()
    assert production.server.end_of(run) == "success"
    did = [worker.did(run) for worker in production.workers]
    assert all(did), did
    assert {"open_run", "land", "accept", "link", "find", "publish", "report"} == did[0] | did[1]
    assert answer(production.folder_of(production.server.as_of)) == answer(at_home)


def test_a_worker_is_killed_in_the_middle_of_a_night_and_the_other_ends_it(production, at_home):
    server = production.server
    run = server.start_night()

    def at_work() -> Worker | None:
        if server.states(run).get("accept") != "running":
            return None
        return next((worker for worker in production.workers if "accept" in worker.did(run)), None)

    killed = wait_for(at_work, every=0.2)
    end_session(killed.process.pid)
    (other,) = (worker for worker in production.workers if worker is not killed)
    assert server.end_of(run) == "success"
    assert {"accept", "link", "find", "publish", "report"} <= other.did(run)
    assert answer(production.folder_of(server.as_of)) == answer(at_home)


def test_nothing_of_the_keys_is_in_a_log(production):
    said = [path.read_bytes() for path in production.workers[0].home.parent.rglob("*.log")]
    assert said
    assert not any(KEYS["AWS_SECRET_ACCESS_KEY"].encode() in text for text in said)
