"""Airflow, where AIRFLOW_HOME is set: do the DAGs parse, does nothing but references travel, are the pools there.

Airflow is asked in a process of its own: it takes seconds to import, writes to its log, and may end a process whose settings
cannot be. Run as a module, this file is that process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hedui.checks.answer import Answer, ok, to_do, unknown
from vocabulary.errors import Fault

WHERE = "AIRFLOW_HOME"
SECONDS = 180
DAGS = ("monthly", "nightly")
BACKEND = "dags.xcom.ReferenceOnlyXCom"
POOLS = Path(__file__).resolve().parent.parent.parent / "dags" / "pools.json"
MARK = "hedui-doctor "


def airflow() -> Iterator[Answer]:
    """Three answers, or the one that Airflow cannot be asked."""
    if not os.environ.get(WHERE):
        yield ok("airflow", "–")
        return
    told = subprocess.run([sys.executable, "-m", "hedui.checks.scheduler"], capture_output=True, timeout=SECONDS, check=False)
    lines = [line for line in told.stdout.decode("utf-8", "replace").splitlines() if line.startswith(MARK)]
    if not lines:
        yield to_do("airflow", Fault("doctor.airflow", WHERE))
        return
    yield from judged(json.loads(lines[-1].removeprefix(MARK)))


def judged(told: dict[str, Any]) -> Iterator[Answer]:
    """What Airflow said of its settings, as answers."""
    if told["broken"]:
        yield to_do("dags", Fault("doctor.dags_broken", ", ".join(told["broken"])))
    elif missing := [name for name in DAGS if name not in told["dags"]]:
        yield to_do("dags", Fault("doctor.dags_missing", "AIRFLOW__CORE__DAGS_FOLDER", {"names": ", ".join(missing)}))
    else:
        yield ok("dags", ", ".join(DAGS))
    if told["backend"] == BACKEND:
        yield ok("xcom", BACKEND)
    else:
        yield to_do("xcom", Fault("doctor.xcom", "AIRFLOW__CORE__XCOM_BACKEND", {"backend": BACKEND}))
    if told["pools"] is None:
        yield unknown("pools", Fault("doctor.airflow_database", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"))
    elif missing := [name for name in told["wanted"] if name not in told["pools"]]:
        yield to_do("pools", Fault("doctor.pools", "airflow pools", {"names": ", ".join(missing)}))
    else:
        yield ok("pools", ", ".join(told["wanted"]))


def ask() -> dict[str, Any]:
    """In the other process: what Airflow says. Names of files, DAGs and pools only."""
    from airflow.configuration import conf
    from airflow.dag_processing.dagbag import DagBag

    folder = conf.get("core", "dags_folder")
    bag = DagBag(dag_folder=folder)
    wanted = json.loads(POOLS.read_text(encoding="utf-8"))
    return {
        "dags": sorted(bag.dags),
        "broken": sorted(Path(path).name for path in bag.import_errors),
        "backend": conf.get("core", "xcom_backend"),
        "pools": pools(),
        "wanted": sorted(wanted),
    }


def pools() -> list[str] | None:
    """Names; None where Airflow's database cannot be read."""
    from airflow.models.pool import Pool

    try:
        return sorted(pool.pool for pool in Pool.get_pools())
    except Exception:  # noqa: BLE001 - of whatever kind the driver's error is, it says one thing
        return None


if __name__ == "__main__":
    print(MARK + json.dumps(ask()))
