"""Do the totals tie out to the births, one by one? Counted once more here, by another way than the table was."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from submission.gates.evidence import Evidence
from submission.gates.identities import number_of
from submission.gates.limits import limit
from submission.gates.objection import Objection, Severity
from submission.monthly.table import TOTAL, TOWNSHIP


def totals_tie_out(evidence: Evidence) -> Iterator[Objection]:
    """Each township's line is the number of its births, by sex, place and standing; none is left over (G11)."""
    told = evidence.lines[evidence.lines["level"].eq(TOWNSHIP)].drop(columns=["level", "name"]).groupby("code").sum()
    again = counted_again(evidence.counted)
    units = told.index.union(again.index)
    for name in again.columns:
        left, right = told[name].reindex(units, fill_value=0), again[name].reindex(units, fill_value=0)
        wrong = left.ne(right)
        if wrong.any():
            facts = {"units": int(wrong.sum()), "table": int(left.sum()), "births": int(right.sum())}
            yield Objection("G11", "does_not_tie_out", Severity.BLOCK, number_of(name), facts)
    yield from nothing_left_over(evidence)


def counted_again(counted: pd.DataFrame) -> pd.DataFrame:
    """Township x column, from lists of births and not from sums of marks."""
    standing = pd.crosstab(counted["township_code"], counted["standing"])
    sex = pd.crosstab(counted["township_code"], counted["child_sex"].fillna("9"))
    place = pd.crosstab(counted["township_code"], counted["in_hospital"].astype(bool))
    empty = pd.Series(0, index=standing.index)
    return pd.DataFrame(
        {
            "live_births": counted.groupby("township_code")["birth_id"].nunique(),
            "male": sex.get("1", empty),
            "female": sex.get("2", empty),
            "in_hospital": place.get(True, empty),
            "registered": standing.get("registered", empty),
            "overdue": standing.get("overdue", empty),
            "not_yet_due": standing.get("not_yet_due", empty),
            "died_before_registration": standing.get("died", empty),
        }
    ).astype("int64")


def nothing_left_over(evidence: Evidence) -> Iterator[Objection]:
    """Each birth of the month is counted once, or stands apart for a reason; every counted one is a birth of that night."""
    month = evidence.births[evidence.births["born_in"].eq(str(evidence.month))]
    twice = int(month["birth_id"].duplicated().sum())
    if twice:
        yield Objection("G11", "birth_twice", Severity.BLOCK, str(evidence.month), {"count": twice})
    if evidence.unknown_births:
        yield Objection("G11", "birth_unknown", Severity.BLOCK, str(evidence.month), {"count": evidence.unknown_births})
    apart = month["fate"].isin(["unsound", "no_area"]).sum()
    whole = evidence.lines.loc[evidence.lines["level"].eq(TOTAL), "live_births"]
    if len(whole) and apart > limit("without_place") * max(int(whole.iloc[0]), 1):
        yield Objection("G4", "births_without_place", Severity.WARNING, str(evidence.month), {"count": int(apart)})
