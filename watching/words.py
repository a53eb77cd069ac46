"""The words of the run report and of notices, in one language, from `words.toml`; codes keep the house's wordings."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from vocabulary import wording
from vocabulary.page_words import LOCALES, PageWords, texts_in


class Words(PageWords):
    """As PageWords, with the names of registries, kinds, columns and codes."""

    PATH: ClassVar[Path] = Path(__file__).with_name("words.toml")

    def code(self, section: str, key: str) -> str:
        """The text of a code; the code itself where it has none."""
        told = texts_in(self.PATH)[section].get(key)
        return key if told is None else told[LOCALES.index(self.locale)]

    def registry(self, name: str, county: str = "") -> str:
        """A registry, with its county's code where it delivers by county."""
        told = wording.words(wording.REGISTRIES, name, self.locale)
        return f"{told} {county}" if county else told

    def kind(self, name: str) -> str:
        """A kind of finding."""
        return wording.words(wording.KINDS, name, self.locale)

    def column(self, name: str) -> str:
        """A column of a contract."""
        return wording.words(wording.FIELDS, name, self.locale) if name in wording.FIELDS else self.code("column", name)

    def reason(self, name: str) -> str:
        """`column:code` of a record that was noted or set aside, in words where there are any."""
        column, _, code = name.rpartition(":")
        told = wording.words(wording.EVIDENCE, code, self.locale)
        return f"{self.column(column)}{self('page', 'colon')}{told}" if column else told
