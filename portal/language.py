"""Chinese first, English by a switch. The Chinese text is the key; its English stands in locale/en/<part>.po (decision 0029)."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LOCALES = {"zh": "中文", "en": "English"}
CHINESE = "zh"
CATALOGUES = Path(__file__).parent / "locale" / "en"
Say = Callable[[str], str]
"""A Chinese text -> the same in the reader's language."""


@cache
def english() -> Catalog:
    """All catalogues as one."""
    together = Catalog(locale="en")
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as lines:
            for message in read_po(lines, locale="en"):
                if message.id:
                    together.add(message.id, message.string)
    return together


@cache
def translations(locale: str) -> NullTranslations:
    """What turns a text into the reader's language: nothing to do for Chinese."""
    if locale == CHINESE:
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, english())
    compiled.seek(0)
    return Translations(compiled)


def say_in(locale: str) -> Say:
    """A function that says a text in this language."""
    return translations(locale).gettext
