"""What a night disclosed of every task, kept beside its worklists for the portal's pages: the same rows, no other column (rights.md R3)."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from reconciliation.disclosure import table
from reconciliation.outcome_known import recipient_named
from vocabulary.areas import COUNTY_DIGITS
from vocabulary.parquet_files import read_table
from vocabulary.runs import write_parquet, write_private
from vocabulary.settings import Settings

ITEMS, OCCASION = "task.parquet", "occasion.json"
KEPT_RUNS = 4
"""Nights held in memory: almost every waiting task was seen by the newest one."""
ALWAYS = ("task_no", "desk", "finding_id", "kind", "issued_on", "mark", "place", "desk_code", "recipient", "recipient_registry")


def write_items(ordered: pd.DataFrame, marks: Mapping[str, str], withheld: Mapping[str, Mapping[str, str]], folder: Path) -> None:
    """Keep disclosed rows that have a task, in print order, and what could not be judged. `marks` and `withheld` as in `publish.Night`."""
    rows = ordered[ordered["task_no"].notna()].reset_index(drop=True)
    rows = rows.assign(mark=rows["finding_id"].map(marks).astype(object), place=range(len(rows)))
    write_parquet(rows.convert_dtypes(), folder / ITEMS)
    by_county = {county: dict(kinds) for county, kinds in withheld.items() if county}
    told = {"withheld": dict(withheld.get("", {})), **({"counties": by_county} if by_county else {})}
    write_private(folder / OCCASION, json.dumps(told, ensure_ascii=False))


@dataclass(frozen=True)
class Items:
    """One night's rows; `at`: task -> row."""

    rows: pa.Table
    at: Mapping[str, int]
    withheld: Mapping[str, Mapping[str, str]]

    def withheld_at(self, desk: str) -> Mapping[str, str]:
        """What could not be judged where a desk is: its county's own, or what holds for all."""
        county = (recipient_named(desk).code or "")[:COUNTY_DIGITS]
        return self.withheld.get(county, self.withheld.get("", {}))

    def of(self, desk: str, task_nos: Collection[str]) -> dict[str, dict[str, Any]]:
        """Task -> what that desk may know of it; nothing of a task that is another's."""
        places = {self.at[task_no]: task_no for task_no in task_nos if task_no in self.at}
        found = self.rows.take(pa.array(list(places), pa.int64())).to_pylist() if places else []
        return {str(row["task_no"]): granted(row) for row in found if row["desk"] == desk}

    def frame(self, desk: str, task_nos: Collection[str]) -> pd.DataFrame:
        """The same as a table, in print order, as `worded` takes it."""
        mine = [self.at[task_no] for task_no in task_nos if task_no in self.at]
        found = self.rows.take(pa.array(sorted(mine), pa.int64())).to_pandas(date_as_object=True)
        own: pd.DataFrame = found[found["desk"] == desk].reset_index(drop=True).astype(object)
        return own.where(own.notna(), None)


def granted(row: dict[str, Any]) -> dict[str, Any]:
    """The columns of the cell that disclosed the row, once more: what is not in the table is not on a page."""
    cell = table()[recipient_named(row["desk"]).kind][row["kind"]]
    return {name: row.get(name) for name in (*ALWAYS, *cell.columns)}


def items_of(settings: Settings, run_id: str) -> Items | None:
    """The rows of a night; None for one that has none any more, or never had."""
    folder = settings.home / "runs" / run_id / "worklists"
    return read_items(folder) if (folder / ITEMS).is_file() else None


def read_ahead(settings: Settings) -> None:
    """Read the newest night that has any, so that the first visitors of a morning need not wait for it."""
    folders = sorted((settings.home / "runs").glob(f"*/worklists/{ITEMS}"), key=lambda path: path.stat().st_mtime)
    if folders:
        read_items(folders[-1].parent)


@lru_cache(maxsize=KEPT_RUNS)
def read_items(folder: Path) -> Items:
    """From a night's folder, which never changes."""
    rows = read_table(folder / ITEMS)
    occasion = json.loads((folder / OCCASION).read_text(encoding="utf-8"))
    withheld = {"": occasion["withheld"], **occasion.get("counties", {})}
    return Items(rows, {str(task_no): at for at, task_no in enumerate(rows["task_no"].to_pylist())}, withheld)
