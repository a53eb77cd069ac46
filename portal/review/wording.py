"""What the review page says of a pair, in the reader's language; the texts are those of worklists and explanations wherever they say it already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.language import CHINESE, Say
from reconciliation.explain import LOCALES, texts
from reconciliation.review import SideBySide
from reconciliation.review_differences import DIFFERS, NEITHER, ONE_SIDE, SAME, Compared, Piece
from reconciliation.review_weights import Step
from vocabulary.codes import SEX
from vocabulary.findings import NOT_THE_SAME_CHILD, SAME_CHILD
from vocabulary.wording import EVIDENCE, FIELDS, words

NAMED_AS = {
    "residence": "area_code",
    "child_id_mask": "child_id_number",
    "mother_id_mask": "mother_id_number",
    "father_id_mask": "father_id_number",
}
DAYS = ("born_on", "recorded_on")
SAID_BY_DAYS = ("near_date", "within_month", "other_date")
"""Kinds of difference of which the number of days says more."""
REASONS = {
    SAME_CHILD: ("证件号码一致，姓名写法不同", "父母、生日一致，后来改名", "日期为农历或笔误，其余一致", "同一次出生重复填报"),
    NOT_THE_SAME_CHILD: ("双胞胎，是两名儿童", "同名不同家", "父母不是同一人", "出生日期相差过大"),
    "E9": ("资料不足，需核对原件", "需向登记单位查问"),
}
"""One-click reasons. Kept as written here, whatever the reader's language: registries read them."""


@dataclass(frozen=True)
class Row:
    """One line of the comparison: the field, both values in pieces, and how they differ in words."""

    field: str
    title: str
    left: tuple[Piece, ...]
    right: tuple[Piece, ...]
    verdict: str
    said: str
    details: tuple[str, ...]


def rows_of(shown: SideBySide, say: Say, locale: str) -> list[Row]:
    """Every line, always the same ones in the same order, so that a steward's eye finds them."""
    return [row_of(told, shown, say, locale) for told in shown.rows]


def row_of(told: Compared, shown: SideBySide, say: Say, locale: str) -> Row:
    """One line in words."""
    title = say("接生机构") if told.field == "facility_code" else words(FIELDS, NAMED_AS.get(told.field, told.field), locale)
    verdicts = {SAME: say("相同"), DIFFERS: say("不同"), ONE_SIDE: say("仅一方有"), NEITHER: say("双方都没有")}
    left, right = told.left, told.right
    if told.field == "child_sex":
        left, right = in_words(left, locale), in_words(right, locale)
    return Row(told.field, title, left, right, told.verdict, verdicts[told.verdict], tuple(details_of(told, shown, say, locale)))


def in_words(pieces: tuple[Piece, ...], locale: str) -> tuple[Piece, ...]:
    """A code of sex as people say it."""
    return tuple(Piece(SEX.title(piece.text, locale) if piece.text in SEX.codes else piece.text, piece.marked) for piece in pieces)


def details_of(told: Compared, shown: SideBySide, say: Say, locale: str) -> Iterator[str]:
    """What kind of difference, and what stands for what: all that colour shows is said in words too."""
    if told.verdict != DIFFERS:
        return
    yield from (words(EVIDENCE, code, locale) for code in told.evidence if code not in SAID_BY_DAYS)
    if told.field.endswith("_mask") and told.left == told.right:
        yield say("不同之处在遮盖的数字里")
    if told.field in DAYS:
        yield say("相差 %(days)s 天") % {"days": abs((as_day(shown.left[told.field]) - as_day(shown.right[told.field])).days)}
    elif told.field == "residence":
        yield from (spoken("level", step.level, locale) for step in shown.steps if step.name == "area" and step.level != "different")
    elif told.field != "child_sex":
        for one, other in told.apart:
            yield say("“%(left)s”与“%(right)s”") % {"left": one or say("（无）"), "right": other or say("（无）")}


def as_day(value: Any) -> date:
    """A day as disclosed."""
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def comparison(name: str, locale: str) -> str:
    """A comparison in words."""
    return spoken("comparison", name, locale)


def spoken(table: str, code: str, locale: str) -> str:
    """A text of explanations; the code itself where there is none."""
    pair = texts()[table].get(code)
    return pair[LOCALES.index(locale)] if pair else code


def step_title(step: Step, say: Say, locale: str) -> str:
    """A bar in words."""
    titles = {"prior": say("起点：任意两条记录"), "care": say("差错是否集中于这一对"), "rarity": say("姓名常见程度")}
    if step.kind == "comparison":
        return say("%(name)s：%(level)s") % {"name": comparison(step.name, locale), "level": spoken("level", step.level, locale)}
    if step.kind == "bond":
        return say("%(one)s与%(other)s往往同时出错") % {"one": comparison(step.name, locale), "other": comparison(step.other, locale)}
    return titles.get(step.kind) or say("其他可能：同次分娩的另一婴儿、同一家庭等")


def why_asked(finding: Mapping[str, Any], locale: str) -> list[str]:
    """Why a person is asked, beyond that the model does not decide."""
    return [words(EVIDENCE, code, locale) for code in str(finding["evidence"] or "").split(";") if code]


def reason_text(code: str, reason: str) -> str:
    """The reason behind a choice such as `S1-2`, where it is one of that answer's; empty for any other."""
    answer, _, place = reason.partition("-")
    known = REASONS.get(answer, ())
    return known[int(place) - 1] if answer == code and place.isdecimal() and 1 <= int(place) <= len(known) else ""


def joined(parts: list[str], locale: str) -> str:
    """A list in a sentence."""
    return ("、" if locale == CHINESE else ", ").join(parts)
