"""Front door: how good are the links as they stand tonight, with people's decisions in them? Precision and recall with 95 % intervals."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from sql import state
from submission.coverage.files import SAMPLE
from submission.coverage.histories import Floats
from submission.coverage.linkage_error import Band, drawn_rates, rates
from submission.links.strata import Stratum, crossing, strata
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.findings import PAIR, Decision
from vocabulary.parquet_files import read_frame
from vocabulary.registries import REGISTRIES
from vocabulary.runs import Run, private_folder, write_private
from vocabulary.settings import Settings

DRAWS, SEED = 4000, 1
Interval = tuple[float, float]


@dataclass(frozen=True)
class Measure:
    """A share 0..1 with its 95 % interval."""

    share: float
    interval: Interval


@dataclass(frozen=True)
class LinksQuality:
    """Of the links between two registries. None where no pair of a side was judged: then nothing is known of it, and nothing is said."""

    registries: tuple[str, str]
    precision: Measure | None
    recall: Measure | None


@dataclass(frozen=True)
class Told:
    """`strata` with their counts, what follows for every two registries, and what keeps the sample from being used."""

    run_id: str
    strata: tuple[Stratum, ...]
    quality: tuple[LinksQuality, ...]

    @property
    def unjudged(self) -> tuple[Stratum, ...]:
        """Sides of which nobody judged a pair."""
        return tuple(one for one in self.strata if not one.judged)

    @property
    def bands(self) -> list[Band]:
        """The labelled sample. Raises ValueError while a side is unjudged."""
        if self.unjudged:
            raise ValueError("a side of two registries has no judged pair")
        return [band for one in self.strata for band in one.bands()]


def links_quality(settings: Settings, run_id: str | None = None) -> Told:
    """Of a run, or the newest that is linked. Raises ConfigurationError where there is none.

    Judged pairs count as people said. Of the others, as many are right as among the judged pairs of the same two registries and scores: the pairs that the model
    left open are judged as they come, those that it decided are drawn at random (`draw`). Recall is of the pairs that linking kept in `pair.parquet`.
    """
    run = linked_run(settings, run_id)
    found = tuple(strata(pairs_of(run), state.labelled_pairs(settings)))
    lists = sorted({one.lists for one in found})
    return Told(run.run_id, found, tuple(measured([one for one in found if one.lists == pair]) for pair in lists))


def measured(of_two: Sequence[Stratum]) -> LinksQuality:
    """What the strata of two registries say together."""
    names = list(REGISTRIES)
    one, other = of_two[0].lists
    between = (names[one], names[other])
    if any(not stratum.judged for stratum in of_two):
        return LinksQuality(between, None, None)
    bands = [Band((0, 1), band.linked, band.pairs, band.judged, band.same) for stratum in of_two for band in stratum.bands()]
    if len({band.linked for band in bands}) < 2:
        return LinksQuality(between, None, None)
    point, drawn = rates(bands, 2), drawn_rates(bands, 2, DRAWS, np.random.default_rng(SEED))
    return LinksQuality(between, measure(1 - point.false, 1 - drawn.false), measure(point.found, drawn.found))


def measure(share: Floats, draws: Floats) -> Measure:
    """One share and what it may be."""
    low, high = np.quantile(draws[:, 0], [0.025, 0.975])
    return Measure(float(share[0, 0]), (float(low), float(high)))


def draw(settings: Settings, wanted: int, run_id: str | None = None) -> int:
    """Draw so many decided pairs at random, evenly over registries, sides and scores; how many are new. The next night's review list asks about them."""
    run = linked_run(settings, run_id)
    labels = state.labelled_pairs(settings)
    told = crossing(pairs_of(run), labels)
    free = told[told["decision"].isna() & told["stands"].ne(Decision.REVIEW)]
    random = np.random.default_rng(int.from_bytes(hashlib.sha256(run.run_id.encode()).digest()[:8], "big"))
    shuffled = free.iloc[random.permutation(len(free))]
    turn = shuffled.groupby(["lists", "linked", "band"]).cumcount()
    chosen = shuffled.assign(turn=turn).sort_values("turn", kind="stable").head(wanted)
    return state.draw_pairs(settings, run.run_id, in_order(chosen))


def in_order(pairs: pd.DataFrame) -> pd.DataFrame:
    """PAIR and `linked`, the smaller record first, as decisions are kept."""
    sides = (zip(pairs[f"registry_{side}"].astype(str), pairs[f"record_id_{side}"].astype(str), strict=True) for side in ("left", "right"))
    ordered = [sorted(pair) for pair in zip(*sides, strict=True)]
    return pd.DataFrame([(*left, *right) for left, right in ordered], columns=PAIR).assign(linked=pairs["linked"].to_numpy())


def pairs_of(run: Run) -> pd.DataFrame:
    """PAIR, match_probability, decision."""
    return read_frame(run.require("linked") / "pair.parquet", [*PAIR, "match_probability", "decision"])


def linked_run(settings: Settings, run_id: str | None) -> Run:
    """The run, or the newest that has links. Raises ConfigurationError."""
    for told in [run_id] if run_id else state.runs(settings)["run_id"].astype(str):
        run = Run.load(settings, told)
        if run_id or run.has("linked"):
            return run
    raise ConfigurationError(Fault("links.no_run", "hedui links-quality"))


def write_sample(told: Told, path: Path) -> Path:
    """The labelled sample as `hedui coverage --sample` takes it: a line a band of two lists, 1 being the first registry."""
    lines = StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(SAMPLE)
    for band in told.bands:
        lists = "".join(str(place + 1) for place in band.lists)
        writer.writerow([lists, "yes" if band.linked else "no", band.pairs, band.judged, band.same])
    if not path.absolute().parent.exists():
        private_folder(path.absolute().parent)
    return write_private(path, lines.getvalue())
