"""A reason why a return may not go out as it is, in words that say who can mend it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from vocabulary.areas import Areas
from vocabulary.registries import REGISTRIES
from vocabulary.wording import REGISTRIES as REGISTRY_WORDS
from vocabulary.wording import words


class Severity(StrEnum):
    """`block`: the return stays. `warning`: a person may sign it away with a reason. `note`: what no gate could judge, for the record."""

    BLOCK = "block"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Objection:
    """One reason. `where`: a registry, a division code, a part of the return or a month; never a person. `facts`: counts and shares."""

    gate: str
    code: str
    severity: Severity
    where: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    def text(self, locale: str = "zh", areas: Areas | None = None) -> str:
        """What is so, and who mends it how. Raises KeyError for a code without words."""
        said = wordings()[self.code]
        place = place_name(self.where, locale, areas)
        what = said[locale].format(where=place, **self.facts)
        return f"{what}{' ' if locale == 'en' else ''}{said['mends_' + locale].format(where=place, **self.facts)}"

    def as_record(self, areas: Areas | None = None) -> dict[str, Any]:
        """For objections.json and the manifest, in both languages."""
        told = {"gate": self.gate, "code": self.code, "severity": self.severity.value, "where": self.where, "facts": dict(self.facts)}
        return told | {"text": {locale: self.text(locale, areas) for locale in ("zh", "en")}}


def place_name(where: str, locale: str, areas: Areas | None) -> str:
    """A registry or a division by its name; anything else as it is."""
    if where in REGISTRIES:
        return words(REGISTRY_WORDS, where, locale)
    if where.isdigit() and areas is not None and areas.name(where) != where:
        return f"{areas.name(where)} {where}"
    return where


@cache
def wordings() -> dict[str, dict[str, str]]:
    """Code -> zh, en, mends_zh, mends_en."""
    return tomllib.loads(Path(__file__).with_name("objections.toml").read_text(encoding="utf-8"))
