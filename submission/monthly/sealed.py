"""What was sealed before: which versions there are, what was last told of a month, and whether it is still as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from sql import returns
from submission.monthly.draft import BIRTHS, MANIFEST, folder_of, sealed_folder
from vocabulary.parquet_files import read_frame
from vocabulary.runs import differing
from vocabulary.settings import Settings


def newest_version(settings: Settings, month: str) -> int:
    """The newest sealed version of a month, in the state or on disk; 0 where there is none. A lost database must not write over a return."""
    told = returns.all_returns(settings)
    known = told.loc[told["month"].eq(month) & told["status"].eq(returns.SEALED), "version"]
    there = [int(path.name[1:]) for path in folder_of(settings, month).glob("v*") if path.name[1:].isdigit()]
    return max([*map(int, known), *there], default=0)


def sealed_returns(settings: Settings) -> pd.DataFrame:
    """One row a sealed return, newest first."""
    told = returns.all_returns(settings)
    return told[told["status"].eq(returns.SEALED)].sort_values("sealed_at", ascending=False, kind="stable")


def last_told(settings: Settings, month: str) -> pd.DataFrame | None:
    """The births of a month as the newest sealed return that speaks of it counted them; None where nothing was sealed."""
    for row in sealed_returns(settings).to_dict("records"):
        folder = sealed_folder(settings, str(row["month"]), int(row["version"]))
        if (folder / MANIFEST).is_file() and month in read_manifest(folder)["months"]:
            births = read_frame(folder / BIRTHS)
            return births[births["born_in"].eq(month)]
    return None


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a sealed return."""
    told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return told


def altered(settings: Settings) -> list[str]:
    """Parts of sealed returns that are no longer what was sealed, as `2026-09-v1/return.csv`; a missing one too."""
    found = []
    for row in sealed_returns(settings).to_dict("records"):
        folder = sealed_folder(settings, str(row["month"]), int(row["version"]))
        changed = differing(folder, {MANIFEST: row["manifest_sha256"]}) or differing(folder, read_manifest(folder)["parts"])
        found += [f"{row['return_id']}/{name}" for name in changed]
    return found
