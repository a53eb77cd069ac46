"""A return as a statistician reads it before signing: its table, what is objected, what earlier months now say, and what was answered."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sql import returns
from sql.acting import acting_as
from submission.monthly.assemble import read_lines
from submission.monthly.draft import MANIFEST, OBJECTIONS, REVISIONS, TABLE, draft_folder, sealed_folder
from submission.monthly.judge import known, read_changes, read_objections
from submission.monthly.table import TOTAL
from vocabulary.areas import served
from vocabulary.runs import differing
from vocabulary.settings import Settings


@dataclass(frozen=True)
class Listed:
    """One return in a list. `told`: its row in the state; `about`: what its parts say of themselves."""

    told: dict[str, Any]
    folder: Path
    about: dict[str, Any]

    @property
    def is_sealed(self) -> bool:
        """Whether it has gone out."""
        return bool(self.told["status"] == returns.SEALED)

    def lies_in(self, areas: tuple[str, ...]) -> bool:
        """Whether these areas hold all that it speaks of; without any, they do."""
        return not areas or all(served(code, areas) for code in self.about["served"])


@dataclass(frozen=True)
class Reading:
    """One return whole. `objections`: None where nobody has judged it yet; `changes`: in all, a row a month and figure; `changed`: parts
    that are no longer what was put together; `answer`: the last one to exactly this content.
    """

    listed: Listed
    lines: list[dict[str, Any]]
    objections: list[dict[str, Any]] | None
    changes: list[dict[str, Any]]
    changed: list[str]
    answer: dict[str, Any] | None


@acting_as("submission")
def every_return(settings: Settings) -> list[Listed]:
    """All whose parts are here, newest month and version first."""
    rows = [{str(name): value for name, value in row.items()} for row in returns.all_returns(settings).to_dict("records")]
    found = [listed(settings, row) for row in sorted(rows, key=lambda row: (row["month"], row["version"]), reverse=True)]
    return [one for one in found if one is not None]


@acting_as("submission")
def one_return(settings: Settings, return_id: str) -> Listed | None:
    """That return; None for one whose parts are not here. Raises GateRefused for one that nobody assembled."""
    return listed(settings, known(settings, return_id))


def listed(settings: Settings, told: dict[str, Any]) -> Listed | None:
    """With its folder; None where it is not on this machine."""
    place = sealed_folder if told["status"] == returns.SEALED else draft_folder
    folder = place(settings, str(told["month"]), int(told["version"]))
    if not (folder / "about.json").is_file():
        return None
    return Listed(told, folder, json.loads((folder / "about.json").read_text(encoding="utf-8")))


@acting_as("submission")
def read(settings: Settings, one: Listed) -> Reading:
    """Everything that is read before signing. Names nobody."""
    changes = read_changes(one.folder / REVISIONS)
    parts = one.told["parts"] | ({MANIFEST: one.told["manifest_sha256"]} if one.is_sealed else {})
    return Reading(
        listed=one,
        lines=records(read_lines(one.folder / TABLE)),
        objections=read_objections(one.folder) if (one.folder / OBJECTIONS).is_file() else None,
        changes=records(changes[changes["level"].eq(TOTAL)]),
        changed=differing(one.folder, parts),
        answer=returns.last_answer(settings, str(one.told["return_id"]), str(one.told["content_sha256"])),
    )


def records(table: Any) -> list[dict[str, Any]]:
    """One object a row; an empty cell is None."""
    return [
        {str(name): None if isinstance(value, float) and math.isnan(value) else value for name, value in row.items()}
        for row in table.to_dict("records")
    ]
