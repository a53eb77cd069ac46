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


@dataclass(frozen=True)
class Outcome:
    """One answer that a desk may give, and what it does to the figures (domain.md 6.3)."""

    code: str
    zh: str
    en: str
    numerator: str
    denominator: str


OUTCOMES = {
    outcome.code: outcome
    for outcome in (
        Outcome("A1", "已登记·本地", "registered here already", "+1", "keep"),
        Outcome("A2", "已登记·外地", "registered elsewhere", "+1 other area", "move"),
        Outcome("A3", "已协助新登记", "registered with our help", "+1", "keep"),
        Outcome("B1", "未登记·办理中", "not yet registered: under way", "0", "keep"),
        Outcome("B2", "未登记·家庭暂缓", "not yet registered: the family will come later", "0", "keep"),
        Outcome("B3", "未登记·材料困难", "not yet registered: a paper is missing", "0", "keep"),
        Outcome("C1", "出生后死亡", "died after birth", "birth registrable", "keep, no outreach"),
        Outcome("C2", "死产或非活产", "not a live birth", "-", "remove"),
        Outcome("C3", "重复上报", "reported twice", "-", "remove duplicate"),
        Outcome("C4", "非本辖区", "lives in another area", "-", "transfer"),
        Outcome("C5", "信息有误已更正", "record corrected", "-", "recompute"),
        Outcome("C6", "查无此人", "no trace found", "-", "keep, second check"),
        Outcome("D1", "请勿联系", "do not contact", "0", "keep"),
        Outcome("D2", "涉外或港澳台", "another pathway", "0", "exclude"),
        Outcome("D3", "收养或福利机构", "adoption or institution", "0", "keep"),
        Outcome("E9", "待二次核查", "needs a second check", "0", "keep"),
    )
}
