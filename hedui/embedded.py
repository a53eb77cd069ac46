"""Airflow inside this process: its own folder and SQLite under HEDUI_HOME, the real DAG, no scheduler and no server.

Every setting is a default: what the environment already says wins, so that an engineer's own Airflow stays as it is.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from vocabulary.runs import private_folder

DAG_FOLDER = Path(__file__).resolve().parent.parent / "dags"


def airflow_defaults(home: Path) -> dict[str, str]:
    """The environment of the embedded Airflow, for a given HEDUI_HOME."""
    folder = home / "airflow"
    return {
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAG_FOLDER),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(folder / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__MAX_MAP_LENGTH": "10000",  # a province's counties, times their registries
        "AIRFLOW__CORE__XCOM_BACKEND": "dags.xcom.ReferenceOnlyXCom",
        "AIRFLOW__CORE__FERNET_KEY": "",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder / 'airflow.db'}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(folder / "logs"),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(64),
    }


def set_defaults(home: Path) -> None:
    """Put the defaults into the environment. Airflow reads it once: call before anything imports Airflow."""
    for name, value in airflow_defaults(home).items():
        os.environ.setdefault(name, value)


def prepare(home: Path) -> None:
    """Set the defaults and migrate the metadata database. Call before anything imports Airflow."""
    set_defaults(home)
    Path(os.environ["AIRFLOW_HOME"]).mkdir(mode=0o700, parents=True, exist_ok=True)
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.utils.db import initdb

    initdb()
    DagBundlesManager().sync_bundles_to_db()
    _make_pools()


def _make_pools() -> None:
    """The pools that the DAGs name: a task in a pool that does not exist would never be scheduled."""
    import json

    from airflow.models.pool import Pool

    for name, pool in json.loads((DAG_FOLDER / "pools.json").read_text(encoding="utf-8")).items():
        Pool.create_or_update_pool(name, slots=pool["slots"], description=pool["description"], include_deferred=pool["include_deferred"])


def load_dag(dag_id: str) -> Any:
    """The DAG as the scheduler would parse it, without waits: no retries in an interactive run."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=DAG_FOLDER)
    if bag.import_errors:
        raise ImportError(f"DAG folder: {sorted(bag.import_errors)}")
    found = bag.dags[dag_id]
    for step in found.tasks:
        if hasattr(step, "partial_kwargs"):
            step.partial_kwargs["retries"] = 0
        else:
            step.retries = 0
    return found


def give_back_memory() -> None:
    """Hand to the system what a stage has freed: here all stages are one process, and a province's linking leaves gigabytes behind that finding would add to."""
    if sys.platform != "linux" or "pyarrow" not in sys.modules:
        return
    import ctypes
    import gc

    import pyarrow as pa

    gc.collect()
    pa.default_memory_pool().release_unused()
    with suppress(AttributeError, OSError):  # another C library than glibc keeps what it wants
        ctypes.CDLL(None).malloc_trim(0)


def run(dag_id: str, conf: dict[str, Any], on_task: Callable[[str, str], None]) -> str:
    """Run a DAG to its end and return its state; `on_task(task_id, 'running'|'success'|'failed')` is told of every step."""
    from airflow.listeners import hookimpl
    from airflow.sdk.listener import get_listener_manager

    class Watcher:
        @hookimpl
        def on_task_instance_running(self, task_instance: Any) -> None:
            on_task(task_instance.task_id, "running")

        @hookimpl
        def on_task_instance_success(self, task_instance: Any) -> None:
            give_back_memory()
            on_task(task_instance.task_id, "success")

        @hookimpl
        def on_task_instance_failed(self, task_instance: Any) -> None:
            on_task(task_instance.task_id, "failed")

    watcher, listeners = Watcher(), get_listener_manager()
    listeners.add_listener(watcher)
    try:
        return str(load_dag(dag_id).test(run_conf=conf).state)
    finally:
        listeners.pm.unregister(watcher)


@contextmanager
def output_to(log: Path) -> Iterator[TextIO]:
    """Send everything that libraries print to a private log file, and yield the real standard error for people."""
    for folder in (log.parent.parent.parent, log.parent.parent, log.parent):  # mkdir would leave those above open to others
        private_folder(folder)
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(target, 1)
    os.dup2(target, 2)
    os.close(target)
    people = os.fdopen(os.dup(kept[1]), "w", encoding="utf-8")
    try:
        yield people
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        people.close()
        for number, saved in enumerate(kept, start=1):
            os.dup2(saved, number)
            os.close(saved)
