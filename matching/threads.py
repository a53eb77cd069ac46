"""How many cores to use."""

from __future__ import annotations

import os


def threads() -> int:
    """HEDUI_THREADS, else all cores that this process may use."""
    told = os.environ.get("HEDUI_THREADS", "")
    return int(told) if told.isdigit() and int(told) > 0 else len(os.sched_getaffinity(0))
