"""Everything that a bulletin may say, in one place, after disclosure control: the page reads nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from submission.bulletin.funnel import Funnel, funnel
from submission.bulletin.rounded import rounded
from submission.bulletin.sealed import Places, Sealed, places, read_sealed
from submission.bulletin.tables import Tables, released_tables
from submission.disclosure.audiences import audience as audience_of
from submission.monthly.assemble import coverage_of, linkage_sample
from submission.quality.indicators import of_night
from submission.quality.timeliness import curves
from vocabulary.areas import TOWNSHIP_DIGITS, Areas
from vocabulary.months import Month
from vocabulary.registries import REGISTRIES
from vocabulary.runs import Run
from vocabulary.settings import Settings
from vocabulary.wording import REGISTRIES as TITLES

CURVE_DAYS = (7, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365)
"""Drawn more closely than the table has them, so that a line between two days says nothing that is not so."""
REGISTRY_ORDER = tuple(name for name in TITLES if name in REGISTRIES)
"""In the order in which people name them."""


@dataclass(frozen=True)
class Evidence:
    """`names`: code -> name of the whole area and each unit, None where a birth's township is not stated. `estimate`: as submission.coverage tells it."""

    return_id: str
    month: Month
    as_of: date
    audience: str
    window: tuple[str, ...]
    places: Places
    names: Mapping[str, str | None]
    tables: Tables
    estimate: Mapping[str, Any] | None
    has_sample: bool
    curves: pd.DataFrame
    timely: Funnel | None
    registered: Funnel | None


def evidence_of(settings: Settings, month: Month, audience: str) -> Evidence:
    """The evidence of a month's sealed return, for an audience of disclosure control. Raises GateRefused, ConfigurationError."""
    reader = audience_of(audience)
    sealed, areas = read_sealed(settings, month), Areas.load(settings.areas_path)
    at = places(sealed, areas)
    delays = of_night(Run.load(settings, sealed.run_id)).delays
    tables = released_tables(sealed, at, audience, settings)
    bands = linkage_sample(settings)
    return Evidence(
        return_id=sealed.return_id,
        month=month,
        as_of=sealed.as_of,
        audience=audience,
        window=tuple(sealed.window),
        places=at,
        names=names_of(at, areas),
        tables=tables,
        estimate=estimate_of(sealed, at, tables, bands),
        has_sample=bool(bands),
        curves=rounded(curves(delays, "registry", CURVE_DAYS), reader),
        timely=funnel(tables.townships, at.whole, at.units, "registered_in_30_days", "past_due"),
        registered=funnel(tables.townships, at.whole, at.units, "registered", "past_due"),
    )


def names_of(at: Places, areas: Areas) -> dict[str, str | None]:
    """The names, and none for births without a township."""
    told: dict[str, str | None] = {at.whole: "、".join(areas.name(code) for code in at.whole.split("+"))}
    stated = {code: not (len(code) == TOWNSHIP_DIGITS and code.endswith("000")) for code in at.units}
    return told | {code: areas.name(code) if stated[code] else None for code in at.units}


def estimate_of(sealed: Sealed, at: Places, tables: Tables, bands: list[Any]) -> Mapping[str, Any] | None:
    """What the overlap of the registries says of all births of the settled months, told as one month; None where it may not be printed."""
    if not tables.settled or tables.coverage.get(at.whole, "known_births") is None:
        return None
    last = tables.settled[-1]
    births = sealed.counted[sealed.counted["born_in"].isin(tables.settled)].assign(born_in=last)
    told = coverage_of(births, Month.read(last), sealed.as_of, bands)
    return None if told["estimate"] is None else told | {"by_registry": dict(zip(sorted(REGISTRIES), told["held"], strict=True))}
