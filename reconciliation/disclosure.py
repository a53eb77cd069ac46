"""The one way by which a row leaves hedui: kind x recipient -> columns (rights.md R3). The table is disclosure.toml.

A desk is never passed in: it is worked out here from the record or the residence, so that no caller can send a row astray.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from reconciliation import review_facts
from reconciliation import worklist_facts as facts
from vocabulary.areas import COUNTY_DIGITS, TOWNSHIP_DIGITS
from vocabulary.errors import Fault, GateRefused
from vocabulary.findings import DueStage
from vocabulary.parts import part_counties, prefix_of, shown_to
from vocabulary.registries import REGISTRIES

KEYS = ("desk_code", "finding_id", "kind")
"""What every row carries beside its cell's columns; a count has no finding_id."""
FIRST_DUE = DueStage.DAYS_30
ON_A_PAGE = ("steward_review",)
"""Recipients who see rows on a page of the portal and never get a list."""
DESK_DIGITS = {"registration_desk": TOWNSHIP_DIGITS, "senior_officer": COUNTY_DIGITS, "other_county": COUNTY_DIGITS}


class DisclosureRefused(GateRefused):
    """Somebody asked for a row, a recipient or a person that the disclosure table does not grant."""


@dataclass(frozen=True)
class Recipient:
    """Who receives. `code` names one desk, None means every desk of this kind, each row with its own `desk_code`."""

    kind: str
    registry: str | None = None
    code: str | None = None

    @property
    def name(self) -> str:
        """As it stands in file names and task lists; holds codes only."""
        return f"{self.registry or self.kind}-{self.code}" if self.code else (self.registry or self.kind)


@dataclass(frozen=True)
class Cell:
    """What one recipient may see of one kind of finding."""

    scope: str
    columns: tuple[str, ...]


def table() -> dict[str, dict[str, Cell]]:
    """Recipient kind -> finding kind -> cell, of those who get a list."""
    return {recipient: kinds for recipient, kinds in cells().items() if recipient not in ON_A_PAGE}


@cache
def cells() -> dict[str, dict[str, Cell]]:
    """Recipient kind -> finding kind -> cell, all of them."""
    raw = tomllib.loads((Path(__file__).parent / "disclosure.toml").read_text(encoding="utf-8"))
    return {
        recipient: {kind: Cell(cell["scope"], tuple(cell["columns"])) for kind, cell in kinds.items()} for recipient, kinds in raw.items()
    }


def disclose(findings: pd.DataFrame, records: pd.DataFrame, recipient: Recipient, protected: Collection[str] = frozenset()) -> pd.DataFrame:
    """The rows that a recipient may have: KEYS and, per kind, the columns of its cell; anything else is null.

    `records` are accepted records with their `birth_id`, all of them for the births in question. `protected` are birth_ids
    with a do-not-contact flag (rights.md R5): the senior officer gets those and no other, every other desk none of them.
    Births before their due day and births of bereaved families are left out. Raises DisclosureRefused.
    """
    granted = cells().get(recipient.kind)
    if granted is None:
        raise DisclosureRefused(Fault("disclosure.recipient", recipient.kind))
    strangers = sorted(set(findings["kind"]) - set(granted))
    if strangers:
        raise DisclosureRefused(Fault("disclosure.kind", recipient.kind, {"kinds": ", ".join(strangers)}))
    parts = [
        _rows(findings[findings["kind"] == kind], records, recipient, kind, cell, protected)
        for kind, cell in granted.items()
        if (findings["kind"] == kind).any()
    ]
    columns = dict.fromkeys([*KEYS, *(column for cell in granted.values() for column in cell.columns)])
    if not parts:
        return pd.DataFrame(columns=list(columns), dtype=object)
    rows = pd.concat([part.astype(object) for part in parts], ignore_index=True)
    return rows.reindex(columns=[column for column in columns if column in rows])


