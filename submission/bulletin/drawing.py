"""How every picture of the bulletin looks, and as what it leaves: SVG in which text stays text, which follows the page from light to dark."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

FONT = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, SimHei, sans-serif"
"""On Linux, Windows and macOS; the first that is there is taken."""
INK = "currentColor"
BLUE, RUST, VIOLET = "#2f7dc4", "#c2641c", "#8465c9"
"""Told apart by shape and dash as well, and legible on white and on black."""


@dataclass(frozen=True)
class Size:
    """Width and height of the plot itself, in pixels. `legend_columns`: marks of the legend beside each other."""

    width: int
    height: int
    legend_columns: int


WIDE, NARROW = Size(560, 280, 3), Size(216, 230, 1)
"""For paper and a desk; for a phone, on which the wide one would be too small to read."""


@dataclass(frozen=True)
class Picture:
    """One chart twice, with what it shows in words."""

    wide: str
    narrow: str
    alt: str


def styled(chart: Any, size: Size) -> alt.LayerChart:
    """The one look: ink as the page's text, a faint grid, the legend below."""
    axis = {"labelColor": INK, "titleColor": INK, "domainColor": INK, "tickColor": INK, "gridColor": INK, "gridOpacity": 0.13}
    text = {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}
    legend = {
        "orient": "bottom",
        "columns": size.legend_columns,
        "labelColor": INK,
        "titleColor": INK,
        "labelLimit": 240,
        "title": None,
        "symbolOpacity": 1,
    }
    told: alt.LayerChart = (
        chart.properties(width=size.width, height=size.height)
        .configure(font=FONT, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(**axis, **text, titlePadding=8)
        .configure_legend(**legend, **text, symbolStrokeWidth=2)
    )
    return told


def svg_of(chart: Any, alt_text: str) -> str:
    """The chart as an inline SVG element, named for those who cannot see it."""
    import vl_convert

    raw = vl_convert.vegalite_to_svg(chart.to_dict())
    body = raw[raw.index("<svg") :]
    body = re.sub(r' aria-(?:label|roledescription)="[^"]*"| role="[^"]*"', "", body)  # one name for the whole, not one for every mark
    return body.replace("<svg", f'<svg role="img" aria-label="{html.escape(alt_text)}"', 1)
