"""The Grafana dashboard, as code: `python -m watching.dashboard > deploy/grafana/hedui.json`. A test holds the file to this source."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

SOURCE = {"type": "prometheus", "uid": "${source}"}
COLUMNS = 24
"""Width of Grafana's grid."""


@dataclass(frozen=True)
class Panel:
    """`kind`: Grafana's panel type; `queries`: legend -> PromQL; `width` of COLUMNS; `steps`: colour -> from which value."""

    title: str
    about: str
    kind: str
    queries: dict[str, str]
    unit: str = "short"
    width: int = 12
    height: int = 8
    steps: dict[str, float | None] = field(default_factory=lambda: {"text": None})
    reaches: float | None = None
    """The axis goes from 0 to here at least: a line at 0 is not drawn against a hundred."""
    nothing: str = ""
    """What stands there when no series answers."""


PANELS = (
    Panel(
        "Since the last good night / 距上次全部完成",
        "Green below 26 hours. 0 in the metric itself means that no good night is known.",
        "stat",
        {"": "(time() - hedui_last_good_night_timestamp_seconds) / 3600"},
        "h",
        6,
        5,
        {"green": None, "orange": 26, "red": 50},
    ),
    Panel(
        "Newest night / 最近一夜",
        "complete: every registry delivered; partial: a registry is missing; failed: a stage broke down.",
        "stat",
        {"{{status}}": "hedui_night_status == 1"},
        "none",
        6,
        5,
    ),
    Panel("Births / 出生数", "Births that the records make up, in fives.", "stat", {"": "hedui_births"}, "none", 6, 5),
    Panel(
        "Figures to look at / 需要看的指标",
        "Of fill rates, codes and linking: how many passed a limit (docs/watching.md).",
        "stat",
        {"": 'sum(hedui_drift_verdict{verdict!="steady"})'},
        "short",
        6,
        5,
        {"green": None, "orange": 1, "red": 5},
    ),
    Panel("Seconds by stage / 各阶段用时（秒）", "", "timeseries", {"{{stage}}": "hedui_stage_seconds"}, "none"),
    Panel(
        "Days behind / 各登记数据滞后天数",
        "From the day to which a registry's data reach to the night's; of the county that is furthest behind.",
        "timeseries",
        {"{{registry}}": "max by (registry) (hedui_delivery_age_seconds) / 86400"},
        "none",
        reaches=5,
    ),
    Panel(
        "Not delivered tonight / 当晚未送达",
        "How many deliveries the night had to take from an earlier one (last_good), or to do without (absent).",
        "timeseries",
        {"{{registry}} {{status}}": 'sum by (registry, status) (hedui_delivery_status{status!="fresh"})'},
        "none",
        reaches=2,
    ),
    Panel(
        "Which of them / 哪些未送达",
        "Registry, and county where counties deliver by themselves.",
        "stat",
        {"{{registry}} {{county}} {{status}}": 'hedui_delivery_status{status!="fresh"} == 1'},
        "none",
        height=8,
        nothing="all delivered / 全部送达",
    ),
    Panel(
        "Set aside / 待核占比",
        "Share of the records that were landed; of the county with most.",
        "timeseries",
        {"{{registry}}": "max by (registry) (hedui_delivery_quarantined_share)"},
        "percentunit",
        reaches=0.05,
    ),
    Panel("Accepted records / 采用记录", "In fives.", "timeseries", {"{{registry}}": "sum by (registry) (hedui_delivery_rows)"}),
    Panel("Findings / 问题", "In fives.", "timeseries", {"{{kind}}": "hedui_findings"}),
    Panel(
        "Found, and no longer found / 新发现与不再出现",
        "Against the night before, in fives.",
        "timeseries",
        {"+ {{kind}}": "hedui_findings_found", "- {{kind}}": "-hedui_findings_gone"},
    ),
    Panel(
        "Children whom desks follow up / 窗口跟进",
        "In fives a county, added up.",
        "timeseries",
        {"{{state}}": "sum by (state) (hedui_tasks)"},
    ),
    Panel(
        "Drift of linking (PSI) / 匹配漂移",
        "From 0.10 look, from 0.25 moved, if also above chance (docs/watching.md).",
        "timeseries",
        {"{{comparison}}": "hedui_drift_psi"},
        steps={"green": None, "orange": 0.1, "red": 0.25},
    ),
    Panel("What stages handled / 各阶段数量", "In fives.", "timeseries", {"{{stage}} {{what}}": "hedui_stage_handled"}),
)


def queries() -> list[str]:
    """Every PromQL of the dashboard."""
    return [query for panel in PANELS for query in panel.queries.values()]


def dashboard() -> dict[str, Any]:
    """Grafana's JSON model."""
    placed, x, y, row = [], 0, 0, 0
    for number, panel in enumerate(PANELS, start=1):
        if x + panel.width > COLUMNS:
            x, y, row = 0, y + row, 0
        placed.append(_panel(panel, number, x, y))
        x, row = x + panel.width, max(row, panel.height)
    source = {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}
    return {
        "uid": "hedui-nights",
        "title": "hedui 核对",
        "description": "Nights of hedui. Counts of people are in fives; nobody is named, and nothing below a county.",
        "tags": ["hedui"],
        "timezone": "Asia/Shanghai",
        "editable": False,
        "schemaVersion": 39,
        "refresh": "5m",
        "time": {"from": "now-30d", "to": "now"},
        "templating": {"list": [source]},
        "panels": placed,
    }


def _panel(panel: Panel, number: int, x: int, y: int) -> dict[str, Any]:
    targets = [
        {"refId": chr(ord("A") + place), "expr": query, "legendFormat": legend, "datasource": SOURCE, "instant": panel.kind == "stat"}
        for place, (legend, query) in enumerate(panel.queries.items())
    ]
    return {
        "id": number,
        "title": panel.title,
        "description": panel.about,
        "type": panel.kind,
        "datasource": SOURCE,
        "gridPos": {"h": panel.height, "w": panel.width, "x": x, "y": y},
        "targets": targets,
        "fieldConfig": {"defaults": _defaults(panel), "overrides": []},
        "options": _stat_options(panel) if panel.kind == "stat" else {"tooltip": {"mode": "multi", "sort": "desc"}},
    }


def _defaults(panel: Panel) -> dict[str, Any]:
    """Unit, limits, and the axis."""
    steps = [{"color": colour, "value": value} for colour, value in panel.steps.items()]
    told: dict[str, Any] = {"unit": panel.unit, "thresholds": {"mode": "absolute", "steps": steps}}
    if panel.unit == "h":
        told["decimals"] = 1
    if panel.nothing:
        told["noValue"] = panel.nothing
    if panel.kind == "timeseries":  # a night is a point that stands until the next
        told["custom"] = {"lineInterpolation": "stepAfter", "showPoints": "never", "fillOpacity": 0}
    if panel.reaches is not None:
        told["min"] = 0
        told["custom"]["axisSoftMax"] = panel.reaches
    return told


def _stat_options(panel: Panel) -> dict[str, Any]:
    """A number, or the names of the series that answer."""
    if any(panel.queries):
        return {"textMode": "name", "text": {"valueSize": 32}, "orientation": "horizontal"}
    return {"textMode": "value"}


if __name__ == "__main__":
    print(json.dumps(dashboard(), ensure_ascii=False, indent=1))  # noqa: T201 - a file is made of it
