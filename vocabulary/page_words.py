"""The words of a page that is written in two languages: `words.toml` beside the page's code, section -> key -> [中文, English]."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

LOCALES = ("zh", "en")


@cache
def texts_in(path: Path) -> dict[str, dict[str, list[str]]]:
    """Section -> key -> [中文, English]."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class PageWords:
    """`locale`: zh or en. A page's own words say where they stand in `PATH`."""

    PATH: ClassVar[Path]
    locale: str

    def __call__(self, section: str, key: str, **facts: object) -> str:
        """A text with its facts filled in. Raises KeyError where there is none."""
        return texts_in(self.PATH)[section][key][LOCALES.index(self.locale)].format(**facts)
