"""The table of a return: births of one month by township, county and in all, counted one by one."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from submission.monthly.form import columns, counts
from vocabulary.areas import COUNTY_DIGITS, TOWNSHIP_DIGITS, Areas, served
from vocabulary.findings import DueStage
from vocabulary.months import Month

TOTAL, COUNTY, TOWNSHIP = "total", "county", "township"
UNIT = ("level", "code", "name")
FLAGS = counts()
DAYS_UNTIL_DUE = int(DueStage.DAYS_30)


def flags(birth: pd.DataFrame) -> pd.DataFrame:
    """One row a birth, a whole number a counted column: what each birth adds to its line. `birth`: as sql/views/returned_birth."""
    counted, standing = birth["fate"].eq("counted"), birth["standing"]
    registered = counted & standing.eq("registered")
    timely = registered & birth["is_timely"].fillna(False).astype(bool)
    past_due = counted & birth["days_old"].ge(DAYS_UNTIL_DUE)
    told = {
        "live_births": counted,
        "male": counted & birth["child_sex"].eq("1"),
        "female": counted & birth["child_sex"].eq("2"),
        "sex_not_stated": counted & ~birth["child_sex"].isin(["1", "2"]),
        "in_hospital": counted & birth["in_hospital"].astype(bool),
        "out_of_hospital": counted & ~birth["in_hospital"].astype(bool),
        "registered": registered,
        "registered_within_30_days": timely,
        "registered_later": registered & ~timely,
        "registered_elsewhere": registered & birth["figure"].eq("registered_elsewhere"),
        "not_yet_due": counted & standing.eq("not_yet_due"),
        "overdue": counted & standing.eq("overdue"),
        "confirmed_unregistered": counted & standing.eq("overdue") & birth["figure"].eq("not_yet_registered"),
        "died_before_registration": counted & standing.eq("died"),
        "past_due": past_due,
        "timely": past_due & timely,
        "repeated": birth["repeated"].where(counted, 0) + birth["fate"].eq("removed"),
        "elsewhere": birth["fate"].eq("elsewhere"),
    }
    return pd.DataFrame({name: told[name].fillna(0).astype("int64") for name in FLAGS}, index=birth.index)


def table(birth: pd.DataFrame, month: Month, areas: Areas, prefixes: Sequence[str]) -> pd.DataFrame:
    """One row in all, one a county, one a township (UNIT), with every column of the form; a township without births says 0.

    Births of other areas stand in the first row only: they have no township here.
    """
    born = birth[birth["born_in"].eq(str(month))]
    told = flags(born).assign(code=born["township_code"].where(born["township_code"].map(lambda code: served(code, prefixes))))
    townships = told.groupby("code")[list(FLAGS)].sum()
    known = areas.codes(TOWNSHIP_DIGITS, prefixes, month.last_on)
    townships = townships.reindex(sorted({*townships.index, *known}), fill_value=0)
    by_county = townships.groupby(townships.index.str[:COUNTY_DIGITS]).sum()
    lines = [(TOTAL, "", "", told[list(FLAGS)].sum())]
    for code, row in by_county.iterrows():
        lines.append((COUNTY, str(code), areas.name(str(code)), row))
        inside = townships[townships.index.str[:COUNTY_DIGITS] == code]
        lines += [(TOWNSHIP, str(unit), areas.name(str(unit)), line) for unit, line in inside.iterrows()]
    frame = pd.DataFrame([row for *_, row in lines]).reset_index(drop=True).astype("int64")
    frame.insert(0, "name", [name for _, _, name, _ in lines])
    frame.insert(0, "code", [code for _, code, _, _ in lines])
    frame.insert(0, "level", [level for level, *_ in lines])
    return with_percentages(frame)


def with_percentages(lines: pd.DataFrame) -> pd.DataFrame:
    """The form's columns in their order; percentages are computed, with one decimal, and empty where nothing is to be divided by."""
    whole = lines.assign(**{column.name: percent(lines[column.of[0]], lines[column.of[1]]) for column in columns() if column.of})
    return whole[[*UNIT, *(column.name for column in columns())]]


def percent(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Per cent with one decimal."""
    share: pd.Series = (100 * numerator / denominator.where(denominator.ne(0))).astype("float64").round(1)
    return share
