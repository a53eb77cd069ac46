"""The folder of one run: private, written once, stage by stage.

A stage writes into a hidden folder beside its own and renames it at the end, so that a stage stands whole or not at all,
and running it again finds it there and does nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from vocabulary.errors import ConfigurationError, Fault, Refusal
from vocabulary.locks import forget_abandoned, in_use
from vocabulary.parquet_files import for_writing, hold_to_key, plain_files
from vocabulary.settings import Settings

if TYPE_CHECKING:  # the kernel's tables are Arrow's, and need not wait for pandas
    import pandas as pd

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
CHECKSUMS = "checksums.json"
"""SHA-256 of every other file of a stage, by its path inside the stage's folder."""


@dataclass(frozen=True)
class Run:
    """One night: its id, the day it speaks of, and where its snapshots lie."""

    run_id: str
    as_of: date
    home: Path
    area: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """`$HEDUI_HOME/runs/<run_id>`."""
        return self.home / "runs" / self.run_id

    @property
    def landing(self) -> Path:
        """Deliveries as they came, one folder a registry."""
        return self.folder / "landing"

    @property
    def accepted(self) -> Path:
        """Records that are fit to be matched."""
        return self.folder / "accepted"

    @property
    def linked(self) -> Path:
        """Which records are the same birth."""
        return self.folder / "linked"

    @property
    def findings(self) -> Path:
        """What disagrees."""
        return self.folder / "findings"

    @property
    def worklists(self) -> Path:
        """What goes out to desks."""
        return self.folder / "worklists"

    @classmethod
    def load(cls, settings: Settings, run_id: str) -> Run:
        """From the folder's `run.json`. Raises ConfigurationError for a run that is not here."""
        path = settings.home / "runs" / run_id / "run.json"
        if not path.is_file():
            raise ConfigurationError(Fault("run.unknown", run_id))
        told = json.loads(path.read_text(encoding="utf-8"))
        return cls(run_id, date.fromisoformat(told["as_of"]), settings.home, tuple(told["area"]))

    def create(self) -> None:
        """Make the folder and its `run.json`. Raises FileExistsError where it stands already.

        One that holds nothing but its `run.json` is of a process that died before it could tell the state, and is taken over.
        """
        private_folder(self.home)
        runs = private_folder(self.home / "runs")
        hold_to_key(runs)
        forget_abandoned(
            [*runs.glob("*/.*.partial/"), *runs.glob("*/landing/.*.partial/"), *runs.glob("*/.*.lock"), *runs.glob("*/landing/.*.lock")]
        )
        if {path.name for path in self.folder.glob("*")} != {"run.json"}:
            self.folder.mkdir(mode=PRIVATE_FOLDER)
        told = {"run_id": self.run_id, "as_of": self.as_of.isoformat(), "area": list(self.area)}
        write_private(self.folder / "run.json", json.dumps(told, ensure_ascii=False, indent=1))

    def has(self, stage: str) -> bool:
        """Whether a stage's snapshot stands, whole."""
        return (self.folder / stage).is_dir()

    def require(self, stage: str) -> Path:
        """The folder of a stage that must have run, every file as it was written. Raises ConfigurationError, or Refusal where one is not."""
        if not self.has(stage):
            raise ConfigurationError(Fault("run.stage_missing", f"{self.run_id}/{stage}"))
        return unharmed(self.folder / stage)

    @contextmanager
    def writing(self, stage: str) -> Iterator[Path]:
        """A private folder that takes the stage's place when the block ends well; nothing is left when it does not."""
        target = self.folder / stage
        if target.exists():
            raise ConfigurationError(Fault("run.written_already", f"{self.run_id}/{stage}"))
        private_folder(target.parent)
        forget_abandoned(target.parent.glob(f".{target.name}.*.partial"))
        partial = target.parent / f".{target.name}.{os.getpid()}.partial"
        partial.mkdir(mode=PRIVATE_FOLDER)
        try:
            with in_use(partial):
                yield partial
                if plain := plain_files(partial):  # never half of a night under the key, and half of it not
                    raise Refusal([Fault("snapshot.plain", f"{self.run_id}/{stage}/{path.name}") for path in plain])
                if target.parent == self.folder:  # a landing's manifest has its checksums
                    write_private(partial / CHECKSUMS, json.dumps(checksums_in(partial), indent=1))
                partial.rename(target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def private_folder(path: Path) -> Path:
    """The folder, made if need be, that only its owner may enter."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(PRIVATE_FOLDER)
    return path


def write_private(path: Path, content: bytes | str) -> Path:
    """Write a file that only its owner may read, whole or not at all."""
    raw = content.encode("utf-8") if isinstance(content, str) else content
    partial = path.with_name(f".{path.name}.partial")
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE), "wb") as file:
            file.write(raw)
        partial.chmod(PRIVATE_FILE)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def write_parquet(table: pd.DataFrame, path: Path) -> Path:
    """The same table always gives the same bytes; rows must be in their final order."""
    table.to_parquet(path, index=False, compression="zstd", **for_writing())
    path.chmod(PRIVATE_FILE)
    return path


def sha256_of(path: Path) -> str:
    """Hexadecimal digest of a file, read in pieces."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksums_in(folder: Path) -> dict[str, str]:
    """Path inside the folder -> SHA-256, of every file but the list of checksums itself."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != CHECKSUMS)
    with ThreadPoolExecutor() as pool:
        return dict(zip((path.relative_to(folder).as_posix() for path in paths), pool.map(sha256_of, paths), strict=True))


def differing(folder: Path, stated: Mapping[str, str | None]) -> list[str]:
    """Of files by their path inside a folder and the SHA-256 that they had: those that are gone, or have another now."""

    def differs(name: str) -> bool:
        path = folder / name
        return not path.is_file() or sha256_of(path) != stated[name]

    with ThreadPoolExecutor() as pool:
        return [name for name, wrong in zip(stated, pool.map(differs, stated), strict=True) if wrong]


def harmed(folder: Path) -> list[str]:
    """The files of a stage that are gone, or no longer what was written; none where it has no list of checksums, as before there were any."""
    path = folder / CHECKSUMS
    return differing(folder, json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {})


def unharmed(folder: Path) -> Path:
    """The folder of a stage. Raises Refusal that names every file which is not what was written."""
    if found := harmed(folder):
        raise Refusal([Fault("run.damaged", f"{folder.parent.name}/{folder.name}/{name}") for name in found])
    return folder


@contextmanager
def measured(folder: Path, stage: str) -> Iterator[dict[str, int]]:
    """Counts of a stage, and the seconds it took, as `stage.json` in its folder."""
    counts: dict[str, int] = {}
    started = time.monotonic()
    yield counts
    stage_report(folder, stage, time.monotonic() - started, counts)


def stage_report(folder: Path, stage: str, seconds: float, counts: Mapping[str, int]) -> None:
    """Write `stage.json`: what this stage did, for the run's report."""
    told = {"stage": stage, "seconds": round(seconds, 2), "counts": dict(counts)}
    write_private(folder / "stage.json", json.dumps(told, ensure_ascii=False, indent=1, default=int))
