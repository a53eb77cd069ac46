"""Cells that hold a word of the block list instead of a value (rights.md R1; domain.md 1.9: "column headers and values")."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from vocabulary.block_list import BLOCKED, blocked_term

HAN = re.compile("[\u4e00-\u9fff]")
LONG = "|".join(term for term in BLOCKED if HAN.search(term) and len(term) >= 3)
"""Three characters and more (`政策外`, `社会抚养费`) occur in no name, code or number: wherever they stand, they are meant."""
WHOLE = "|".join(BLOCKED)
"""Two characters (`超生`, `上环`) and foreign words may be part of a given name or a place: only a cell that says nothing else counts."""
PATTERN = rf"(?i)(?:{LONG})|^\s*(?:{WHOLE})\s*(?:[:：=].*)?$"


def blocked_cells(table: pa.Table) -> Iterator[tuple[str, int, str]]:
    """(column, row of the table, blocked term) of every such cell in a table of text columns."""
    for name in table.column_names:
        column = table.column(name)
        if not pc.any(pc.match_substring_regex(column, PATTERN)).as_py():
            continue
        for row in pc.indices_nonzero(pc.fill_null(pc.match_substring_regex(column, PATTERN), False)).to_pylist():
            yield name, row, blocked_term(column[row].as_py()) or ""
