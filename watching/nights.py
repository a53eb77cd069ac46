"""The nights that stand in an installation, oldest first, each with its report and what was measured of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vocabulary.runs import Run
from vocabulary.settings import Settings

MEASURED = "watch.json"
"""What a night measured of itself, beside `report.json`; later nights read it, so that they need no snapshot of this one."""
UNFINISHED: Mapping[str, Any] = {"status": "failed", "exit_code": 1, "stages": {}, "registries": [], "findings": {}, "faults": []}
"""A night that has no report: it broke down, or was killed."""
GREEN = "complete"


@dataclass(frozen=True)
class Night:
    """`report`: as report.json; `measured`: as watch.json, empty before it was measured."""

    run_id: str
    folder: Path
    report: Mapping[str, Any]
    measured: Mapping[str, Any] = field(default_factory=dict)

    @property
    def green(self) -> bool:
        """Whether every registry delivered and every stage stands."""
        return bool(self.report["status"] == GREEN)

    @property
    def seconds(self) -> float:
        """All stages together."""
        return float(sum(stage["seconds"] for stage in self.report["stages"].values()))


def read_night(folder: Path) -> Night:
    """A night from its folder."""
    return Night(folder.name, folder, _json(folder / "report.json") or dict(UNFINISHED), _json(folder / MEASURED))


def night_of(settings: Settings, run_id: str) -> Night:
    """One night. Raises ConfigurationError where it is not here."""
    return read_night(Run.load(settings, run_id).folder)


def nights_before(settings: Settings, run_id: str, most: int) -> list[Night]:
    """At most so many nights before this one, oldest first: of earlier days, and earlier ones of the same day.

    By the day that they speak of, not by the hour in which they ran: a night that is made up for is held against the one before its day.
    """
    folders = sorted(path.parent for path in (settings.home / "runs").glob("*/run.json") if path.parent.name < run_id)
    return [read_night(folder) for folder in folders[-most:]]


def newest_run(settings: Settings) -> str | None:
    """The id of the newest night that has a report."""
    return max((path.parent.name for path in (settings.home / "runs").glob("*/report.json")), default=None)


def place_of(row: Mapping[str, Any]) -> tuple[str, str]:
    """(registry, county) of a line of a night's report; the county is empty where the registry delivers whole."""
    return str(row["registry"]), str(row.get("county") or "")


def _json(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return told
