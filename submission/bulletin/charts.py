"""Coverage and funnels as pictures. Vega-Lite by Altair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from submission.bulletin.drawing import BLUE, INK, RUST, Size, styled
from submission.bulletin.funnel import Funnel, Stands
from submission.bulletin.words import Words

if TYPE_CHECKING:
    import altair as alt

STANDS = {Stands.WITHIN: ("circle", BLUE), Stands.ABOVE: ("triangle-up", RUST), Stands.BELOW: ("triangle-down", RUST)}


def coverage_chart(rows: pd.DataFrame, words: Words, size: Size) -> alt.LayerChart:
    """`rows`: registry (its title), share, and coverage, low, high, null where nothing was estimated."""
    import altair as alt

    known, estimated = words("coverage", "known"), words("coverage", "estimated")
    lowest = float(rows[["share", "low"]].min().min())
    scale = alt.Scale(domain=[max(0.0, lowest - 0.05), 1])
    x: dict[str, Any] = {"title": words("coverage", "axis"), "axis": alt.Axis(format="%", tickCount=5), "scale": scale}
    y = alt.Y("registry:N", title=None, sort=None, axis=alt.Axis(labelLimit=200, grid=False, domain=False, ticks=False))
    kinds: dict[str, Any] = {"color": alt.Color("kind:N", title=None, scale=alt.Scale(domain=[known, estimated], range=[RUST, BLUE]))}
    kinds["shape"] = alt.Shape("kind:N", title=None, scale=alt.Scale(domain=[known, estimated], range=["diamond", "circle"]))
    told = rows.dropna(subset=["coverage"]).assign(kind=estimated)
    ends = alt.Chart(told).mark_rule(strokeWidth=3, opacity=0.75).encode(y=y, x=alt.X("low:Q", **x), x2="high:Q", color=kinds["color"])
    dots = alt.Chart(told).mark_point(filled=True, size=75, opacity=1).encode(y=y, x=alt.X("coverage:Q", **x), **kinds)
    most = alt.Chart(rows.assign(kind=known)).mark_point(filled=False, size=85, strokeWidth=2, opacity=1)
    layers = (most.encode(y=y, x=alt.X("share:Q", **x), **kinds), *((ends, dots) if len(told) else ()))
    return styled(
        alt.layer(*layers), Size(size.width - (90 if size.legend_columns > 1 else 76), 40 * len(rows), min(size.legend_columns, 2))
    )


def funnel_chart(told: Funnel, names: Mapping[str, str], rate: str, words: Words, size: Size) -> alt.LayerChart:
    """Marks by shape for where a place lies; only places beyond the limits are named in the picture."""
    import altair as alt

    titles = {stands.value: words("funnel", stands.value) for stands in Stands}
    units = told.units.assign(kind=told.units["stands"].map(titles), name=told.units["code"].map(names))
    lowest = min(told.units["rate"].min(), told.limits["outer_low"].min())
    highest = max(told.units["rate"].max(), told.limits["outer_high"].max())
    scale = alt.Scale(domain=[max(0.0, lowest - 0.03), min(1.0, highest + 0.03)], nice=False)
    x = alt.X("births:Q", title=words("funnel", "births"), scale=alt.Scale(zero=False, nice=False), axis=alt.Axis(tickCount=5, grid=False))
    y: dict[str, Any] = {"title": rate, "scale": scale, "axis": alt.Axis(format="%", tickCount=6)}
    limits = alt.Chart(told.limits).mark_line(color=INK, opacity=0.65)
    lines = [
        limits.mark_line(color=INK, opacity=0.65, strokeWidth=1.2, strokeDash=dash).encode(x=x, y=alt.Y(f"{name}_{end}:Q", **y))
        for name, dash in (("inner", [4, 3]), ("outer", [1, 0]))
        for end in ("low", "high")
    ]
    middle = alt.Chart(pd.DataFrame({"rate": [told.centre]})).mark_rule(color=INK, strokeWidth=1).encode(y=alt.Y("rate:Q", **y))
    present = [stands for stands in Stands if told.standing(stands)]
    domain = [titles[stands.value] for stands in present]
    shape = alt.Shape("kind:N", title=None, scale=alt.Scale(domain=domain, range=[STANDS[one][0] for one in present]))
    colour = alt.Color("kind:N", title=None, scale=alt.Scale(domain=domain, range=[STANDS[one][1] for one in present]))
    base = alt.Chart(units).encode(x=x, y=alt.Y("rate:Q", **y))
    marks = base.mark_point(filled=True, size=60, opacity=1).encode(shape=shape, color=colour)
    beyond = units[units["stands"].ne(Stands.WITHIN.value)]
    labels = [
        alt.Chart(part).mark_text(align=align, dx=dx, fontSize=12, color=INK).encode(x=x, y=alt.Y("rate:Q", **y), text="name:N")
        for part, align, dx in halves(beyond, told)
        if len(part)
    ]
    return styled(alt.layer(*lines, middle, marks, *labels), size)


def halves(beyond: pd.DataFrame, told: Funnel) -> list[tuple[pd.DataFrame, Any, int]]:
    """Names stand to the right of marks in the left half, and to the left of others, so that none runs out of the picture."""
    middle = (told.limits["births"].min() + told.limits["births"].max()) / 2
    left = beyond["births"].lt(middle)
    return [(beyond[left], "left", 8), (beyond[~left], "right", -8)]
