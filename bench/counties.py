"""Invented counties with their truth, made once in a folder and kept there: accepted records and whose they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bench.nights import measure


def counties(folder: Path, births: int, severity: str, seeds: Sequence[int]) -> Iterator[tuple[int, pa.Table, pd.DataFrame]]:
    """Seed, accepted records, and the truth (registry, record_id, true_birth_id) of each; one that is in the folder already is read from there."""
    for seed in seeds:
        place = folder / f"{severity}-{seed}"
        if not any(place.glob("runs/*/accepted/record.parquet")):
            measure(births, seed, severity, folder)
        accepted = max(place.glob("runs/*/accepted/record.parquet"))
        yield seed, pq.read_table(accepted), pd.read_parquet(place / "demo" / "truth" / "record.parquet")


def same_birth(registries: Sequence[tuple[object, object]], ids: Sequence[tuple[object, object]], truth: pd.DataFrame) -> np.ndarray:
    """Which pairs of records (their registries, their ids) are of one birth."""
    births = truth.set_index(["registry", "record_id"])["true_birth_id"]
    sides = [
        births.reindex(pd.MultiIndex.from_arrays([[str(pair[side]) for pair in registries], [str(pair[side]) for pair in ids]])).to_numpy()
        for side in (0, 1)
    ]
    found: np.ndarray = sides[0] == sides[1]
    return found
