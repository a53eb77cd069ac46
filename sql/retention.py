"""How long each table and folder is kept, and why: `retention.toml`, read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

GOES_WITH_FINDING, KEPT = "goes with its finding", "kept"


@dataclass(frozen=True)
class Clock:
    """`days` after `counted_from` a thing is due; None for what has no day of its own."""

    counted_from: str
    reason: str
    source: str
    days: int | None = None

    def due_before(self, as_of: date) -> date:
        """Everything dated before this day is due. A clock without days never is."""
        return as_of - timedelta(days=self.days) if self.days is not None else date.min


@dataclass(frozen=True)
class Retention:
    """Clocks by the name of a run's stage, of a folder of the installation, and of a table of the state."""

    snapshot: Mapping[str, Clock]
    folder: Mapping[str, Clock]
    table: Mapping[str, Clock]


@cache
def retention() -> Retention:
    """The clocks that this installation keeps."""
    told = tomllib.loads(Path(__file__).with_name("retention.toml").read_text(encoding="utf-8"))
    return Retention(**{part: {name: Clock(**clock) for name, clock in told[part].items()} for part in ("snapshot", "folder", "table")})
