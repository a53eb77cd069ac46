"""Whose turn it is to read a pair: the first reading decides, a blind second one of a sample measures, and two who differ talk."""

from __future__ import annotations

from enum import StrEnum

from reconciliation.outcome_pairs import DECISIONS
from sql.readings import FIRST, SECOND, Asked, in_sample
from vocabulary.findings import Status


class Turn(StrEnum):
    """What a steward's answer to a pair does."""

    DECIDES = "decides"
    """It is kept as the desk's answer, and binds."""
    MEASURES = "measures"
    """It is a second reading, given without knowing the first: it changes nothing."""
    CHANGES = "changes"
    """The reader's own decision, which may be changed with the word 更改."""
    AGREES = "agrees"
    """Two readers differ, and have talked: their answer takes the place of the first."""


def turn_of(asked: Asked, reader: str) -> Turn | None:
    """What this steward may do with a pair of the desk; None: it is nobody's business of theirs."""
    if asked.finding["status"] == Status.ISSUED:
        return Turn.DECIDES
    mine = [told for told in asked.readings if told.reader == reader]
    first = next((told for told in asked.readings if told.turn == FIRST), None)
    second = next((told for told in asked.readings if told.turn == SECOND), None)
    if mine and first and second and first.code != second.code and not asked.settled:
        return Turn.AGREES
    if mine and mine[0].turn == FIRST:
        return Turn.CHANGES
    blind = first is not None and second is None and first.reader != reader and first.code in DECISIONS
    return Turn.MEASURES if blind and in_sample(asked.task_no) else None
