"""Drawing a stratified sample: in each township as many as its share, by chance, and the same again for the same seed.

Each unit's place in the order of chance is a hash of seed and unit (permanent random numbers, Ohlsson 1995): it does not hang on the order of the frame,
on a library's generator, or on other units, so that a village that is founded tomorrow moves no other in or out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

FEWEST = 2
"""Of each township where there are so many: one says nothing of how much they differ."""


@dataclass(frozen=True)
class Stratum:
    """One township: how many units it has, how many were drawn."""

    code: str
    population: int
    drawn: int


def allocated(populations: Mapping[str, int], wanted: int) -> dict[str, int]:
    """How many units of each stratum: in proportion, at least FEWEST while they last, never more than there are; the same sum as wanted where it can be."""
    largest = sorted(populations, key=lambda code: (-populations[code], code))
    given = {code: int(place < wanted) for place, code in enumerate(largest)}
    if sum(min(FEWEST, size) for size in populations.values()) <= wanted:
        given = {code: min(FEWEST, size) for code, size in populations.items()}
    total = sum(populations.values())
    for _ in range(min(wanted, total) - sum(given.values())):
        short = max(
            (code for code in given if given[code] < populations[code]),
            key=lambda code: (wanted * populations[code] / total - given[code], code),
        )
        given[short] += 1
    return given


def drawn(frame: pd.DataFrame, wanted: int, seed: int) -> tuple[pd.DataFrame, list[Stratum]]:
    """The rows drawn of a frame with the columns `unit` and `stratum`, and every stratum."""
    populations = {str(code): int(size) for code, size in frame["stratum"].value_counts().sort_index().items()}
    many = allocated(populations, wanted)
    chance = frame.assign(chance=[hashlib.sha256(f"{seed}|{unit}".encode()).hexdigest() for unit in frame["unit"]]).sort_values("chance")
    rank = chance.groupby("stratum").cumcount()
    taken = chance[rank < chance["stratum"].map(many)].drop(columns="chance").sort_values(["stratum", "unit"], ignore_index=True)
    return taken, [Stratum(code, size, many[code]) for code, size in populations.items()]
