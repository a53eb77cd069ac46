"""What is true of every birth and every record, kept beside the county and never inside it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from demo.registries import Records
from vocabulary.names import is_unnamed, name_kind

STRUCTURAL = {
    "name_changed": "life.name_changed",
    "is_migrant": "life.migrant",
    "hospital_twin_missing": "hospital.twin_missing",
    "family_planning_twin_missing": "family_planning.twin_missing",
    "hukou_twin_missing": "hukou.twin_missing",
}


def of_records(written: Mapping[str, Records]) -> pd.DataFrame:
    """One row a record: registry, record_id, true_birth_id."""
    parts = [records[["record_id", "true_birth_id"]].assign(registry=registry) for registry, (records, _) in written.items()]
    table = pd.concat(parts, ignore_index=True)[["registry", "record_id", "true_birth_id"]]
    return table.sort_values(["registry", "record_id"], ignore_index=True)


def of_births(known: pd.DataFrame, written: Mapping[str, Records]) -> pd.DataFrame:
    """One row a live birth, whether a registry knows it or not.

    `registered_on` is null where this county's register does not hold the child on the as-of day. `name_kind` is that of the
    registered name, or `unnamed` where a health record has no name for the child. `mechanisms` joins all that befell it.
    """
    registered = (
        written["hukou"][0].sort_values("registered_on").drop_duplicates("true_birth_id").set_index("true_birth_id")["registered_on_true"]
    )
    birth = known[["true_birth_id"]].copy()
    birth["born_on"] = known["born_on"].dt.date
    birth["sex"] = known["sex"]
    birth["vital_status"] = known["vital_status"]
    birth["is_resident"] = known["is_resident"]
    birth["division_code"] = known["village_code"]
    birth["registered_on"] = known["true_birth_id"].map(registered).dt.date
    birth["name_kind"] = _name_kinds(known, written)
    birth["is_twin"] = known["plurality"] == 2
    birth["is_migrant"] = known["is_migrant"]
    birth["mechanisms"] = _mechanisms(known, written)
    return birth.sort_values("true_birth_id", ignore_index=True)


def _name_kinds(known: pd.DataFrame, written: Mapping[str, Records]) -> pd.Series:
    kinds = {name: name_kind(name) for name in known["registered_name"].unique()}
    nameless: set[str] = set()
    for registry in ("hospital", "family_planning"):
        records = written[registry][0]
        unnamed = {name: is_unnamed(name) for name in records["child_name"].unique()}
        nameless |= set(records.loc[records["child_name"].map(unnamed), "true_birth_id"])
    return known["registered_name"].map(kinds).where(~known["true_birth_id"].isin(nameless), "unnamed")


def _mechanisms(known: pd.DataFrame, written: Mapping[str, Records]) -> pd.Series:
    told: dict[str, set[str]] = {birth: set() for birth in known["true_birth_id"]}
    for column, mechanism in STRUCTURAL.items():
        for birth in known.loc[known[column], "true_birth_id"]:
            told[birth].add(mechanism)
    for birth, place in known.loc[known["born_in"] != "here", ["true_birth_id", "born_in"]].itertuples(index=False):
        told[birth].add(f"life.born_{place}")
    for birth in known.loc[known["is_resident"] & (known["registered_in"] == ""), "true_birth_id"]:
        told[birth].add("life.registered_away")
    for registry, (records, log) in written.items():
        for birth, text, twice in zip(records["true_birth_id"], log.texts(registry), records["is_duplicate"], strict=True):
            told[birth] |= {mistake for mistake in text.split(";") if mistake} | ({f"{registry}.duplicate"} if twice else set())
    return known["true_birth_id"].map(lambda birth: ";".join(sorted(told[birth])))
