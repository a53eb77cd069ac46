"""Timeliness as a picture: the share of births recorded by each day since birth, with its interval, a line a unit. Vega-Lite by Altair."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle
from typing import TYPE_CHECKING

import pandas as pd

from submission.bulletin.drawing import BLUE, INK, RUST, VIOLET, WIDE, Size, styled
from submission.quality.timeliness import DAYS

if TYPE_CHECKING:
    import altair as alt

LEGAL_DAYS = 30
MARKED = frozenset(DAYS)
DASHES = ([1, 0], [6, 3], [2, 2])
SHAPES = ("circle", "square", "triangle-up")
WORDS = {
    "zh": {"day": "出生后日数", "share": "已登记（报告）的比例", "legal": "法定期限 30 日"},
    "en": {"day": "days since birth", "share": "share recorded", "legal": "legal limit: 30 days"},
}


def timeliness_chart(table: pd.DataFrame, by: str, names: Mapping[str, str], locale: str = "zh", size: Size = WIDE) -> alt.LayerChart:
    """`table` as `submission.quality.timeliness.curves` gives it; `names`: unit -> its name. Each line has a dash and a mark of its own, for print in grey."""
    import altair as alt

    say = WORDS[locale]
    shown = table.dropna(subset=["share"]).assign(unit=lambda rows: rows[by].map(lambda code: names.get(str(code), str(code))))
    days = sorted(shown["day"].unique().tolist())
    day = alt.X(
        "day:Q",
        title=say["day"],
        axis=alt.Axis(values=[one for one in days if one in MARKED], grid=False),
        scale=alt.Scale(type="sqrt", domain=[0, max(days)]),
    )
    units = shown["unit"].drop_duplicates().tolist()
    unit = alt.Color("unit:N", title=None, scale=alt.Scale(domain=units, range=[BLUE, RUST, VIOLET]))
    percent = alt.Y("share:Q", title=say["share"], axis=alt.Axis(format="%", tickCount=5), scale=alt.Scale(domain=[0, 1]))
    base = alt.Chart(shown)
    band = base.mark_area(opacity=0.18).encode(x=day, y=alt.Y("low:Q", title=say["share"]), y2="high:Q", color=unit)
    # A layer a line: a dash as an encoding would be drawn around the marks of the legend as well.
    lines = [
        alt.Chart(part).mark_line(strokeWidth=2, strokeDash=dash).encode(x=day, y=percent, color=unit)
        for (_, part), dash in zip(shown.groupby("unit", sort=False), cycle(DASHES))
    ]
    shape = alt.Shape("unit:N", title=None, scale=alt.Scale(domain=units, range=list(SHAPES)))
    marks = (
        alt.Chart(shown[shown["day"].isin(DAYS)])
        .mark_point(filled=True, size=55, opacity=1)
        .encode(x=day, y=percent, color=unit, shape=shape)
    )
    limit = alt.Chart(pd.DataFrame({"day": [LEGAL_DAYS], "text": [say["legal"]]}))
    rule = limit.mark_rule(strokeDash=[4, 4], color=INK, opacity=0.7).encode(x="day:Q")
    label = limit.mark_text(align="left", dx=5, baseline="bottom", color=INK).encode(x="day:Q", y=alt.value(size.height - 6), text="text:N")
    return styled(alt.layer(band, rule, *lines, marks, label), size)
