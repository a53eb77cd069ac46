"""The last good night of a registry, read back from that run's own snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.compute as pc

from expectations.acceptance import FRESH, LAST_GOOD, Earlier
from vocabulary.parquet_files import read_table
from vocabulary.runs import unharmed


def earlier_night(runs: Path, run_id: str, registry: str) -> Earlier | None:
    """What that night accepted of a registry; None where its folder is gone or it had nothing of it.

    A night that had itself fallen back names the night it fell back to: only that one counts as the origin.
    Raises Refusal where its files are not what that night wrote.
    """
    folder = unharmed(runs / run_id / "accepted")
    state = _state(folder / "registry.parquet", registry)
    if state is None or state["status"] not in (FRESH, LAST_GOOD):
        return None
    return Earlier(
        run_id=str(state["from_run_id"]),
        as_of=state["as_of"],
        rows_landed=int(state["rows_landed"]),
        rows_quarantined=int(state["rows_quarantined"]),
        period_from=state["period_from"],
        period_to=state["period_to"],
        records=rows_of(folder / "record.parquet", registry),
        notes=rows_of(folder / "note.parquet", registry),
    )


def _state(path: Path, registry: str) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    rows: list[dict[str, Any]] = read_table(path).to_pylist()
    return next((row for row in rows if row["registry"] == registry), None)


def rows_of(path: Path, registry: str) -> pd.DataFrame:
    """One registry's rows of a snapshot, as they were written."""
    table = read_table(path)
    rows: pd.DataFrame = table.filter(pc.equal(table["registry"], registry)).to_pandas()
    return rows
