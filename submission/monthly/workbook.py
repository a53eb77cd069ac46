"""The return as a workbook: a Chinese statistical form, with revisions of earlier months and coverage on sheets of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from submission.monthly.draft import Draft
from submission.monthly.form import checks, columns, texts
from submission.monthly.table import COUNTY, TOTAL, TOWNSHIP
from vocabulary.registries import REGISTRIES
from vocabulary.wording import REGISTRIES as REGISTRY_WORDS
from vocabulary.wording import words

BODY, HEAD = "宋体", "黑体"
"""On every Chinese office machine; elsewhere the suite falls back to its own Song and Hei faces."""
HEAD_ROW, NUMBER_ROW = 6, 8
FIRST_ROW = NUMBER_ROW + 1
SERIES = "甲", "乙"
ROW_HEIGHT = 18
WIDTHS = {"name": 15.0, "code": 11.0, "figure": 7.6}


class Styles:
    """The formats of the workbook."""

    def __init__(self, book: Workbook) -> None:
        plain = {"font_name": BODY, "font_size": 10, "valign": "vcenter"}
        boxed = {**plain, "border": 1, "border_color": "#7F7F7F"}
        self.title = book.add_format({**plain, "font_name": HEAD, "font_size": 18, "align": "center"})
        self.plain = book.add_format(plain)
        self.right = book.add_format({**plain, "align": "right"})
        self.strong = book.add_format({**plain, "font_name": HEAD, "font_size": 12})
        self.note = book.add_format({**plain, "text_wrap": True, "valign": "top", "font_size": 9})
        self.head = book.add_format({**boxed, "font_name": HEAD, "align": "center", "text_wrap": True, "bg_color": "#E8E8E8"})
        self.text = book.add_format({**boxed, "num_format": "@", "text_wrap": True})
        self.inner = book.add_format({**boxed, "num_format": "@", "indent": 1, "shrink": True})
        self.count = book.add_format({**boxed, "num_format": "#,##0", "align": "right"})
        self.rate = book.add_format({**boxed, "num_format": "0.0", "align": "right"})
        self.bold_text = book.add_format({**boxed, "num_format": "@", "bold": True})
        self.bold_count = book.add_format({**boxed, "num_format": "#,##0", "align": "right", "bold": True})
        self.bold_rate = book.add_format({**boxed, "num_format": "0.0", "align": "right", "bold": True})


def write_workbook(draft: Draft, path: Path) -> Path:
    """Write the XLSX; the same draft always gives the same bytes."""
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        book.set_properties({"title": draft.header["title"], "created": datetime.combine(draft.as_of, time())})
        styles = Styles(book)
        page = book.add_worksheet("月报表")
        write_header(page, draft, styles)
        write_column_heads(page, styles)
        last = write_lines(page, draft.lines, styles)
        write_footer(page, draft, styles, last + 1)
        print_setup(page, draft, len(columns()) + 1)
        page.repeat_rows(HEAD_ROW, NUMBER_ROW)
        page.freeze_panes(FIRST_ROW, 2)
        write_revisions(book.add_worksheet("数据修订"), draft, styles)
        write_coverage(book.add_worksheet("覆盖情况"), draft, styles)
    return path


def write_header(page: Worksheet, draft: Draft, styles: Styles) -> None:
    """Title, form number and its authority on the right, unit, period and measure below; first of all, the children who were helped."""
    head, say, last = draft.header, texts(), len(columns()) + 1
    page.merge_range(0, 0, 0, last, head["title"], styles.title)
    page.set_row(0, 32)
    page.merge_range(1, 0, 1, 9, say["followed_up"].format(count=draft.followed_up), styles.strong)
    marks = (("表　　号", "form_no"), ("制定机关", "authority"), ("批准机关", "approved_by"), ("批准文号", "approval_no"))
    for row, (mark, name) in enumerate(marks, start=1):
        page.merge_range(row, last - 5, row, last, f"{mark}：{head[name]}", styles.plain)
    page.merge_range(5, 0, 5, 7, f"填报单位：{head['unit']}{say['signature']}", styles.plain)
    page.merge_range(5, 8, 5, 13, f"{say['period']}：{draft.month.year}年{draft.month.number}月", styles.plain)
    page.merge_range(5, last - 5, 5, last, f"有效期至：{head['valid_until']}　　{say['measure']}", styles.plain)


def write_column_heads(page: Worksheet, styles: Styles) -> None:
    """Groups above their columns, and a line of numbers, as the logical checks name them."""
    say = texts()
    for place, (title, series) in enumerate(zip((say["unit_column"], say["code_column"]), SERIES, strict=True)):
        page.merge_range(HEAD_ROW, place, HEAD_ROW + 1, place, title, styles.head)
        page.write_string(NUMBER_ROW, place, series, styles.head)
    page.set_column(0, 0, WIDTHS["name"])
    page.set_column(1, 1, WIDTHS["code"])
    page.set_column(2, len(columns()) + 1, WIDTHS["figure"])
    page.set_row(HEAD_ROW + 1, 48)
    start = 2
    while start < len(columns()) + 2:
        group = columns()[start - 2].group
        end = start
        while group and end + 1 < len(columns()) + 2 and columns()[end - 1].group == group:
            end += 1
        if group and end > start:
            page.merge_range(HEAD_ROW, start, HEAD_ROW, end, group, styles.head)
            for place in range(start, end + 1):
                page.write_string(HEAD_ROW + 1, place, columns()[place - 2].zh, styles.head)
        else:
            page.merge_range(HEAD_ROW, start, HEAD_ROW + 1, start, columns()[start - 2].zh, styles.head)
        start = end + 1
    for column in columns():
        page.write_number(NUMBER_ROW, column.number + 1, column.number, styles.head)


def write_lines(page: Worksheet, lines: pd.DataFrame, styles: Styles) -> int:
    """The table; the row below its last one."""
    say = texts()
    for row, line in enumerate(lines.to_dict("records"), start=FIRST_ROW):
        below = line["level"] == TOWNSHIP
        name = say["total"] if line["level"] == TOTAL else line["name"] or line["code"]
        if below and str(line["code"]).endswith("000"):
            name = say["no_township"]
        page.set_row(row, ROW_HEIGHT)
        page.write_string(row, 0, name, styles.inner if below else styles.bold_text)
        page.write_string(row, 1, str(line["code"]), styles.text if below else styles.bold_text)
        for column in columns():
            write_figure(page, row, column.number + 1, line[column.name], figure_style(styles, bool(column.of), below))
    return FIRST_ROW + len(lines)


def figure_style(styles: Styles, is_rate: bool, below: bool) -> Format:
    """A township's figures are plain, those of a county and of all are bold."""
    if is_rate:
        return styles.rate if below else styles.bold_rate
    return styles.count if below else styles.bold_count


