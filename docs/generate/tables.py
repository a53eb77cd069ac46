"""Markdown as the chapters write it: tables, cells, and one wording of two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

COLON = ("：", ": ")


def one_of(pair: Sequence[str], locale: str) -> str:
    """A wording of a pair (中文, English)."""
    return pair[0 if locale == "zh" else 1]


def cell(text: object) -> str:
    """A text that stays within its cell."""
    return str(text).replace("|", "\\|").replace("\n", " ")


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; every row has as many cells as there are headers."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join("| " + " | ".join(cell(each) for each in line) + " |" for line in lines) + "\n"


def codes(names: Iterable[str]) -> str:
    """Names as code, separated by commas."""
    return ", ".join(f"`{name}`" for name in names)
