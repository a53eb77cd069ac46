"""All that the gates may look at: the return as it is written, the births behind it, the registries it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from submission.coverage.linkage_error import Band
from vocabulary.months import Month
from vocabulary.registries import REGISTRIES


@dataclass(frozen=True)
class Evidence:
    """`lines`: the table read back from its CSV; `sheet`: the same from the workbook. `births`: as sql/views/returned_birth.

    `landing`: registry -> rows_tonight, identical_copies, keys_repeated. `record_counts`: registry -> rows of the snapshot.
    `changed`: files that are not what the night, an earlier seal or the judging left, as (kind, name). `unknown_births`: counted
    births that the run does not hold. `version`, `reason`: a second version needs one.
    """

    month: Month
    as_of: date
    version: int
    served: tuple[str, ...]
    lines: pd.DataFrame
    sheet: pd.DataFrame
    births: pd.DataFrame
    unit_month: pd.DataFrame
    item_month: pd.DataFrame
    open_pair: pd.DataFrame
    delivery: pd.DataFrame
    changes: pd.DataFrame
    coverage: Mapping[str, Any]
    landing: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    record_counts: Mapping[str, int] = field(default_factory=dict)
    changed: tuple[tuple[str, str], ...] = ()
    unknown_births: int = 0
    sample: tuple[Band, ...] = ()
    reason: str | None = None
    registries: tuple[str, ...] = tuple(sorted(REGISTRIES))

    @property
    def counted(self) -> pd.DataFrame:
        """Births of the month that the table counts."""
        return self.births[self.births["born_in"].eq(str(self.month)) & self.births["fate"].eq("counted")]

    @property
    def months_before(self) -> list[str]:
        """Up to twelve earlier months that every registry covers whole, newest first."""
        starts = pd.to_datetime(self.delivery["period_from"]).dropna()
        first = Month.of(starts.max().date()) if len(starts) else self.month
        told = [self.month.before(count) for count in range(1, 13)]
        return [str(month) for month in told if first <= month]

    @property
    def births_at_this_age(self) -> pd.DataFrame:
        """Counted births of this month and those before, each as it was known so many days after its month's end as this one is now.

        A month that has just ended is still filling up: it is held against what earlier months looked like at the same age.
        """
        told = self.births[self.births["born_in"].isin([str(self.month), *self.months_before]) & self.births["fate"].eq("counted")]
        ends = pd.to_datetime(told["born_in"]) + pd.offsets.MonthEnd(0)
        age = pd.Timedelta(days=(self.as_of - self.month.last_on).days)
        return told[pd.to_datetime(told["known_on"]) <= ends + age]
