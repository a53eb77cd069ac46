"""Audiences of a table, from audiences.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from submission.disclosure.refused import ReleaseRefused
from vocabulary.errors import Fault

OWN_UNIT = "own_unit"


@dataclass(frozen=True)
class Audience:
    """One audience: what it says stands in audiences.toml."""

    name: str
    smallest_shown: int
    sees: tuple[str, ...]
    knows_own_area: bool
    zeros_hidden: frozenset[str]
    reason: Mapping[str, str]
    source: str

    @property
    def largest_hidden(self) -> int:
        """The largest count that is too small to be shown."""
        return self.smallest_shown - 1

    def may_read(self, release_audience: str) -> bool:
        """Whether these readers can lay hands on a release for another audience."""
        return release_audience == self.name or release_audience in self.sees


@cache
def audiences() -> dict[str, Audience]:
    """Name -> audience."""
    raw = tomllib.loads((Path(__file__).parent / "audiences.toml").read_text(encoding="utf-8"))
    return {
        name: Audience(name, **{**told, "sees": tuple(told["sees"]), "zeros_hidden": frozenset(told["zeros_hidden"])})
        for name, told in raw.items()
    }


def audience(name: str) -> Audience:
    """The audience of that name. Raises ReleaseRefused."""
    if name not in audiences():
        raise ReleaseRefused(Fault("release.audience", name, {"known": ", ".join(audiences())}))
    return audiences()[name]


def viewpoints(release_audience: str) -> tuple[Audience, ...]:
    """Everybody who will read a release and from whom something is hidden: each lays it beside what else it may read."""
    return tuple(one for one in audiences().values() if one.may_read(release_audience) and one.largest_hidden > 0)
