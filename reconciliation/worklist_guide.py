"""The sheet that explains a worklist to the person who fills it in: steps, outcome codes in plain words, which paper helps."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from reconciliation.worklist_forms import guide, outcome_guide, texts
from reconciliation.worklist_sheets import Worklist
from reconciliation.worklist_styles import Styles
from vocabulary.findings import ANSWERS, SAME_CHILD

WIDTHS = (34, 66, 56)
REGISTERED_WITH_HELP = "A3"
"""The answer that only a list of children offers: a list of records needs no advice on papers."""
REMINDERS = ("free", "not_matched", "purpose", "private")


def write_guide(page: Worksheet, worklist: Worklist, styles: Styles) -> None:
    """Fill the sheet; only the codes that this worklist offers are explained."""
    say, help_of = guide(), outcome_guide()
    offered = dict.fromkeys(code for sheet in worklist.sheets for code in sheet.form.outcomes)
    for place, width in enumerate(WIDTHS):
        page.set_column(place, place, width)
    page.merge_range(0, 0, 0, 2, say["title"], styles.title)
    page.set_row(0, 40)
    helps_children = REGISTERED_WITH_HELP in offered
    steps = say["steps"] if helps_children else say["pair_steps"] if SAME_CHILD in offered else say["record_steps"]
    row = _sentences(page, 1, say["steps_title"], [f"{number}. {step}" for number, step in enumerate(steps, 1)], styles)
    outcomes = [[f"{code} {ANSWERS[code].zh}", *help_of[code]] for code in sorted(offered)]
    row = _table(page, row, say["outcomes_title"], say["outcomes_head"], outcomes, styles)
    if helps_children:
        row = _table(page, row, say["papers_title"], say["papers_head"], say["papers"], styles)
    row = _sentences(page, row, say["reminders_title"], [texts("heading")[name] for name in REMINDERS], styles)
    page.protect()
    page.hide_gridlines(2)
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 1)
    page.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.7)
    page.center_horizontally()
    page.print_area(0, 0, row, 2)
    page.set_footer("&C第 &P 页  共 &N 页")


def _sentences(page: Worksheet, row: int, title: str, sentences: Sequence[str], styles: Styles) -> int:
    page.merge_range(row, 0, row, 2, title, styles.section)
    page.set_row(row, 26)
    for place, sentence in enumerate(sentences, row + 1):
        page.merge_range(place, 0, place, 2, sentence, styles.sentence)
        page.set_row(place, 22)
    return row + len(sentences) + 1


def _table(page: Worksheet, row: int, title: str, head: Sequence[str], lines: Sequence[Sequence[str]], styles: Styles) -> int:
    page.merge_range(row, 0, row, 2, title, styles.section)
    page.set_row(row, 26)
    for place, text in enumerate(head):
        page.write_string(row + 1, place, text, styles.head)
    page.set_row(row + 1, 22)
    for number, line in enumerate(lines, row + 2):
        for place, text in enumerate(line):
            page.write_string(number, place, text, styles.boxed)
        page.set_row(number, 22)
    return row + len(lines) + 2
