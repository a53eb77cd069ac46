"""For whom it changes: births by kind of name, sex, twins, moves between counties, and townships; small counts are not told (docs/rights.md R9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from matching.intervals import Rate, TwoRates, exact_interval
from matching.parity import GROUPS
from matching.truth import groups_of_births
from vocabulary.areas import COUNTY_DIGITS

SMALLEST = 5
MOST_TIMES = 2.0
"""A group may change twice as often as the rest: names that are hard to tell apart move first, whatever the model."""
TOWNSHIP_DIGITS = 9
KEY = ["registry", "record_id"]


def grouped(both: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """By birth of the old model: name_kind, sex, is_twin, is_migrant (as texts), township, changed.

    `both`: changes.records_of_both. `records`: the accepted ones. A record of a birth in another county than the rest makes it one that moved:
    whether the family really did, no record says.
    """
    told = records.astype(dict.fromkeys(KEY, str)).merge(both, on=KEY)
    births = groups_of_births(told.rename(columns={"old": "true_birth_id"})).set_index("true_birth_id")
    by_birth = told.groupby("old")
    counties = told["division_code"].astype("string").str[:COUNTY_DIGITS].groupby(told["old"]).nunique()
    births["is_twin"] = by_birth["plurality"].max().fillna(1).gt(1).map(str)
    births["is_migrant"] = counties.gt(1).map(str)
    births["township"] = told["division_code"].astype("string").str[:TOWNSHIP_DIGITS].groupby(told["old"]).first()
    births["changed"] = by_birth["changed"].any()
    return births


def by_group(births: pd.DataFrame) -> list[dict[str, Any]]:
    """One entry a group: how many births it has, how many are other ones under the new model, their share with its 95 % interval, and the others' share."""
    rows = []
    for attribute, groups in GROUPS.items():
        if attribute not in births:
            continue
        for group in dict.fromkeys((*groups, *sorted(births[attribute].dropna().unique()))):
            here = births[attribute].eq(group)
            counts = int(births.loc[here, "changed"].sum()), int(here.sum())
            others = int(births.loc[~here, "changed"].sum()), int((~here).sum())
            rows.append(row_of(attribute, str(group), counts, others))
    return rows


def row_of(attribute: str, group: str, counts: tuple[int, int], others: tuple[int, int]) -> dict[str, Any]:
    """As they may be shown: of counts from one to four only that they are small, and no share that tells them."""
    changed, births = counts
    small = 0 < changed < SMALLEST or 0 < births < SMALLEST
    low, high = exact_interval(changed, births) if births else (0.0, 1.0)
    shares = {"share": changed / births if births else None, "low": low, "high": high}
    return {
        "attribute": attribute,
        "group": group,
        "births": told(births),
        "changed": told(changed),
        **(dict.fromkeys(shares) if small else shares),
        "stands_out": stands_out(counts, others),
    }


def stands_out(counts: tuple[int, int], others: tuple[int, int]) -> bool:
    """Whether a group surely changes more than twice as often as the rest: the lower end of the ratio's 95 % interval. Fewer than five tell nothing."""
    if counts[0] < SMALLEST or not others[1]:
        return False
    return TwoRates.of(Rate(*counts), Rate(*others)).ratio()[0] > MOST_TIMES


def by_township(asked: pd.DataFrame) -> list[dict[str, Any]]:
    """One entry a township: children who would newly be asked after, and no longer, rounded down to fives (decision 0031)."""
    places = asked["division_code"].astype("string").str[:TOWNSHIP_DIGITS].fillna("")
    counted = asked.assign(place=places).groupby("place")["gained"].agg(["sum", "size"])
    return [
        {"township": str(place), "gained": fives(int(row["sum"])), "lost": fives(int(row["size"] - row["sum"]))}
        for place, row in counted.sort_index().iterrows()
    ]


def told(count: int) -> int | str:
    """A count, or that it is small."""
    return f"<{SMALLEST}" if 0 < count < SMALLEST else count


def fives(count: int) -> int | str:
    """Rounded down to a multiple of five; below that, none among them, `<5`."""
    return count - count % SMALLEST if count >= SMALLEST else f"<{SMALLEST}"


def facts(births: Mapping[str, int]) -> float:
    """The share of births that are other ones."""
    return births["changed"] / births["old"] if births["old"] else 0.0
