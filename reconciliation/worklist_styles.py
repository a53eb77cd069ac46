"""How a worklist looks: readable in grey, because most are printed; weight and words say what colour would."""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

BODY, HEAD = "宋体", "黑体"
"""On every Chinese office machine; elsewhere the suite falls back to its own Song and Hei faces."""
BODY_SIZE, HEADING_SIZE = 12, 14
"""Points. A register of 21 columns prints at three fifths of its size, so 12 becomes the 7.5 points of 六号."""
SHADE, OPEN_SHADE, LINE_COLOUR = "#E8E8E8", "#FFF8E1", "#7F7F7F"
KINDS: dict[str, dict[str, Any]] = {
    "whole": {"align": "center"},
    "text": {"num_format": "@"},
    "short": {"num_format": "@", "align": "center"},
    "strong": {"num_format": "@", "align": "center", "bold": True, "font_name": HEAD},
    "id": {"num_format": "@", "align": "center"},
    "day": {"num_format": "yyyy-mm-dd", "align": "center"},
    "choice": {"num_format": "@", "locked": False, "bg_color": OPEN_SHADE},
    "answer_day": {"num_format": "yyyy-mm-dd", "align": "center", "locked": False, "bg_color": OPEN_SHADE},
    "answer_text": {"num_format": "@", "locked": False, "bg_color": OPEN_SHADE},
}


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._cells: dict[tuple[str, bool], Format] = {}
        plain = {"font_name": BODY, "font_size": BODY_SIZE, "valign": "vcenter", "text_wrap": True}
        head = {**plain, "font_name": HEAD, "bold": True, "align": "center", "border": 1, "border_color": LINE_COLOUR}
        self.title = book.add_format({**plain, "font_name": HEAD, "font_size": 24, "bold": True, "align": "center"})
        self.heading = book.add_format({**plain, "font_size": HEADING_SIZE})
        self.law = book.add_format({**plain, "font_name": HEAD, "font_size": HEADING_SIZE, "bold": True})
        self.head = book.add_format({**head, "bg_color": SHADE})
        self.head_answer = book.add_format({**head, "bg_color": OPEN_SHADE, "bottom": 2, "top": 2})
        self.empty = book.add_format({**plain, "font_size": 14, "align": "center", "border": 1, "border_color": LINE_COLOUR})
        self.section = book.add_format({**plain, "font_name": HEAD, "font_size": 13, "bold": True})
        self.sentence = book.add_format({**plain, "font_size": 12})
        self.boxed = book.add_format({**plain, "border": 1, "border_color": LINE_COLOUR})

    def cell(self, kind: str, new_group: bool = False) -> Format:
        """A body cell; the first row of a village has a thicker line above it."""
        key = (kind, new_group)
        if key not in self._cells:
            look: dict[str, Any] = {"font_name": BODY, "font_size": BODY_SIZE, "valign": "vcenter", "text_wrap": True}
            look |= {"border": 1, "border_color": LINE_COLOUR, **KINDS[kind]}
            if new_group:
                look |= {"top": 2, "top_color": "#000000"}
            self._cells[key] = self._book.add_format(look)
        return self._cells[key]
