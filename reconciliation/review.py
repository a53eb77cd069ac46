"""Front door of the review page: what a steward may see of an undecided pair, as the night that last saw it has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from reconciliation.disclosure import Recipient, disclose
from reconciliation.review_differences import Compared, compared
from reconciliation.review_weights import Step, weights_of
from sql import state
from sql.acting import acting_as
from vocabulary.areas import Areas
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.findings import Effect
from vocabulary.parquet_files import read_frame
from vocabulary.runs import Run
from vocabulary.settings import Settings

RECIPIENT = "steward_review"
STAGES = ("accepted", "linked")
KEY = ["registry", "record_id"]


@dataclass(frozen=True)
class SideBySide:
    """Both records as disclosed (`left`, `right`), field by field (`rows`), and where the model's weight comes from: `steps` add up to `weight`.

    `weight` is None for a pair that the model did not keep. `missing`: comparisons of which a side says nothing.
    """

    left: Mapping[str, Any]
    right: Mapping[str, Any]
    rows: tuple[Compared, ...]
    run_id: str
    as_of: date
    weight: float | None = None
    steps: tuple[Step, ...] = ()
    missing: tuple[str, ...] = ()


@acting_as("outcomes")
def side_by_side(settings: Settings, finding: Mapping[str, Any], county: str) -> SideBySide:
    """Of a finding of a pair (its columns in the state), for the steward of a county.

    Raises ConfigurationError where the night is no longer kept, DisclosureRefused for another county's pair.
    """
    run = Run.load(settings, str(finding["last_run_id"]))
    for stage in STAGES:
        if not run.has(stage):
            raise ConfigurationError(Fault("run.stage_missing", f"{run.run_id}/{stage}"))
    sound(run.folder)
    records, protected = two_records(run, finding), frozenset(state.bound_records(settings, Effect.PROTECTS))
    rows = pd.DataFrame([dict(finding)]).astype(object)
    told = disclose(rows, records.of_pair, Recipient(RECIPIENT, code=county), records.births_of(protected))
    if len(told) != len(KEY):
        raise ConfigurationError(Fault("explain.unknown_finding", run.run_id))
    areas = Areas.load(settings.areas_path)
    told["residence"] = told["residence_code"].map(lambda code: place(areas, code), na_action="ignore")
    left, right = (
        {str(name): None if pd.isna(value) else value for name, value in row.items()} for row in told.sort_values("side").to_dict("records")
    )
    pair = pair_of(run, finding)
    shown = SideBySide(left, right, tuple(compared(left, right, pair)), run.run_id, run.as_of)
    if pair is None:
        return shown
    weights = weights_of(run.linked)
    told_weight = {"weight": float(pair["match_weight"]), "steps": weights.steps(pair), "missing": tuple(weights.missing(pair))}
    return SideBySide(**vars(shown) | told_weight)


@lru_cache(maxsize=16)
def sound(folder: Path) -> None:
    """Hold a night's files against their checksums, once a process: they are written once. Raises ConfigurationError, Refusal."""
    run = Run(folder.name, date.min, folder.parent.parent)
    for stage in STAGES:
        run.require(stage)


@dataclass(frozen=True)
class Records:
    """The two records with their birth_id, and every record of those births."""

    of_pair: pd.DataFrame
    of_births: pd.DataFrame

    def births_of(self, bound: frozenset[tuple[str, str]]) -> frozenset[str]:
        """Births of these that hold a bound record."""
        held = self.of_births
        keys = zip(held["registry"].astype(str), held["record_id"].astype(str), strict=True)
        return frozenset(held.loc[[key in bound for key in keys], "birth_id"].astype(str))


def two_records(run: Run, finding: Mapping[str, Any]) -> Records:
    """From the night's snapshots: two rows of many, so that only they are taken into memory as text."""
    ids = [str(finding["record_id"]), str(finding["other_record_id"])]
    accepted = read_frame(run.accepted / "record.parquet", filters=[("record_id", "in", ids)])
    births = run.linked / "birth_record.parquet"
    held = read_frame(births, ["birth_id", *KEY], filters=[("record_id", "in", ids)])
    wanted = pd.DataFrame([(finding["registry"], ids[0]), (finding["other_registry"], ids[1])], columns=KEY).astype(object)
    records = wanted.merge(accepted.astype(dict.fromkeys(KEY, object)), on=KEY).merge(held.astype(object), on=KEY)
    of_births = read_frame(births, ["birth_id", *KEY], filters=[("birth_id", "in", records["birth_id"].astype(str).tolist() or [""])])
    return Records(records, of_births)


def pair_of(run: Run, finding: Mapping[str, Any]) -> dict[str, Any] | None:
    """The night's row of the pair, whichever side the model wrote first; None where it kept none."""
    sides = {(str(finding["registry"]), str(finding["record_id"])), (str(finding["other_registry"]), str(finding["other_record_id"]))}
    ids = [record_id for _, record_id in sides]
    rows = read_frame(run.linked / "pair.parquet", filters=[("record_id_left", "in", ids), ("record_id_right", "in", ids)])
    for row in rows.to_dict("records"):
        if {(str(row["registry_left"]), str(row["record_id_left"])), (str(row["registry_right"]), str(row["record_id_right"]))} == sides:
            return {str(name): value for name, value in row.items()}
    return None


def place(areas: Areas, code: object) -> str:
    """County, township and village by name, each as far as a code says and a table names it."""
    text = str(code)
    parts = dict.fromkeys(text[:digits] for digits in (6, 9, 12) if len(text) >= digits)
    named = [name for part in parts if (name := areas.name(part)) != part]
    return " ".join([*named, text] if len(named) < len(parts) else named)
