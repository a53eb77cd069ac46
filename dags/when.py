"""Which day a run speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def night_of(context: Mapping[str, Any]) -> date:
    """`as_of` where it was given, else the partition's day, else the day before the run."""
    run = context["dag_run"]
    told = (context.get("params") or {}).get("as_of") or getattr(run, "partition_key", None)
    if told:
        return date.fromisoformat(str(told))
    moment: datetime = run.logical_date or run.run_after
    return moment.astimezone(CHINA).date() - timedelta(days=1)
