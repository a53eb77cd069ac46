"""Timeliness as a picture: the share of births recorded by each day since birth, with its interval, a line a unit. Vega-Lite by Altair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    import altair as alt

LEGAL_DAYS = 30
FONT = "Noto Sans CJK SC, 黑体, SimHei, sans-serif"
WORDS = {
    "zh": {"day": "出生后天数", "share": "已登记（报告）的比例", "legal": "法定期限 30 日", "unit": "单位"},
    "en": {"day": "days since birth", "share": "share recorded", "legal": "legal limit: 30 days", "unit": "unit"},
}


def timeliness_chart(table: pd.DataFrame, by: str, names: Mapping[str, str], locale: str = "zh") -> alt.LayerChart:
    """`table` as `submission.quality.timeliness.curves` gives it; `names`: unit -> its name. Colours are told apart by a dash each, for print in grey."""
    import altair as alt

    say = WORDS[locale]
    shown = table.dropna(subset=["share"]).assign(unit=lambda rows: rows[by].map(lambda code: names.get(str(code), str(code))))
    day = alt.X("day:Q", title=say["day"], axis=alt.Axis(values=sorted(shown["day"].unique().tolist())), scale=alt.Scale(type="sqrt"))
    unit = alt.Color("unit:N", title=say["unit"], scale=alt.Scale(scheme="tableau10"))
    base = alt.Chart(shown)
    band = base.mark_area(opacity=0.15).encode(x=day, y=alt.Y("low:Q", title=say["share"]), y2="high:Q", color=unit)
    percent = alt.Y("share:Q", title=say["share"], axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    line = base.mark_line(point=True).encode(x=day, y=percent, color=unit, strokeDash=alt.StrokeDash("unit:N", title=say["unit"]))
    limit = alt.Chart(pd.DataFrame({"day": [LEGAL_DAYS], "text": [say["legal"]]}))
    rule = limit.mark_rule(strokeDash=[4, 4], color="#555").encode(x="day:Q")
    label = limit.mark_text(align="left", dx=4, baseline="bottom", color="#555").encode(x="day:Q", y=alt.value(296), text="text:N")
    chart: alt.LayerChart = alt.layer(band, rule, line, label).properties(width=560, height=300).configure(font=FONT)
    return chart
