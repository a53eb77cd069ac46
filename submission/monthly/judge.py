"""Front door: may this return go to a person for approval? Reads the draft as it lies there, asks every gate, writes every reason down."""

from __future__ import annotations

import json
import logging
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow.compute as pc

from sql import returns
from sql.acting import acting_as
from sql.report import checksums
from submission.gates.evidence import Evidence
from submission.gates.objection import Objection, Severity
from submission.gates.objections import judged, of
from submission.monthly.assemble import linkage_sample, read_lines
from submission.monthly.draft import BIRTHS, EVIDENCE, OBJECTIONS, REVISIONS, TABLE, WORKBOOK, draft_folder
from submission.monthly.form import columns
from submission.monthly.sealed import altered
from submission.monthly.workbook import FIRST_ROW
from vocabulary.areas import Areas
from vocabulary.errors import Fault, GateRefused
from vocabulary.months import Month
from vocabulary.parquet_files import read_frame, read_table
from vocabulary.runs import Run, differing, write_private
from vocabulary.settings import Settings

READABLE = "objections.txt"


@acting_as("submission")
def judge(return_id: str) -> str:
    """Judge a return; its id again where nothing blocks it. One that is sealed stays as it is. Raises GateRefused, with the file of objections."""
    settings = Settings.from_environment()
    told = known(settings, return_id)
    if told["status"] == returns.SEALED:
        return return_id
    folder = draft_folder(settings, told["month"], told["version"])
    found = objections_to(settings, told, folder)
    write_objections(found, folder, Areas.load(settings.areas_path))
    blocks = of(Severity.BLOCK, found)
    returns.keep_status(settings, return_id, returns.BLOCKED if blocks else returns.AWAITING)
    if blocks:
        where = f"{folder / READABLE}"
        logging.getLogger("hedui.monthly").error("[monthly.held_back] %s: %s, see %s", return_id, codes_of(blocks), where)
        raise GateRefused(Fault("monthly.held_back", return_id, {"count": len(blocks), "file": where}))
    return return_id


def known(settings: Settings, return_id: str) -> dict[str, Any]:
    """The return of that id. Raises GateRefused for one that nobody assembled."""
    try:
        return returns.find_return(settings, return_id)
    except LookupError:
        raise GateRefused(Fault("monthly.unknown_return", return_id)) from None


def objections_to(settings: Settings, told: dict[str, Any], folder: Path) -> list[Objection]:
    """Every objection and note; where a part cannot even be read, that it was changed."""
    changed = changed_files(settings, told, folder)
    try:
        evidence = read_evidence(settings, told, folder, changed)
    except (OSError, ValueError, KeyError, TypeError):
        names = [name for kind, name in changed if kind == "part"] or [folder.name]
        return [Objection("custody", "part_unreadable", Severity.BLOCK, name) for name in names]
    return judged(evidence)


def changed_files(settings: Settings, told: dict[str, Any], folder: Path) -> tuple[tuple[str, str], ...]:
    """Snapshots, sealed returns and parts of the draft that are no longer what they were."""
    run = Run.load(settings, str(told["run_id"]))
    now = checksums(run)
    found = [("snapshot", name) for name, sum_ in returns.checksums_of(settings, run.run_id).items() if now.get(name) != sum_]
    found += [("sealed", name) for name in altered(settings)]
    found += [("part", name) for name in differing(folder, told["parts"])]
    return tuple(found)