def _rows(
    findings: pd.DataFrame, records: pd.DataFrame, recipient: Recipient, kind: str, cell: Cell, protected: Collection[str]
) -> pd.DataFrame:
    told = with_own_numbers(SCOPES[cell.scope](findings, records, recipient, protected), cell.scope)
    told["kind"] = kind
    if recipient.code is not None and (told["desk_code"] != recipient.code).any():
        raise DisclosureRefused(Fault("disclosure.desk", recipient.name, {"kind": kind}))
    if "finding_id" not in told:
        told["finding_id"] = None
    return told[[*KEYS, *cell.columns]]


def with_own_numbers(rows: pd.DataFrame, scope: str) -> pd.DataFrame:
    """Records by the numbers that their own offices know; another county's record of a pair says whose it is."""
    for name in ("record_id", "other_record_id"):
        if name not in rows or not any(prefix_of(str(number)) for number in rows[name].dropna()):
            continue
        reader = rows["desk_code"].astype(str).str[:COUNTY_DIGITS] if scope.startswith("pair") else part_counties(rows[name]).fillna("")
        shown = [number if pd.isna(number) else shown_to(str(number), str(desk)) for number, desk in zip(rows[name], reader, strict=True)]
        rows[name] = pd.Series(shown, index=rows.index, dtype=object)
    return rows


def _residents(findings: pd.DataFrame, records: pd.DataFrame, recipient: Recipient, protected: Collection[str]) -> pd.DataFrame:
    due = findings["due_stage"].isna() | (findings["due_stage"] >= FIRST_DUE)
    flagged = findings["birth_id"].isin(protected)
    for_officer = recipient.kind == "senior_officer"
    # The rules left them out already; a bereaved family must not depend on one rule only (rights.md R4).
    bereaved = findings["birth_id"].isin(records.loc[records["vital_status"] == "died", "birth_id"])
    asked = findings[due & ~bereaved & (flagged if for_officer else ~flagged)]
    return facts.residents(asked, records, DESK_DIGITS[recipient.kind])


def _own_records(findings: pd.DataFrame, records: pd.DataFrame, recipient: Recipient, _: Collection[str]) -> pd.DataFrame:
    held = set(registries_of(recipient))
    strangers = sorted(set(findings["registry"].fillna("none")) - held)
    if strangers:
        raise DisclosureRefused(Fault("disclosure.registry", recipient.name, {"registries": ", ".join(strangers)}))
    own = facts.own_records(findings, records)
    if (own["held"] != "both").any():
        raise DisclosureRefused(Fault("disclosure.record", recipient.name, {"records": int((own["held"] != "both").sum())}))
    return own


def _pairs(findings: pd.DataFrame, records: pd.DataFrame, _: Recipient, __: Collection[str]) -> pd.DataFrame:
    return facts.pairs(findings, records)


def _pairs_side_by_side(findings: pd.DataFrame, records: pd.DataFrame, _: Recipient, protected: Collection[str]) -> pd.DataFrame:
    return review_facts.side_by_side(findings, records, protected)


def _unit_counts(findings: pd.DataFrame, records: pd.DataFrame, recipient: Recipient, _: Collection[str]) -> pd.DataFrame:
    return facts.counts_of_units(findings, records, recipient.registry or "")


def _township_counts(findings: pd.DataFrame, _: pd.DataFrame, __: Recipient, ___: Collection[str]) -> pd.DataFrame:
    return facts.counts_by_township(findings)


def registries_of(recipient: Recipient) -> tuple[str, ...]:
    """The registries whose records a recipient keeps: a township desk those that name no other unit, a unit its own one."""
    if recipient.kind == "registration_desk":
        return tuple(name for name, contract in REGISTRIES.items() if contract.unit_field is None)
    return (recipient.registry,) if recipient.registry in REGISTRIES else ()


def absence_of(recipient: Recipient) -> str | None:
    """The kind of finding that says: not in this recipient's registry."""
    contract = REGISTRIES.get(recipient.registry or "")
    return contract.absence if contract else None


SCOPES: dict[str, Callable[[pd.DataFrame, pd.DataFrame, Recipient, Collection[str]], pd.DataFrame]] = {
    "resident": _residents,
    "resident_elsewhere": _residents,
    "own_record": _own_records,
    "pair": _pairs,
    "pair_side_by_side": _pairs_side_by_side,
    "count_of_unit": _unit_counts,
    "count_by_township": _township_counts,
}
