"""Front door: what disagrees, tonight? Runs every rule over the run's snapshots and keeps the lives of findings."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from reconciliation.outcome_pairs import Decisions
from reconciliation.received import SNAPSHOT as RECEIVED_SNAPSHOT
from reconciliation.received import as_births, received
from reconciliation.rules import Rule, all_rules
from sql import snapshots, state
from sql.acting import acting_as
from vocabulary.areas import Areas
from vocabulary.contracts import Registry
from vocabulary.findings import CONTRADICTION, SAMPLE, Effect
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
    told_deaths = state.bound_records(settings, Effect.PEACE)
    asked, contradicting = asked_pairs(settings)
    areas = Areas.load(settings.areas_path)
    children = received(settings, areas, run.as_of)
    rows = list(children.astype(object).where(children.notna(), None).itertuples(index=False, name=None))
    with snapshots.opened(run, REGISTRIES, told_deaths, asked, rows) as tables:
        found = findings(tables)
        withheld = snapshots.withheld_findings(tables, state.open_findings(settings))
        births = tables.execute("FROM birth_record ORDER BY registry, record_id").df()
    kept = state.save_found(
        settings, run.run_id, pd.concat([births, as_births(children)]), found, withheld, lambda code: areas.current(code, run.as_of)
    )
    by_kind = {str(kind): int(count) for kind, count in found["kind"].value_counts().sort_index().items()}
    counts = (
        {"findings": len(found), "withheld": len(withheld)}
        | kept
        | {"records_moved": moved(run, births), "contradicting_decisions": contradicting, "received": len(children)}
        | by_kind
    )
    with run.writing("findings") as folder:
        write_parquet(found, folder / "finding.parquet")
        write_parquet(children, folder / RECEIVED_SNAPSHOT)
        stage_report(folder, "find", time.monotonic() - started, counts)


def asked_pairs(settings: Settings) -> tuple[list[tuple[str, str, str, str, str]], int]:
    """Pairs that a steward is asked about whatever the model says, and how many of them were decided in ways that contradict each other."""
    contradicting = Decisions.of(state.known_decisions(settings)).contradictions()
    drawn = state.drawn_pairs(settings).itertuples(index=False, name=None)
    told = [(*pair, SAMPLE) for pair in drawn] + [(*pair.left, *pair.right, CONTRADICTION) for pair in contradicting]
    return told, len(contradicting)


def moved(run: Run, births: pd.DataFrame) -> int:
    """Records that belong to another birth than when the night began: the state itself may have been brought up to date by a try that ended early."""
    path = run.accepted / "known_birth.parquet"
    if not path.is_file():
        return 0
    both = births.merge(read_frame(path), on=["registry", "record_id"], suffixes=("", "_before"))
    return int((both["birth_id"] != both["birth_id_before"]).sum())


def found_in(run: Run, registries: Mapping[str, Registry] = REGISTRIES) -> pd.DataFrame:
    """One row a finding of a run that is linked, without touching the state."""
    with snapshots.opened(run, registries) as tables:
        return findings(tables)


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
