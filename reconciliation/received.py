"""Children of whom another county says that they live here: as a night knows them, and as a worklist shows them."""

from __future__ import annotations

from datetime import date

import pandas as pd

from reconciliation.exchange_in import RECEIVED
from sql import state
from vocabulary.areas import Areas
from vocabulary.exchange import OTHER_COUNTY
from vocabulary.parquet_files import read_frame
from vocabulary.runs import Run
from vocabulary.settings import Settings

SNAPSHOT = "received.parquet"
"""Kept in `findings/`, so that a run says what it knew."""


def received(settings: Settings, areas: Areas, as_of: date) -> pd.DataFrame:
    """One row a child (columns RECEIVED) of each county's newest file that speaks of this day or an earlier one; places by tonight's codes.

    A file names every child that waits: one that is missing from the newest is settled with its sender, and nobody asks after it.
    """
    files = state.exchange_files(settings)
    newest = files[files["as_of"].map(lambda day: day <= as_of).astype(bool)].drop_duplicates("county", keep="last")
    paths = [settings.home / "exchange" / f"{sha256}.parquet" for sha256 in newest["sha256"]]
    parts = [read_frame(path) for path in paths if path.is_file()]
    told = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=RECEIVED, dtype=object)
    told["residence_code"] = [areas.current(str(code), as_of) for code in told["residence_code"]]
    return told.drop_duplicates("birth_id", keep="last").sort_values("birth_id", ignore_index=True)


def as_births(children: pd.DataFrame) -> pd.DataFrame:
    """registry, record_id, birth_id: what makes an answer about such a child bind later nights."""
    return pd.DataFrame({"birth_id": children["birth_id"], "registry": OTHER_COUNTY, "record_id": children["birth_id"]})


def as_records(run: Run) -> pd.DataFrame:
    """The children that a run knew of, in the columns of a record, with their birth_id; none where it knew of none."""
    path = run.findings / SNAPSHOT
    if not path.is_file():
        return pd.DataFrame()
    children = read_frame(path)
    place = children["residence_code"]
    return children.assign(
        registry=OTHER_COUNTY,
        record_id=children["birth_id"],
        division_code=place,
        area_code=place,
        mother_id_number=children["mother_id_mask"],
        quarantined=False,
    ).drop(columns=["county", "task_no", "mother_id_mask", "residence_code"])
