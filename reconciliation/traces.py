"""What reconciliation writes into the access log before anybody can see a named row: one entry a file, one an explanation (rights.md R7)."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from reconciliation.outcome_judge import Verdict
from reconciliation.outcome_returns import ReturnedFile
from vocabulary.access import Actor, Look, LookKind, Purpose, digest_of, this_process
from vocabulary.answers import AnswerSheet

NIGHT, OPERATOR = "night", "operator"


def worklists_published(folder: Path, run_id: str) -> Iterator[Look]:
    """One entry a file that holds a task, from the folder's `index.json`; lists of counts show nobody."""
    for desk in json.loads((folder / "index.json").read_text(encoding="utf-8")):
        for file in desk["files"] if desk["tasks"] else ():
            yield Look(
                LookKind.WORKLIST_PUBLISHED, Purpose.FOLLOW_UP, this_process(NIGHT), desk["tasks"], file["sha256"], file["name"], run_id
            )


def explained(finding_id: str, run_id: str, said: str) -> Look:
    """One entry a finding that somebody had explained."""
    return Look(LookKind.EXPLAINED, Purpose.EXPLANATION, this_process(OPERATOR), 1, digest_of([said]), finding_id, run_id)


def answers_taken(sheets: Sequence[AnswerSheet], verdicts: Sequence[Verdict], by: Actor) -> Iterator[Look]:
    """One entry a file that came back, with the answered rows in it. By its checksum: a person may have renamed it."""
    rows = Counter(verdict.answer.file for verdict in verdicts)
    for file, sha256 in dict.fromkeys((sheet.file, sheet.sha256) for sheet in sheets):
        yield Look(LookKind.OUTCOMES_TAKEN, Purpose.ANSWERS, by, rows[file], sha256)


def rows_returned(files: Sequence[ReturnedFile], by: Actor) -> Iterator[Look]:
    """One entry a file that goes back to its sender."""
    for file in files:
        sha256 = hashlib.sha256(file.content).hexdigest()
        yield Look(LookKind.ROWS_RETURNED, Purpose.ANSWERS, by, file.rows, sha256, file.path.name)