def write_figure(page: Worksheet, row: int, place: int, value: float, style: Format) -> None:
    """A number; a dash where nothing was to be divided by."""
    if pd.isna(value):
        page.write_string(row, place, "—", style)
    else:
        page.write_number(row, place, value, style)


def write_footer(page: Worksheet, draft: Draft, styles: Styles, row: int) -> None:
    """Who answers for it, when it was reported, and how to read it. The day of reporting is left to who signs."""
    head, last = draft.header, len(columns()) + 1
    signed = (("单位负责人", "unit_head"), ("统计负责人", "statistics_head"), ("填表人", "filled_in_by"), ("联系电话", "telephone"))
    line = "　　　　".join(f"{mark}：{head[name] or '　　　　'}" for mark, name in signed)
    page.merge_range(row, 0, row, last, f"{line}　　　　报出日期：　　　年　　月　　日", styles.plain)
    said = texts()["notes"].format(as_of=draft.as_of, checks="；".join(check.text() for check in checks()))
    page.merge_range(row + 1, 0, row + 1, last, said, styles.note)
    page.set_row(row, 36)
    page.set_row(row + 1, 44)


def write_revisions(page: Worksheet, draft: Draft, styles: Styles) -> None:
    """What differs from what earlier returns said, a line a figure."""
    say, cause_words = texts(), texts("cause")
    titles = {column.name: column.zh if not column.group else f"{column.group}：{column.zh}" for column in columns()}
    page.merge_range(0, 0, 0, 7, say["revisions_title"], styles.title)
    page.set_row(0, 32)
    for place, (title, width) in enumerate(zip(say["revisions_columns"], (10, 18, 12, 26, 10, 10, 10, 46), strict=True)):
        page.write_string(1, place, title, styles.head)
        page.set_column(place, place, width)
    if draft.changes.empty:
        page.merge_range(2, 0, 2, 7, say["revisions_none"], styles.text)
    for row, line in enumerate(draft.changes.to_dict("records"), start=2):
        name = say["total"] if line["level"] == TOTAL else line["name"]
        why = "、".join(f"{cause_words[cause]['zh']} {count}" for cause, count in line["causes"].items())
        for place, text in enumerate((line["month"], name, line["code"], titles[line["column"]])):
            page.write_string(row, place, text, styles.text if line["level"] not in (TOTAL, COUNTY) else styles.bold_text)
        for place, name in enumerate(("was", "is", "difference"), start=4):
            page.write_number(row, place, line[name], styles.count)
        page.write_string(row, 7, why, styles.text)
    print_setup(page, draft, 7)
    page.repeat_rows(1)


