"""`hedui replay`: past nights derived once more from their own snapshots, and held against what they said then. No database is asked, no run changed."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from expectations.accept import accept
from expectations.basis import AREAS, BASIS, Basis, read_basis, rested_on
from hedui.replay_differences import Table, differences
from matching.changes.grounds import Grounds, grounds_of
from matching.changes.tonight import Since
from matching.link import BASIS as LINK_BASIS
from matching.link import link_again
from matching.model.installed import digest_of, installed
from matching.model.learned import Model
from matching.model.spec import Spec
from reconciliation.desk_items import ITEMS
from reconciliation.find import find_again
from reconciliation.known import Known
from reconciliation.publish import items_again
from vocabulary.areas import Areas
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.locks import forget_abandoned, in_use
from vocabulary.made_by import SOURCES, made_by
from vocabulary.parquet_files import hold_to_key, read_table
from vocabulary.runs import Run, differing, harmed, private_folder
from vocabulary.settings import Settings

STAGES = ("accepted", "linked", "findings", "worklists")
REPLAYS = "replays"
"""Under HEDUI_HOME: a scratch folder a night, deleted at its end."""


@dataclass(frozen=True)
class Replayed:
    """What came of one night. `damaged`: files that are no longer what was written. `reasons`: codes that say why an answer may differ."""

    run_id: str
    as_of: date
    tables: Sequence[Table]
    damaged: Sequence[str] = ()
    reasons: Sequence[tuple[str, str]] = ()
    seconds: float = 0.0

    @property
    def identical(self) -> bool:
        """Every table that the night had says the same, and no file of it was touched since."""
        return not self.damaged and bool(self.tables) and all(table.same for table in self.tables)

    def as_record(self) -> dict[str, Any]:
        """For JSON: names of tables and files, counts, codes; no person's value."""
        return {
            "run_id": self.run_id,
            "as_of": self.as_of.isoformat(),
            "identical": self.identical,
            "seconds": round(self.seconds, 2),
            "damaged": list(self.damaged),
            "tables": [table.as_record() for table in self.tables],
            "reasons": [{"code": code, "what": what} for code, what in self.reasons],
        }


@dataclass
class Replayer:
    """Replays nights one after the other. `grounds`: of the night that linked everything, kept for the other nights of its month."""

    settings: Settings
    wanted: Model | Spec
    _grounds: dict[str, Grounds] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings) -> Replayer:
        """By the model in force. Raises Refusal where it is not what was adopted, ConfigurationError under another key."""
        hold_to_key(settings.home / "runs")
        return cls(settings, installed(settings.home))

    def replay(self, run_id: str) -> Replayed:
        """One night. Raises ConfigurationError for a run that is not here, or of which too much is gone."""
        started = time.monotonic()
        run = Run.load(self.settings, run_id)
        require_whole(self.settings, run)
        damaged = damaged_in(run)
        with scratch(self.settings, run) as again:
            self.derive(run, again)
            tables = differences(run, again)
        reasons = [] if not damaged and all(table.same for table in tables) else list(self.reasons(run))
        return Replayed(run_id, run.as_of, tables, damaged, reasons, time.monotonic() - started)

    def derive(self, run: Run, again: Run) -> None:
        """Every stage that the night had, by the stages' own functions, into another folder."""
        accept(self.settings, again, Basis.of_run(self.settings, again, run.accepted))
        since = since_of(run, self.wanted)
        link_again(again, self.wanted, since, self.grounds_of(run, since))
        if run.has("findings"):
            find_again(again, Known.of_run(run.findings))
        if (run.worklists / ITEMS).is_file():
            items_again(again, Areas.load(areas_of(self.settings, run)), run.worklists)

    def grounds_of(self, run: Run, since: Since) -> Grounds | None:
        """None for a night that linked everything itself."""
        if since.run_id == run.run_id:
            return None
        if since.run_id not in self._grounds:
            table = read_table(self.settings.home / "runs" / since.run_id / "accepted" / "record.parquet")
            self._grounds = {since.run_id: grounds_of(table, self.wanted)}
        return self._grounds[since.run_id]

    def reasons(self, run: Run) -> Iterator[tuple[str, str]]:
        """Code and what of each thing that is not as it was that night."""
        told = read_basis(run.accepted)
        linked = run.linked / LINK_BASIS
        model = json.loads(linked.read_text(encoding="utf-8"))["model"] if linked.is_file() else ""
        if not told or not model:
            yield "unfrozen", ""
        for name, now in made_by().items():
            then = told.get("made_by", {}).get(name, now)
            if then != now:
                yield ("code" if name == SOURCES else "version"), f"{name} {then} → {now}"
        if model and model != digest_of(self.wanted):
            yield "model", f"{model} → {digest_of(self.wanted)}"


