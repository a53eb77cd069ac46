"""Rows of a worklist that came back, read cell by cell: what a desk wrote, and what of it cannot be read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cache

from reconciliation.outcome_notes import kept_note
from reconciliation.worklist_csv import SHEET_TITLE
from reconciliation.worklist_forms import FormColumn, columns
from sql.state import read_task_number
from vocabulary.answers import AnswerCell, AnswerSheet, Unreadable
from vocabulary.dates import read_date
from vocabulary.findings import ANSWERS
from vocabulary.names import is_missing

SEARCHED_ROWS = 30
NEEDED = {"task_no", "outcome"}
GIVES_AN_ANSWER = ("outcome", "registered_on", "station", "note")
"""A row in which only the name of the checker or the day stands is one that waits for its answer."""
NAMES = {"task_no_again": "task_no", "reason": "note"}
CODE = re.compile(r"[A-Z]\d(?![0-9A-Z])")
UNIT = re.compile(r"责任单位[:：][^　]*[（(]([^（()）　]+)[)）]")
AS_OF = re.compile(r"数据日期[:：]\s*(\d{4}-\d{1,2}-\d{1,2})")


@dataclass(frozen=True)
class Answer:
    """One answered row. `reasons` say why it cannot be taken, as codes of worklist_texts.toml; `written` is the note as it was typed."""

    file: str
    sheet: str
    row: int
    sha256: str
    unit: str | None
    list_as_of: date | None
    task_no: str | None
    typed_task_no: str
    code: str | None
    answered_on: date | None
    registered_on: date | None
    station: str | None
    checked_by: str | None
    note: str | None
    written: str = field(repr=False)
    reasons: tuple[str, ...] = ()
    answered_by: str | None = None

    @property
    def note_left_out(self) -> bool:
        """Whether the desk wrote a note that may not be kept."""
        return bool(self.written.strip()) and self.note is None


@dataclass(frozen=True)
class Table:
    """Where a sheet's header stands, which position is which column, and what the lines above say."""

    header: int
    positions: Mapping[str, int]
    unit: str | None
    as_of: date | None


@cache
def known_titles() -> dict[str, str]:
    """Tidy title -> column: what a header may say."""
    told = {tidy(column.title): NAMES.get(name, name) for name, column in columns().items() if name in NEEDED or column.is_answer}
    return told | {tidy(SHEET_TITLE): "sheet"}


def tidy(text: object) -> str:
    """Without width and spaces."""
    return "".join(unicodedata.normalize("NFKC", str(text)).split())


def table_of(sheet: AnswerSheet) -> Table | None:
    """The table of answers in a sheet; None for one without: the explanations, the choices, a list of counts."""
    said: list[str] = []
    for place, (_, cells) in enumerate(sheet.rows[:SEARCHED_ROWS]):
        positions = {known_titles()[title]: at for at, cell in enumerate(cells) if (title := tidy(cell)) in known_titles()}
        if positions.keys() >= NEEDED:
            head = "　".join(said)
            unit, day = UNIT.search(head), AS_OF.search(head)
            return Table(place, positions, unit[1].strip() if unit else None, read_date(day[1]) if day else None)
        said += [str(cell) for cell in cells if isinstance(cell, str)]
    return None


def answers_in(sheet: AnswerSheet, table: Table) -> Iterator[Answer | None]:
    """One answer a row that has one; None for a row of a task that is still waiting for it."""
    for number, cells in sheet.rows[table.header + 1 :]:
        told = {name: cells[at] if at < len(cells) else None for name, at in table.positions.items()}
        if any(not blank(told.get(name)) for name in GIVES_AN_ANSWER) and tidy(told.get("outcome")) not in known_titles():
            yield answer(sheet, table, number, told)
        elif not blank(told.get("task_no")):
            yield None


def answer(sheet: AnswerSheet, table: Table, number: int, told: Mapping[str, AnswerCell]) -> Answer:
    """A row as it was meant, with every reason why it cannot be read."""
    reasons: list[str] = []
    if any(isinstance(told.get(name), Unreadable) for name in ("task_no", "outcome", "registered_on", "checked_on")):
        reasons.append("cell_unreadable")
    typed, written = text(told.get("task_no")), text(told.get("note"))
    task_no = read_task_number(typed)
    if task_no is None:
        reasons.append("task_mistyped" if typed.strip() else "task_missing")
    return Answer(
        file=sheet.file,
        sheet=text(told.get("sheet")) or sheet.title,
        row=number,
        sha256=sheet.sha256,
        unit=table.unit,
        list_as_of=table.as_of,
        task_no=task_no,
        typed_task_no=typed,
        code=code_of(text(told.get("outcome")), reasons),
        answered_on=day_of(told.get("checked_on"), sheet.epoch_1904, reasons),
        registered_on=day_of(told.get("registered_on"), sheet.epoch_1904, reasons),
        station=kept_note(text(told.get("station")), longest("station")),
        checked_by=kept_note(text(told.get("checked_by")), longest("checked_by")),
        note=kept_note(written, longest("note")),
        written=written,
        reasons=tuple(dict.fromkeys(reasons)),
    )


def longest(name: str) -> int:
    """The most characters that a free text may have."""
    column: FormColumn = columns()[name]
    return column.longest


def blank(cell: AnswerCell) -> bool:
    """Nothing but white space; an unreadable cell is not blank."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def text(cell: AnswerCell) -> str:
    """A cell as text; nothing for one that has no value."""
    if cell is None or isinstance(cell, Unreadable):
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def code_of(written: str, reasons: list[str]) -> str | None:
    """The code of an answer: `A3 已协助新登记`, `a3` or its words alone. Code and words that say two things are no answer."""
    plain = tidy(written).upper()
    if not plain:
        reasons.append("answer_missing")
        return None
    said = {code: words for code, outcome in ANSWERS.items() if (words := tidy(outcome.zh)) in plain}
    # "是同一名儿童" stands inside "不是同一名儿童": the longer words are meant.
    by_words = [code for code, words in said.items() if not any(words in other and words != other for other in said.values())]
    found = CODE.match(plain)
    code = found[0] if found and found[0] in ANSWERS else None
    if found is None and len(by_words) == 1:
        return by_words[0]
    if code is None:
        reasons.append("answer_unknown")
    elif by_words and code not in by_words:
        reasons.append("answer_mixed")
        return None
    return code


def day_of(cell: AnswerCell, epoch_1904: bool, reasons: list[str]) -> date | None:
    """A day however it was written; None for an empty cell, and for one that cannot be read."""
    if isinstance(cell, Unreadable) or blank(cell) or (isinstance(cell, str) and is_missing(cell)):
        return None
    try:
        if isinstance(cell, bool | time | timedelta):
            raise ValueError("not a day")
        return read_date(cell, epoch_1904=epoch_1904)
    except ValueError:
        reasons.append("day_unreadable")
        return None


def titles() -> Iterable[str]:
    """Titles by which a text file's delimiter is known."""
    return known_titles()
