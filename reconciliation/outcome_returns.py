"""What goes back to a sender: the rows that could not be taken, each with what to do, on sheets like the ones it sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reconciliation.disclosure import Recipient
from reconciliation.outcome_judge import Verdict
from reconciliation.outcome_known import recipient_named
from reconciliation.worklist_csv import csv_bytes
from reconciliation.worklist_desks import file_stem
from reconciliation.worklist_facts import UNASSIGNED
from reconciliation.worklist_forms import Form, forms_of, returned_form, texts
from reconciliation.worklist_sheets import Cell, Sheet, Worklist, harmless, unit_name
from reconciliation.worklist_workbook import option_text, workbook_bytes
from vocabulary.areas import Areas
from vocabulary.runs import private_folder, write_private

SHOWN = 20
"""Characters of what stood where a task number was wanted: enough to find the row, too few for a story."""


@dataclass(frozen=True)
class ReturnedFile:
    """A file for a sender, not written yet: its look is traced first (rights.md R7)."""

    path: Path
    content: bytes
    rows: int


def returned_files(verdicts: Iterable[Verdict], areas: Areas, as_of: date, folder: Path) -> list[ReturnedFile]:
    """One XLSX and one CSV a sender, named after its desk; nothing where every row was taken."""
    by_sender: dict[str | None, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        by_sender[verdict.desk].append(verdict)
    files: list[ReturnedFile] = []
    for desk in sorted(by_sender, key=str):
        recipient = recipient_named(desk) if desk else Recipient("registration_desk", None, UNASSIGNED)
        listed = returned_list(recipient, by_sender[desk], areas, as_of)
        stem, rows = f"returned-{file_stem(recipient)}", len(by_sender[desk])
        files += [
            ReturnedFile(folder / f"{stem}.xlsx", workbook_bytes(listed), rows),
            ReturnedFile(folder / f"{stem}.csv", csv_bytes(listed), rows),
        ]
    return files


def write_files(files: Iterable[ReturnedFile]) -> tuple[Path, ...]:
    """Write them, for their owner only."""
    return tuple(write_private(private_folder(file.path.parent) / file.path.name, file.content) for file in files)


def returned_list(recipient: Recipient, verdicts: Sequence[Verdict], areas: Areas, as_of: date) -> Worklist:
    """The rows of one sender, by the sheet on which each stood."""
    unit = unit_name(recipient, areas)
    rows: dict[str, list[Verdict]] = defaultdict(list)
    asked = {form.name: form for form in forms_of(recipient.kind) if form.outcomes}
    for verdict in sorted(verdicts, key=lambda told: (told.answer.file, told.answer.sheet, told.answer.row)):
        rows[form_for(verdict, asked).name].append(verdict)
    sheets = tuple(returned_sheet(asked[name], rows[name], recipient, unit, as_of) for name in asked if name in rows)
    return Worklist(recipient, unit, as_of, sheets)


def form_for(verdict: Verdict, asked: dict[str, Form]) -> Form:
    """The form that a row was written on: by its sheet, else by its task, else the first one of the desk."""
    by_sheet = next((form for form in asked.values() if form.sheet == verdict.answer.sheet), None)
    by_task = asked.get(verdict.task.form.name) if verdict.task else None
    return by_sheet or by_task or next(iter(asked.values()))


def returned_sheet(form: Form, verdicts: Sequence[Verdict], recipient: Recipient, unit: str, as_of: date) -> Sheet:
    """One sheet; its heading names the sender, so that the file finds its way when it comes back."""
    back, say = returned_form(form), texts("heading")
    rows = tuple(tuple(cell(column.name, number, verdict) for column in back.columns) for number, verdict in enumerate(verdicts, 1))
    who = "　　".join([say["unit"].format(unit=unit, code=recipient.code), say["person"], say["as_of"].format(as_of=as_of), form.form_no])
    many = say["total"].format(count=len(rows)) + back.note
    return Sheet(back, rows, (who, many, say["private"]), form.empty)


def cell(column: str, number: int, verdict: Verdict) -> Cell:
    """What stands in one cell; a note that may not be kept does not come back either."""
    answer = verdict.answer
    if column == "row_no":
        return number
    told: dict[str, str | date | None] = {
        "source": texts("returned")["where"].format(file=answer.file, sheet=answer.sheet, row=answer.row),
        "task_no_again": answer.task_no or shown(answer.typed_task_no),
        "to_do": "\n".join(texts("return_reason")[reason].format_map(verdict.facts) for reason in verdict.reasons),
        "outcome": option_text(answer.code) if answer.code else None,
        "registered_on": answer.registered_on,
        "checked_on": answer.answered_on,
        "station": answer.station,
        "checked_by": answer.checked_by,
        "note": answer.note,
        "reason": answer.note,
    }
    value = told[column]
    return harmless(value) if isinstance(value, str) else value


def shown(typed: str) -> str | None:
    """A mistyped number, cut short, and without anything that only looks like one."""
    plain = "".join(typed.split())
    return plain if plain and len(plain) <= SHOWN and plain.isascii() and sum(letter.isdigit() for letter in plain) <= 10 else None
