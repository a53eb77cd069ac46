"""漏报率 误报率 重报率 准确率 完整率 及时率: rates of domain.md 3.4 from one night's snapshots, each with numerator and denominator beside it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from sql import snapshots
from vocabulary.runs import Run


@dataclass(frozen=True)
class Indicator:
    """One rate in words: what is counted, of what."""

    zh: str
    en: str
    numerator: str
    denominator: str


INDICATORS = {
    "omitted": Indicator("漏报率", "omitted", "已满30日、其他登记中有而本登记中没有的出生", "已满30日的全部已知出生"),
    "wrong_report": Indicator("误报率", "wrongly reported", "重复的和居住在其他县区的记录", "本登记的全部记录"),
    "duplicate": Indicator("重报率", "reported twice", "同一出生第二条及以后的记录", "本登记的全部记录"),
    "accurate": Indicator("准确率", "accurate", "与其他登记相符，或并非唯一不同一方的项目", "两个以上登记都填写了的主要项目"),
    "complete": Indicator("完整率", "complete", "已填写的必填项目", "应填写的必填项目（姓名、出生日期、性别、母亲姓名或证件号）"),
    "timely": Indicator("及时率", "timely", "出生后30日内登记（报告）的出生", "已满30日的全部已知出生"),
}


def indicators(counts: pd.DataFrame) -> pd.DataFrame:
    """One row a registry and rate, in the order of INDICATORS: `numerator`, `denominator`, `rate`, `low`, `high` (Wilson, 95 %); null of nothing.

    `counts`: registry, indicator, numerator, denominator, as `sql/views/registry_rate.sql` gives them. The interval says how much chance there is in so
    many births; of a rate that counts all of a night's records, it says what would differ next time, not that records were missed.
    """
    told = counts[counts["indicator"].isin(list(INDICATORS))].copy()
    of = told["denominator"].where(told["denominator"] > 0)
    told["rate"] = told["numerator"] / of
    low, high = proportion_confint(told["numerator"].to_numpy(float), of.to_numpy(float), method="wilson")
    told["low"], told["high"] = low, high
    order = {name: place for place, name in enumerate(INDICATORS)}
    told = told.sort_values(
        ["registry", "indicator"], key=lambda names: names.map(order).fillna(-1) if names.name == "indicator" else names
    )
    return told[["registry", "indicator", "numerator", "denominator", "rate", "low", "high"]].reset_index(drop=True)


@dataclass(frozen=True)
class NightQuality:
    """`delays`: one row a birth and registry (sql/views/recording_delay.sql); `rates`: as `indicators` gives them."""

    delays: pd.DataFrame
    rates: pd.DataFrame


def of_night(run: Run) -> NightQuality:
    """Both, from the snapshots of a run. Raises ConfigurationError for a missing stage."""
    with snapshots.opened(run) as tables:
        snapshots.load_snapshot(tables, "finding", run.require("findings") / "finding.parquet")
        snapshots.load_views(tables, ("recording_delay",))
        delays = tables.execute("FROM recording_delay").df().rename(columns={"days_waited": "days"})
        return NightQuality(delays, indicators(tables.execute(snapshots.query("views", "registry_rate")).df()))
