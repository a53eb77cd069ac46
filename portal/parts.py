"""Which role may open which part (pages.toml): the one table that the menu, the guard and the tests read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vocabulary.roles import Role


@dataclass(frozen=True)
class Part:
    """One part of the portal. `named`: shows single births; `draft`: shows statistics before they are out."""

    name: str
    title: str
    path: str
    roles: frozenset[Role]
    named: bool = False
    draft: bool = False


@cache
def parts() -> dict[str, Part]:
    """Name -> part, in the menu's order."""
    told = tomllib.loads(Path(__file__).with_name("pages.toml").read_text(encoding="utf-8"))
    return {name: Part(name, **part | {"roles": frozenset(Role(role) for role in part["roles"])}) for name, part in told.items()}


def open_to(role: Role) -> list[Part]:
    """The parts that a role may open."""
    return [part for part in parts().values() if role in part.roles]
