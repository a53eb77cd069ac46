"""Free notes: a note is kept whole or not at all, and never one that holds what must not be in the system (rights.md R6, R11)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from reconciliation.worklist_sheets import CONTROL
from vocabulary.block_list import blocked_term
from vocabulary.wording import FORBIDDEN

SPOKEN_DIGITS = str.maketrans("〇零○幺一二三四五六七八九壹贰叁肆伍陆柒捌玖", "00011234567891" + "23456789")
DAY = re.compile(r"\d{4}[-./年]\d{1,2}[-./月]\d{1,2}(?!\d)日?")
BETWEEN_DIGITS = re.compile(r"(?<=[\dx*])[\W_]+(?=[\dx*])", re.IGNORECASE)
LONG_NUMBER = re.compile(r"\d{7,}")
"""A landline has seven digits or more, a mobile eleven, an identity number fifteen or eighteen, a certificate nine."""


@cache
def filtered_terms() -> tuple[str, ...]:
    """Words that no note may hold: those of the filter's list, and every word that no text of hedui may say."""
    told = tomllib.loads((Path(__file__).parent / "note_filter.toml").read_text(encoding="utf-8"))["terms"]
    return tuple(dict.fromkeys([*told, *FORBIDDEN]))


def kept_note(text: str, longest: int) -> str | None:
    """The note as it may be kept; None for one that is empty, longer than `longest` characters, or holds what must not be kept."""
    note = " ".join(CONTROL.sub(" ", text).split())
    return note if note and len(note) <= longest and may_be_kept(note) else None


def may_be_kept(note: str) -> bool:
    """Whether a note holds no filtered word and no long number, however it is spaced or written."""
    plain = unicodedata.normalize("NFKC", note).lower()
    tight = re.sub(r"[\W_]+", "", plain)
    if any(term in tight for term in filtered_terms()) or blocked_term(plain):
        return False
    digits = BETWEEN_DIGITS.sub("", DAY.sub(" 日 ", plain).translate(SPOKEN_DIGITS))
    return LONG_NUMBER.search(digits) is None
