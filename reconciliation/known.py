"""What a night knows besides its own records: deaths that desks told, pairs that people must be asked about, other counties' children.

It is read from the state once and kept in `findings/`, so that the run says what it knew, and can be replayed without a database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from reconciliation.outcome_pairs import Decisions
from reconciliation.received import SNAPSHOT as RECEIVED
from reconciliation.received import received
from sql import state
from vocabulary.areas import Areas
from vocabulary.findings import CONTRADICTION, SAMPLE, Effect
from vocabulary.parquet_files import read_frame
from vocabulary.runs import Run, write_parquet
from vocabulary.settings import Settings

TOLD_DEATH, ASKED_PAIR = "told_death.parquet", "asked_pair.parquet"
DEATH_COLUMNS = ["registry", "record_id"]
PAIR_COLUMNS = ["registry", "record_id", "other_registry", "other_record_id", "evidence"]
AskedPair = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Known:
    """`told_deaths`: records of children of whom a desk said that they died. `asked`: pairs, and why they are asked about whatever the model says.

    `contradicting`: how many of them were decided in ways that contradict each other. `children`: as `received` gives them.
    """

    told_deaths: Sequence[tuple[str, str]]
    asked: Sequence[AskedPair]
    contradicting: int
    children: pd.DataFrame

    @classmethod
    def of_state(cls, settings: Settings, areas: Areas, run: Run) -> Known:
        """As it stands tonight."""
        asked, contradicting = asked_pairs(settings)
        return cls(state.bound_records(settings, Effect.PEACE), asked, contradicting, received(settings, areas, run.as_of))

    @classmethod
    def of_run(cls, folder: Path) -> Known:
        """As a night's `findings/` says; of what it did not keep, as before there was such a thing, nothing."""
        deaths, asked = (rows_of(folder / name) for name in (TOLD_DEATH, ASKED_PAIR))
        children = read_frame(folder / RECEIVED) if (folder / RECEIVED).is_file() else pd.DataFrame()
        return cls(deaths, asked, sum(pair[4] == CONTRADICTION for pair in asked), children)

    def write(self, folder: Path) -> None:
        """Into the stage's folder."""
        write_parquet(pd.DataFrame(self.told_deaths, columns=DEATH_COLUMNS).astype("string"), folder / TOLD_DEATH)
        write_parquet(pd.DataFrame(self.asked, columns=PAIR_COLUMNS).astype("string"), folder / ASKED_PAIR)
        write_parquet(self.children, folder / RECEIVED)

    def child_rows(self) -> list[tuple[object, ...]]:
        """The children as `snapshots.opened` takes them."""
        told = self.children.astype(object).where(self.children.notna(), None)
        return list(told.itertuples(index=False, name=None))


def asked_pairs(settings: Settings) -> tuple[list[AskedPair], int]:
    """Pairs that a steward is asked about whatever the model says, and how many of them were decided in ways that contradict each other."""
    contradicting = Decisions.of(state.known_decisions(settings)).contradictions()
    drawn = state.drawn_pairs(settings).itertuples(index=False, name=None)
    told: list[AskedPair] = [(*pair, SAMPLE) for pair in drawn] + [(*pair.left, *pair.right, CONTRADICTION) for pair in contradicting]
    return told, len(contradicting)


def rows_of(path: Path) -> list[Any]:
    """The rows of a snapshot as tuples; none where there is none."""
    return list(read_frame(path).itertuples(index=False, name=None)) if path.is_file() else []
