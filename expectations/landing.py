"""What was landed for a registry tonight: its rows as texts, or the fault that says why there are none."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from vocabulary.errors import Fault
from vocabulary.parquet_files import read_table
from vocabulary.runs import differing


@dataclass(frozen=True)
class Landed:
    """`rows`: all texts, null where a cell was empty; None where nothing can be used, and then `fault` says why."""

    rows: pd.DataFrame | None
    fault: Fault | None = None

    @property
    def row_count(self) -> int:
        """Rows that came."""
        return 0 if self.rows is None else len(self.rows)


def read_landing(folder: Path, registry: str) -> Landed:
    """The delivery in a landing's folder, checked against its manifest. `registry`: where a fault is said to be."""
    if (folder / "refused.json").is_file():
        return Landed(None, _refusal(folder / "refused.json", registry))
    if not (folder / "manifest.json").is_file():
        return Landed(None, Fault("accepted.not_delivered", registry))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    parts = sorted(folder.glob("part-*.parquet"))
    stated = {entry["name"]: entry["sha256"] for entry in manifest.get("files", []) if str(entry["name"]).startswith("part-")}
    if harmed := differing(folder, stated):
        return Landed(None, Fault("accepted.landing_damaged", f"{registry} {harmed[0]}", {"rows": int(manifest["rows"])}))
    rows = pd.concat([texts_of(path) for path in parts], ignore_index=True) if parts else pd.DataFrame()
    if len(rows) != int(manifest["rows"]):
        return Landed(None, Fault("accepted.landing_damaged", registry, {"rows": int(manifest["rows"])}))
    return Landed(rows)


def texts_of(path: Path) -> pd.DataFrame:
    """One landed part; every column as text, whatever type it was kept in."""
    table = read_table(path)
    columns = [column if pa.types.is_string(column.type) else column.cast(pa.string()) for column in table.columns]
    texts: pd.DataFrame = pa.table(columns, names=table.column_names).to_pandas()
    return texts


def _refusal(path: Path, registry: str) -> Fault:
    """The first fault that the connector wrote; the others stay in its own file."""
    told = json.loads(path.read_text(encoding="utf-8"))
    faults: list[dict[str, Any]] = told.get("faults") or [{"code": "accepted.not_delivered", "where": registry}]
    return Fault(faults[0]["code"], faults[0]["where"], faults[0].get("facts") or {})
