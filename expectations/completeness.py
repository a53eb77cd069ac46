"""Does a delivery reach far enough that its silence means something? (Absence needs presence: design.md.)

Births are the accepted, unquarantined records of a registry with a birth date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from expectations.thresholds import (
    FIRST_NIGHT_SHARE,
    MONTH_LEAST_BIRTHS,
    MONTH_SHARE,
    PERIOD_SHARE,
    SETTLED_DAYS,
    VANISHED_SHARE,
)


@dataclass(frozen=True)
class Shortfall:
    """Why absence may not be said of a registry: a code, and the share (per cent) that was seen."""

    code: str
    percent: int


def monthly_births(born_on: pd.Series, as_of: date) -> pd.Series:
    """Births per month (index: monthly period, ascending), none after the as-of day."""
    days = pd.to_datetime(born_on, errors="coerce").dropna()
    months = days[days <= pd.Timestamp(as_of)].dt.to_period("M")
    return months.value_counts().sort_index()


def period_from(born_on: pd.Series, as_of: date) -> date | None:
    """First day of the earliest month that holds at least a fifth of a usual month's births; None without births.

    The usual month is the one that the median birth lies in: scattered typing errors fill many months, but few births.
    """
    months = monthly_births(born_on, as_of)
    if months.empty:
        return None
    usual = pd.Series(np.repeat(months.to_numpy(), months.to_numpy())).median()
    first: pd.Period = months.index[months >= PERIOD_SHARE * usual][0]
    return first.start_time.date()


def vanished(earlier: pd.Series, tonight: pd.Series) -> Shortfall | None:
    """Records of the last good night that are gone: people move away one by one, not by the hundred."""
    if earlier.empty:
        return None
    gone = int((~earlier.isin(tonight)).sum())
    return Shortfall("accepted.vanished", round(100 * gone / len(earlier))) if gone > VANISHED_SHARE * len(earlier) else None


def first_night(births: Mapping[str, pd.DataFrame], registry: str, as_of: date) -> Shortfall | None:
    """Without history the other registries are the measure: births of the served area (born_on) in the common period.

    `births`: registry -> records of the served area. None where there is no other registry to compare with.
    """
    counts = pd.DataFrame({name: monthly_births(rows["born_on"], as_of) for name, rows in births.items()}).fillna(0)
    starts = [start for rows in births.values() if (start := period_from(rows["born_on"], as_of)) is not None]
    if registry not in counts or counts.shape[1] < 2 or not starts:
        return None
    settled = pd.Period(as_of - timedelta(days=SETTLED_DAYS), freq="M")
    # The first common month may have begun before the registry did.
    common = counts[(counts.index > pd.Period(max(starts), freq="M")) & (counts.index < settled)]
    own, others = common[registry], common.drop(columns=registry).median(axis=1)
    if others.sum() < MONTH_LEAST_BIRTHS:
        return None
    share = own.sum() / others.sum()
    if share < FIRST_NIGHT_SHARE:
        return Shortfall("accepted.first_night_small", round(100 * share))
    months = (own / others)[others >= MONTH_LEAST_BIRTHS]
    if len(months) and months.min() < MONTH_SHARE:
        return Shortfall("accepted.month_missing", round(100 * months.min()))
    return None