def write_coverage(page: Worksheet, draft: Draft, styles: Styles) -> None:
    """Each registry against the union of all; an estimate only where the rules let it be printed."""
    say, told = texts(), draft.coverage
    page.merge_range(0, 0, 0, 6, say["coverage_title"], styles.title)
    page.set_row(0, 32)
    for place, title in enumerate(say["coverage_columns"]):
        page.write_string(1, place, title, styles.head)
        page.set_column(place, place, 20 if place == 0 else 16)
    for row, (registry, one) in enumerate(zip(sorted(REGISTRIES), told["held"], strict=False), start=2):
        page.write_string(row, 0, words(REGISTRY_WORDS, registry), styles.text)
        missing = one["union"] - one["held"]
        for place, value in enumerate((one["held"], one["union"], missing), start=1):
            page.write_number(row, place, value, styles.count)
        write_figure(page, row, 4, 100 * missing / one["union"] if one["union"] else float("nan"), styles.rate)
        share = one["coverage"]
        write_figure(page, row, 5, float("nan") if share is None else 100 * share, styles.rate)
        page.write_string(row, 6, interval_text(one["coverage_interval"], 100), styles.text)
    page.merge_range(6, 0, 6, 6, say["coverage_note"].format(estimate=estimate_text(told["estimate"])), styles.note)
    page.set_row(6, 32)
    print_setup(page, draft, 6)


def interval_text(interval: Sequence[float] | None, times: float = 1) -> str:
    """`91.2～94.0`, or a dash."""
    return "—" if interval is None else f"{times * interval[0]:.1f}～{times * interval[1]:.1f}"


def estimate_text(estimate: dict[str, Any] | None) -> str:
    """The estimate in words, or that there is none."""
    say = texts()
    if estimate is None:
        return str(say["coverage_lower_bound"])
    low, high = estimate["interval"]
    return str(say["coverage_estimate"]).format(number=f"{estimate['N']:,.0f}", low=f"{low:,.0f}", high=f"{high:,.0f}")


def print_setup(page: Worksheet, draft: Draft, last_column: int) -> None:
    """A4, lying, one page wide, pages numbered."""
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.3, right=0.3, top=0.5, bottom=0.6)
    page.center_horizontally()
    page.hide_gridlines(2)
    page.set_footer(f"&L{draft.header['form_no'] or draft.return_id}&C第 &P 页  共 &N 页&R{draft.as_of}")
