"""What was released so far, and to whom: a new table is judged beside all of it, so that no difference tells what was hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from submission.disclosure.audiences import Audience
from submission.disclosure.tables import Key


class Showing(StrEnum):
    """What readers get of one cell."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    UNPRINTED = "unprinted"
    """No cell of the table, but something that a reader can work out, or could."""


@dataclass(frozen=True)
class LedgerCell:
    """One cell as it was released. `least`: what readers know a hidden one is at least, from the rule for zeros."""

    count: int
    showing: Showing
    least: int


@dataclass(frozen=True)
class Release:
    """One table as it left. Counts of hidden cells are in it: a ledger is as confidential as the births themselves."""

    name: str
    audience: str
    cells: Mapping[Key, LedgerCell]
    sums: tuple[tuple[Key, tuple[Key, ...]], ...]

    def as_record(self) -> dict[str, Any]:
        """For the state: plain lists in a fixed order."""
        keys = list(self.cells)
        places = {key: place for place, key in enumerate(keys)}
        return {
            "keys": [[list(part) for part in key] for key in keys],
            "cells": [[cell.count, cell.showing.value, cell.least] for cell in self.cells.values()],
            "sums": [[places[whole], [places[part] for part in parts]] for whole, parts in self.sums],
        }

    @classmethod
    def from_record(cls, name: str, audience: str, told: Mapping[str, Any]) -> Release:
        """As `as_record` wrote it."""
        keys: list[Key] = [tuple((part[0], part[1]) for part in key) for key in told["keys"]]
        cells = {key: LedgerCell(count, Showing(showing), least) for key, (count, showing, least) in zip(keys, told["cells"], strict=True)}
        return cls(name, audience, cells, tuple((keys[whole], tuple(keys[part] for part in parts)) for whole, parts in told["sums"]))


@dataclass(frozen=True)
class Ledger:
    """Every release, oldest first."""

    releases: tuple[Release, ...] = ()

    def with_release(self, release: Release) -> Ledger:
        """A ledger with one release more."""
        return Ledger((*self.releases, release))

    def read_by(self, reader: Audience) -> tuple[Release, ...]:
        """Those that an audience can lay side by side."""
        return tuple(one for one in self.releases if reader.may_read(one.audience))
