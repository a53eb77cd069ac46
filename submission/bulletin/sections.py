"""What each section says: its figures, its picture and one sentence that reads it. A figure that is hidden is None here, and `*` on the page."""

from __future__ import annotations

from typing import Any

import pandas as pd

from submission.bulletin.charts import coverage_chart, funnel_chart
from submission.bulletin.curves import timeliness_chart
from submission.bulletin.drawing import NARROW, WIDE, Picture, svg_of
from submission.bulletin.evidence import REGISTRY_ORDER, Evidence
from submission.bulletin.funnel import Funnel, Stands
from submission.bulletin.words import Words
from submission.quality.timeliness import DAYS

READ_AT = 30


def helped(told: Evidence, words: Words) -> dict[str, Any]:
    """The first figure of every report (docs/rights.md R12)."""
    count = told.tables.month.get(told.places.whole, "registered_with_help")
    births = told.tables.month.get(told.places.whole, "live_births")
    said = words("helped", "hidden") if count is None else words("helped", "count_one" if count == 1 else "count", count=f"{count:,}")
    return {"said": said, "births": None if births is None else words("helped", "births", count=f"{births:,}")}


def coverage(told: Evidence, words: Words) -> dict[str, Any] | None:
    """None where no month is settled, or nothing of them may be shown."""
    shown, whole = told.tables.coverage, told.places.whole
    known = shown.get(whole, "known_births")
    if not known:
        return None
    rows = [coverage_row(told, name, known, words) for name in REGISTRY_ORDER if shown.get(whole, f"held_{name}") is not None]
    if not rows:
        return None
    frame = pd.DataFrame(rows)
    read = [words("coverage", "read_known", count=f"{known:,}"), *(coverage_said(row, words) for row in rows)]
    numeric = frame.astype(dict.fromkeys(("share", "coverage", "low", "high"), "float64"))
    estimate = told.estimate["estimate"] if told.estimate else None
    return {
        "known": known,
        "rows": rows,
        "reading": words.sentence(read),
        "picture": drawn(lambda size: coverage_chart(numeric, words, size), words("coverage", "alt")),
        "estimate": estimate and estimate_said(estimate, words),
        "no_sample": estimate is not None and not told.has_sample,
    }


def coverage_row(told: Evidence, name: str, known: int, words: Words) -> dict[str, Any]:
    """One registry: what it holds of the known births, and of all births where they could be estimated."""
    shown, whole = told.tables.coverage, told.places.whole
    held = shown.get(whole, f"held_{name}") or 0
    one = told.estimate["by_registry"][name] if told.estimate else {"coverage": None, "coverage_interval": None}
    low, high = one["coverage_interval"] or (None, None)
    row = {"registry": words.registry(name), "held": held, "lacking": shown.get(whole, f"lacking_{name}"), "share": held / known}
    return row | {"coverage": one["coverage"], "low": low, "high": high}


def coverage_said(row: dict[str, Any], words: Words) -> str:
    """One registry in the sentence that reads the picture."""
    known = {"registry": row["registry"], "share": percent(row["share"])}
    if row["coverage"] is None:
        return words("coverage", "read_one_known", **known)
    return words("coverage", "read_one", **known, **{name: percent(row[name]) for name in ("coverage", "low", "high")})


def estimate_said(estimate: dict[str, Any], words: Words) -> str:
    """The estimate of all births with its interval."""
    low, high = estimate["interval"]
    return words("coverage", "estimate", number=f"{estimate['N']:,.0f}", low=f"{low:,.0f}", high=f"{high:,.0f}")


def timeliness(told: Evidence, words: Words) -> dict[str, Any] | None:
    """None where there are too few births for a curve."""
    table = told.curves.dropna(subset=["share"])
    present = [name for name in REGISTRY_ORDER if name in set(table["registry"])]
    if not present:
        return None
    names = {name: words.registry(name) for name in present}
    table = table.assign(place=table["registry"].map(present.index)).sort_values(["place", "day"]).drop(columns="place")
    cells = {(str(row["registry"]), int(row["day"])): row for row in table.to_dict("records")}
    days = [day for day in DAYS if any((name, day) in cells for name in present)]
    read = [spoken(names[name], cells[name, READ_AT], words) for name in present if (name, READ_AT) in cells]
    return {
        "days": days,
        "rows": [{"registry": names[name], "cells": [cells.get((name, day)) for day in days]} for name in present],
        "reading": words.sentence(read, words("timeliness", "read")) if read else "",
        "picture": drawn(lambda size: timeliness_chart(table, "registry", names, words.locale, size), words("timeliness", "alt")),
    }


