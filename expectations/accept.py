"""Front door: which of tonight's rows are fit to be matched? Writes the run's `accepted/`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from expectations.acceptance import FRESH, Acceptance, Night, accept_all, where_of
from expectations.basis import Basis
from expectations.data_docs import write_data_docs
from expectations.landing import Landed, read_landing
from expectations.snapshot import NOTE, RECORD, REGISTRY, write_snapshot, write_snapshots
from expectations.verdict import verdict_of
from expectations.verdict_page import verdict_page
from sql import state
from sql.acting import acting_as
from vocabulary.areas import Areas
from vocabulary.locks import alone
from vocabulary.parquet_files import read_table
from vocabulary.parts import Part
from vocabulary.registries import REGISTRIES
from vocabulary.runs import Run, private_folder, stage_report, write_parquet, write_private
from vocabulary.settings import Settings


@acting_as("accept")
def night(run_id: str) -> str:
    """Accept what tonight's deliveries allow; the run id again. Done already: nothing is done twice.

    A registry, or a county's part of one, that is late, refused or unfit does not stop the others: its last good night stands in, and the verdict
    says so.
    Raises ConfigurationError for a run that is not here.
    """
    settings = Settings.from_environment()
    run = Run.load(settings, run_id)
    with alone(run.folder, "accepted"):
        if not run.has("accepted"):
            accept(settings, run)
        mark_accepted(settings, run)
    return run_id


def accept(settings: Settings, run: Run, frozen: Basis | None = None) -> None:
    """Judge what was landed, and write `accepted/`. `frozen`: what the night rested on, where it is replayed."""
    started = time.monotonic()
    basis = frozen or Basis.of_state(settings, run)
    tonight = Night(run.run_id, run.as_of, Areas.load(basis.areas_path), run.area or settings.area, settings.counties)
    registries = {part.key: REGISTRIES[part.registry] for part in basis.parts}
    acceptances = accept_all(registries, Landings(run, basis.parts), basis.earlier, tonight)
    with run.writing("accepted") as folder:
        basis.write(folder)
        write_accepted(acceptances, tonight, folder)
        stage_report(folder, "accept", time.monotonic() - started, counts_of(acceptances))


class Landings(Mapping[str, Landed]):
    """What was landed of each part, read when it is asked for: a province's deliveries do not lie in memory side by side."""

    def __init__(self, run: Run, parts: Sequence[Part]) -> None:
        self._run = run
        self._parts = {part.key: part for part in parts}

    def __getitem__(self, key: str) -> Landed:
        return read_landing(self._run.landing / key, where_of(self._parts[key]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)


def write_accepted(acceptances: dict[str, Acceptance], tonight: Night, folder: Path) -> None:
    """Everything of `accepted/` but the known births and the stage's report. Registries come in alphabetical order."""
    chosen = list(acceptances.values())
    write_snapshots([each.records for each in chosen], RECORD, folder / "record.parquet")
    write_snapshots([each.notes for each in chosen], NOTE, folder / "note.parquet")
    write_snapshot(registry_rows(acceptances, tonight), REGISTRY, folder / "registry.parquet")
    private_folder(folder / "quarantine")
    for name, acceptance in acceptances.items():
        if acceptance.status == FRESH:
            write_parquet(acceptance.quarantine, folder / "quarantine" / f"{name}.parquet")
    verdict = verdict_of(acceptances, tonight)
    write_private(folder / "verdict.json", json.dumps(verdict, ensure_ascii=False, indent=1))
    write_private(folder / "verdict.html", verdict_page(verdict))
    # Of a hundred counties only those that need an engineer's eye have a page; the verdict has the counts of all.
    examined = {
        key: each for key, each in acceptances.items() if not each.county or each.faults or (each.examination and each.examination.raised)
    }
    examinations = {key: each.examination for key, each in examined.items() if each.examination is not None}
    write_data_docs(examinations, folder / "data_docs")


def registry_rows(acceptances: dict[str, Acceptance], tonight: Night) -> pd.DataFrame:
    """One row per configured registry, or county's part of one (snapshot.REGISTRY)."""
    rows = [
        {
            "registry": each.registry.name,
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
            "county": each.county,
            "prefix": tonight.part(key).prefix,
        }
        for key, each in acceptances.items()
    ]
    return pd.DataFrame(rows, columns=REGISTRY.names)


def counts_of(acceptances: dict[str, Acceptance]) -> dict[str, int]:
    """For the stage's report: what each registry gave, its parts taken together."""
    counts: dict[str, int] = {"registries": len(acceptances), "fresh": sum(each.status == FRESH for each in acceptances.values())}
    for each in acceptances.values():
        name = each.registry.name
        told = {"accepted": len(each.records), "quarantined": each.rows_quarantined, "notes": len(each.notes)}
        for what, count in told.items():
            counts[f"{name}_{what}"] = counts.get(f"{name}_{what}", 0) + count
    return counts


def mark_accepted(settings: Settings, run: Run) -> None:
    """Tell the state which deliveries were good, also where an earlier attempt ended between snapshot and state."""
    rows = read_table(run.accepted / "registry.parquet").to_pylist()
    fresh = {Part(row["registry"], row.get("county") or ""): int(row["rows_accepted"]) for row in rows if row["status"] == FRESH}
    state.mark_all_accepted(settings, run.run_id, fresh)
