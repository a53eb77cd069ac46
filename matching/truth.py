"""What is known of which records are one birth: the truth of an invented county, or what stewards decided of pairs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from matching.decide.groups import connected
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.findings import Decision
from vocabulary.names import name_kind
from vocabulary.parquet_files import read_columns, read_frame

FILES = {"record.parquet": ("registry", "record_id", "true_birth_id"), "birth.parquet": ("true_birth_id",)}
SIDES = ("left", "right")
TELLING = ("unnamed", "dotted", "rare")
"""Kinds of name that hold for a child of whom any record shows them, the earlier first: they are what makes the child hard to find."""


@dataclass(frozen=True)
class Truth:
    """`record`: registry, record_id, true_birth_id. `birth`: by true_birth_id, with the groups of matching.parity."""

    record: pd.DataFrame
    birth: pd.DataFrame


def read_truth(folder: Path) -> Truth:
    """Of an invented county. Raises ConfigurationError with every file or column that is missing."""
    if faults := truth_faults(folder):
        raise ConfigurationError(faults)
    return Truth(*(read_frame(folder / name) for name in FILES))


def truth_faults(folder: Path) -> list[Fault]:
    """Files that a truth lacks, or their columns."""
    faults = []
    for name, columns in FILES.items():
        if not (folder / name).is_file():
            faults.append(Fault("report.truth_missing", name))
            continue
        lacking = [column for column in columns if column not in read_columns(folder / name)]
        faults += [Fault("report.truth_column", name, {"columns": ", ".join(lacking)})] if lacking else []
    return faults


def truth_of_labels(labels: pd.DataFrame, told: pd.DataFrame) -> Truth:
    """The births that decided pairs make up: records joined by `link`; a record of an `apart` alone is a birth by itself.

    `told`: the records as registry and record_id, with child_name and child_sex where there are such columns: by them births are grouped as in a truth.
    Whether a child migrated no record says.
    """
    sides = [labels[[f"registry_{side}", f"record_id_{side}"]].astype(str).set_axis(["registry", "record_id"], axis=1) for side in SIDES]
    records = pd.concat(sides, ignore_index=True).drop_duplicates(ignore_index=True)
    place = pd.MultiIndex.from_frame(records)
    linked = labels["decision"].astype(str).eq(Decision.LINK).to_numpy()
    first, second = (place.get_indexer(pd.MultiIndex.from_frame(side[linked])).astype(np.int64) for side in sides)
    records["true_birth_id"] = [f"labelled {birth}" for birth in connected(len(records), first, second)]
    known = records.merge(told.astype({"registry": str, "record_id": str}), on=["registry", "record_id"])
    return Truth(known[["registry", "record_id", "true_birth_id"]], groups_of_births(known))


def groups_of_births(known: pd.DataFrame) -> pd.DataFrame:
    """By birth: the most telling kind of name among its records, else that of the first; the sex that most records say."""
    groups = pd.DataFrame(index=pd.Index(sorted(known["true_birth_id"].unique()), name="true_birth_id"))
    if "child_name" in known:
        kinds = known["child_name"].map(lambda name: name_kind(None if pd.isna(name) else str(name)))
        groups["name_kind"] = kinds.groupby(known["true_birth_id"]).agg(_most_telling)
    if "child_sex" in known:
        sexes = known.dropna(subset=["child_sex"])
        groups["sex"] = sexes["child_sex"].astype(str).groupby(sexes["true_birth_id"]).agg(lambda told: told.mode().iloc[0])
    return groups.reset_index()


def _most_telling(kinds: pd.Series) -> str:
    return next((kind for kind in TELLING if kind in set(kinds)), str(kinds.iloc[0]))
