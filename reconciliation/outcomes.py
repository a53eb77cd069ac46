"""Front door: worklists that came back. Good rows are taken, others go back to their sender; the same rows twice change nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from reconciliation.outcome_effects import take_effect
from reconciliation.outcome_figures import figures
from reconciliation.outcome_judge import Fate, judge
from reconciliation.outcome_known import Known
from reconciliation.outcome_returns import returned_files, write_files
from reconciliation.outcome_rows import Answer, Table, answers_in, table_of
from reconciliation.traces import OPERATOR, answers_taken, rows_returned
from sql import state
from sql.acting import acting_as
from vocabulary.access import Actor, this_process
from vocabulary.answers import AnswerSheet
from vocabulary.areas import Areas
from vocabulary.errors import Fault
from vocabulary.settings import Settings


@dataclass(frozen=True)
class Taken:
    """What became of the rows: `rows` = taken + unchanged + returned; `waiting` are tasks in the files without an answer yet."""

    rows: int
    taken: int
    unchanged: int
    returned: int
    waiting: int
    withdrawn: int
    notes_left_out: int
    codes: dict[str, int]
    figures: dict[str, int]
    reasons: dict[str, int]
    files: tuple[Path, ...] = ()
    faults: tuple[Fault, ...] = field(default=())


@dataclass(frozen=True)
class Sender:
    """Who hands files in on a page: an account answers for its own desk only, whatever the file says."""

    desk: str
    actor: Actor


@acting_as("outcomes")
def take_outcomes(sheets: Sequence[AnswerSheet], settings: Settings, today: date, sender: Sender | None = None) -> Taken:
    """Take what desks wrote on their lists, all in one transaction; what cannot be taken is written to `$HEDUI_HOME/returned/`.

    Without a `sender` each file is its desk's by its heading, its name or its tasks.
    """
    by = sender.actor if sender else this_process(OPERATOR)
    areas = Areas.load(settings.areas_path)
    tables = [(sheet, table) for sheet in sheets if (table := table_of(sheet)) is not None]
    read = {at: list(answers_in(sheet, table)) for at, (sheet, table) in enumerate(tables)}
    answers = {at: [answer for answer in told if answer is not None] for at, told in read.items()}
    with state.answering(settings) as ledger:
        known = Known(ledger, today, {answer.task_no for told in answers.values() for answer in told if answer.task_no})
        sent = with_senders(tables, answers, known) if sender is None else signed(answers, sender)
        verdicts = judge(sent, known, areas)
        withdrawn = take_effect([verdict for verdict in verdicts if verdict.fate == Fate.TAKEN], ledger)
        returned = [verdict for verdict in verdicts if verdict.fate == Fate.RETURNED]
        files = returned_files(returned, areas, known.latest, settings.home / "returned" / name_of(sheets))
        ledger.trace([*answers_taken([sheet for sheet, _ in tables], verdicts, by), *rows_returned(files, by)])
    fates = Counter(verdict.fate for verdict in verdicts)
    told = [verdict for verdict in verdicts if verdict.fate == Fate.TAKEN]
    return Taken(
        rows=len(verdicts),
        taken=fates[Fate.TAKEN],
        unchanged=fates[Fate.UNCHANGED],
        returned=fates[Fate.RETURNED],
        waiting=sum(answer is None for rows in read.values() for answer in rows),
        withdrawn=withdrawn,
        notes_left_out=sum(verdict.answer.note_left_out for verdict in verdicts),
        codes=counted(verdict.answer.code for verdict in told),
        figures=figures(told),
        reasons=counted(reason for verdict in returned for reason in verdict.reasons),
        files=write_files(files),
        faults=tuple(without_table(sheets, {sheet.sha256 for sheet, _ in tables})),
    )


def with_senders(
    tables: Sequence[tuple[AnswerSheet, Table]], answers: dict[int, list[Answer]], known: Known
) -> list[tuple[Answer, str | None]]:
    """Every answer with the desk whose list its file is: one desk a file, whatever its sheets."""
    told: list[tuple[Answer, str | None]] = []
    for file in dict.fromkeys((sheet.file, sheet.sha256) for sheet, _ in tables):
        places = [at for at, (sheet, _) in enumerate(tables) if (sheet.file, sheet.sha256) == file]
        rows = [answer for at in places for answer in answers[at]]
        desk = known.sender(rows, file[0], [unit for at in places if (unit := tables[at][1].unit)])
        told += [(answer, desk) for answer in rows]
    return told


def signed(answers: dict[int, list[Answer]], sender: Sender) -> list[tuple[Answer, str | None]]:
    """Every answer as the sender's own."""
    return [(replace(answer, answered_by=sender.actor.name), sender.desk) for told in answers.values() for answer in told]


def without_table(sheets: Sequence[AnswerSheet], having: set[str]) -> list[Fault]:
    """A file in which no sheet asks for answers is no worklist."""
    return [Fault("outcomes.no_table", file) for file in dict.fromkeys(sheet.file for sheet in sheets if sheet.sha256 not in having)]


def counted(codes: Iterable[str | None]) -> dict[str, int]:
    """How often each came, in their order."""
    return dict(sorted(Counter(code for code in codes if code is not None).items()))


def name_of(sheets: Sequence[AnswerSheet]) -> str:
    """The folder for what goes back: the same files have the same one, whatever their order."""
    digests = "".join(sorted({sheet.sha256 for sheet in sheets}))
    return hashlib.sha256(digests.encode()).hexdigest()[:12]
