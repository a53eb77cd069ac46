"""`make airflow`: hedui's DAGs on an Airflow of their own, on defaults that the environment overrules.

`python -m hedui.airflow` keeps scheduler, API server, DAG processor and triggerer running until it is stopped. With words behind it, it is
Airflow's own command line under the same settings, and `scheduler` starts that one process; `prepare` brings Airflow's database up to
date, with pools and Connections (docs/airflow.md).
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from hedui import airflow_processes, embedded
from hedui.demo import build_county
from vocabulary.dates import CHINA
from vocabulary.errors import ConfigurationError, Fault, Refusal
from vocabulary.locks import alone
from vocabulary.registries import REGISTRIES
from vocabulary.runs import private_folder, write_private
from vocabulary.settings import Settings, source_variable

TOUR_BIRTHS = 5493
PATIENT = {
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "30",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "180",
    "AIRFLOW__WORKERS__MAX_FAILED_HEARTBEATS": "30",
    "AIRFLOW__WORKERS__EXECUTION_API_RETRIES": "12",
    "AIRFLOW__WORKERS__EXECUTION_API_RETRY_WAIT_MAX": "15",
}
"""A process that died is back within a minute: tasks wait for the API server so long, and a new scheduler looks soon for what the old one left."""


def server_defaults(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The settings of an Airflow that lives in `folder` and answers on this machine only."""
    port = environment.get("AIRFLOW__API__PORT", "8080")
    address = f"http://127.0.0.1:{port}"
    return {
        **embedded.airflow_defaults(folder),
        **kept_secrets(folder),
        **PATIENT,
        **driver_of_both(environment.get("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "")),
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": port,
        "AIRFLOW__API__BASE_URL": address,
        "AIRFLOW__API__WORKERS": "1",
    }


def driver_of_both(address: str) -> dict[str, str]:
    """On PostgreSQL, psycopg for Airflow's asynchronous half as well: the driver that it would take knows no `sslmode`, and no password file."""
    if not address.startswith("postgresql+psycopg:"):
        return {}
    return {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": address.replace("+psycopg:", "+psycopg_async:", 1)}


def kept_secrets(folder: Path) -> dict[str, str]:
    """The keys that all processes share, made once: tasks sign with one, Connections are encrypted with another."""
    path = folder / "secrets.json"
    if not path.is_file():
        from cryptography.fernet import Fernet

        made = {
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(64),
            "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
            "AIRFLOW__CORE__FERNET_KEY": Fernet.generate_key().decode(),
        }
        write_private(path, json.dumps(made))
    told: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return told


def settle(environment: dict[str, str]) -> Path:
    """Complete the environment and return the folder of this Airflow; where no registry is configured, with a county of invented people."""
    settings = Settings.from_environment(environment)
    connected = any(environment.get(f"AIRFLOW_CONN_{source_variable(name)}") for name in REGISTRIES)
    home = settings.home if settings.sources or settings.counties.rows or connected else settings.home / "tour"
    environment["HEDUI_HOME"] = str(private_folder(home))
    folder = private_folder(home / "server")
    for name, value in server_defaults(folder, environment).items():
        environment.setdefault(name, value)
    if home != settings.home:
        yesterday = datetime.now(CHINA).date() - timedelta(days=1)
        wanted = {"births": TOUR_BIRTHS, "seed": 1, "severity": "normal", "as_of": yesterday.isoformat()}
        environment.update(build_county(private_folder(home / "demo"), wanted))
    else:
        for name in ("HEDUI_AREAS", "HEDUI_COUNTIES"):
            if environment.get(name):
                environment[name] = str(Path(environment[name]).absolute())  # tasks need not start where this did
    private_folder(Path(environment["AIRFLOW_HOME"]))
    return folder


def prepare(folder: Path) -> None:
    """Bring Airflow's database up to date, with hedui's pools and the Connections that the environment speaks of."""
    embedded.prepare(folder)
    from hedui.airflow_connections import save_connections

    save_connections(Settings.from_environment())


def serve(folder: Path) -> None:
    """Prepare, then keep all four running until stopped. Raises ConfigurationError where another does, or somebody else has the port."""
    port = int(os.environ["AIRFLOW__API__PORT"])
    with alone(folder, "airflow", Fault("airflow.another_runs", "HEDUI_HOME")):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as uvicorn does: a port that was left a moment ago is free
            try:
                probe.bind((os.environ["AIRFLOW__API__HOST"], port))
            except OSError:
                raise ConfigurationError(Fault("airflow.port", "AIRFLOW__API__PORT", {"port": port})) from None
        airflow_processes.serve(folder, os.environ["AIRFLOW__API__BASE_URL"])


def main() -> None:
    """Start everything; or prepare; or hand the words over to Airflow's own command line."""
    os.umask(0o077)  # Airflow's database and logs are nobody else's business
    try:
        folder = settle(os.environ)  # type: ignore[arg-type]
        words = sys.argv[1:]
        if words == ["prepare"]:
            prepare(folder)
        elif words:
            whole = airflow_processes.COMMANDS.get(words[0], words) if len(words) == 1 else words
            os.execv(sys.executable, [sys.executable, "-m", "airflow", *whole])  # noqa: S606 - no shell is wanted
        else:
            serve(folder)
    except Refusal as refusal:
        print(refusal.text(), file=sys.stderr)
        sys.exit(refusal.exit_code)


if __name__ == "__main__":
    main()
