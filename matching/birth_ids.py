"""The lasting name of a birth: inherited from earlier nights, or made from its first record, so that it stays whatever else arrives."""

from __future__ import annotations

import base64
import hashlib

import pandas as pd

LENGTH = 15


def birth_ids(members: pd.DataFrame, known: pd.DataFrame | None) -> pd.Series:
    """A birth_id per row of `members` (registry, record_id, birth: a label), in its order.

    A birth takes the known id that most of its records had; each id goes to the birth that holds most of its records, on a tie
    to the one with the first record. A birth without any gets a new id that no other has or had.
    """
    ordered = members.sort_values(["registry", "record_id"], kind="stable")
    inherited = _inherited(ordered, known)
    taken = set(inherited.values()) | (set() if known is None else set(known["birth_id"].astype(str)))
    first = ordered.drop_duplicates("birth")
    for birth, registry, record_id in zip(first["birth"], first["registry"].astype(str), first["record_id"].astype(str), strict=True):
        if birth not in inherited:
            inherited[birth] = _new_id(f"{registry}|{record_id}", taken)
            taken.add(inherited[birth])
    return members["birth"].map(inherited)


def _inherited(ordered: pd.DataFrame, known: pd.DataFrame | None) -> dict[int, str]:
    """Birth label -> id of earlier nights, at most one birth an id and one id a birth."""
    if known is None or not len(known):
        return {}
    earlier = known.astype({"registry": str, "record_id": str}).drop_duplicates(["registry", "record_id"])
    rows = ordered.assign(registry=ordered["registry"].astype(str), place=range(len(ordered)))
    held = rows.merge(earlier[["registry", "record_id", "birth_id"]], on=["registry", "record_id"])
    claims = held.groupby(["birth", "birth_id"], sort=False).agg(records=("place", "size"), place=("place", "min")).reset_index()
    claims = claims.sort_values(["records", "place", "birth_id"], ascending=[False, True, True], kind="stable")
    given: dict[int, str] = {}
    taken: set[str] = set()
    for birth, birth_id in zip(claims["birth"], claims["birth_id"], strict=True):
        if birth not in given and birth_id not in taken:
            given[birth] = birth_id
            taken.add(birth_id)
    return given


def _new_id(anchor: str, taken: set[str]) -> str:
    """From the birth's first record; a counter joins in where that record once gave its name to another birth."""
    turn = 1
    while (made := _digest(anchor if turn == 1 else f"{anchor}|{turn}")) in taken:
        turn += 1
    return made


def _digest(anchor: str) -> str:
    return "b" + base64.b32encode(hashlib.sha256(anchor.encode()).digest()).decode()[:LENGTH].lower()
