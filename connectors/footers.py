"""The lines that offices write below a table: totals, who made it, page numbers. They are no records and are not landed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.cells import Cell

FOOTER = re.compile(
    r"\s*(合\s*计|总\s*计|小\s*计|共\s*计|共\s*\d|制\s*表|填\s*表|填\s*报|填\s*写|审\s*核|复\s*核|核\s*对\s*人|经\s*办|负\s*责\s*人|单\s*位|打\s*印|导\s*出|报\s*送"
    r"|联\s*系|备\s*注|说\s*明|注\s*[:：]|第\s*\d+\s*页|页\s*码|以\s*上|以\s*下\s*空\s*白|盖\s*章|签\s*[字章名]|日\s*期\s*[:：]|total\b|prepared by\b)",
    re.IGNORECASE,
)
STATED = re.compile(r"共计?\s*[:：]?\s*(\d+)\s*(?:条|行|人|例|份|名|笔|个)")
"""`共 132 条`: the office's own count, which shows a file that was cut off."""


def is_footer(cells: Sequence[Cell], width: int) -> bool:
    """Whether a row is a line below the table: at most half as many cells as the table has columns, the first of them a footer's word."""
    filled = [cell for cell in cells if cell is not None and cell != ""]
    if not filled or 2 * len(filled) > width:
        return False
    return isinstance(filled[0], str) and FOOTER.match(filled[0]) is not None


def stated_count(cells: Sequence[Cell]) -> int | None:
    """The number of records that a footer states, if it states one."""
    found = STATED.search(" ".join(str(cell) for cell in cells if cell is not None))
    return int(found[1]) if found else None
