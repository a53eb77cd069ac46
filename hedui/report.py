"""`hedui report RUN`: what linking did, as one page with charts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from matching.parity import Verdict, rows_of
from matching.report.evidence import Evidence, read_evidence
from matching.report.page import Written, report
from vocabulary.errors import ConfigurationError, Fault, reader_locale
from vocabulary.settings import Settings

WORDS = {
    "page": ("报告（可离线打开和打印）", "Report (opens offline, prints)"),
    "charts": ("同样的图", "The same charts"),
    "held": ("误差不均等，不予发布新模型", "Unequal error holds a new model back"),
    "even": ("没有确认误差不均等的组", "No group is shown to bear unequal error"),
    "unclear": ("尚不能判断的项数（不视为通过）", "Figures of which nobody can tell yet (no pass)"),
}


@dataclass(frozen=True)
class Wanted:
    """What the command line asked for."""

    run: str
    truth: Path | None = None
    out: Path | None = None
    pair: int | None = None
    tables: Sequence[str] = ()
    key: str | None = None


def run(wanted: Wanted, *, as_json: bool) -> int:
    """Write the report, say where it lies and what it says of equal error; return the exit code."""
    source = folder_of(wanted.run)
    evidence = _evidence(source, wanted)
    written = report(evidence, wanted.out or source / "report", reader_locale(), wanted.pair)
    told = as_record(written)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        show(told)
    return 0


def folder_of(told: str) -> Path:
    """A folder as it is given, or that of a run by its id. Raises ConfigurationError where there is none."""
    folder = Path(told) if Path(told).is_dir() else Settings.from_environment().home / "runs" / told
    if not folder.is_dir():
        raise ConfigurationError(Fault("run.unknown", Path(told).name))
    return folder


def _evidence(source: Path, wanted: Wanted) -> Evidence:
    evidence = read_evidence(source, wanted.truth)
    if not wanted.tables:
        return evidence
    from hedui.tables import read_tables

    return replace(evidence, tables=read_tables(wanted.tables, evidence.model.spec, wanted.key)[0])


def as_record(written: Written) -> dict[str, Any]:
    """Where things lie, and the groups that hold a model back or of which nobody can tell."""
    told: dict[str, Any] = {"page": str(written.page), "charts": [str(path) for path in written.charts]}
    if written.parity is not None:
        for verdict in (Verdict.HELD, Verdict.UNCLEAR):
            rows = written.parity[written.parity["verdict"] == verdict]
            told[str(verdict)] = [f"{row.error} {row.attribute} {row.group}" for row in rows_of(rows)]
    return told


def show(told: dict[str, Any]) -> None:
    """Print the same for people."""
    place = 0 if reader_locale() == "zh" else 1
    print(f"{WORDS['page'][place]}: {told['page']}")
    print(f"{WORDS['charts'][place]}: {', '.join(Path(path).name for path in told['charts'])}")
    if "held" in told:
        print(f"{WORDS['held'][place]}: {', '.join(told['held'])}" if told["held"] else WORDS["even"][place])
        print(f"{WORDS['unclear'][place]}: {len(told['unclear'])}")
