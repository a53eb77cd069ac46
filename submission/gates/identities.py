"""G11: does the table as it is written agree with itself? Every logical check, every sum, every percentage computed again."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from submission.gates.evidence import Evidence
from submission.gates.objection import Objection, Severity
from submission.monthly.form import checks, columns, counts
from submission.monthly.table import COUNTY, TOTAL, TOWNSHIP, percent
from vocabulary.areas import COUNTY_DIGITS, served

WITHOUT_PLACE = ("repeated", "elsewhere")
"""A birth of another area, or one that is none, may have no township here: it stands in the first line only."""


def table_is_well_formed(evidence: Evidence) -> Iterator[Objection]:
    """Whole counts that are not negative, one line a unit, units of the served area only."""
    figures = evidence.lines[list(counts())].apply(pd.to_numeric, errors="coerce")
    wrong = figures.isna() | figures.lt(0) | figures.mod(1).ne(0)
    for name in wrong.columns[wrong.any()]:
        yield broken("not_a_count", number_of(name), int(wrong[name].sum()))
    units = evidence.lines[["level", "code"]]
    twice = int(units.duplicated().sum()) + int(units["level"].eq(TOTAL).sum() != 1)
    if twice:
        yield broken("unit_twice", "", twice)
    strangers = evidence.lines.loc[units["level"].ne(TOTAL) & ~units["code"].map(lambda code: served(str(code), evidence.served)), "code"]
    if len(strangers):
        yield broken("unit_of_elsewhere", ", ".join(map(str, strangers[:5])), len(strangers))


def checks_hold(evidence: Evidence) -> Iterator[Objection]:
    """Every logical check (审核关系) in every line."""
    figures = evidence.lines[list(counts())].apply(pd.to_numeric, errors="coerce")
    for check in checks():
        right = figures[list(check.right)].sum(axis=1, skipna=False)
        holds = figures[check.left].eq(right) if check.relation == "=" else figures[check.left].le(right)
        if not holds.all():
            yield broken("check_broken", check.text(), int((~holds).sum()))


def sums_hold(evidence: Evidence) -> Iterator[Objection]:
    """Townships add up to their county, counties to all."""
    lines = evidence.lines
    summed = [name for name in counts() if name not in WITHOUT_PLACE]
    for code, inside in lines[lines["level"].eq(TOWNSHIP)].groupby(lines["code"].astype(str).str[:COUNTY_DIGITS]):
        county = lines[lines["level"].eq(COUNTY) & lines["code"].astype(str).eq(code)]
        yield from differences(inside, county, summed, str(code))
    yield from differences(lines[lines["level"].eq(COUNTY)], lines[lines["level"].eq(TOTAL)], summed, TOTAL)


def differences(parts: pd.DataFrame, whole: pd.DataFrame, names: list[str], where: str) -> Iterator[Objection]:
    """Columns whose parts do not make the whole."""
    if whole.empty:
        yield broken("sum_missing", where, 1)
        return
    told = parts[names].sum() != whole[names].iloc[0]
    if told.any():
        yield Objection("G11", "sum_differs", Severity.BLOCK, where, {"columns": ", ".join(number_of(name) for name in told.index[told])})


def percentages_hold(evidence: Evidence) -> Iterator[Objection]:
    """Percentages are computed from their numerator and denominator, never typed."""
    for column in columns():
        if column.of:
            again = percent(evidence.lines[column.of[0]], evidence.lines[column.of[1]])
            given = pd.to_numeric(evidence.lines[column.name], errors="coerce")
            wrong = ~((given - again).abs().lt(0.05) | (given.isna() & again.isna()))
            if wrong.any():
                yield broken("percent_differs", str(column.number), int(wrong.sum()))


def workbook_says_the_same(evidence: Evidence) -> Iterator[Objection]:
    """The workbook that is sent has the figures of the CSV."""
    names = [column.name for column in columns()]
    left, right = (part[names].apply(pd.to_numeric, errors="coerce").reset_index(drop=True) for part in (evidence.lines, evidence.sheet))
    if left.shape != right.shape:
        yield broken("workbook_differs", "return.xlsx", abs(len(left) - len(right)))
        return
    unequal = (left - right).abs().gt(0.05) | (left.isna() != right.isna())
    if unequal.any(axis=None):
        yield broken("workbook_differs", "return.xlsx", int(unequal.sum().sum()))


def broken(code: str, where: str, count: int) -> Objection:
    """The table contradicts itself so many times."""
    return Objection("G11", code, Severity.BLOCK, where, {"count": count})


def number_of(name: str) -> str:
    """A column's number on the form."""
    return next(str(column.number) for column in columns() if column.name == name)
