"""Pairs of two registries in bands of like scores: how many there are, and what people said of those they judged."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from submission.coverage.linkage_error import Band
from vocabulary.findings import PAIR, Decision
from vocabulary.registries import REGISTRIES

EDGES = {True: (0.0, 0.9, 0.99, 0.999, 1.0), False: (0.0, 0.1, 0.5, 1.0)}
"""Bounds of the bands by match probability, of pairs that the model links and of those that it does not: close where decisions are made."""
ORDER = {name: place for place, name in enumerate(REGISTRIES)}
"""List 1, 2, 3 of a table of capture histories, in the order of the registries."""


@dataclass(frozen=True)
class Stratum:
    """Pairs of two lists (from 0) that the model links, or does not, with a probability from `low` to `high`. `same` and `apart`: as people judged; `open`: the others."""

    lists: tuple[int, int]
    linked: bool
    low: float
    high: float
    same: int
    apart: int
    open: int

    @property
    def judged(self) -> int:
        """Pairs that somebody looked at."""
        return self.same + self.apart

    def bands(self) -> list[Band]:
        """As `hedui coverage --sample` counts: judged pairs stand as people said, the others as the model says and as often rightly as the judged."""
        told = [Band(self.lists, True, self.same, self.same, self.same)] if self.same else []
        told += [Band(self.lists, False, self.apart, self.apart, 0)] if self.apart else []
        if self.open:
            looked_at = min(self.judged, self.open)
            told.append(Band(self.lists, self.linked, self.open, looked_at, round(looked_at * self.same / self.judged)))
        return told


def crossing(pairs: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """Pairs of two registries (of `linked/pair.parquet`) with `lists`, `linked` (by the model alone), `band`, and `decision` where people made one."""
    cross = pairs[pairs["registry_left"] != pairs["registry_right"]].reset_index(drop=True)
    cross = cross.astype(dict.fromkeys([*PAIR, "decision"], object)).rename(columns={"decision": "stands"})
    both = pd.concat([labels, labels.set_axis([*PAIR[2:], *PAIR[:2], *labels.columns[4:]], axis=1)[labels.columns]])
    told = cross.merge(both, on=PAIR, how="left")
    # A pair on which people decided was left open by the model, unless it was drawn as a link.
    told["linked"] = told["stands"].eq(Decision.LINK).where(told["decision"].isna(), told["drawn_linked"].eq(True)).astype(bool)
    places = [tuple(sorted((ORDER[left], ORDER[right]))) for left, right in zip(told["registry_left"], told["registry_right"], strict=True)]
    band = [
        np.searchsorted(EDGES[linked][1:-1], probability, side="right")
        for linked, probability in zip(told["linked"], told["match_probability"], strict=True)
    ]
    return told.assign(lists=pd.Series(places, index=told.index, dtype=object), band=np.array(band, dtype=int))


def strata(pairs: pd.DataFrame, labels: pd.DataFrame) -> list[Stratum]:
    """Every band that holds a pair. One of which nobody judged a pair is joined to the band beside it, so that each has an answer if its side has any."""
    told = crossing(pairs, labels)
    found: list[Stratum] = []
    for lists in combinations(range(len(ORDER)), 2):
        for linked, edges in EDGES.items():
            side = told[(told["lists"] == lists) & (told["linked"] == linked)]
            rows = [counted(side[side["band"] == place], lists, linked, edges[place], edges[place + 1]) for place in range(len(edges) - 1)]
            found += joined([row for row in rows if row.judged or row.open])
    return found


def counted(rows: pd.DataFrame, lists: tuple[int, int], linked: bool, low: float, high: float) -> Stratum:
    """One band."""
    same, apart = (int(rows["decision"].eq(said).sum()) for said in (Decision.LINK, Decision.APART))
    return Stratum(lists, linked, low, high, same, apart, len(rows) - same - apart)


def joined(bands: list[Stratum]) -> list[Stratum]:
    """Bands in order, each without an answer joined to the one below it, or above where it is the lowest."""
    told: list[Stratum] = []
    for band in bands:
        if told and not (band.judged and told[-1].judged):
            last = told.pop()
            band = Stratum(
                band.lists, band.linked, last.low, band.high, last.same + band.same, last.apart + band.apart, last.open + band.open
            )  # fmt: skip
        told.append(band)
    return told