def spoken(registry: str, cell: dict[Any, Any], words: Words) -> str:
    """One registry's share by the legal day."""
    return words("timeliness", "read_one", registry=registry, **{name: f"{100 * cell[name]:.0f}" for name in ("share", "low", "high")})


def funnels(told: Evidence, words: Words) -> list[dict[str, Any]]:
    """One plot for timely registration, one for registration by now; no picture where too little may be shown."""
    titles = {"timely": words("funnel", "timely"), "registered": words("funnel", "registered", day=words.day(told.as_of))}
    found = []
    for name, title in titles.items():
        one: Funnel | None = getattr(told, name)
        plot: dict[str, Any] = {"title": title, "picture": None, "reading": ""}
        if one is not None:
            plot["picture"] = funnel_picture(one, told, title, words)
            plot["reading"] = funnel_reading(one, told, words)
        found.append(plot)
    return found


def funnel_picture(one: Funnel, told: Evidence, title: str, words: Words) -> Picture:
    """The plot at both sizes."""
    names = {code: place_name(told, code, words) for code in told.places.units}
    return drawn(lambda size: funnel_chart(one, names, title, words, size), words("funnel", "alt", rate=title))


def funnel_reading(one: Funnel, told: Evidence, words: Words) -> str:
    """Who lies where, in the order of the codes."""
    inside = one.standing(Stands.WITHIN)
    parts = [words("funnel", "read", centre=percent(one.centre), count=len(one.units), inside=len(inside))]
    beyond = {stands: [place_name(told, code, words) for code in one.standing(stands)] for stands in (Stands.ABOVE, Stands.BELOW)}
    parts += [words("funnel", f"read_{stands}", names=words.listed(names)) for stands, names in beyond.items() if names]
    if len(inside) == len(one.units):
        parts.append(words("funnel", "all_inside"))
    if one.hidden:
        parts.append(words("funnel", "read_hidden", count=one.hidden))
    return words.sentence(parts)


def place_rows(told: Evidence, words: Words) -> list[dict[str, Any]]:
    """One row in all and one a unit, by code and never by rate: counts and rates, None where hidden."""
    shown = told.tables.townships
    rows = []
    for code in (told.places.whole, *told.places.units):
        due, in_30, registered = (shown.get(code, name) for name in ("past_due", "registered_in_30_days", "registered"))
        rows.append(
            {
                "place": words("page", "whole") if code == told.places.whole else place_name(told, code, words),
                "whole": code == told.places.whole,
                "past_due": due,
                "in_30": in_30,
                "in_30_rate": rate(in_30, due),
                "registered": registered,
                "registered_rate": rate(registered, due),
                "not_yet_due": shown.get(code, "not_yet_due"),
                "overdue": shown.get(code, "overdue"),
            }
        )
    return rows


def open_reading(told: Evidence, words: Words) -> str:
    """The whole area's open and overdue children in one sentence."""
    shown, whole = told.tables.townships, told.places.whole
    counts = (("read_overdue", shown.get(whole, "overdue")), ("read_due", shown.get(whole, "not_yet_due")))
    return words.sentence(
        [words("open", key, count=f"{count:,}") for key, count in counts if count is not None] or [words("open", "read_none")]
    )


def place_name(told: Evidence, code: str, words: Words) -> str:
    """A unit's name."""
    return told.names.get(code) or words("page", "no_township")


def rate(part: int | None, of: int | None) -> float | None:
    """Of nothing, or of what is hidden, none."""
    return None if part is None or not of else part / of


def percent(share: float) -> str:
    """With one decimal."""
    return f"{100 * share:.1f}"


def drawn(chart: Any, alt: str) -> Picture:
    """A picture at both sizes; `chart`: size -> chart."""
    return Picture(svg_of(chart(WIDE), alt), svg_of(chart(NARROW), alt), alt)
