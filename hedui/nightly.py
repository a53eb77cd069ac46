"""`hedui nightly`: the real DAG, in this process, with progress for people and one JSON object for programs."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

from hedui import embedded, show
from hedui.progress import NIGHT, Progress
from vocabulary.errors import ConfigurationError, Fault, GateRefused
from vocabulary.locks import alone
from vocabulary.parquet_files import hold_to_key
from vocabulary.registries import REGISTRIES
from vocabulary.runs import private_folder
from vocabulary.settings import Settings, source_variable


def nightly(as_of: date | None, *, as_json: bool, quiet: bool) -> int:
    """Run the night, print what came of it, return the exit code."""
    settings = Settings.from_environment()
    told = run_night(settings, as_of, quiet=quiet or as_json)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        show.night(told, settings)
    return int(told["exit_code"])


def require_a_source(settings: Settings) -> None:
    """Raise ConfigurationError where no registry at all is configured, by environment or by Connection."""
    named = [source_variable(name) for name in REGISTRIES]
    if not settings.sources and not settings.counties.rows and not any(os.environ.get(f"AIRFLOW_CONN_{name}") for name in named):
        raise ConfigurationError(Fault("settings.source_missing", "HEDUI_*", {"names": ", ".join(named)}))


def run_night(settings: Settings, as_of: date | None, *, quiet: bool) -> dict[str, Any]:
    """The night's `report.json` with its folder. Raises GateRefused where there is not even a report, ConfigurationError while another night runs."""
    require_a_source(settings)
    with alone(private_folder(settings.home), "night", Fault("night.another_runs", "HEDUI_HOME")):
        return _run_night(settings, as_of, quiet=quiet)


def _run_night(settings: Settings, as_of: date | None, *, quiet: bool) -> dict[str, Any]:
    runs = settings.home / "runs"
    hold_to_key(runs)
    before = set(runs.glob("*/report.json"))
    steps = NIGHT if not settings.counties.rows else NIGHT - len(REGISTRIES) + len(settings.parts) + 1
    with (
        embedded.output_to(settings.home / "airflow" / "logs" / "nightly.log") as people,
        Progress(people, quiet=quiet, steps=steps) as progress,
    ):
        embedded.prepare(settings.home)
        embedded.run("nightly", {"as_of": as_of.isoformat()} if as_of else {}, progress.step)
    made = sorted(set(runs.glob("*/report.json")) - before)
    broke_down = Fault("night.broke_down", str(settings.home / "airflow" / "logs" / "nightly.log"))
    if not made:
        raise GateRefused(broke_down)
    report = made[-1]
    told = read_report(report)
    told |= {"folder": str(report.parent), "counts": counts_of(told)}
    if told["status"] == "failed":
        told["faults"].append({"code": broke_down.code, "where": broke_down.where, "text": broke_down.text()})
    return told


def counts_of(told: dict[str, Any]) -> dict[str, int]:
    """Records, births, pairs by decision, and findings by kind: what a program asks first."""
    linked = told["stages"].get("link", {}).get("counts", {})
    named = {name: linked[name] for name in ("records", "births", "pairs_link", "pairs_review", "pairs_apart") if name in linked}
    return {**named, **told["findings"]}


def read_report(path: Path) -> dict[str, Any]:
    """A run's `report.json`."""
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told
