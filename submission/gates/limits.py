"""The thresholds of `gates.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def limits() -> dict[str, dict[str, str | float]]:
    """Name -> gate, value, unit, reason."""
    return tomllib.loads(Path(__file__).with_name("gates.toml").read_text(encoding="utf-8"))


def limit(name: str) -> float:
    """A threshold's value. Raises KeyError for one that the file does not have."""
    return float(limits()[name]["value"])
