"""Counts as they may be shown: none that could point at a few people (rights.md R9)."""

from __future__ import annotations

from typing import Any

SMALLEST = 5


def counted(rows: int, of: int) -> dict[str, Any]:
    """`rows` as number or as `<5`, `>n`, and `share` (0..1), rounded or as the bound that the sign means.

    What all but a few rows have would tell the few as well: `>n` stands for it.
    """
    if 0 < rows < SMALLEST:
        return {"rows": f"<{SMALLEST}", "share": min(1.0, SMALLEST / of) if of else None}
    if 0 < of - rows < SMALLEST:
        return {"rows": f">{max(of - SMALLEST, 0):,}", "share": max(0.0, (of - SMALLEST) / of)}
    return {"rows": rows, "share": rows / of if of else None}


def drawn(rows: int) -> int:
    """What a picture shows of a count: nothing where it is small."""
    return rows if rows >= SMALLEST else 0
