"""`hedui backfill`: the nights of a span of days in their order, each through the real DAG in this process; it may be stopped and goes on where it was."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hedui import nightly
from hedui.nights_progress import Nights
from hedui.show import said
from sql import state
from vocabulary.dates import today
from vocabulary.errors import ConfigurationError, DeliveryRefused, Fault, GateRefused
from vocabulary.settings import Settings

WHOLE = ("complete", "partial")
"""Nights that ended with worklists; a partial one lacked a registry and says so."""
WORDS = {
    "complete": ("完成", "complete"),
    "partial": ("完成，但缺少登记来源", "done, but a registry was missing"),
    "failed": ("中断", "broke down"),
    "nothing": ("这些日期都已运行过", "every one of these days has its night already"),
    "done": ("已补跑 {run} 晚，跳过已有的 {skipped} 晚", "{run} nights run, {skipped} that were there left as they are"),
    "partial_days": ("缺少登记来源的日期：{days}", "days without a registry: {days}"),
    "stopped": (
        "在 {day} 中断；排除原因后以同样命令继续",
        "stopped at {day}; once the cause is mended, the same command goes on from there",
    ),
}


@dataclass(frozen=True)
class Wanted:
    """What the command line asked for: both days included. `again`: also days that have their night."""

    first: date
    last: date
    again: bool = False


def run(wanted: Wanted, *, as_json: bool, quiet: bool) -> int:
    """Run the nights, print what came of each, return the exit code: 1 where one broke down, 3 where a registry was missing from one."""
    settings = Settings.from_environment()
    require_span(wanted, today())
    nightly.require_a_source(settings)
    days = list(days_of(wanted))
    waiting = days if wanted.again else [day for day in days if day not in days_done(settings)]
    told: list[dict[str, Any]] = []
    with Nights(sys.stderr, len(waiting), quiet=quiet or as_json) as nights:
        for day in waiting:
            nights.begin(day.isoformat())
            told.append(night_of(settings, day))
            nights.end(said(WORDS[told[-1]["status"]]))
            if told[-1]["status"] not in WHOLE:
                break
    whole = {"from": wanted.first.isoformat(), "to": wanted.last.isoformat(), "skipped": len(days) - len(waiting), "nights": told}
    print(json.dumps(whole, ensure_ascii=False)) if as_json else show(whole)
    return exit_code_of(told)


def night_of(settings: Settings, day: date) -> dict[str, Any]:
    """A night's report in short; one of which there is not even a report counts as broken down."""
    try:
        told = nightly.run_night(settings, day, quiet=True)
    except GateRefused as refusal:
        faults = [{"code": fault.code, "where": fault.where, "text": fault.text()} for fault in refusal.faults]
        return {"as_of": day.isoformat(), "run_id": None, "status": "failed", "exit_code": refusal.exit_code, "faults": faults}
    return {name: told[name] for name in ("as_of", "run_id", "status", "exit_code", "counts", "faults")}


def require_span(wanted: Wanted, now: date) -> None:
    """Raise ConfigurationError where the days are the wrong way round, or have not passed."""
    if wanted.first > wanted.last or wanted.last >= now:
        raise ConfigurationError(Fault("backfill.span", "--from --to", {"last": (now - timedelta(days=1)).isoformat()}))


def days_of(wanted: Wanted) -> Iterator[date]:
    """Oldest first: a birth and a finding belong to the first night that knew them."""
    for number in range((wanted.last - wanted.first).days + 1):
        yield wanted.first + timedelta(days=number)


def days_done(settings: Settings) -> set[date]:
    """Days that have a night with worklists."""
    known = state.runs(settings)
    return set(known.loc[known["status"].isin(WHOLE), "as_of"])


def exit_code_of(told: list[dict[str, Any]]) -> int:
    """Of all nights together."""
    if any(one["status"] not in WHOLE for one in told):
        return GateRefused.exit_code
    return DeliveryRefused.exit_code if any(one["exit_code"] for one in told) else 0


def show(told: dict[str, Any]) -> None:
    """Print the sum for people."""
    nights = told["nights"]
    if not nights:
        print(said(WORDS["nothing"]))
        return
    broken = [one for one in nights if one["status"] not in WHOLE]
    for fault in (fault for one in broken for fault in one["faults"]):
        print(fault["text"])
    if partial := [one["as_of"] for one in nights if one["status"] == "partial"]:
        print(said(WORDS["partial_days"]).format(days=", ".join(partial)))
    print(said(WORDS["done"]).format(run=len(nights) - len(broken), skipped=told["skipped"]))
    if broken:
        print(said(WORDS["stopped"]).format(day=broken[0]["as_of"]))
