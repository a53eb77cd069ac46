"""Worklists: every desk gets one workbook and its CSV twin, and nobody gets a row that the disclosure table does not grant."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd

from reconciliation.disclosure import Recipient, absence_of, disclose, registries_of, table
from reconciliation.standing import Standing
from reconciliation.worklist_csv import csv_bytes
from reconciliation.worklist_desks import file_stem, known_desks, recipients, served_area
from reconciliation.worklist_sheets import Occasion, Worklist, worklist
from reconciliation.worklist_words import worded
from reconciliation.worklist_workbook import workbook_bytes
from vocabulary.areas import Areas
from vocabulary.registries import REGISTRIES
from vocabulary.runs import Run, measured, sha256_of, write_private
from vocabulary.settings import Settings

TaskIssuer = Callable[[pd.DataFrame], pd.DataFrame]
"""(finding_id, desk) -> finding_id, desk, task_no, issued_on: the state's side of a worklist."""


@dataclass(frozen=True)
class Night:
    """What a night found, as publishing needs it. `records` are accepted records with their birth_id; `withheld` as in Occasion.

    `protected` are births (rights.md R5); `marks`: finding -> what an earlier answer says of it, as a code.
    """

    findings: pd.DataFrame
    records: pd.DataFrame
    areas: Areas
    as_of: date
    served: tuple[str, ...] = ()
    protected: Collection[str] = frozenset()
    withheld: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)


def night(run_id: str) -> str:
    """Write the run's worklists; a run that has them keeps them. Raises ConfigurationError, DisclosureRefused."""
    from sql import state

    settings = Settings.from_environment()
    run = Run.load(settings, run_id)
    if not run.has("worklists"):
        told = read_night(run, Areas.load(settings.areas_path), Standing.read(settings, run.as_of))
        with run.writing("worklists") as folder, measured(folder, "publish") as counts:
            counts.update(publish(told, partial(state.issue_tasks, settings), folder))
    return run_id


def read_night(run: Run, areas: Areas, standing: Standing) -> Night:
    """From the run's snapshots, less what answers settled. Raises ConfigurationError where a stage before is missing."""
    findings = pd.read_parquet(run.require("findings") / "finding.parquet")
    accepted = pd.read_parquet(run.require("accepted") / "record.parquet")
    births = pd.read_parquet(run.require("linked") / "birth_record.parquet", columns=["birth_id", "registry", "record_id"])
    records = accepted.merge(births, on=["registry", "record_id"], how="inner", validate="one_to_one")
    deliveries = pd.read_parquet(run.accepted / "registry.parquet")
    listed = standing.heeded(findings, records, served_area(records, run.area))
    protected = standing.births(records, standing.protected)
    return Night(listed, records, areas, run.as_of, run.area, protected, unsayable(deliveries), standing.marks)


def unsayable(deliveries: pd.DataFrame) -> dict[str, str]:
    """Kinds that say "not in this registry", for each registry that did not deliver whole tonight -> that registry in words."""
    here = set(deliveries.loc[(deliveries["status"] == "fresh") & deliveries["complete"].eq(True), "registry"])
    return {contract.absence: contract.title_zh for name, contract in REGISTRIES.items() if name not in here}


def publish(told: Night, issue_tasks: TaskIssuer, folder: Path) -> dict[str, int]:
    """Write one XLSX, one CSV a desk, and `index.json`, into a folder. Counts of desks, of rows, and of rows by kind."""
    rows = disclosed(told)
    tasks = issue_tasks(rows.loc[rows["finding_id"].notna(), ["finding_id", "desk"]])
    rows = worded(rows.merge(tasks, on=["finding_id", "desk"], how="left"), told.areas, told.as_of, told.marks)
    index = [write_desk(list_of_desk, folder) for list_of_desk in worklists(told, rows)]
    write_private(folder / "index.json", json.dumps(index, ensure_ascii=False, indent=1))
    counts = rows["kind"].value_counts().sort_index()
    return {"desks": len(index), "rows": len(rows), **{str(kind): int(count) for kind, count in counts.items()}}


