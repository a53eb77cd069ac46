"""`hedui coverage CELLS.csv`: how many births does no list hold? From any table of capture histories."""

from __future__ import annotations

import json
from pathlib import Path

from submission.coverage.files import read_cells, read_sample
from submission.coverage.judged import judged
from submission.coverage.record import as_record


def run(path: Path, sample: Path | None, *, independent: bool, as_json: bool) -> None:
    """Read, judge, print. Raises ConfigurationError with every fault of both files' lines."""
    cells = read_cells(path)
    bands = [] if sample is None else read_sample(sample, cells.lists)
    told = as_record(judged(cells, bands, independent=independent))
    if as_json:
        print(json.dumps(told, ensure_ascii=False, allow_nan=False))
    else:
        from hedui.show_coverage import show

        show(told)
