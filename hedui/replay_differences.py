"""Which tables of a night say something else when it is replayed, and in how many rows: never what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from reconciliation.desk_items import ITEMS
from vocabulary.parquet_files import content_sha256, read_frame
from vocabulary.runs import Run

TABLES = (
    "accepted/record.parquet",
    "accepted/note.parquet",
    "accepted/registry.parquet",
    "linked/birth_record.parquet",
    "linked/pair.parquet",
    "findings/finding.parquet",
    f"worklists/{ITEMS}",
)
"""In the order in which one follows from the other: the first that differs is where to look. The rows of worklists bear the numbers that they were given."""


@dataclass(frozen=True)
class Table:
    """`sha256`: of the content, then and now. `only_then`, `only_now`: rows that the other has not, whole rows compared; a changed row is one of each."""

    name: str
    rows: int
    sha256: tuple[str, str]
    only_then: int = 0
    only_now: int = 0
    columns: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """The same rows, whichever bytes a library of another version writes them in."""
        return not self.only_then and not self.only_now and not self.columns

    @property
    def same_bytes(self) -> bool:
        """To the last byte."""
        return self.sha256[0] == self.sha256[1]

    def as_record(self) -> dict[str, Any]:
        """For JSON."""
        told = {"table": self.name, "rows": self.rows, "same": self.same, "same_bytes": self.same_bytes, "sha256": self.sha256[0]}
        return told | ({} if self.same else {"only_then": self.only_then, "only_now": self.only_now, "columns": list(self.columns)})


def differences(then: Run, now: Run) -> list[Table]:
    """One entry a table that the night had."""
    return [compared(then, now, name) for name in TABLES if (then.folder / name).is_file()]


def compared(then: Run, now: Run, name: str) -> Table:
    """By checksums first; only where these differ, row by row."""
    paths = then.folder / name, now.folder / name
    if not paths[1].is_file():  # what it rests on was not there to be derived
        rows = len(read_frame(paths[0]))
        return Table(name, rows, (content_sha256(paths[0]), ""), only_then=rows)
    sums = content_sha256(paths[0]), content_sha256(paths[1])
    before = read_frame(paths[0])
    if sums[0] == sums[1]:
        return Table(name, len(before), sums)
    after = read_frame(paths[1])
    columns = tuple(sorted(set(before.columns) ^ set(after.columns)))
    shared = [column for column in before.columns if column in after.columns]
    one, two = (counted(table[shared]) for table in (before, after))
    gone, come = one.sub(two, fill_value=0), two.sub(one, fill_value=0)
    return Table(name, len(before), sums, int(gone.clip(lower=0).sum()), int(come.clip(lower=0).sum()), columns)


def counted(table: pd.DataFrame) -> pd.Series:
    """How often each whole row occurs, by a key of what it says."""
    texts = table.astype(object).where(table.notna(), None)
    return pd.util.hash_pandas_object(texts.map(repr), index=False).value_counts()
