"""Counts of people as they may leave: rounded down to fives (decision 0031), so that neither one page nor two nights' pages tell of fewer."""

from __future__ import annotations

from collections.abc import Mapping

STEP = 5
COUNTED = {
    "accept": ("fresh",),
    "link": ("records", "births", "pairs_link", "pairs_review"),
    "find": ("findings", "withheld", "opened", "reopened", "closed"),
    "publish": ("desks", "rows"),
}
"""Of a stage, what somebody asks first; everything else stands in report.json."""
NOT_PEOPLE = ("fresh", "desks")


def fives(count: float) -> int:
    """Rounded down; 1 to 4 are 0."""
    return int(count) // STEP * STEP


def said(count: int | None) -> str:
    """For a reader: 0, under five, or at least so many."""
    if count is None:
        return "–"
    return "0" if count == 0 else f"<{STEP}" if count < STEP else f"{fives(count):,}"


def counts_of(stage: str, counts: Mapping[str, object]) -> dict[str, int]:
    """For programs: the counts of a stage that somebody asks for first, those of people in fives. Landing: its records together."""
    if stage == "land":
        return {"rows": fives(sum(one.get("rows", 0) for one in counts.values() if isinstance(one, Mapping)))}
    kept = {name: count for name in COUNTED.get(stage, ()) if isinstance(count := counts.get(name), int)}
    return {name: count if name in NOT_PEOPLE else fives(count) for name, count in kept.items()}
