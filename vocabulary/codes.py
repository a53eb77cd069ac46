"""Closed code sets and how offices write them. Sex: GB/T 2261.1. Relationship: GB/T 4761, collapsed (rights.md R2)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class CodeSet:
    """The codes that may stand in a column, and the spellings that are read as them."""

    name: str
    codes: Mapping[str, tuple[str, str]]
    spellings: Mapping[str, str]

    def read(self, text: str | None) -> str | None:
        """The code that a text means; None for an empty text. Raises ValueError for anything else."""
        tidy = unicodedata.normalize("NFKC", text or "").strip().lower()
        if not tidy:
            return None
        if tidy in self.codes:
            return tidy
        if tidy in self.spellings:
            return self.spellings[tidy]
        for value, titles in self.codes.items():
            if tidy in titles:
                return value
        raise ValueError(f"not a code of {self.name}")

    def title(self, value: str, locale: str = "zh") -> str:
        """The code in words."""
        return self.codes[value][0 if locale == "zh" else 1]


SEX = CodeSet(
    name="sex (GB/T 2261.1)",
    codes={"0": ("未知的性别", "unknown"), "1": ("男", "male"), "2": ("女", "female"), "9": ("未说明的性别", "not stated")},
    spellings={
        "男": "1", "男性": "1", "m": "1", "male": "1", "1.0": "1",
        "女": "2", "女性": "2", "f": "2", "female": "2", "2.0": "2",
        "未知": "0", "性别不明": "0", "不详": "0", "0.0": "0", "未说明": "9", "9.0": "9",
    },
)  # fmt: skip

VITAL_STATUS = CodeSet(
    name="vital status",
    codes={"alive": ("存活", "alive"), "died": ("死亡", "died")},
    spellings={"存活": "alive", "活产": "alive", "健在": "alive", "死亡": "died", "已故": "died", "新生儿死亡": "died"},
)

RELATIONSHIPS = {
    "0": "head", "1": "spouse", "2": "child", "3": "child", "4": "grandchild", "5": "parent", "6": "grandparent", "7": "sibling", "8": "other",
}  # fmt: skip


def collapse_relationship(relationship_code: str | int) -> str:
    """GB/T 4761 to a word without rank: 20-29 and 30-39 are all `child`.

    The second digit tells only, eldest, second … child, and 27 and 37 tell adoption (domain.md 1.3): it is dropped, never
    stored. Raises ValueError for a code outside the standard.
    """
    digits = unicodedata.normalize("NFKC", str(relationship_code)).strip()
    if not (digits.isdigit() and len(digits) in (1, 2)):
        raise ValueError("not a relationship code of GB/T 4761")
    if digits == "02":
        return "head"
    first = digits[0] if len(digits) == 2 or digits in RELATIONSHIPS else "8"
    return RELATIONSHIPS.get(first, "other")
