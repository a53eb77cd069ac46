"""What a streaming reader of spreadsheets does not tell: whether a sheet has formulas, and which rows its merged cells span."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

BLOCK_BYTES = 1 << 20
OVERLAP_BYTES = 256
"""Longer than any tag that is looked for, so that none is lost where two blocks meet."""
FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="[A-Z]+(\d+):[A-Z]+(\d+)"')


@dataclass(frozen=True)
class SheetScan:
    """`merged`: first and last row of every merged range, both included."""

    has_formulas: bool
    merged: frozenset[tuple[int, int]]


def scan(path: Path, inside: str) -> SheetScan:
    """Read the sheet's XML once, in blocks; an archive that cannot be read has nothing to tell (its reader will say so)."""
    has_formulas = False
    merged: set[tuple[int, int]] = set()
    tail = b""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(inside.lstrip("/")) as file:
            while block := file.read(BLOCK_BYTES):
                text = tail + block
                has_formulas = has_formulas or FORMULA.search(text) is not None
                merged.update((int(first), int(last)) for first, last in MERGED.findall(text))
                tail = text[-OVERLAP_BYTES:]
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError):
        return SheetScan(False, frozenset())
    return SheetScan(has_formulas, frozenset(merged))
