"""What taken answers change: the answers themselves, the lives of their findings, whom they bind, what they decide of pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from reconciliation.outcome_judge import Verdict
from reconciliation.outcome_pairs import DECISIONS
from sql.outcomes import Ledger
from vocabulary.findings import ANSWERS, Effect, Kind

OUTREACH = (Kind.NOT_REGISTERED, Kind.BELONGS_ELSEWHERE)
"""Kinds for which somebody calls on a family."""
ABOUT_A_CHILD = tuple(kind for kind in Kind if kind != Kind.POSSIBLE_MATCH)
"""All but the steward's question whether two records are one child: it calls on nobody, and frees a living child."""


def take_effect(taken: Sequence[Verdict], ledger: Ledger) -> int:
    """Write everything down, in the order of the verdicts. How many other findings were taken off lists because of it."""
    ledger.keep({"task_no": verdict.task.task_no, **asdict(verdict.told)} for verdict in taken if verdict.task and verdict.told)
    bound = {effect: births_of(taken, effect) for effect in (Effect.PEACE, Effect.PROTECTS)}
    for effect, task_nos in bound.items():
        if task_nos:
            ledger.bind(effect, task_nos)
    decide(taken, ledger)
    withdrawn = 0
    if lost := set(bound[Effect.PEACE]):
        desk = desk_of(taken, Effect.PEACE)
        withdrawn += ledger.withdraw(lost, ABOUT_A_CHILD, desk)
        withdrawn += ledger.withdraw(ledger.births_that_may_be(lost), OUTREACH, desk)
    if protected := set(bound[Effect.PROTECTS]):
        withdrawn += ledger.withdraw(protected, OUTREACH, desk_of(taken, Effect.PROTECTS))
    return withdrawn


def births_of(taken: Sequence[Verdict], effect: Effect) -> dict[str, str]:
    """Births about which an answer with this effect was taken -> its task."""
    return {
        verdict.task.birth_id: verdict.task.task_no
        for verdict in taken
        if verdict.task and verdict.task.birth_id and verdict.told and ANSWERS[verdict.told.code].effect == effect
    }


def desk_of(taken: Sequence[Verdict], effect: Effect) -> str:
    """The desk that gave answers with an effect; "desks" where several did at once."""
    desks = {verdict.task.desk for verdict in taken if verdict.task and verdict.told and ANSWERS[verdict.told.code].effect == effect}
    return desks.pop() if len(desks) == 1 else "desks"


def decide(taken: Sequence[Verdict], ledger: Ledger) -> None:
    """Keep what stewards decided, with the reason."""
    ledger.decide(
        {
            **verdict.task.pair.as_row(),
            "decision": DECISIONS[verdict.told.code].value,
            "reason": verdict.told.note,
            "task_no": verdict.task.task_no,
        }
        for verdict in taken
        if verdict.task and verdict.task.pair and verdict.told and verdict.told.code in DECISIONS
    )
