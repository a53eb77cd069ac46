"""A return as it is put together: what goes into its parts, and where a draft and a sealed one lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from vocabulary.months import Month
from vocabulary.settings import Settings

WORKBOOK, TABLE, REVISIONS, BIRTHS, MANIFEST = "return.xlsx", "return.csv", "revisions.csv", "births.parquet", "manifest.json"
EVIDENCE = ("unit_month", "item_month", "open_pair", "delivery")
"""What stays with the return besides its births, so that the gates can be asked again: tables of sql/views."""
CONTENT = (TABLE, REVISIONS)
"""What the return says: two drafts that agree in these say the same."""
OBJECTIONS = "objections.json"


@dataclass(frozen=True)
class Draft:
    """Everything that the workbook shows. `lines`: the table; `changes`: revisions; `coverage`: one object of submission.coverage."""

    month: Month
    version: int
    as_of: date
    served: tuple[str, ...]
    header: dict[str, str]
    lines: pd.DataFrame
    changes: pd.DataFrame
    coverage: dict[str, Any]
    followed_up: int

    @property
    def return_id(self) -> str:
        """`2026-10-v1`."""
        return f"{self.month}-v{self.version}"


def folder_of(settings: Settings, month: str) -> Path:
    """`$HEDUI_HOME/returns/<month>`."""
    return settings.home / "returns" / month


def draft_folder(settings: Settings, month: str, version: int) -> Path:
    """Where a return lies until it is sealed."""
    return folder_of(settings, month) / f"draft-v{version}"


def sealed_folder(settings: Settings, month: str, version: int) -> Path:
    """Where a sealed return lies for good."""
    return folder_of(settings, month) / f"v{version}"
