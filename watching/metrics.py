"""The newest night as metrics for Prometheus: a file for node_exporter's textfile collector, written whole after each night.

Names follow Prometheus' own rules (base units, `_total` for counters only: a night is a gauge). Counts of people are rounded down to fives
(decision 0031); no label names anything below a county.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from vocabulary.findings import Kind
from watching import judge
from watching.drift import Verdict
from watching.nights import Night, place_of
from watching.page import age
from watching.small import counts_of, fives

RUN_STATUS = ("complete", "partial", "failed")
DAY = 24 * 3600
"""Seconds."""
DELIVERY_STATUS = ("fresh", "last_good", "absent")


class Metrics:
    """Every gauge by its name, without the prefix `hedui_`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.gauges: dict[str, Gauge] = {}
        for name, (about, *labels) in GAUGES.items():
            self.gauges[name] = Gauge(f"hedui_{name}", about, labels, registry=self.registry)

    def set(self, name: str, value: float, **labels: str) -> None:
        """One series."""
        gauge = self.gauges[name].labels(**labels) if labels else self.gauges[name]
        gauge.set(value)

    def text(self) -> str:
        """The exposition format, version 0.0.4."""
        return generate_latest(self.registry).decode("utf-8")


GAUGES: dict[str, tuple[str, ...]] = {
    "last_night_timestamp_seconds": ("When the newest night ended.",),
    "last_good_night_timestamp_seconds": ("When the newest night ended in which every registry delivered; 0 before there was one.",),
    "night_as_of_timestamp_seconds": ("The day of which the newest night speaks (00:00 in China).",),
    "night_status": ("1 for how the newest night ended.", "status"),
    "night_changed": ("1 where the newest night says anything else than the night before.",),
    "stage_seconds": ("How long each stage took; landing adds up its registries.", "stage"),
    "stage_handled": ("What each stage handled; people and records in fives.", "stage", "what"),
    "delivery_status": ("1 for what the night used of each registry.", "registry", "county", "status"),
    "delivery_age_seconds": ("From the day to which a registry's data reach to the night's.", "registry", "county"),
    "delivery_rows": ("Records accepted, in fives.", "registry", "county"),
    "delivery_quarantined_share": ("Share of a delivery's records that were set aside, of counts in fives.", "registry", "county"),
    "births": ("Births that the records make up, in fives.",),
    "findings": ("Findings of the night, in fives.", "kind"),
    "findings_found": ("Findings that the night before did not have, in fives.", "kind"),
    "findings_gone": ("Findings of the night before that this one does not have, in fives.", "kind"),
    "tasks": ("Children whom desks follow up: registered, open, overdue, answered; in fives, by county.", "county", "state"),
    "drift_psi": ("Population stability index of linked pairs' levels against what the model learnt.", "comparison"),
    "drift_verdict": ("Figures of quality (filled, code) and linking (levels) by what they say.", "what", "verdict"),
}


def metrics(night: Night, before: Sequence[Night], ended: float, good: float, tasks: Iterable[tuple[str, str, int]]) -> str:
    """`ended`, `good`: when this night, and the newest good one, ended (seconds since 1970; 0 for never). `tasks`: county, state, count in fives."""
    told = Metrics()
    told.set("last_night_timestamp_seconds", ended)
    told.set("last_good_night_timestamp_seconds", good)
    if night.report.get("as_of"):
        told.set("night_as_of_timestamp_seconds", datetime.fromisoformat(f"{night.report['as_of']}T00:00:00+08:00").timestamp())
    for status in RUN_STATUS:
        told.set("night_status", float(night.report["status"] == status), status=status)
    told.set("night_changed", float(bool(night.report.get("changed"))))
    _stages(told, night)
    _deliveries(told, night)
    _findings(told, night)
    for county, state, count in tasks:
        told.set("tasks", count, county=county, state=state)
    _drift(told, night, before)
    return told.text()


def _stages(told: Metrics, night: Night) -> None:
    for name, stage in night.report["stages"].items():
        told.set("stage_seconds", stage["seconds"], stage=name)
        for what, count in counts_of(name, stage["counts"]).items():
            told.set("stage_handled", count, stage=name, what=what)
    if "births" in (linked := night.report["stages"].get("link", {}).get("counts", {})):
        told.set("births", fives(linked["births"]))


def _deliveries(told: Metrics, night: Night) -> None:
    for row in night.report["registries"]:
        registry, county = place_of(row)
        place = {"registry": registry, "county": county}
        for status in DELIVERY_STATUS:
            told.set("delivery_status", float(row["status"] == status), status=status, **place)
        if (days := age(night, row)) is not None:
            told.set("delivery_age_seconds", days * DAY, **place)
        landed, aside = (fives(row.get(name) or 0) for name in ("rows_landed", "rows_quarantined"))
        told.set("delivery_rows", fives(row.get("rows_accepted") or 0), **place)
        told.set("delivery_quarantined_share", aside / landed if landed else 0.0, **place)


def _findings(told: Metrics, night: Night) -> None:
    changed = night.measured.get("changed", {}).get("findings")
    for kind in Kind:
        if night.report["findings"]:
            told.set("findings", fives(night.report["findings"].get(kind, 0)), kind=str(kind))
        for step in ("found", "gone") if changed is not None else ():
            told.set(f"findings_{step}", fives(changed.get(kind, {}).get(step, 0)), kind=str(kind))


def _drift(told: Metrics, night: Night, before: Sequence[Night]) -> None:
    weights = judge.weights(night, before)
    for one in weights:
        told.set("drift_psi", round(one.drift.psi, 4), comparison=one.comparison)
    counts = {(what, verdict): 0 for what in ("filled", "code", "levels") for verdict in Verdict}
    for share in judge.shares(night, before):
        counts[share.what, share.drift.verdict] += 1
    for one in weights:
        counts["levels", one.verdict] += 1
    for (what, verdict), count in counts.items():
        told.set("drift_verdict", count, what=what, verdict=str(verdict))
