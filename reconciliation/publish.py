"""Worklists: every desk gets one workbook and its CSV twin, and nobody gets a row that the disclosure table does not grant."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd

from reconciliation.corrections import ASKED, Tonight, administrators, office_of, questions, write_corrections
from reconciliation.desk_items import ITEMS, write_items
from reconciliation.disclosure import Recipient, absence_of, disclose, registries_of, table
from reconciliation.exchange_out import exchanged, write_exchange
from reconciliation.received import as_records
from reconciliation.standing import Standing
from reconciliation.traces import worklists_published
from reconciliation.worklist_csv import csv_bytes
from reconciliation.worklist_desks import desk_today, file_stem, known_desks, recipients, served_area
from reconciliation.worklist_sheets import Occasion, Worklist, worklist
from reconciliation.worklist_words import ordered, worded
from reconciliation.worklist_workbook import workbook_bytes
from reconciliation.worklist_writing import written
from sql.acting import acting_as
from vocabulary.areas import COUNTY_DIGITS, Areas
from vocabulary.locks import STAGE, alone
from vocabulary.parquet_files import read_frame
from vocabulary.registries import REGISTRIES
from vocabulary.runs import Run, measured, sha256_of, write_private
from vocabulary.settings import Settings

EXCHANGE = "exchange"
"""Folder inside `worklists/` of what leaves for registries' administrators and for other counties."""
NEW = "new"
TaskIssuer = Callable[[pd.DataFrame], pd.DataFrame]
"""(finding_id, desk) -> finding_id, desk, task_no, issued_on: the state's side of a worklist."""


@dataclass(frozen=True)
class Night:
    """What a night found, as publishing needs it. `records` are accepted records with their birth_id; `withheld`: county -> as in Occasion, `""` for the others.

    `known`: these, and the children of other counties' exchange files. `protected` are births (rights.md R5); `marks`: finding -> what an earlier answer says of it, as a code.
    """

    findings: pd.DataFrame
    records: pd.DataFrame
    areas: Areas
    as_of: date
    served: tuple[str, ...] = ()
    protected: Collection[str] = frozenset()
    withheld: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    known: pd.DataFrame | None = None


@acting_as("publish")
def night(run_id: str) -> str:
    """Write the run's worklists; a run that has them keeps them. Raises ConfigurationError, DisclosureRefused."""
    settings = Settings.from_environment()
    run = Run.load(settings, run_id)
    with alone(settings.home, STAGE):
        if not run.has("worklists"):
            write_worklists(settings, run)
    return run_id


def write_worklists(settings: Settings, run: Run) -> None:
    """Give out the tasks and write `worklists/`."""
    from sql import state

    areas = Areas.load(settings.areas_path)
    standing = Standing.read(settings, run.as_of, areas)
    told = read_night(run, areas, standing)
    give_out = partial(state.issue_tasks, settings, desk_today=lambda desk: desk_today(desk, areas, run.as_of))
    with run.writing("worklists") as folder, measured(folder, "publish") as counts:
        standing.write(folder)
        counts.update(publish(told, give_out, folder))
        counts.update(ask_for_corrections(told, questions_before(settings, run), run, folder / EXCHANGE))
        looks = [*worklists_published(folder, run.run_id), *exchanged(folder / EXCHANGE, run.run_id)]
        state.record_looks(settings, looks)  # before the folder takes its place


def items_again(run: Run, areas: Areas, worklists: Path) -> None:
    """Write the rows that desks were given of a run that is replayed, with the numbers that the night's `worklists/` gave them; no state is touched.

    A row that the night did not have bears the number `NEW`.
    """
    told = read_night(run, areas, Standing.of_run(worklists))
    given = read_frame(worklists / ITEMS, ["finding_id", "desk", "task_no", "issued_on"]).drop_duplicates(["finding_id", "desk"])

    def as_given(rows: pd.DataFrame) -> pd.DataFrame:
        asked = rows.astype(object).drop_duplicates().merge(given.astype(object), on=["finding_id", "desk"], how="left")
        return asked.assign(task_no=asked["task_no"].fillna(NEW))

    with run.writing("worklists") as folder:
        write_items(ordered(with_tasks(told, as_given)), told.marks, told.withheld, folder)


def with_tasks(told: Night, issue_tasks: TaskIssuer) -> pd.DataFrame:
    """The rows that may leave, with their tasks."""
    rows = disclosed(told)
    tasks = issue_tasks(rows.loc[rows["finding_id"].notna(), ["finding_id", "desk"]])
    return rows.merge(tasks, on=["finding_id", "desk"], how="left")


def questions_before(settings: Settings, run: Run) -> pd.DataFrame | None:
    """What the newest earlier night asked registries to correct; None where none is kept."""
    from sql import state

    earlier = state.runs(settings)
    for run_id in earlier.loc[(earlier["as_of"] <= run.as_of) & (earlier["run_id"] != run.run_id), "run_id"]:
        path = settings.home / "runs" / str(run_id) / "worklists" / EXCHANGE / ASKED
        if path.is_file():
            return read_frame(path)
    return None


