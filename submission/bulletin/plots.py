"""Front door: the bulletin's plots alone, of the newest sealed month, for whoever works on the portal. Drawn once, and kept beside the bulletin."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sql.acting import acting_as
from submission.bulletin import sections
from submission.bulletin.drawing import Picture
from submission.bulletin.evidence import Evidence, evidence_of
from submission.bulletin.words import Words
from submission.monthly.sealed import sealed_returns
from vocabulary.locks import alone
from vocabulary.months import Month
from vocabulary.runs import private_folder, write_private
from vocabulary.settings import Settings

AUDIENCE = "other_units"
"""Whoever has an account, whatever the role: what they are shown is a release to all of them, and entered in the ledger as one."""


@dataclass(frozen=True)
class Plot:
    """One picture at both sizes, as SVG without script or style, and what it says in words. `name`: coverage,
    timeliness, timely or registered; `title`: of a funnel plot, the rate that it is of.
    """

    name: str
    title: str
    wide: str
    narrow: str
    reading: str


@dataclass(frozen=True)
class Plots:
    """What was drawn of one sealed return."""

    return_id: str
    month: str
    as_of: str
    plots: tuple[Plot, ...]


@acting_as("submission")
def newest_plots(settings: Settings, locale: str) -> Plots | None:
    """Of the newest month that is sealed; None before the first. Raises GateRefused where a sealed part was changed."""
    found = sealed_returns(settings).sort_values(["month", "version"], kind="stable")
    if found.empty:
        return None
    told = found.iloc[-1]
    folder = settings.home
    for name in ("bulletins", str(told["return_id"]), AUDIENCE):
        folder = private_folder(folder / name)
    kept = folder / f"plots.{locale}.json"
    with alone(folder, "plots"):  # drawing takes seconds, and two readers need it once
        if not kept.is_file():
            drawn = drawn_from(evidence_of(settings, Month.read(str(told["month"])), AUDIENCE), locale)
            write_private(kept, json.dumps(asdict(drawn), ensure_ascii=False))
    record = json.loads(kept.read_text(encoding="utf-8"))
    return Plots(**record | {"plots": tuple(Plot(**plot) for plot in record["plots"])})


def drawn_from(told: Evidence, locale: str) -> Plots:
    """Every plot that disclosure control leaves room for."""
    words = Words(locale)
    sides = {"coverage": sections.coverage(told, words), "timeliness": sections.timeliness(told, words)}
    funnels = zip(("timely", "registered"), sections.funnels(told, words), strict=True)
    return Plots(told.return_id, str(told.month), words.day(told.as_of), tuple(plots_of([*sides.items(), *funnels])))


def plots_of(told: list[tuple[str, Any]]) -> Iterator[Plot]:
    """Those of which there is a picture."""
    for name, section in told:
        if section and section["picture"]:
            picture: Picture = section["picture"]
            yield Plot(name, section.get("title", ""), picture.wide, picture.narrow, section["reading"])
