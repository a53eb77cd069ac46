"""Front door: which of tonight's rows are fit to be matched? Writes the run's `accepted/`."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pandas as pd

from expectations.acceptance import FRESH, Acceptance, Earlier, Night, accept_all
from expectations.data_docs import write_data_docs
from expectations.history import earlier_night
from expectations.landing import read_landing
from expectations.snapshot import KNOWN_BIRTH, KNOWN_DECISION, NOTE, RECORD, REGISTRY, empty, write_snapshot
from expectations.verdict import verdict_of
from expectations.verdict_page import verdict_page
from sql import state
from sql.acting import acting_as
from vocabulary.areas import Areas
from vocabulary.contracts import Registry
from vocabulary.locks import alone
from vocabulary.parquet_files import read_table
from vocabulary.registries import REGISTRIES
from vocabulary.runs import Run, private_folder, stage_report, write_parquet, write_private
from vocabulary.settings import Settings


@acting_as("accept")
def night(run_id: str) -> str:
    """Accept what tonight's deliveries allow; the run id again. Done already: nothing is done twice.

    A registry that is late, refused or unfit does not stop the others: its last good night stands in, and the verdict says so.
    Raises ConfigurationError for a run that is not here.
    """
    settings = Settings.from_environment()
    run = Run.load(settings, run_id)
    with alone(run.folder, "accepted"):
        if not run.has("accepted"):
            accept(settings, run)
        mark_accepted(settings, run)
    return run_id


def accept(settings: Settings, run: Run) -> None:
    """Judge what was landed, and write `accepted/`."""
    started = time.monotonic()
    tonight = Night(run.run_id, run.as_of, Areas.load(settings.areas_path), run.area or settings.area)
    earlier = earlier_nights(settings, run)
    registries = configured(settings, run, earlier)
    landed = {name: read_landing(run.landing / name, name) for name in registries}
    acceptances = accept_all(registries, landed, earlier, tonight)
    with run.writing("accepted") as folder:
        write_known(settings, folder)
        write_accepted(acceptances, tonight, folder)
        stage_report(folder, "accept", time.monotonic() - started, counts_of(acceptances))


def earlier_nights(settings: Settings, run: Run) -> dict[str, Earlier]:
    """The last good night of each registry that has one."""
    found: dict[str, Earlier] = {}
    for name in REGISTRIES:
        known = state.last_good_delivery(settings, name, run.run_id)
        before = earlier_night(settings.home / "runs", str(known["run_id"]), name) if known else None
        if before is not None:
            found[name] = before
    return found


def configured(settings: Settings, run: Run, earlier: dict[str, Earlier]) -> dict[str, Registry]:
    """The registries of this installation: named in its settings or, where an Airflow Connection names them, seen before or tonight."""
    return {
        name: contract
        for name, contract in REGISTRIES.items()
        if name in settings.sources or name in earlier or (run.landing / name).is_dir()
    }


def write_known(settings: Settings, folder: Path) -> None:
    """What earlier nights and people decided, frozen into this run, so that linking needs no database."""
    write_snapshot(state.known_births(settings), KNOWN_BIRTH, folder / "known_birth.parquet")
    write_snapshot(state.known_decisions(settings), KNOWN_DECISION, folder / "known_decision.parquet")


def write_accepted(acceptances: dict[str, Acceptance], tonight: Night, folder: Path) -> None:
    """Everything of `accepted/` but the known births and the stage's report. Registries come in alphabetical order."""
    chosen = list(acceptances.values())
    write_snapshot(together([each.records for each in chosen], empty(RECORD)), RECORD, folder / "record.parquet")
    write_snapshot(together([each.notes for each in chosen], empty(NOTE)), NOTE, folder / "note.parquet")
    write_snapshot(registry_rows(acceptances), REGISTRY, folder / "registry.parquet")
    private_folder(folder / "quarantine")
    for name, acceptance in acceptances.items():
        if acceptance.status == FRESH:
            write_parquet(acceptance.quarantine, folder / "quarantine" / f"{name}.parquet")
    verdict = verdict_of(acceptances, tonight)
    write_private(folder / "verdict.json", json.dumps(verdict, ensure_ascii=False, indent=1))
    write_private(folder / "verdict.html", verdict_page(verdict))
    examinations = {name: each.examination for name, each in acceptances.items() if each.examination is not None}
    write_data_docs(examinations, folder / "data_docs")


def together(tables: list[pd.DataFrame], nothing: pd.DataFrame) -> pd.DataFrame:
    """The tables one under another; an empty table has no say in the types."""
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else nothing


def registry_rows(acceptances: dict[str, Acceptance]) -> pd.DataFrame:
    """One row per configured registry (snapshot.REGISTRY)."""
    rows = [
        {
            "registry": name,
            "status": each.status,
            "from_run_id": each.from_run_id,
            "complete": each.complete,
            "as_of": each.as_of,
            "rows_landed": each.rows_landed,
            "rows_accepted": len(each.records),
            "rows_quarantined": each.rows_quarantined,
            "period_from": each.period_from,
            "period_to": each.period_to,
            "reason": each.reason,
        }
        for name, each in acceptances.items()
    ]
    return pd.DataFrame(rows, columns=REGISTRY.names)


def counts_of(acceptances: dict[str, Acceptance]) -> dict[str, int]:
    """For the stage's report."""
    counts: dict[str, int] = {"registries": len(acceptances), "fresh": sum(each.status == FRESH for each in acceptances.values())}
    for name, each in acceptances.items():
        counts[f"{name}_accepted"] = len(each.records)
        counts[f"{name}_quarantined"] = each.rows_quarantined
        counts[f"{name}_notes"] = len(each.notes)
    return counts


def mark_accepted(settings: Settings, run: Run) -> None:
    """Tell the state which deliveries were good, also where an earlier attempt ended between snapshot and state."""
    for row in read_table(run.accepted / "registry.parquet").to_pylist():
        if row["status"] == FRESH:
            state.mark_accepted(settings, run.run_id, row["registry"], row["rows_accepted"])
