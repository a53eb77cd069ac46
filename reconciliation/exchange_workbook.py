"""A table as a plain workbook for a registry's administrator: every cell is text, for a spreadsheet turns long record numbers in a CSV into other ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO

import pandas as pd
import xlsxwriter

from reconciliation.worklist_sheets import harmless

NARROWEST, WIDEST = 10, 48
"""Characters."""


def table_workbook(rows: pd.DataFrame, titles: Sequence[str], sheet: str, as_of: date) -> bytes:
    """One sheet whose first row is the titles, so that it can be imported as it is; printed on A4 across, titles on every page."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False}) as book:
        book.set_properties({"title": sheet, "author": "hedui 核对", "created": datetime.combine(as_of, time())})
        line = {"border": 1, "valign": "vcenter", "text_wrap": True, "font_size": 11}
        head, cell = (
            book.add_format(line | {"bold": True, "align": "center", "bg_color": "#E7E6E6"}),
            book.add_format(line | {"num_format": "@"}),
        )
        page = book.add_worksheet(sheet)
        told = [["" if pd.isna(value) else harmless(str(value)) for value in row] for row in rows.itertuples(index=False, name=None)]
        for place, title in enumerate(titles):
            widest = max((columns(row[place]) for row in told), default=0)
            page.set_column(place, place, min(max(widest, columns(title), NARROWEST) + 3, WIDEST))
            page.write_string(0, place, title, head)
            for number, row in enumerate(told, start=1):
                page.write_string(number, place, row[place], cell)
        page.set_paper(9)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        page.freeze_panes(1, 0)
        page.set_footer(f"&L{sheet}&C第 &P 页  共 &N 页&R{as_of}")
    return file.getvalue()


def columns(text: str) -> int:
    """The width of a text: Chinese characters are two wide."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)
