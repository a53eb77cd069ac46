"""Which desks there are: nothing counts registries, so units come from each contract's unit field."""

from __future__ import annotations

import hashlib
import re
from datetime import date

import pandas as pd

from reconciliation.disclosure import DESK_DIGITS, Recipient, table
from reconciliation.worklist_facts import answering_units
from vocabulary.areas import COUNTY_DIGITS, TOWNSHIP_DIGITS, Areas, served, served_prefixes
from vocabulary.registries import CIVIL, REGISTRIES

SAFE_CODE = re.compile(r"[0-9A-Za-z]{1,32}")


def recipients() -> tuple[Recipient, ...]:
    """Every kind of recipient that gets a worklist, the units of each registry that has them on their own."""
    units = tuple(Recipient("registry_unit", name) for name, contract in REGISTRIES.items() if contract.unit_field)
    return tuple(Recipient(kind) for kind in table() if not kind.startswith("registry_")) + units


def known_desks(records: pd.DataFrame, areas: Areas, as_of: date, given: tuple[str, ...]) -> set[Recipient]:
    """Desks that get a sheet even when there is nothing to do: served townships, the units of every registry, the county's steward."""
    prefixes = served_area(records, given)
    units = records.assign(unit=answering_units(records))[["registry", "unit"]].drop_duplicates()
    civil = {name for name, contract in REGISTRIES.items() if contract.unit_field is None}
    desks = {Recipient("registry_unit", registry, unit) for registry, unit in units.itertuples(index=False) if registry not in civil}
    townships = {unit for registry, unit in units.itertuples(index=False) if registry in civil}
    if not townships:  # the civil registry is not there tonight, its desks are
        townships = set(records["area_code"].dropna().str[:TOWNSHIP_DIGITS])
    townships |= set(areas.codes(TOWNSHIP_DIGITS, prefixes, as_of))
    townships = {code for code in townships if len(code) == TOWNSHIP_DIGITS and served(code, prefixes)}
    desks |= {Recipient("registration_desk", None, code) for code in townships}
    return desks | {Recipient("data_steward", None, code[:COUNTY_DIGITS]) for code in townships}


def served_area(records: pd.DataFrame, given: tuple[str, ...]) -> tuple[str, ...]:
    """Prefixes of the served area: as given, else by the records of the civil registries."""
    return served_prefixes(given, records.loc[records["registry"].isin(CIVIL), "area_code"])


def desk_today(desk: str, areas: Areas, on: date) -> str:
    """The desk that does a desk's work on a day: its township or county may have been merged. A registry's unit is no area, and stays."""
    kind, dash, code = desk.partition("-")
    if kind not in (*DESK_DIGITS, "data_steward") or not code.isdecimal():
        return desk
    return f"{kind}{dash}{areas.current(code, on)}"


def file_stem(recipient: Recipient) -> str:
    """The name of a desk's files: kind or registry and code, nothing else; a code that no path should hold becomes a digest."""
    code = recipient.code or ""
    if not SAFE_CODE.fullmatch(code):
        code = "x" + hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()[:12]
    return f"{recipient.registry or recipient.kind}-{code}"