def ask_for_corrections(told: Night, before: pd.DataFrame | None, run: Run, folder: Path) -> dict[str, int]:
    """Write what each registry is asked to correct; counts of what is asked, and of what became of the last night's questions."""
    listed = {recipient: findings_for(told.findings, recipient) for recipient in administrators()}
    deliveries = read_frame(run.accepted / "registry.parquet")
    standing = set(read_frame(run.findings / "finding.parquet", ["finding_id"])["finding_id"])
    here = deliveries[deliveries["status"] == "fresh"]
    fresh = {office_of(str(row["registry"]), str(row.get("prefix") or "")) for row in here.to_dict("records")}
    tonight = Tonight(told.records, standing, fresh, told.as_of)
    return dict(write_corrections(questions(listed, told.records, told.areas, told.as_of), before, tonight, folder))


def read_night(run: Run, areas: Areas, standing: Standing) -> Night:
    """From the run's snapshots, less what answers settled. Raises ConfigurationError where a stage before is missing."""
    findings = read_frame(run.require("findings") / "finding.parquet")
    accepted = read_frame(run.require("accepted") / "record.parquet")
    births = read_frame(run.require("linked") / "birth_record.parquet", ["birth_id", "registry", "record_id"])
    records = accepted.merge(births, on=["registry", "record_id"], how="inner", validate="one_to_one")
    deliveries = read_frame(run.accepted / "registry.parquet")
    received = as_records(run)
    known = pd.concat([records, received], ignore_index=True) if len(received) else records
    listed = standing.heeded(findings, known, served_area(records, run.area))
    protected = standing.births(known, standing.protected)
    return Night(listed, records, areas, run.as_of, run.area, protected, withheld_by_county(deliveries), standing.marks, known)


def withheld_by_county(deliveries: pd.DataFrame) -> dict[str, dict[str, str]]:
    """County -> `unsayable` there; under `""` what holds for every county that delivers no part itself."""
    counties: set[str] = {str(row.get("county") or "") for row in deliveries.to_dict("records")}
    return {county: unsayable(deliveries, county) for county in sorted({*counties, ""})}


def unsayable(deliveries: pd.DataFrame, county: str = "") -> dict[str, str]:
    """Kinds that say "not in this registry", for each registry that did not deliver whole tonight for a county -> that registry in words."""
    told = deliveries.assign(county=deliveries["county"].fillna("") if "county" in deliveries else "")
    own = told[told["county"].isin(["", county])].sort_values("county", ascending=False).drop_duplicates("registry")
    here = set(own.loc[(own["status"] == "fresh") & own["complete"].eq(True), "registry"])
    return {contract.absence: contract.title_zh for name, contract in REGISTRIES.items() if contract.absence and name not in here}


def publish(told: Night, issue_tasks: TaskIssuer, folder: Path) -> dict[str, int]:
    """Write one XLSX, one CSV a desk, and `index.json`, into a folder. Counts of desks, of rows, and of rows by kind."""
    given = with_tasks(told, issue_tasks)
    sent = list(write_exchange(given, served_area(told.records, told.served), told.as_of, folder / EXCHANGE))
    write_items(ordered(given), told.marks, told.withheld, folder)
    rows = worded(given, told.areas, told.as_of, told.marks)
    index = list(written(worklists(told, rows), partial(write_desk, folder=folder)))
    write_private(folder / "index.json", json.dumps(index, ensure_ascii=False, indent=1))
    counts = rows["kind"].value_counts().sort_index()
    return {
        "desks": len(index),
        "rows": len(rows),
        "exchange_files": len(sent),
        **{str(kind): int(count) for kind, count in counts.items()},
    }


def disclosed(told: Night) -> pd.DataFrame:
    """Every row that may leave, of every recipient: the table's columns, `recipient`, and `desk`, the name of the worklist."""
    parts = []
    for recipient in recipients():
        rows = disclose(
            findings_for(told.findings, recipient), told.records if told.known is None else told.known, recipient, told.protected
        )
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
    occasions = {county: Occasion(told.areas, told.as_of, withheld) for county, withheld in told.withheld.items()}
    usual = occasions.get("", Occasion(told.areas, told.as_of))
    by_desk = dict(iter(rows.groupby("desk", sort=False)))
    early = told.findings[(told.findings["kind"] == "not_registered") & (told.findings["due_stage"] == 0)]
    waiting = early["division_code"].str[:9].value_counts()
    named = rows[["recipient", "recipient_registry", "desk_code"]].drop_duplicates().itertuples(index=False)
    desks = {Recipient(kind, registry, code) for kind, registry, code in named} | known_desks(
        told.records, told.areas, told.as_of, told.served
    )
    for recipient in sorted(desks, key=lambda desk: desk.name):
        given = by_desk.get(recipient.name, rows.iloc[:0])
        occasion = occasions.get((recipient.code or "")[:COUNTY_DIGITS], usual)
        yield worklist(recipient, given, occasion, int(waiting.get(recipient.code or "", 0)))


def write_desk(listed: Worklist, folder: Path) -> dict[str, object]:
    """Write both files of a desk; its entry in `index.json`, which holds codes, counts and checksums only.

    `tasks` and the checksums are what the access log records of an export (rights.md R7).
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
        "tasks": sum(len(sheet.rows) for sheet in listed.sheets if sheet.form.outcomes),
        "named_rows": sum(len(sheet.rows) for sheet in listed.sheets if sheet.form.names_people),
    }
