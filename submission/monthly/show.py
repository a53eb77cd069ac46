"""A return's figures in all, for a summary on a screen."""

from __future__ import annotations

from pathlib import Path

from submission.monthly.assemble import read_lines
from submission.monthly.draft import TABLE
from submission.monthly.form import counts
from submission.monthly.table import TOTAL


def in_all(folder: Path) -> dict[str, int]:
    """Counted column -> the figure of the whole area."""
    lines = read_lines(folder / TABLE)
    total = lines[lines["level"].eq(TOTAL)].iloc[0]
    return {name: int(total[name]) for name in counts()}
