"""The page's words, by locale, from `words.toml`; a column is called as its offices call it, or by its name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vocabulary.contracts import Registry
from vocabulary.page_words import PageWords


@dataclass(frozen=True)
class Words(PageWords):
    """The profile's, of one registry."""

    PATH = Path(__file__).with_name("words.toml")
    registry: Registry

    def column(self, name: str) -> str:
        """What a column is called."""
        if self.locale == "en":
            return name
        return next((alias for alias, column in self.registry.headers.items() if column == name), name)

    def rows(self, count: dict[str, Any] | int | str) -> str:
        """`1,234`, `<5`, `>995`."""
        rows = count["rows"] if isinstance(count, dict) else count
        return f"{rows:,}" if isinstance(rows, int) else str(rows)

    def share(self, count: dict[str, Any]) -> str:
        """`12.3 %`, with the sign of a hidden count before its bound."""
        if count["share"] is None:
            return self("page", "dash")
        sign = str(count["rows"])[0] if isinstance(count["rows"], str) else ""
        return f"{sign}{100 * count['share']:.1f} %"
