"""What hedui may find, where it stands in its life, and what people may answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Kind(StrEnum):
    """The nine kinds of finding."""

    NOT_REGISTERED = "not_registered"
    NOT_REPORTED = "not_reported"
    NO_BIRTH_RECORD = "no_birth_record"
    CONFLICT = "conflict"
    DUPLICATE_RECORD = "duplicate_record"
    INVALID_IDENTIFIER = "invalid_identifier"
    IMPLAUSIBLE_DATE = "implausible_date"
    POSSIBLE_MATCH = "possible_match"
    BELONGS_ELSEWHERE = "belongs_elsewhere"


class Decision(StrEnum):
    """What the model says of a pair of records."""

    LINK = "link"
    REVIEW = "review"
    APART = "apart"


class DueStage(IntEnum):
    """Days since birth at which an unregistered child is looked at again; 0 is not yet due (the law gives one month)."""

    NOT_YET_DUE = 0
    DAYS_30 = 30
    DAYS_60 = 60
    DAYS_90 = 90
    DAYS_180 = 180
    DAYS_365 = 365


def due_stage(days_since_birth: int) -> DueStage:
    """The last stage that has been reached: day 29 is not yet due, day 30 is."""
    return max(stage for stage in DueStage if stage <= max(days_since_birth, 0))


class Status(StrEnum):
    """The life of a finding."""

    OPEN = "open"
    ISSUED = "issued"
    ANSWERED = "answered"
    CLOSED = "closed"


class Effect(StrEnum):
    """What an answer does to its finding."""

    SETTLES = "settles"
    """It is not issued again unless new evidence comes."""
    RETURNS = "returns"
    """It is issued again after some days, where it still stands."""
    SECOND_CHECK = "second_check"
    """It is issued once more, for another person; the second such answer settles it."""
    TRANSFERS = "transfers"
    """It goes to the desk of the place that the answer names."""
    PEACE = "peace"
    """Nobody is asked about this child again, nor about one that may be the same (rights.md R4)."""
    PROTECTS = "protects"
    """No desk gets it again; the one senior officer holds it, without address (rights.md R5)."""
    BINDS = "binds"
    """Two records are, or are not, one child: on every later night."""


@dataclass(frozen=True)
class Outcome:
    """One answer that a desk may give, what it does to the figures (domain.md 6.3) and to its finding; `days` until it returns."""

    code: str
    zh: str
    en: str
    numerator: str
    denominator: str
    effect: Effect = Effect.SETTLES
    days: int = 0


OUTCOMES = {
    outcome.code: outcome
    for outcome in (
        Outcome("A1", "已登记·本地", "registered here already", "+1", "keep"),
        Outcome("A2", "已登记·外地", "registered elsewhere", "+1 other area", "move"),
        Outcome("A3", "已协助新登记", "registered with our help", "+1", "keep"),
        Outcome("B1", "未登记·办理中", "not yet registered: under way", "0", "keep", Effect.RETURNS, 15),
        Outcome("B2", "未登记·家庭暂缓", "not yet registered: the family will come later", "0", "keep", Effect.RETURNS, 30),
        Outcome("B3", "未登记·材料困难", "not yet registered: a paper is missing", "0", "keep", Effect.RETURNS, 15),
        Outcome("C1", "出生后死亡", "died after birth", "birth registrable", "keep, no outreach", Effect.PEACE),
        Outcome("C2", "死产或非活产", "not a live birth", "-", "remove", Effect.PEACE),
        Outcome("C3", "重复上报", "reported twice", "-", "remove duplicate"),
        Outcome("C4", "非本辖区", "lives in another area", "-", "transfer", Effect.TRANSFERS),
        Outcome("C5", "信息有误已更正", "record corrected", "-", "recompute", Effect.RETURNS, 15),
        Outcome("C6", "查无此人", "no trace found", "-", "keep, second check", Effect.SECOND_CHECK),
        Outcome("D1", "请勿联系", "do not contact", "0", "keep", Effect.PROTECTS),
        Outcome("D2", "涉外或港澳台", "another pathway", "0", "exclude"),
        Outcome("D3", "收养或福利机构", "adoption or institution", "0", "keep", Effect.PROTECTS),
        Outcome("E9", "待二次核查", "needs a second check", "0", "keep", Effect.SECOND_CHECK),
    )
}
SAME_CHILD, NOT_THE_SAME_CHILD = "S1", "S2"
PAIR = ["registry_left", "record_id_left", "registry_right", "record_id_right"]
"""The columns that name two records, wherever a pair is kept."""
SAMPLE, CONTRADICTION = "sample", "decisions_contradict"
"""Evidence of a pair that a person is asked about whatever the model says: drawn at random, or decided in ways that contradict."""
ANSWERS = OUTCOMES | {
    outcome.code: outcome
    for outcome in (
        Outcome(SAME_CHILD, "是同一名儿童", "the same child", "-", "recompute", Effect.BINDS),
        Outcome(NOT_THE_SAME_CHILD, "不是同一名儿童", "not the same child", "-", "recompute", Effect.BINDS),
    )
}
"""Everything that a worklist's drop-down may offer: the outcomes, and a steward's word on a pair of records."""
