"""Children who live in another county leave in a file for that county, with a manifest by which it can be checked (docs/exchange.md)."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from datetime import date
from io import StringIO
from pathlib import Path

import pandas as pd

from reconciliation.disclosure import Recipient
from reconciliation.worklist_csv import BYTE_ORDER_MARK
from reconciliation.worklist_desks import file_stem
from reconciliation.worklist_facts import UNASSIGNED
from reconciliation.worklist_sheets import harmless
from vocabulary.access import Look, LookKind, Purpose, this_process
from vocabulary.exchange import COLUMNS, FORMAT, MANIFEST, VERSION
from vocabulary.findings import Kind
from vocabulary.runs import private_folder, sha256_of, write_private


def write_exchange(rows: pd.DataFrame, served: Sequence[str], as_of: date, folder: Path) -> Iterator[Path]:
    """One CSV and one manifest a county, from disclosed rows with their task numbers; nothing for a county without a child."""
    leaving = rows[rows["kind"].eq(Kind.BELONGS_ELSEWHERE) & rows["desk_code"].ne(UNASSIGNED)]
    for code, children in leaving.groupby("desk_code"):
        path = private_folder(folder) / f"{file_stem(Recipient('other_county', None, str(code)))}.csv"
        yield write_private(path, table_bytes(children.sort_values("task_no")[list(COLUMNS)], list(COLUMNS.values())))
        told = {
            "format": FORMAT,
            "version": VERSION,
            "kind": str(Kind.BELONGS_ELSEWHERE),
            "from": list(served),
            "to": str(code),
            "as_of": as_of.isoformat(),
            "file": path.name,
            "rows": len(children),
            "columns": list(COLUMNS.values()),
            "sha256": sha256_of(path),
        }
        write_private(path.with_suffix(MANIFEST), json.dumps(told, ensure_ascii=False, indent=1))


def exchanged(folder: Path, run_id: str) -> Iterator[Look]:
    """One entry for the access log a file that is about single records (rights.md R7)."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = sum(1 for _ in csv.reader(lines)) - 1
        purpose = Purpose.FOLLOW_UP if path.name.startswith("corrections-") else Purpose.TRANSFER
        for file in filter(Path.is_file, (path, path.with_suffix(".xlsx"))):
            yield Look(LookKind.EXCHANGED, purpose, this_process("night"), rows, sha256_of(file), file.name, run_id)


def table_bytes(rows: pd.DataFrame, titles: Sequence[str]) -> bytes:
    """Rows as UTF-8 CSV with a byte order mark, days in ISO form, nothing that a spreadsheet would run."""
    lines = StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(titles)
    for cells in rows.itertuples(index=False, name=None):
        writer.writerow(["" if pd.isna(cell) else cell.isoformat() if isinstance(cell, date) else harmless(str(cell)) for cell in cells])
    return (BYTE_ORDER_MARK + lines.getvalue()).encode("utf-8")
