"""G7, G8: are there about as many births, boys and girls, as such a place has? A question to look into, never an accusation."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from submission.gates.evidence import Evidence
from submission.gates.limits import limit
from submission.gates.objection import Objection, Severity
from submission.gates.small_numbers import count_differs, count_surprises, discoveries, shares_differ
from vocabulary.months import Month


def births_as_usual(evidence: Evidence) -> Iterator[Objection]:
    """The area's births against the months before, each as it was known at this age; then each township against the area (G7)."""
    before = evidence.months_before
    if len(before) < limit("months_before"):
        yield Objection("G7", "too_few_months", Severity.NOTE, str(evidence.month), {"months": len(before)})
        return
    births = evidence.births_at_this_age
    by_month = births.groupby("born_in").size().reindex([str(evidence.month), *before], fill_value=0)
    a_day = by_month / [days_of(month) for month in by_month.index]
    here, usual = float(by_month.iloc[0]), (a_day.iloc[1:] * days_of(str(evidence.month))).tolist()
    if count_surprises(here, usual, limit("season")) < limit("count_of_the_area"):
        facts = {"count": int(here), "usual": round(sum(usual) / len(usual))}
        yield Objection("G7", "count_of_area", Severity.WARNING, str(evidence.month), facts)
    yield from townships_as_usual(evidence, births)


def townships_as_usual(evidence: Evidence, births: pd.DataFrame) -> Iterator[Objection]:
    """Each township's part of the month, by an exact test given its births of all these months."""
    now = births["born_in"].eq(str(evidence.month))
    counts = births.groupby("township_code")["birth_id"].size()
    month = births[now].groupby("township_code")["birth_id"].size().reindex(counts.index, fill_value=0)
    share = now.mean()
    chances = [count_differs(int(month[code]), int(counts[code] - month[code]), float(share)) for code in counts.index]
    for code, found in zip(counts.index, discoveries(chances, limit("discovery")), strict=True):
        if found:
            facts = {"count": int(month[code]), "expected": round(float(counts[code] * share), 1)}
            yield Objection("G7", "count_of_unit", Severity.WARNING, str(code), facts)


def sexes_as_usual(evidence: Evidence) -> Iterator[Objection]:
    """Boys and girls of the area and of each township against all births of the months before (G8)."""
    told = evidence.births[evidence.births["fate"].eq("counted") & evidence.births["child_sex"].isin(["1", "2"])]
    past = told[told["born_in"].isin(evidence.months_before)]
    if len(evidence.months_before) < limit("months_before") or past.empty:
        return
    boys_before, of_before = int(past["child_sex"].eq("1").sum()), len(past)
    month = told[told["born_in"].eq(str(evidence.month))]
    boys = int(month["child_sex"].eq("1").sum())
    if shares_differ(boys, len(month), boys_before, of_before) < limit("sure"):
        facts = {"boys": boys, "girls": len(month) - boys}
        yield Objection("G8", "sexes_of_area", Severity.WARNING, str(evidence.month), facts)
    units = month["child_sex"].eq("1").groupby(month["township_code"]).agg(["sum", "size"]).astype(int)
    chances = [shares_differ(boys, births, boys_before, of_before) for boys, births in units.to_numpy().tolist()]
    for code, found in zip(units.index, discoveries(chances, limit("discovery")), strict=True):
        if found:
            boys, births = units.loc[code].tolist()
            yield Objection("G8", "sexes_of_unit", Severity.WARNING, str(code), {"boys": boys, "girls": births - boys})


def days_of(month: str) -> int:
    """Days of a month."""
    return Month.read(month).last_on.day
