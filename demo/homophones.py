"""Characters that a typist takes for one another because they sound alike (domain.md 2.4 row 5)."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin

FIRST_LEVEL = range(0xB0, 0xD8)
"""Lead bytes of GB 2312 level 1: the 3,755 everyday characters that any input method offers first."""


@lru_cache(maxsize=1)
def everyday_characters() -> tuple[str, ...]:
    """GB 2312 level 1, in its own order, which is by pinyin."""
    cells = (bytes((lead, trail)) for lead in FIRST_LEVEL for trail in range(0xA1, 0xFF))
    return tuple(cell.decode("gb2312") for cell in cells if not (cell[0] == 0xD7 and cell[1] > 0xF9))


@lru_cache(maxsize=20_000)
def sound(character: str, *, tone: bool) -> str:
    """The usual reading in pinyin, with or without its tone."""
    return lazy_pinyin(character, style=Style.TONE3 if tone else Style.NORMAL)[0]


@lru_cache(maxsize=2)
def _by_sound(*, tone: bool) -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for character in everyday_characters():
        groups.setdefault(sound(character, tone=tone), []).append(character)
    return {key: tuple(group) for key, group in groups.items()}


def homophones(character: str, *, tone: bool) -> tuple[str, ...]:
    """Other everyday characters of the same sound; empty where there are none."""
    group = _by_sound(tone=tone).get(sound(character, tone=tone), ())
    return tuple(other for other in group if other != character)
