"""Which folders are due: stages of runs, and what goes between desks and hedui as files."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sql.purge_rows import Line
from sql.report import read_json
from sql.retention import Retention
from vocabulary.dates import CHINA

OTHER = "other"


@dataclass(frozen=True)
class Aged:
    """A folder or file, what it is called on a receipt, its day, and whether it is due."""

    path: Path
    what: str
    day: date
    due: bool


def aged(home: Path, clocks: Retention, as_of: date, nights: Collection[str]) -> list[Aged]:
    """Everything that has a clock, under `home`. `nights`: run ids that something rests on, of which nothing is due."""
    return [*stages_of_runs(home / "runs", clocks, as_of, nights), *files_of_folders(home, clocks, as_of)]


def stages_of_runs(runs: Path, clocks: Retention, as_of: date, nights: Collection[str]) -> Iterator[Aged]:
    """One a stage of a run; what a killed process left of a stage counts as that stage."""
    for run_file in sorted(runs.glob("*/run.json")):
        day = date.fromisoformat(read_json(run_file)["as_of"])
        for path in sorted(path for path in run_file.parent.iterdir() if path.is_dir()):
            name = path.name.strip(".").split(".")[0]
            stage = name if name in clocks.snapshot else OTHER
            due = run_file.parent.name not in nights and day < clocks.snapshot[stage].due_before(as_of)
            yield Aged(path, f"runs/*/{stage}", day, due)


def files_of_folders(home: Path, clocks: Retention, as_of: date) -> Iterator[Aged]:
    """One a file."""
    for name, clock in clocks.folder.items():
        for path in sorted(path for path in (home / name).rglob("*") if path.is_file()):
            day = datetime.fromtimestamp(path.stat().st_mtime, CHINA).date()
            yield Aged(path, name, day, day < clock.due_before(as_of))


def lines_of(found: list[Aged], clocks: Retention) -> list[Line]:
    """One line a kind of folder."""
    lines = []
    for what in (*(f"runs/*/{stage}" for stage in clocks.snapshot), *clocks.folder):
        days = sorted(each.day for each in found if each.what == what and not each.due)
        deleted = sum(each.due for each in found if each.what == what)
        lines.append(Line(what, deleted, days[0] if days else None, days[-1] if days else None))
    return lines


def remove(found: list[Aged], home: Path, closed_runs: Collection[str]) -> None:
    """Delete what is due, then the folders of runs that the state no longer knows, and folders that are empty now."""
    due = [each.path for each in found if each.due]
    for path in due:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for folder in {path.parent for path in due}:
        if folder.parent != home and not any(folder.iterdir()):
            folder.rmdir()
    for run_id in closed_runs:
        shutil.rmtree(home / "runs" / run_id, ignore_errors=True)
