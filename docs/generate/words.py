"""Chinese of texts that stand in the code in English alone: `words.zh.toml`, section -> English -> 中文. A test holds that none is missing."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

PATH = Path(__file__).with_name("words.zh.toml")


@cache
def chinese() -> dict[str, dict[str, str]]:
    """Section -> English text -> Chinese text."""
    return tomllib.loads(PATH.read_text(encoding="utf-8"))


def said(section: str, english: str, locale: str) -> str:
    """A text in the reader's language; the English one where it has no Chinese yet."""
    return chinese()[section].get(english, english) if locale == "zh" else english
