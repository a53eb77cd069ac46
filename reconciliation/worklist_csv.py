"""The CSV twin of a worklist: the same cells in the same order, UTF-8 with a byte order mark so that Excel and WPS read it."""

from __future__ import annotations

import csv
from io import StringIO

from reconciliation.worklist_sheets import Worklist

SHEET_TITLE = "表"
BYTE_ORDER_MARK = "\ufeff"


def csv_bytes(worklist: Worklist) -> bytes:
    """One table for all sheets: the first column names the sheet, the others are the union of their columns in order."""
    titles = list(dict.fromkeys(column.title for sheet in worklist.sheets for column in sheet.form.columns))
    lines = StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow([SHEET_TITLE, *titles])
    for sheet in worklist.sheets:
        places = {column.title: place for place, column in enumerate(sheet.form.columns)}
        for cells in sheet.rows:
            told = (cells[places[title]] if title in places else None for title in titles)
            writer.writerow([sheet.form.sheet, *("" if cell is None else str(cell) for cell in told)])
    return (BYTE_ORDER_MARK + lines.getvalue()).encode("utf-8")
