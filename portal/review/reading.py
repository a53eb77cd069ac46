"""Between the pages and the state: which pair comes, whose turn it is, what an answer does, and how the last one is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal.review.wording import REASONS, reason_text
from portal.visitor import NotAllowed, actor
from reconciliation.one_answer import Given, answer_one
from reconciliation.outcome_judge import Fate
from reconciliation.outcome_notes import kept_note
from reconciliation.outcome_pairs import DECISIONS, REVISES
from reconciliation.outcomes import Sender
from reconciliation.review import SideBySide, side_by_side
from reconciliation.review_turns import Turn, turn_of
from reconciliation.review_undo import take_back
from sql.access import trace
from sql.accounts import User
from sql.readings import AGREED_IN_A_TALK, FIRST, SECOND, Asked, Reading, asked_pair, drop_reading, keep_reading, queue_of
from sql.serving import desk_session, serving
from vocabulary.access import Look, LookKind, Purpose, digest_of
from vocabulary.settings import Settings

LONGEST_NOTE = 50
READ_AGAIN_WITHIN = timedelta(days=60)
"""A second reading is asked for while the night's snapshots are there (sql/retention.toml: 90 days)."""
NOT_KEPT, REASON_MISSING, CHOICE_MISSING = "note_not_kept", "reason_missing", "answer_missing"
DECIDED_BY_ANOTHER = "decided_by_another"
"""While this steward was looking at the pair: there is nothing left to ask them."""


@dataclass(frozen=True)
class Written:
    """The form as it came: an answer, one of its reasons, more in own words, whether an earlier decision is meant to be changed."""

    code: str = ""
    reason: str = ""
    more: str = ""
    revise: bool = False
    seen: int = 0


@dataclass(frozen=True)
class Opened:
    """A pair that this steward may read, what is shown of it, and what is still to be read."""

    asked: Asked
    turn: Turn
    shown: SideBySide
    queue: tuple[str, ...]


@dataclass(frozen=True)
class Last:
    """The last answer given in this login; `before`: what this reader had said of the pair earlier."""

    task_no: str
    turn: str
    code: str
    before: str | None = None


def waiting(settings: Settings, user: User, today: date) -> list[str]:
    """The pairs that this steward is asked about."""
    with desk_session(settings, user.scope) as session:
        return queue_of(session, user.user_id, today - READ_AGAIN_WITHIN)


def next_in(queue: list[str], after: str) -> str | None:
    """The pair that follows one in the queue, from the start again after the last; None for an empty queue."""
    if after in queue:
        return queue[(queue.index(after) + 1) % len(queue)]
    return next((task_no for task_no in queue if task_no > after), queue[0] if queue else None)


def asked_of(settings: Settings, user: User, task_no: str) -> tuple[Asked, Turn | None]:
    """The pair and what this steward's answer to it does, None where nothing is asked of them. Raises NotAllowed for another desk's."""
    with desk_session(settings, user.scope) as session:
        asked = asked_pair(session, task_no)
    if asked is None:
        raise NotAllowed
    return asked, turn_of(asked, user.user_id)


def opened(settings: Settings, user: User, task_no: str, today: date) -> Opened:
    """Both records, side by side; the look stands in the log before anybody sees them."""
    asked, turn = asked_of(settings, user, task_no)
    if turn is None:
        raise NotAllowed
    shown = side_by_side(settings, asked.finding, (user.desk or "").partition("-")[2])
    said = [task_no, *(piece.text for row in shown.rows for piece in (*row.left, *row.right))]
    with serving(settings, "portal", user.scope) as connection:
        trace(connection, [Look(LookKind.VIEWED, Purpose.FOLLOW_UP, actor(user), 2, digest_of(said), task_no, shown.run_id)])
    return Opened(asked, turn, shown, tuple(waiting(settings, user, today)))


def note_of(written: Written, turn: Turn) -> tuple[str, list[str]]:
    """The reason as it would be kept, and what is wrong with it, as codes."""
    said = [part for part in (reason_text(written.code, written.reason), written.more.strip()) if part]
    revises = {Turn.AGREES: AGREED_IN_A_TALK, Turn.CHANGES: f"{REVISES}："}.get(turn, f"{REVISES}：" if written.revise else "")
    note = "；".join(said)
    if not note:
        return "", [REASON_MISSING] if written.code in DECISIONS or turn in (Turn.AGREES, Turn.CHANGES) else []
    if not note.startswith(REVISES):
        note = revises + note
    return note, [] if kept_note(note, LONGEST_NOTE) else [NOT_KEPT]


def answer(settings: Settings, user: User, task_no: str, written: Written, today: date) -> tuple[Last | None, list[str], dict[str, str]]:
    """Take an answer: what can be taken back of it, or why it cannot be taken (codes, and facts that fill their texts)."""
    asked, turn = asked_of(settings, user, task_no)
    if turn is None:
        return None, [DECIDED_BY_ANOTHER], {}
    if written.code not in REASONS:
        return None, [CHOICE_MISSING], {}
    note, wrong = note_of(written, turn)
    if wrong:
        return None, wrong, {}
    before = next((told.code for told in asked.readings if told.reader == user.user_id), None)
    if turn != Turn.MEASURES:
        given = Given(task_no, written.code, note=note, answers_seen=written.seen)
        told = answer_one(settings, given, Sender(user.desk or "", actor(user)), today)
        if told.fate == Fate.RETURNED:
            return None, list(told.reasons), dict(told.facts)
        if told.fate == Fate.UNCHANGED:
            return None, [], {}
    if turn != Turn.AGREES and not (turn == Turn.CHANGES and len(asked.readings) > 1):
        reading = Reading(task_no, user.user_id, SECOND if turn == Turn.MEASURES else FIRST, written.code, today)
        with serving(settings, "portal", user.scope) as connection:
            keep_reading(connection, reading)
    return Last(task_no, turn.value, written.code, before), [], {}


def undone(settings: Settings, user: User, last: Last, today: date) -> bool:
    """Take back the last answer of this login: the pair, and what this reader had said of it, are as they were."""
    turn = Turn(last.turn)
    with desk_session(settings, user.scope) as session:
        asked = asked_pair(session, last.task_no)
    if asked is None:
        return False
    if turn != Turn.MEASURES and not take_back(settings, last.task_no, asked.finding, actor(user), today, waits=turn == Turn.DECIDES):
        return False
    if turn == Turn.AGREES:
        return True
    with serving(settings, "portal", user.scope) as connection:
        mine = next((told for told in asked.readings if told.reader == user.user_id), None)
        if mine is not None and not (turn == Turn.CHANGES and len(asked.readings) > 1):
            drop_reading(connection, last.task_no, user.user_id)
            if last.before:
                keep_reading(connection, Reading(last.task_no, user.user_id, mine.turn, last.before, mine.read_on))
    return True


def kept(last: Last | None) -> dict[str, Any] | None:
    """For the signed cookie: codes only."""
    return vars(last) if last else None