def read_evidence(settings: Settings, told: dict[str, Any], folder: Path, changed: tuple[tuple[str, str], ...] = ()) -> Evidence:
    """The evidence of a draft and its night. Raises ValueError, KeyError, OSError or TypeError for a part that cannot be read."""
    run = Run.load(settings, str(told["run_id"]))
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    tables: dict[str, Any] = {name: read_frame(folder / f"{name}.parquet") for name in EVIDENCE}
    births = read_frame(folder / BIRTHS)
    month = Month.read(str(told["month"]))
    lines = read_lines(folder / TABLE)
    return Evidence(
        month=month,
        as_of=date.fromisoformat(about["as_of"]),
        version=int(told["version"]),
        served=tuple(about["served"]),
        lines=lines,
        sheet=read_sheet(folder / WORKBOOK, len(lines)),
        births=births,
        changes=read_changes(folder / REVISIONS),
        coverage=json.loads((folder / "coverage.json").read_text(encoding="utf-8")),
        landing=landing_of(run),
        record_counts=record_counts(run),
        changed=changed,
        unknown_births=unknown_births(run, births[births["born_in"].eq(str(month)) & births["fate"].eq("counted")]),
        sample=tuple(linkage_sample(settings)),
        reason=told["reason"],
        **tables,
    )


def read_sheet(path: Path, lines: int) -> pd.DataFrame:
    """The figures of the workbook, as it would be opened."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        rows = book.worksheets[0].iter_rows(min_row=FIRST_ROW + 1, max_row=FIRST_ROW + lines, min_col=3, values_only=True)
        width = len(columns())
        return pd.DataFrame([row[:width] for row in rows], columns=[column.name for column in columns()])
    finally:
        book.close()


def read_changes(path: Path) -> pd.DataFrame:
    """The revisions as they were written, with their causes."""
    told = pd.read_csv(path, encoding="utf-8-sig", dtype={"month": str, "code": str, "name": str}).fillna({"code": "", "name": ""})
    return told.assign(causes=[json.loads(causes) for causes in told["causes"]])


def landing_of(run: Run) -> dict[str, dict[str, int]]:
    """Registry -> rows of that night, identical copies, and rows left out because their key stood twice."""
    told = json.loads((run.accepted / "verdict.json").read_text(encoding="utf-8")) if (run.accepted / "verdict.json").is_file() else {}
    found: dict[str, dict[str, int]] = {}
    for one in told.get("registries", []):
        whole = found.setdefault(one["registry"], dict.fromkeys(("rows_tonight", "identical_copies", "keys_repeated"), 0))
        whole["rows_tonight"] += int(one["rows_tonight"] or 0)
        whole["identical_copies"] += int(one["identical_copies"])
        whole["keys_repeated"] += sum(int(each["rows"]) for each in one["quarantined"] if each["code"] == "key_repeated")
    return found


def record_counts(run: Run) -> dict[str, int]:
    """Registry -> rows of the snapshot."""
    column = read_table(run.accepted / "record.parquet", ["registry"])["registry"]
    return {one["values"]: one["counts"] for one in pc.value_counts(column).to_pylist()}


def unknown_births(run: Run, counted: pd.DataFrame) -> int:
    """Counted births that the run has not linked."""
    linked = read_frame(run.linked / "birth_record.parquet", ["birth_id"])["birth_id"]
    return int((~counted["birth_id"].isin(linked)).sum())


def write_objections(found: list[Objection], folder: Path, areas: Areas) -> None:
    """For programs and for people, in both languages."""
    records = [one.as_record(areas) for one in found]
    write_private(folder / OBJECTIONS, json.dumps(records, ensure_ascii=False, indent=1))
    lines = [f"[{one['severity']}] {one['gate']} {one['text'][locale]}" for locale in ("zh", "en") for one in records]
    write_private(folder / READABLE, "\n".join(lines) + "\n")


def read_objections(folder: Path) -> list[dict[str, Any]]:
    """As they were written."""
    told: list[dict[str, Any]] = json.loads((folder / OBJECTIONS).read_text(encoding="utf-8"))
    return told


def codes_of(found: list[Objection]) -> str:
    """`G1 registry_absent (2), …`: for a log line, which holds codes and nothing else."""
    counted = Counter(f"{one.gate} {one.code}" for one in found)
    return ", ".join(f"{code} ({count})" if count > 1 else code for code, count in counted.items())
