"""Front door: what disagrees, tonight? Runs every rule over the run's snapshots and keeps the lives of findings."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from reconciliation.known import Known
from reconciliation.received import as_births
from reconciliation.rules import Rule, all_rules
from sql import snapshots, state
from sql.acting import acting_as
from vocabulary.areas import Areas
from vocabulary.contracts import Registry
from vocabulary.locks import STAGE, alone
from vocabulary.parquet_files import read_frame
from vocabulary.registries import REGISTRIES
from vocabulary.runs import Run, stage_report, write_parquet
from vocabulary.settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS = {
    "finding_id": "string",
    "kind": "string",
    "birth_id": "string",
    "registry": "string",
    "record_id": "string",
    "field": "string",
    "division_code": "string",
    "due_stage": "Int64",
    "evidence": "string",
    "other_registry": "string",
    "other_record_id": "string",
}
"""`findings/finding.parquet`. The last two name the second record of a pair and are empty for every other kind."""
ID_LENGTH = 15
"""Base-32 characters: 75 bits, so that a nation's findings of a century hardly share one."""


@acting_as("find")
def night(run_id: str) -> str:
    """Find what disagrees in a run; a run that has its findings keeps them. Raises ConfigurationError for a missing stage.

    The state is written first: if the night ends in between, the same findings are found, and kept, once more.
    """
    settings = Settings.from_environment()
    run = Run.load(settings, run_id)
    with alone(settings.home, STAGE):
        if not run.has("findings"):
            find_and_keep(settings, run)
    return run_id


def find_and_keep(settings: Settings, run: Run) -> None:
    """Run every rule, bring the state to what they found, and write `findings/`."""
    started = time.monotonic()
    areas = Areas.load(settings.areas_path)
    known = Known.of_state(settings, areas, run)
    with snapshots.opened(run, REGISTRIES, known.told_deaths, known.asked, known.child_rows()) as tables:
        found = findings(tables)
        withheld = snapshots.withheld_findings(tables, state.open_findings(settings))
        births = tables.execute("FROM birth_record ORDER BY registry, record_id").df()
    kept = state.save_found(
        settings, run.run_id, pd.concat([births, as_births(known.children)]), found, withheld, lambda code: areas.current(code, run.as_of)
    )
    by_kind = {str(kind): int(count) for kind, count in found["kind"].value_counts().sort_index().items()}
    counts = (
        {"findings": len(found), "withheld": len(withheld)}
        | kept
        | {"records_moved": moved(run, births), "contradicting_decisions": known.contradicting, "received": len(known.children)}
        | by_kind
    )
    with run.writing("findings") as folder:
        write_parquet(found, folder / "finding.parquet")
        known.write(folder)
        stage_report(folder, "find", time.monotonic() - started, counts)


def moved(run: Run, births: pd.DataFrame) -> int:
    """Records that belong to another birth than when the night began: the state itself may have been brought up to date by a try that ended early."""
    path = run.accepted / "known_birth.parquet"
    if not path.is_file():
        return 0
    both = births.merge(read_frame(path), on=["registry", "record_id"], suffixes=("", "_before"))
    return int((both["birth_id"] != both["birth_id_before"]).sum())


def found_in(run: Run, registries: Mapping[str, Registry] = REGISTRIES, known: Known | None = None) -> pd.DataFrame:
    """One row a finding of a run that is linked, without touching the state. `known`: what the night knows besides; otherwise nothing."""
    beside = () if known is None else (known.told_deaths, known.asked, known.child_rows())
    with snapshots.opened(run, registries, *beside) as tables:
        return findings(tables)


def find_again(run: Run, known: Known) -> None:
    """Write `findings/` of a run that is replayed, and touch no state."""
    started = time.monotonic()
    found = found_in(run, known=known)
    with run.writing("findings") as folder:
        write_parquet(found, folder / "finding.parquet")
        known.write(folder)
        stage_report(folder, "find", time.monotonic() - started, {"findings": len(found)})


def findings(tables: DuckDBPyConnection) -> pd.DataFrame:
    """One row a finding, by kind, area and id, so that the same facts give the same bytes in whatever order they came."""
    whole = pd.concat([offenders(tables, rule) for rule in all_rules()], ignore_index=True)
    return whole.sort_values(["kind", "division_code", "finding_id"], ignore_index=True)


def offenders(tables: DuckDBPyConnection, rule: Rule) -> pd.DataFrame:
    """The rows of one rule, with the kind, an id, and every column of a finding. Raises ValueError if two share an id."""
    rows = tables.execute(rule.query).df()
    anchors = zip(*(rows[name] for name in rule.anchor), strict=True)
    told = rows.assign(kind=rule.kind.value, finding_id=[finding_id(rule.kind, *anchor) for anchor in anchors])
    if told["finding_id"].duplicated().any():
        raise ValueError(f"sql/findings/{rule.kind}.sql: expected one row per {', '.join(rule.anchor)}, got several")
    whole: pd.DataFrame = told.reindex(columns=list(COLUMNS)).astype(COLUMNS)
    return whole


def finding_id(kind: str, *anchor: str) -> str:
    """The same problem of the same thing has the same id every night, whatever else arrives."""
    digest = hashlib.sha256("|".join((kind, *anchor)).encode()).digest()
    return "f" + base64.b32encode(digest[:10]).decode().lower()[:ID_LENGTH]