def since_of(run: Run, wanted: Model | Spec) -> Since:
    """The night whose model and counts a night was linked by; itself, where it does not say."""
    path = run.linked / LINK_BASIS
    if not path.is_file():
        return Since.tonight(run, wanted)
    told = json.loads(path.read_text(encoding="utf-8"))
    return Since(told["run_id"], date.fromisoformat(told["since"]), digest_of(wanted))


def areas_of(settings: Settings, run: Run) -> Path | None:
    """The table of areas of that night; of a night that froze none, today's."""
    if not (run.accepted / BASIS).is_file():
        return settings.areas_path
    return run.accepted / AREAS if (run.accepted / AREAS).is_file() else None


def require_whole(settings: Settings, run: Run) -> None:
    """Raise ConfigurationError with everything that a replay would need and that is gone: by retention, or because the night broke down."""
    faults = [
        Fault("replay.gone", f"{run.run_id}/{stage}") for stage in ("landing", "accepted", "linked") if not (run.folder / stage).is_dir()
    ]
    others = set(rested_on(run.accepted))
    if (run.linked / LINK_BASIS).is_file():
        others.add(json.loads((run.linked / LINK_BASIS).read_text(encoding="utf-8"))["run_id"])
    runs = settings.home / "runs"
    faults += [
        Fault("replay.gone", f"{other}/accepted")
        for other in sorted(others - {run.run_id})
        if not (runs / other / "accepted" / "record.parquet").is_file()
    ]
    if faults:
        raise ConfigurationError(faults)


def damaged_in(run: Run) -> list[str]:
    """Files of the night, by their path in its folder, that are gone or no longer what was written."""
    found = [f"{stage}/{name}" for stage in STAGES if run.has(stage) for name in harmed(run.folder / stage)]
    for path in sorted(run.landing.glob("*/manifest.json")):
        files = json.loads(path.read_text(encoding="utf-8")).get("files", [])
        stated = {str(each["name"]): str(each["sha256"]) for each in files if str(each["name"]).startswith("part-")}
        found += [f"landing/{path.parent.name}/{name}" for name in differing(path.parent, stated)]
    return found


@contextmanager
def scratch(settings: Settings, run: Run) -> Iterator[Run]:
    """The same run in a private folder of its own, with nothing but its landing, which is deleted when the block ends."""
    replays = private_folder(settings.home / REPLAYS)
    forget_abandoned(replays.glob("*/"))
    home = private_folder(replays / f"{run.run_id}.{os.getpid()}")
    try:
        with in_use(home):
            again = Run(run.run_id, run.as_of, home, run.area)
            for folder in (again.folder.parent, again.folder):
                private_folder(folder)
            again.landing.symlink_to(run.landing, target_is_directory=True)
            yield again
    finally:
        shutil.rmtree(home, ignore_errors=True)


@dataclass(frozen=True)
class Wanted:
    """What the command line asked for: one night by its id, all, or those of a span of days."""

    run: str | None = None
    everything: bool = False
    first: date | None = None
    last: date | None = None


def nights_of(settings: Settings, wanted: Wanted) -> list[str]:
    """Ids of the nights that are linked, oldest first. Raises ConfigurationError where none is meant, or none is there."""
    if wanted.run:
        return [wanted.run]
    if not (wanted.everything or wanted.first or wanted.last):
        raise ConfigurationError(Fault("replay.which", "RUN"))
    found = [path.parent.name for path in sorted((settings.home / "runs").glob("*/linked/"))]
    low, high = wanted.first or date.min, wanted.last or date.max
    found = [run_id for run_id in found if low <= Run.load(settings, run_id).as_of <= high]
    if not found:
        raise ConfigurationError(Fault("replay.none", "HEDUI_HOME"))
    return found


def run(wanted: Wanted, *, as_json: bool, quiet: bool) -> int:
    """Replay, print, return the exit code: 1 where a night no longer says what it said."""
    from hedui.nights_progress import Nights
    from hedui.show_replay import show, show_one

    settings = Settings.from_environment()
    found = nights_of(settings, wanted)
    replayer, told = Replayer.of(settings), []
    with Nights(sys.stderr, len(found), quiet=quiet or as_json) as nights:
        for run_id in found:
            nights.begin(run_id)
            told.append(replayer.replay(run_id))
            nights.end(show_one(told[-1]))
    if as_json:
        print(
            json.dumps({"identical": all(one.identical for one in told), "nights": [one.as_record() for one in told]}, ensure_ascii=False)
        )
    else:
        show(told)
    return 0 if all(one.identical for one in told) else 1
