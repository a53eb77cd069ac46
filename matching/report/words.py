"""The report's words, by locale, from `words.toml`; a code that has none there stands as it is."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vocabulary.wording import REGISTRIES, words

PATH = Path(__file__).parent / "words.toml"
LOCALES = ("zh", "en")
JOINED = {"zh": "、", "en": ", "}
OF_ANYTHING = {
    "zh": (("同一出生", "同一实体"), ("两次出生", "两个实体"), ("出生数", "实体数")),
    "en": (("births", "entities"), ("birth", "entity")),
}
"""What sentences say of a model that is not about births."""


@cache
def texts() -> dict[str, dict[str, list[str]]]:
    """Section -> key -> [中文, English]."""
    return tomllib.loads(PATH.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Words:
    """`locale`: zh or en. `births`: whether the model is about births; texts of other models speak of entities."""

    locale: str
    births: bool = True

    @property
    def _place(self) -> int:
        return LOCALES.index(self.locale)

    def __call__(self, section: str, key: str, **facts: object) -> str:
        """A text, with its facts filled in. Raises KeyError where there is none."""
        text = texts()[section][key][self._place]
        for birth, anything in () if self.births else OF_ANYTHING[self.locale]:
            text = text.replace(birth, anything)
        return text.format(**facts)

    def code(self, section: str, code: str) -> str:
        """The text of a code; the code itself where it has none."""
        told = texts()[section].get(code)
        return code if told is None else told[self._place]

    def level(self, comparison: str, level: str) -> str:
        """A level as its comparison means it; of bonds, both comparisons."""
        if comparison == "bonds":
            one, two = (self.code("comparison", name) for name in level.split("|"))
            return self("weights", "both_differ", one=one, two=two)
        told = texts()["level_of"].get(f"{comparison}_{level}")
        return self.code("level", level) if told is None else told[self._place]

    def group(self, attribute: str, group: str) -> str:
        """A group of children."""
        told = texts()["group"].get(f"{attribute}_{group}")
        return group if told is None else told[self._place]

    def registry(self, name: str) -> str:
        """A registry's title."""
        return words(REGISTRIES, name, self.locale)

    def kind(self, left: str, right: str) -> str:
        """A pair of registries, or the inside of one."""
        if left == right:
            return self.registry(left) + self("weights", "within")
        return self.registry(left) + self("weights", "and") + self.registry(right)

    def joined(self, parts: list[str]) -> str:
        """A list in running text."""
        return JOINED[self.locale].join(parts)
