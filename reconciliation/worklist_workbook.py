"""A worklist as XLSX that clerks open in WPS or Excel, print on A4, fill in and hand back (domain.md 6.1). No formulas, no macros.

The same worklist always gives the same bytes: nothing of the clock or the machine goes in.
"""

from __future__ import annotations

import math
import unicodedata
from datetime import date, datetime, time, timedelta
from io import BytesIO

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from reconciliation.worklist_forms import FormColumn, guide, texts
from reconciliation.worklist_guide import write_guide
from reconciliation.worklist_sheets import Cell, Sheet, Worklist
from reconciliation.worklist_styles import BODY_SIZE, HEADING_SIZE, Styles
from vocabulary.findings import ANSWERS

OPTIONS_SHEET = "选项"
HEAD_ROW = 4
"""Title, who and when, how many, the law; then the columns' titles."""
LINE, PADDING, LOWEST, HIGHEST = 17, 10, 52, 220
"""Row heights in points: one line of 12 point type, the space around, room for handwriting, and an end."""
WIDENING = BODY_SIZE / 11
"""Column widths are counted in characters of 11 point type."""
ANSWER_FROM, ANSWER_WITHIN = date(2000, 1, 1), timedelta(days=366)
FREE_TEXTS = ("note", "reason")
MAY = {"select_locked_cells": True, "select_unlocked_cells": True, "format_columns": True, "format_rows": True}
"""What stays possible on a protected sheet: to widen a column is no change."""


def workbook_bytes(worklist: Worklist) -> bytes:
    """The whole file."""
    file = BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, settings) as book:
        book.set_properties(
            {
                "title": worklist.unit,
                "subject": texts("heading")["purpose"],
                "author": "hedui 核对",
                "created": datetime.combine(worklist.as_of, time()),
            }
        )
        book.set_size(2400, 1400)
        styles = Styles(book)
        for sheet in worklist.sheets:
            _write_sheet(book.add_worksheet(sheet.form.sheet), sheet, worklist, styles)
        if any(sheet.form.outcomes for sheet in worklist.sheets):
            write_guide(book.add_worksheet(str(guide()["sheet"])), worklist, styles)
        _write_options(book, worklist)
    return file.getvalue()


def option_text(code: str) -> str:
    """An outcome as the drop-down shows it: its code leads, so that an answer is read back by its first two characters."""
    return f"{code} {ANSWERS[code].zh}"


def options_name(sheet: Sheet) -> str:
    """The defined name of a form's answers; plain ASCII, which every office suite takes."""
    return f"outcomes_{sheet.form.name}"


def _write_options(book: Workbook, worklist: Worklist) -> None:
    """The answers on a hidden sheet with a defined name: a list longer than 255 characters may not stand inline."""
    asked = [sheet for sheet in worklist.sheets if sheet.form.outcomes]
    if not asked:
        return
    options = book.add_worksheet(OPTIONS_SHEET)
    for place, sheet in enumerate(asked):
        for row, code in enumerate(sheet.form.outcomes):
            options.write_string(row, place, option_text(code))
        letter = "ABCDEFGH"[place]
        book.define_name(options_name(sheet), f"='{OPTIONS_SHEET}'!${letter}$1:${letter}${len(sheet.form.outcomes)}")
    options.protect()
    options.hide()


def _write_sheet(page: Worksheet, sheet: Sheet, worklist: Worklist, styles: Styles) -> None:
    last = len(sheet.form.columns) - 1
    page.protect("", MAY)
    page.hide_gridlines(2)
    page.merge_range(0, 0, 0, last, sheet.form.title, styles.title)
    page.set_row(0, 40)
    for row, line in enumerate(sheet.heading, start=1):
        style = styles.law if row == len(sheet.heading) else styles.heading
        page.merge_range(row, 0, row, last, line, style)
        page.set_row(row, _heading_height(line, sheet))
    for place, column in enumerate(sheet.form.columns):
        page.set_column(place, place, column.width)
        page.write_string(HEAD_ROW, place, column.title, styles.head_answer if column.is_answer else styles.head)
    page.set_row(HEAD_ROW, 42)
    for number, cells in enumerate(sheet.rows):
        _write_row(page, HEAD_ROW + 1 + number, cells, sheet, number in sheet.new_group, styles)
    end = HEAD_ROW + max(len(sheet.rows), 1)
    if sheet.rows:
        _validate(page, HEAD_ROW + 1, end, sheet, worklist.as_of)
    else:
        page.merge_range(end, 0, end, last, sheet.empty, styles.empty)
        page.set_row(end, 60)
    page.merge_range(end + 2, 0, end + 2, last, texts("heading")["signature"], styles.heading)
    page.set_row(end + 2, _heading_height(texts("heading")["signature"], sheet) + LINE)
    _print_setup(page, sheet, worklist, end + 2, last)


