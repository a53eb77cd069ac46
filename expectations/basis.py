"""What a night's acceptance rests on besides its landing; frozen beside its answer, so that the night can be replayed without a database."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expectations.acceptance import Earlier
from expectations.history import EarlierNights
from expectations.snapshot import KNOWN_BIRTH, KNOWN_DECISION, write_snapshot
from sql import state
from vocabulary.made_by import made_by
from vocabulary.parts import Part, registry_of
from vocabulary.runs import PRIVATE_FILE, Run, write_private
from vocabulary.settings import Settings

BASIS, AREAS = "basis.json", "areas.csv"
KNOWN = ("known_birth.parquet", "known_decision.parquet")


@dataclass(frozen=True)
class Basis:
    """`parts`: what this installation is to get; `earlier`: the last good night of each. `frozen`: the folder that it was read from, None tonight."""

    settings: Settings
    parts: Sequence[Part]
    earlier: EarlierNights
    areas_path: Path | None
    frozen: Path | None = None

    @classmethod
    def of_state(cls, settings: Settings, run: Run) -> Basis:
        """As the settings and the state say now."""
        earlier = EarlierNights(settings, run)
        return cls(settings, configured(settings, run, earlier), earlier, settings.areas_path)

    @classmethod
    def of_run(cls, settings: Settings, run: Run, folder: Path) -> Basis:
        """As that night's `accepted/` says; where it is of a time before this was frozen, as settings and snapshot say."""
        told = read_basis(folder)
        earlier = FrozenNights(settings, run, told.get("earlier", {}))
        parts = [part for part in settings.parts if part.key in told["parts"]] if told else configured(settings, run, earlier)
        areas = folder / AREAS if told.get("areas") else None if told else settings.areas_path
        return cls(settings, parts, earlier, areas, folder)

    def write(self, folder: Path) -> None:
        """Into the stage's folder: what earlier nights and people decided, so that linking needs no database, and the rest of the basis."""
        if self.frozen is not None:
            for name in (*KNOWN, BASIS, AREAS):
                if (self.frozen / name).is_file():
                    shutil.copyfile(self.frozen / name, folder / name)
                    (folder / name).chmod(PRIVATE_FILE)
            return
        write_snapshot(state.known_births(self.settings), KNOWN_BIRTH, folder / KNOWN[0])
        write_snapshot(state.known_decisions(self.settings), KNOWN_DECISION, folder / KNOWN[1])
        if self.areas_path is not None:
            write_private(folder / AREAS, self.areas_path.read_bytes())
        told = {
            "parts": [part.key for part in self.parts],
            "earlier": self.earlier.origins,
            "areas": self.areas_path is not None,
            "made_by": dict(made_by()),
        }
        write_private(folder / BASIS, json.dumps(told, ensure_ascii=False, indent=1))


class FrozenNights(EarlierNights):
    """The last good nights that a night rested on then, whatever came since. Read from their own snapshots, which are kept for 90 days."""

    def __init__(self, settings: Settings, run: Run, told: Mapping[str, Mapping[str, str]]) -> None:
        self._told = told
        super().__init__(settings, run)

    def last_good(self, settings: Settings, run: Run, part: Part) -> tuple[dict[str, Any] | None, Part]:
        """As frozen; no database is asked."""
        found = self._told.get(part.key)
        if found is None:
            return None, part
        return {"run_id": found["run_id"]}, settings.part(found["of"]) or Part(registry_of(found["of"]))


def configured(settings: Settings, run: Run, earlier: Mapping[str, Earlier]) -> list[Part]:
    """What this installation is to get: named in its settings or, where an Airflow Connection names a whole registry, seen before or tonight."""
    return [
        part
        for part in settings.parts
        if part.county or part.registry in settings.sources or part.key in earlier or (run.landing / part.key).is_dir()
    ]


def read_basis(folder: Path) -> dict[str, Any]:
    """What a night froze of its basis; nothing for one of before."""
    path = folder / BASIS
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return told


def rested_on(folder: Path) -> Iterator[str]:
    """The runs whose `accepted/` a replay of this night reads."""
    yield from sorted({str(each["run_id"]) for each in read_basis(folder).get("earlier", {}).values()})
