"""What may be said of both records of an undecided pair (scope `pair_side_by_side`). Only `disclosure.disclose` calls this.

Numbers leave masked, so how two of them differ is worked out here, where they are still whole, and leaves as a code.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from vocabulary import identity
from vocabulary.areas import COUNTY_DIGITS

SIDES = ("left", "right")
NUMBERS = ("child_id", "mother_id", "father_id")
SAME = "same"
UNKNOWN_DESK = "unassigned"
DAMAGED = 15
"""Digits that a spreadsheet keeps of a number."""


def side_by_side(findings: pd.DataFrame, records: pd.DataFrame, protected: Collection[str]) -> pd.DataFrame:
    """Two rows a finding, one a record. `protected` births (rights.md R5) have no place."""
    keys = {"left": ["registry", "record_id"], "right": ["other_registry", "other_record_id"]}
    parts = []
    for side in SIDES:
        asked = findings[["finding_id", "division_code", *keys[side]]].set_axis(
            ["finding_id", "division_code", "registry", "record_id"], axis=1
        )
        held = records.drop(columns=["division_code"])
        parts.append(asked.merge(held, on=["registry", "record_id"], how="inner", validate="many_to_one").assign(side=side))
    told = pd.concat(parts, ignore_index=True).astype(object)
    told["desk_code"] = told["division_code"].str[:COUNTY_DIGITS].fillna(UNKNOWN_DESK)
    sheltered = told["birth_id"].isin(protected)
    told["residence_code"] = told["area_code"].mask(sheltered)
    told["facility_code"] = told["facility_code"].mask(sheltered)
    for number in NUMBERS:
        told[f"{number}_mask"] = told[f"{number}_number"].map(identity.mask, na_action="ignore")
        kinds = (
            told.groupby("finding_id")[f"{number}_number"].agg(list).map(lambda both: number_difference(*both) if len(both) > 1 else None)
        )
        told[f"{number}_difference"] = told["finding_id"].map(kinds)
    return told.drop(columns=[f"{number}_number" for number in NUMBERS]).sort_values(["finding_id", "side"], ignore_index=True)


def number_difference(one: object, other: object) -> str | None:
    """How two identity numbers differ, as a code of evidence; `same` where they are one person's; None where a side has none."""
    here, there = (identity.normalise(None if pd.isna(number) else str(number)) for number in (one, other))  # type: ignore[call-overload]
    if here is None or there is None:
        return None
    if here == there:
        return SAME
    if {len(here), len(there)} == {15, 18} and upgraded(here) == upgraded(there):
        return "old_form"
    if len(here) != len(there):
        return "other_number"
    apart = [place for place, (a, b) in enumerate(zip(here, there, strict=True)) if a != b]
    if here[:DAMAGED] == there[:DAMAGED] and "000" in (here[DAMAGED:], there[DAMAGED:]):
        return "truncated"
    # The check character follows what stands before it, so that one slip may change two.
    body = [place for place in apart if place < len(here) - 1] or apart
    if len(body) == 1:
        return "one_digit"
    if len(body) == 2 and body[1] == body[0] + 1 and (here[body[0]], here[body[1]]) == (there[body[1]], there[body[0]]):
        return "swapped_digits"
    return "other_number"


def upgraded(number: str) -> str:
    """The newer form of a number that is all digits, else the number."""
    return identity.upgrade(number) if len(number) == DAMAGED and number.isdecimal() else number
