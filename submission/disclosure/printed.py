"""A released table of areas by one other side, as a sheet that its readers print: XLSX, A4, `*` explained under it."""

from __future__ import annotations

import tomllib
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from submission.disclosure.released import HIDDEN, Released
from submission.disclosure.tables import PERIOD
from vocabulary.areas import Areas

FACE, HEAD = "宋体", "黑体"
NUMBER_WIDTH, AREA_WIDTH = 12, 26


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "printed.toml").read_text(encoding="utf-8"))


def workbook_bytes(told: Released, title: str, areas: Areas) -> bytes:
    """One sheet: a row an area, a column a node of the second side. Raises ValueError for a table of more than two sides."""
    if len(told.table.dimensions) != 2:
        raise ValueError(f"{told.table.name}: expected two sides, got {len(told.table.dimensions)}; print one table a node of the third")
    rows, columns = told.table.dimensions
    printed = [node for node in columns.nodes if node not in columns.unprinted]
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}) as book:
        plain = {"font_name": FACE, "font_size": 12, "valign": "vcenter", "text_wrap": True}
        cell = {**plain, "border": 1}
        page, number = book.add_worksheet("统计表"), book.add_format({**cell, "align": "right", "num_format": "#,##0"})
        head = book.add_format({**cell, "font_name": HEAD, "bold": True, "align": "center", "bg_color": "#E8E8E8"})
        name, line = book.add_format(cell), book.add_format(plain)
        last = len(printed)
        page.merge_range(0, 0, 0, last, title, book.add_format({**plain, "font_name": HEAD, "font_size": 18, "align": "center"}))
        page.merge_range(1, 0, 1, last, _occasion(told), line)
        for place, node in enumerate((_texts()["words"]["area"], *printed)):
            page.write_string(2, place, _texts()["words"].get(node, node), head)
        for row, area in enumerate(rows.nodes, start=3):
            page.write_string(row, 0, areas.name(area), name)
            for place, node in enumerate(printed, start=1):
                count = told.shown.get((area, node))
                page.write_string(row, place, HIDDEN, number) if count is None else page.write_number(row, place, count, number)
        for row, text in enumerate((_texts()["hidden"], _texts()["purpose"]), start=3 + len(rows.nodes)):
            page.merge_range(row, 0, row, last, text, line)
            page.set_row(row, 34)
        page.set_column(0, 0, AREA_WIDTH)
        page.set_column(1, last, NUMBER_WIDTH)
        page.set_row(0, 32)
        page.hide_gridlines(2)
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(2)
    return file.getvalue()


def _occasion(told: Released) -> str:
    period = told.table.places.get(PERIOD)
    return "　　".join([*([_texts()["period"].format(period=period)] if period else []), _texts()["who"][told.audience]])
