"""Which day or month a run speaks of, and when months start."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from vocabulary.dates import CHINA
from vocabulary.errors import Fault, Unreachable

BACKFILL = "backfill"
"""Airflow's word for the kind of run."""


def night_of(context: Mapping[str, Any]) -> date:
    """`as_of` where it was given, else the partition's day, else the day before the run."""
    run = context["dag_run"]
    told = (context.get("params") or {}).get("as_of") or getattr(run, "partition_key", None)
    if told:
        return date.fromisoformat(str(told))
    moment: datetime = run.logical_date or run.run_after
    return moment.astimezone(CHINA).date() - timedelta(days=1)


def must_be_alone(context: Mapping[str, Any]) -> None:
    """Raise Unreachable, which is tried again in some minutes, where a backfilled night would run beside another: nights build on each other, in order.

    Airflow runs ten of a backfill at once unless it is told `--max-active-runs 1`; the DAG's own limit does not hold for them (docs/backfill.md).
    """
    run = context["dag_run"]
    if str(getattr(run.run_type, "value", run.run_type)) != BACKFILL:
        return
    running = context["ti"].get_dr_count(dag_id=run.dag_id, states=["running"])
    if running > 1:
        raise Unreachable(Fault("backfill.together", "airflow backfill", {"count": running}))


def month_of(context: Mapping[str, Any]) -> str:
    """`month` where it was given, else the partition's month, else the month before the run."""
    run = context["dag_run"]
    told = (context.get("params") or {}).get("month") or getattr(run, "partition_key", None)
    if told:
        return str(told)
    moment: datetime = run.logical_date or run.run_after
    return (moment.astimezone(CHINA).date().replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


def monthly_rule() -> dict[str, Any]:
    """The part `monthly` of the schedule."""
    return _schedule("monthly")


def nightly_rule() -> dict[str, Any]:
    """The part `nightly` of the schedule."""
    return _schedule("nightly")


def _schedule(part: str) -> dict[str, Any]:
    """`schedule.toml`, overruled by what stands in the file that Airflow's setting `[hedui] schedule` names."""
    from airflow.sdk.configuration import conf

    own = conf.get("hedui", "schedule", fallback=None)
    files = [Path(__file__).with_name("schedule.toml"), *([Path(own)] if own else [])]
    told: dict[str, Any] = {}
    for file in files:
        told |= tomllib.loads(file.read_text(encoding="utf-8")).get(part, {})
    return told


def monthly_timetable(rule: Mapping[str, Any], nights: Any) -> Any:
    """On a date, or once the month's nights are there (`nights`: the asset that each of them publishes as one partition)."""
    from airflow.sdk import (  # type: ignore[attr-defined]  # its stub lacks what 3.3 added
        CronTriggerTimetable,
        MinimumCount,
        MonthWindow,
        PartitionedAssetTimetable,
        RollupMapper,
        StartOfMonthMapper,
    )

    if rule["start"] == "date":
        return CronTriggerTimetable(rule["on_date"], timezone=str(CHINA))
    if rule["start"] != "nights":
        raise ValueError("dags/schedule.toml: start is date or nights")
    days = StartOfMonthMapper(timezone=str(CHINA), input_format="%Y-%m-%d")
    window = RollupMapper(upstream_mapper=days, window=MonthWindow(), wait_policy=MinimumCount(-rule["nights_missing"]))
    return PartitionedAssetTimetable(assets=nights, default_partition_mapper=window)
