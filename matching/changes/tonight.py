"""Which base a night starts from, and when it links everything anew instead."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from matching.changes.base import Base, Changes, changes_since
from matching.changes.base_files import read_base, write_base
from matching.model.installed import digest_of
from matching.model.learned import Model
from matching.model.spec import Spec
from vocabulary.runs import Run, harmed, write_private

MOST = 0.2
"""Share of the records that may have changed: beyond it, linking everything anew costs little more and counts the values afresh."""
STAGE, SINCE = "base", "since.json"


@dataclass(frozen=True)
class Since:
    """The night that linked everything, and by which model (installed.digest_of)."""

    run_id: str
    day: date
    model: str

    @classmethod
    def tonight(cls, run: Run, wanted: Model | Spec) -> Since:
        """For a night that links everything itself."""
        return cls(run.run_id, run.as_of, digest_of(wanted))

    def as_record(self) -> dict[str, str]:
        """For a file."""
        return {"since": self.day.isoformat(), "run_id": self.run_id, "model": self.model}


@dataclass(frozen=True)
class Start:
    """The base of the night before, what changed since, and the night that linked everything."""

    base: Base
    changes: Changes
    since: Since


def start_of(run: Run, table: pa.Table, wanted: Model | Spec) -> Start | None:
    """Where a night may start from; None where it must link everything: at the first night, the first of a month, under another model or other
    sources, with a registry that was not there, where too much changed, or where the base is not what was written.
    """
    before = [path for path in _earlier(run) if (path.parent / "linked").is_dir()]
    if not before or harmed(before[-1]):
        return None
    told = json.loads((before[-1] / SINCE).read_text(encoding="utf-8"))
    since = Since(told.get("run_id", ""), date.fromisoformat(told["since"]), told.get("model", ""))
    same = since.model == digest_of(wanted) and (since.day.year, since.day.month) == (run.as_of.year, run.as_of.month)
    base = read_base(before[-1]) if same else None
    if base is None or not set(pc.unique(table["registry"]).to_pylist()) <= set(base.records.registries):
        return None
    changes = changes_since(base, table)
    return Start(base, changes, since) if len(changes.rows) + len(changes.gone) <= MOST * len(base) else None


def leave(base: Base, run: Run, since: Since) -> None:
    """Write the base of the next night into a folder of the run."""
    shutil.rmtree(run.folder / STAGE, ignore_errors=True)
    with run.writing(STAGE) as folder:
        write_base(base, folder)
        write_private(folder / SINCE, json.dumps(since.as_record()))


def forget_earlier(run: Run) -> None:
    """Delete the bases of earlier nights, which hold what records say, but the last: a night beside this one, or run again, starts from it."""
    for path in _earlier(run)[:-1]:
        shutil.rmtree(path)


def _earlier(run: Run) -> list[Path]:
    return sorted(path for path in run.folder.parent.glob(f"*/{STAGE}") if path.parent.name < run.run_id)
