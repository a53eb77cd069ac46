"""The profile's pictures: how full, on which days, in which months, which kinds of names. Vega-Lite by Altair, inline SVG.

Each is drawn twice, for paper and for a phone; letters stay text, ink is the page's own.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

from connectors.profiling.names import KINDS
from connectors.profiling.words import Words

FONT = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, SimHei, sans-serif"
INK, BLUE, RUST, VIOLET = "currentColor", "#2f7dc4", "#c2641c", "#8465c9"
WIDE, NARROW = 560, 190
"""Pixels of the plot itself, beside its labels."""
PATTERN_HEIGHT = 180


@dataclass(frozen=True)
class Picture:
    """One chart twice, named by what it shows."""

    wide: str
    narrow: str


def pictures(told: dict[str, Any], words: Words) -> dict[str, Picture]:
    """Name -> picture, for what there is to draw."""
    import pandas as pd

    birth = next((row for row in told.get("days", ()) if row["by_day"] and sum(row["by_day"])), None)
    found: dict[str, Picture] = {}
    if told.get("filled"):
        found["filled"] = _twice(lambda width: _filled(pd.DataFrame(_filled_rows(told, words)), words, width), words("filled", "alt"))
    if birth:
        by_day = pd.DataFrame({"day": range(1, 32), "rows": birth["by_day"]})
        by_month = pd.DataFrame({"month": list(birth["by_month"]), "rows": list(birth["by_month"].values())})
        found["by_day"] = _twice(lambda width: _by_day(by_day, words, width), words("days", "by_day_alt"))
        found["by_month"] = _twice(lambda width: _by_month(by_month, words, width), words("days", "by_month_alt"))
    if told.get("names"):
        found["names"] = _twice(lambda width: _names(pd.DataFrame(_name_rows(told, words)), words, width), words("names", "alt"))
    return found


def _twice(draw: Any, alt_text: str) -> Picture:
    return Picture(_svg(draw(WIDE), alt_text), _svg(draw(NARROW), alt_text))


def _filled_rows(told: dict[str, Any], words: Words) -> list[dict[str, Any]]:
    return [
        {
            "column": words.column(row["column"]),
            "share": row["filled"]["share"] or 0.0,
            "need": words("page", "required" if row["required"] else "optional"),
        }
        for row in told["filled"]
    ]


def _filled(rows: Any, words: Words, width: int) -> Any:
    import altair as alt

    needs = [words("page", "required"), words("page", "optional")]
    return styled(
        alt.Chart(rows)
        .mark_bar(height=11)
        .encode(
            y=alt.Y("column:N", sort=None, title=None, axis=alt.Axis(labelLimit=150, domain=False, ticks=False)),
            x=alt.X("share:Q", title=words("filled", "axis"), axis=alt.Axis(format="%", tickCount=4), scale=alt.Scale(domain=[0, 1])),
            color=alt.Color("need:N", scale=alt.Scale(domain=needs, range=[BLUE, RUST]), title=None),
        ),
        width - (0 if width == WIDE else 60),
        20 * len(rows),
    )


def _by_day(rows: Any, words: Words, width: int) -> Any:
    import altair as alt

    ticks = [1, 5, 10, 15, 20, 25, 30] if width == WIDE else [1, 15, 30]
    x = alt.X("day:O", title=words("days", "by_day_axis"), axis=alt.Axis(values=ticks, labelAngle=0))
    bars = alt.Chart(rows).mark_bar(color=BLUE).encode(x=x, y=alt.Y("rows:Q", title=words("days", "rows_axis"), axis=alt.Axis(tickCount=4)))
    mean = alt.Chart(rows).mark_rule(color=INK, strokeDash=[4, 3]).encode(y="mean(rows):Q")
    return styled(alt.layer(bars, mean), width, PATTERN_HEIGHT)


def _by_month(rows: Any, words: Words, width: int) -> Any:
    import altair as alt

    x = alt.X(
        "month:T", timeUnit="yearmonth", title=words("days", "by_month_axis"), axis=alt.Axis(format="%Y-%m", tickCount=4, labelAngle=0)
    )
    y = alt.Y("rows:Q", title=words("days", "rows_axis"), axis=alt.Axis(tickCount=4))
    return styled(alt.Chart(rows).mark_bar(color=BLUE).encode(x=x, y=y), width, PATTERN_HEIGHT)


def _name_rows(told: dict[str, Any], words: Words) -> list[dict[str, Any]]:
    return [
        {"column": words.column(row["column"]), "kind": words("names", kind), "share": row["kinds"][kind]["share"] or 0.0}
        for row in told["names"]
        for kind in KINDS
        if row["kinds"][kind]["rows"] not in (0, "<5")
    ]


def _names(rows: Any, words: Words, width: int) -> Any:
    import altair as alt

    kinds = [words("names", kind) for kind in KINDS]
    order = list(dict.fromkeys(rows["column"])) if len(rows) else []
    bars = (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            y=alt.Y("kind:N", sort=kinds, title=None, axis=alt.Axis(labelLimit=150, domain=False, ticks=False)),
            yOffset=alt.YOffset("column:N", sort=order),
            x=alt.X("share:Q", title=words("names", "axis"), axis=alt.Axis(format="%", tickCount=4), scale=alt.Scale(domain=[0, 1])),
            color=alt.Color("column:N", title=None, sort=order, scale=alt.Scale(domain=order, range=[BLUE, RUST, VIOLET])),
        )
    )
    present = max(rows["kind"].nunique(), 1) if len(rows) else 1
    return styled(bars, width - (0 if width == WIDE else 60), 12 * max(len(order), 2) * present)


def styled(chart: Any, width: int, height: int) -> Any:
    """The one look: ink as the page's text, a faint grid, the legend below."""
    axis = {"labelColor": INK, "titleColor": INK, "domainColor": INK, "tickColor": INK, "gridColor": INK, "gridOpacity": 0.13}
    text = {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}
    return (
        chart.properties(width=width, height=height)
        .configure(font=FONT, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(**axis, **text, titlePadding=8)
        .configure_legend(orient="bottom", labelColor=INK, columns=3 if width == WIDE else 1, **text)
    )


def _svg(chart: Any, alt_text: str) -> str:
    """The chart as an inline SVG element, named for those who cannot see it."""
    import vl_convert

    raw: str = vl_convert.vegalite_to_svg(chart.to_dict())
    body = raw[raw.index("<svg") :]
    body = re.sub(r' aria-(?:label|roledescription)="[^"]*"| role="[^"]*"', "", body)  # one name for the whole, not one for every mark
    return body.replace("<svg", f'<svg role="img" aria-label="{html.escape(alt_text)}"', 1)