def _write_row(page: Worksheet, row: int, cells: tuple[Cell, ...], sheet: Sheet, new_group: bool, styles: Styles) -> None:
    tallest: float = LOWEST
    for place, (column, told) in enumerate(zip(sheet.form.columns, cells, strict=True)):
        style = styles.cell(column.kind, new_group)
        if isinstance(told, date):
            page.write_datetime(row, place, datetime.combine(told, time()), style)
        elif isinstance(told, int):
            page.write_number(row, place, told, style)
        elif told is None:
            page.write_blank(row, place, None, style)
        else:
            page.write_string(row, place, told, style)
            tallest = max(tallest, _height(told, column.width))
    page.set_row(row, tallest)


def _heading_height(text: str, sheet: Sheet) -> float:
    """Points for a line that runs across the whole form."""
    width = sum(column.width for column in sheet.form.columns)
    return max(math.ceil(_columns(text) * HEADING_SIZE / 11 / (width - 2)), 1) * (HEADING_SIZE + 6.0) + 4


def _height(text: str, width: float) -> float:
    """Points that a text needs in a column: Chinese characters are two wide. No suite is trusted to fit rows when it opens a file."""
    lines = sum(max(1, math.ceil(_columns(line) * WIDENING / max(width - 1, 1))) for line in text.split("\n"))
    return min(lines * LINE + PADDING, HIGHEST)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def _validate(page: Worksheet, first: int, last: int, sheet: Sheet, as_of: date) -> None:
    """What each open column takes, said in Chinese before and after a wrong entry."""
    for place, column in enumerate(sheet.form.columns):
        if column.is_answer:
            page.data_validation(first, place, last, place, _rule(column, sheet, as_of))


def _rule(column: FormColumn, sheet: Sheet, as_of: date) -> dict[str, object]:
    say = texts("validation")
    if column.kind == "choice":
        return {
            "validate": "list", "source": f"={options_name(sheet)}", "input_title": say["choice_title"],
            "input_message": say["choice_prompt"], "error_title": say["choice_title"], "error_message": say["choice_error"],
        }  # fmt: skip
    if column.kind == "answer_day":
        return {
            "validate": "date", "criteria": "between", "minimum": ANSWER_FROM, "maximum": as_of + ANSWER_WITHIN,
            "input_title": say["day_title"], "input_message": say["day_prompt"],
            "error_title": say["day_title"], "error_message": say["day_error"],
        }  # fmt: skip
    rule: dict[str, object] = {
        "validate": "length", "criteria": "<=", "value": column.longest,
        "error_title": say["text_title"], "error_message": say["text_error"].format(longest=column.longest),
    }  # fmt: skip
    if column.name in FREE_TEXTS:
        rule |= {"input_title": column.title, "input_message": say["note_prompt"]}
    return rule


def _print_setup(page: Worksheet, sheet: Sheet, worklist: Worklist, last_row: int, last_column: int) -> None:
    page.set_paper(9)  # A4
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.25, right=0.25, top=0.4, bottom=0.6)
    page.center_horizontally()
    page.repeat_rows(HEAD_ROW)
    page.print_area(0, 0, last_row, last_column)
    page.freeze_panes(HEAD_ROW + 1, 0)
    page.set_footer(f"&L{sheet.form.form_no}　{worklist.recipient.code}&C第 &P 页  共 &N 页&R{worklist.as_of}")