def disclosed(told: Night) -> pd.DataFrame:
    """Every row that may leave, of every recipient: the table's columns, `recipient`, and `desk`, the name of the worklist."""
    parts = []
    for recipient in recipients():
        rows = disclose(findings_for(told.findings, recipient), told.records, recipient, told.protected)
        desks = {code: Recipient(recipient.kind, recipient.registry, code).name for code in rows["desk_code"].unique()}
        rows["recipient"], rows["recipient_registry"] = recipient.kind, recipient.registry
        parts.append(rows.assign(desk=rows["desk_code"].map(desks)).astype(object))
    return pd.concat(parts, ignore_index=True)


def findings_for(findings: pd.DataFrame, recipient: Recipient) -> pd.DataFrame:
    """The findings that concern a recipient; what of them it may see is the disclosure table's word, not this one's."""
    cells = table()[recipient.kind]
    own = [kind for kind, cell in cells.items() if cell.scope == "own_record"]
    counted = [kind for kind, cell in cells.items() if cell.scope == "count_of_unit" and kind == absence_of(recipient)]
    others = [kind for kind, cell in cells.items() if cell.scope not in ("own_record", "count_of_unit")]
    held = findings["registry"].isin(registries_of(recipient)) & worth_asking(findings)
    return findings[(findings["kind"].isin(own) & held) | findings["kind"].isin([*counted, *others])]


def worth_asking(findings: pd.DataFrame) -> pd.Series:
    """False where the other registries agree with this record, so that there is nothing to look up (decision 0016)."""
    evidence, registry = findings["evidence"].fillna("").astype(str), findings["registry"].fillna("").astype(str)
    stands_alone = [f"alone:{name}" in codes.split(";") for codes, name in zip(evidence, registry, strict=True)]
    return ~evidence.str.contains("alone:", regex=False) | pd.Series(stands_alone, index=findings.index, dtype=bool)


def worklists(told: Night, rows: pd.DataFrame) -> Iterator[Worklist]:
    """One worklist for every desk that is known or has a row, in order of their names."""
    occasion = Occasion(told.areas, told.as_of, told.withheld)
    by_desk = dict(iter(rows.groupby("desk", sort=False)))
    early = told.findings[(told.findings["kind"] == "not_registered") & (told.findings["due_stage"] == 0)]
    waiting = early["division_code"].str[:9].value_counts()
    named = rows[["recipient", "recipient_registry", "desk_code"]].drop_duplicates().itertuples(index=False)
    desks = {Recipient(kind, registry, code) for kind, registry, code in named} | known_desks(
        told.records, told.areas, told.as_of, told.served
    )
    for recipient in sorted(desks, key=lambda desk: desk.name):
        given = by_desk.get(recipient.name, rows.iloc[:0])
        yield worklist(recipient, given, occasion, int(waiting.get(recipient.code or "", 0)))


def write_desk(listed: Worklist, folder: Path) -> dict[str, object]:
    """Write both files of a desk; its entry in `index.json`, which holds codes, counts and checksums only.

    `named_rows` and the checksums are what the access log records of an export (rights.md R7).
    """
    stem = file_stem(listed.recipient)
    paths = [write_private(folder / f"{stem}.xlsx", workbook_bytes(listed)), write_private(folder / f"{stem}.csv", csv_bytes(listed))]
    return {
        "desk": listed.recipient.name,
        "recipient": listed.recipient.kind,
        "registry": listed.recipient.registry,
        "code": listed.recipient.code,
        "files": [{"name": path.name, "sha256": sha256_of(path)} for path in paths],
        "items": {sheet.form.name: len(sheet.rows) for sheet in listed.sheets},
        "named_rows": sum(len(sheet.rows) for sheet in listed.sheets if sheet.form.names_people),
    }
