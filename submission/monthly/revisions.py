"""Earlier months, as this return sees them: what differs from what was last sealed, and why, birth by birth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from submission.monthly.form import counts
from submission.monthly.table import COUNTY, DAYS_UNTIL_DUE, TOTAL, TOWNSHIP, flags
from vocabulary.areas import COUNTY_DIGITS, TOWNSHIP_DIGITS, Areas, served
from vocabulary.figures import FIGURES

VANISHED = "vanished"
"""A birth that was counted and is no longer known: joined with another or taken back by its source, which only a person can tell."""
COLUMNS = ("month", "level", "code", "name", "column", "was", "is", "difference", "causes")
SEEN = ("born_in", "township_code", "child_sex", "in_hospital", "fate", "standing", "is_timely", "figure", "answer_code", "is_past_due")


def revisions(before: pd.DataFrame, now: pd.DataFrame, months: Sequence[str], areas: Areas, prefixes: Sequence[str]) -> pd.DataFrame:
    """One row a month, unit and counted column that differs (COLUMNS); `causes`: cause -> births that bring it about.

    `before`: the births as last sealed, `now`: every birth of tonight; both as sql/views/returned_birth.
    """
    one, other = placed(before, months, prefixes), placed(now, months, prefixes)
    both = one.merge(other, on="birth_id", how="outer", suffixes=("_was", "_is"))
    both["cause"] = causes(both, before, now)
    rows: list[dict[str, object]] = []
    for name in counts():
        was, now_is = both[f"{name}_was"].fillna(0), both[f"{name}_is"].fillna(0)
        moved = both["place_was"].ne(both["place_is"])
        changed = both[(was.ne(now_is) | moved) & (was.ne(0) | now_is.ne(0))]
        rows += by_unit(changed, name)
    found = pd.DataFrame(rows, columns=["month", "level", "code", "column", "was", "is", "causes"])
    totals = totals_of(before, months, prefixes), totals_of(now, months, prefixes)
    keys = list(zip(found["month"], found["code"], found["column"], strict=True))
    found["was"], found["is"] = ([int(told.get(key, 0)) for key in keys] for told in totals)
    found["difference"] = found["is"] - found["was"]
    found["name"] = [areas.name(code) if code else "" for code in found["code"]]
    order = {name: place for place, name in enumerate(counts())}
    found = found[found["difference"].ne(0)].assign(place=found["column"].map(order))
    return found.sort_values(["month", "code", "place"], ignore_index=True)[list(COLUMNS)]


def placed(birth: pd.DataFrame, months: Sequence[str], prefixes: Sequence[str]) -> pd.DataFrame:
    """Births of those months: birth_id, month, township here or "", both as one place, and what each birth adds to its line."""
    born = birth[birth["born_in"].isin(months)]
    here = born["township_code"].where(born["township_code"].map(lambda code: served(code, prefixes)), "")
    month, township = born["born_in"].astype(str), here.fillna("").astype(str)
    return flags(born).assign(birth_id=born["birth_id"].astype(str), month=month, township=township, place=month + "|" + township)


def totals_of(birth: pd.DataFrame, months: Sequence[str], prefixes: Sequence[str]) -> dict[tuple[str, str, str], int]:
    """(month, unit, column) -> figure, of townships, counties and, with no code, of all."""
    told = placed(birth, months, prefixes)
    found: dict[tuple[str, str, str], int] = {}
    for digits in (None, COUNTY_DIGITS, TOWNSHIP_DIGITS):
        unit = told["township"].str[:digits] if digits else pd.Series("", index=told.index)
        sums = told.groupby([told["month"], unit])[list(counts())].sum()
        for name in counts():
            keys = [(str(key[0]), str(key[1]), name) for key in sums.index.tolist()]
            found |= {key: int(figure) for key, figure in zip(keys, sums[name].tolist(), strict=True) if key[1] or digits is None}
    return found


def by_unit(changed: pd.DataFrame, name: str) -> list[dict[str, object]]:
    """The units whose figure a changed birth touches, each with its causes."""
    touched: dict[tuple[str, str], Counter[str]] = {}
    for row in changed[["place_was", "place_is", "cause", f"{name}_was", f"{name}_is"]].itertuples(index=False):
        was_at, is_at, cause, was, now_is = row
        for place, value in ((was_at, was), (is_at, now_is)):
            if not isinstance(place, str) or not value or value != value:
                continue
            month, township = place.split("|")
            units = {""} | ({township[:COUNTY_DIGITS], township} if township else set())
            for code in units:
                touched.setdefault((month, code), Counter())[cause] += 1
    level = {0: TOTAL, COUNTY_DIGITS: COUNTY}
    return [
        {"month": month, "level": level.get(len(code), TOWNSHIP), "code": code, "column": name, "causes": dict(sorted(counted.items()))}
        for (month, code), counted in touched.items()
    ]


def causes(both: pd.DataFrame, before: pd.DataFrame, now: pd.DataFrame) -> pd.Series:
    """Why each birth counts otherwise than it did; the first that applies."""
    was, told = (
        birth.assign(is_past_due=birth["days_old"].ge(DAYS_UNTIL_DUE))
        .set_index(birth["birth_id"].astype(str))[list(SEEN)]
        .reindex(both["birth_id"])
        for birth in (before, now)
    )
    was_there, is_there = was["fate"].notna().to_numpy(), told["fate"].notna().to_numpy()

    def differs(name: str) -> np.ndarray:
        one, other = (side[name].astype(object).where(side[name].notna(), "").astype(str) for side in (was, told))
        return np.asarray(one.to_numpy() != other.to_numpy(), dtype=bool)

    def became(name: str, value: str) -> np.ndarray:
        return differs(name) & told[name].eq(value).to_numpy(dtype=bool)

    rules = [
        (~was_there & is_there, "late_record"),
        (was_there & ~is_there, VANISHED),
        (became("fate", "removed"), "removed"),
        (became("fate", "elsewhere"), "moved_away"),
        (differs("born_in"), "other_month"),
        (differs("fate") & told["fate"].eq("counted").to_numpy(), "moved_here"),
        (became("standing", "registered") & told["answer_code"].isin(FIGURES["registered_with_help"]).to_numpy(), "registered_with_help"),
        (became("standing", "registered"), "registered_since"),
        (became("standing", "died"), "death_told"),
        (became("standing", "overdue"), "became_due"),
        (became("figure", "not_yet_registered"), "confirmed"),
        (differs("township_code"), "moved_here"),
        (differs("child_sex") | differs("in_hospital") | differs("is_timely") | differs("figure"), "corrected"),
        (differs("is_past_due"), "became_due"),
    ]
    found: np.ndarray = np.select([mask for mask, _ in rules], [cause for _, cause in rules], default="corrected")
    return pd.Series(found, index=both.index)
