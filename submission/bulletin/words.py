"""The bulletin's words, by locale, from `words.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from vocabulary.months import Month
from vocabulary.page_words import PageWords
from vocabulary.wording import REGISTRIES, words


@dataclass(frozen=True)
class Words(PageWords):
    """The bulletin's."""

    PATH = Path(__file__).with_name("words.toml")

    def registry(self, name: str) -> str:
        """A registry's title."""
        return words(REGISTRIES, name, self.locale)

    def month(self, month: str) -> str:
        """`2026年10月`, `2026-10`."""
        told = Month.read(month)
        return self("page", "month", year=told.year, number=told.number)

    def period(self, months: tuple[str, ...] | list[str]) -> str:
        """`2025年11月至2026年10月`."""
        if len(months) == 1:
            return self.month(months[0])
        return {"zh": "至", "en": " to "}[self.locale].join((self.month(months[0]), self.month(months[-1])))

    def day(self, day: date) -> str:
        """`2026年10月31日`, `2026-10-31`."""
        return {"zh": f"{day.year}年{day.month}月{day.day}日", "en": day.isoformat()}[self.locale]

    def sentence(self, parts: list[str], lead: str = "") -> str:
        """Parts as one sentence."""
        said = lead + self("page", "comma").join(parts) + self("page", "stop")
        return said[:1].upper() + said[1:]

    def listed(self, names: list[str]) -> str:
        """Names in running text."""
        return self("page", "list").join(names)
