"""`hedui evaluate RUN TRUTH`: a run of an invented county held against its truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from vocabulary.errors import ConfigurationError, Fault
from vocabulary.parquet_files import read_frame
from vocabulary.settings import Settings


def evaluate(run: str, truth: Path, *, as_json: bool) -> None:
    """Print precision, recall and F1 of links, and precision and recall of the not-registered list."""
    from matching.evaluate import evaluate as link_quality
    from reconciliation.evaluate import list_quality

    folder = Path(run) if Path(run).is_dir() else Settings.from_environment().home / "runs" / run
    tables = (
        folder / "linked" / "birth_record.parquet",
        folder / "findings" / "finding.parquet",
        truth / "record.parquet",
        truth / "birth.parquet",
    )
    if missing := [path for path in tables if not path.is_file()]:
        raise ConfigurationError([Fault("evaluate.file_missing", str(path)) for path in missing])
    birth_record, finding, truth_record, truth_birth = (read_frame(path) for path in tables)
    links = as_record(link_quality(birth_record, truth_record, "true_birth_id").across)
    listed = list_quality(finding, birth_record, truth_record, truth_birth)
    if as_json:
        print(json.dumps({"links": links, "not_registered": listed.as_record()}, ensure_ascii=False))
        return
    table = Table("", "precision", "recall", "F1", "right", "wrong", "missed")
    for name, one in (("links", links), ("not_registered", listed.as_record())):
        shares = (f"{one[part]:.4f}" for part in ("precision", "recall", "f1"))
        table.add_row(name, *shares, *(f"{one[part]:,}" for part in ("right", "wrong", "missed")))
    Console().print(table)


def as_record(quality: Any) -> dict[str, float]:
    """Links across registries, in the words of the list's record."""
    wrong, missed = quality.linked - quality.right, quality.true - quality.right
    return {
        "precision": quality.precision,
        "recall": quality.recall,
        "f1": quality.f1,
        "right": quality.right,
        "wrong": wrong,
        "missed": missed,
    }
