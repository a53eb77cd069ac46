"""Which column of the contract an unknown name probably means: by likeness to the aliases that are known, never by what stands below it.

A word that says whose or what (mother's, father's; name, number, date) must agree: a guess that puts the father's number in
the mother's place is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from connectors.headers import BRACKETS, names_of, tidy_header
from vocabulary.block_list import blocked_term
from vocabulary.contracts import Registry

LIKE_ENOUGH = 0.5
"""Of names of four to eight characters about half in common, in order; less is chance (生日 and 出生日期 share 2 of 6)."""
WHOSE = (
    ("mother", "母|产妇|mother|mum|muqin"),
    ("father", "父|father|dad|fuqin"),
    ("guardian", "监护人|户主|申报人|guardian|head_of"),
)
WHAT = (
    ("name", "姓名|名字|name|xingming"),
    ("number", "身份|证件|id_?number|id_?no|idcard|sfz|证号|证明号|证书号|certificate"),
    ("day", "日期|时间|年月|生日|date|time|_on$|_at$|born|birth_?day|dob"),
    ("code", "代码|编码|区划|code"),
    ("sex", "性别|sex|gender|xingbie"),
    ("state", "状态|结局|status"),
)
"""Word that a name may hold -> what it speaks of; the first that fits counts."""
NEVER = re.compile("类型|种类|type|电话|手机|phone|地址|address|备注|remark|note")
"""Names that speak of something no contract has."""


@dataclass(frozen=True)
class Suggestion:
    """An unknown name, where it stands, and the column it probably means; None where nothing is like it."""

    place: str
    name: str
    column: str | None
    alias: str | None
    likeness: float


def suggestions(strangers: Iterable[tuple[str, str]], registry: Registry, missing: Iterable[str]) -> list[Suggestion]:
    """For every unknown name the likest alias of a column that is missing: one that is there has its name already."""
    wanted = set(missing)
    aliases = {alias: column for alias, column in names_of(registry).items() if column in wanted}
    return [_likest(place, name, aliases) for place, name in strangers]


def _likest(place: str, name: str, aliases: dict[str, str]) -> Suggestion:
    tidy = BRACKETS.sub("", tidy_header(name))
    none = Suggestion(place, name, None, None, 0.0)
    if NEVER.search(tidy) or blocked_term(tidy):
        return none
    scored = [(SequenceMatcher(None, tidy, alias).ratio(), alias) for alias in aliases if _agree(tidy, alias)]
    likeness, alias = max(scored, default=(0.0, ""))
    return Suggestion(place, name, aliases[alias], alias, round(likeness, 2)) if likeness >= LIKE_ENOUGH else none


def _agree(one: str, other: str) -> bool:
    return all(_spoken_of(one, words) == _spoken_of(other, words) for words in (WHOSE, WHAT))


def _spoken_of(text: str, words: Iterable[tuple[str, str]]) -> str | None:
    return next((name for name, pattern in words if re.search(pattern, text)), None)
