"""The tables that a bulletin rests on, and the one door by which a figure gets into it: what disclosure control would not release is not in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from submission.bulletin.sealed import Places, Sealed
from submission.disclosure import kept
from submission.disclosure.refused import ReleaseRefused
from submission.disclosure.released import Released
from submission.disclosure.tables import AREA, MEASURE, PERIOD, Coordinates, Dimension, Table
from submission.monthly.assemble import SETTLED_DAYS
from submission.monthly.table import DAYS_UNTIL_DUE
from vocabulary.months import Month
from vocabulary.registries import REGISTRIES
from vocabulary.settings import Settings

OF_THE_MONTH = ("registered_with_help", "live_births")
TOWNSHIP_SUMS = (
    ("past_due", ("registered", "overdue")),
    ("past_due", ("registered_in_30_days", "not_in_30_days")),
    ("registered", ("registered_in_30_days", "registered_later")),
    ("not_in_30_days", ("registered_later", "overdue")),
)
TOWNSHIP_MEASURES = ("past_due", "registered_in_30_days", "registered", "overdue", "not_yet_due", "registered_later", "not_in_30_days")
"""The last two are not on the page, but whoever has the others can work them out: they are protected like the rest."""


@dataclass(frozen=True)
class Shown:
    """What of a table may be read: (place, measure) -> count. Anything else is hidden; `refused`: all of it is."""

    counts: Mapping[tuple[str, str], int]
    refused: bool = False

    def get(self, place: str, measure: str) -> int | None:
        """A count; None where it is hidden."""
        return self.counts.get((place, measure))


@dataclass(frozen=True)
class Tables:
    """`month` and `coverage` are of the whole area; `townships` of it and each unit. `settled`: the months that coverage speaks of."""

    month: Shown
    coverage: Shown
    townships: Shown
    settled: tuple[str, ...]


def released_tables(sealed: Sealed, at: Places, audience: str, settings: Settings) -> Tables:
    """Everything countable, through the door. Raises ReleaseRefused for an audience that is none."""
    settled = settled_months(sealed)

    def through(table: Table | None) -> Shown:
        if table is None:
            return Shown({}, refused=True)
        try:
            told = kept.release(table, audience, settings)
        except ReleaseRefused as refusal:
            if any(fault.code == "release.audience" for fault in refusal.faults):
                raise
            return Shown({}, refused=True)
        return shown(told, at.whole)

    return Tables(
        month=through(month_table(sealed, at)),
        coverage=through(coverage_table(sealed, at, settled)),
        townships=through(township_table(sealed, at)),
        settled=settled,
    )


def shown(told: Released, whole: str) -> Shown:
    """By place and measure, whatever sides the table has."""
    return Shown({(place[0] if len(place) > 1 else whole, place[-1]): count for place, count in told.shown.items()})


def settled_months(sealed: Sealed) -> tuple[str, ...]:
    """Months of the window that every registry has had time to fill (SETTLED_DAYS)."""
    return tuple(month for month in sealed.window if (sealed.as_of - Month.read(month).last_on).days >= SETTLED_DAYS)


def month_table(sealed: Sealed, at: Places) -> Table | None:
    """Children registered after follow-up, and births of the month, of the whole area."""
    if not at.units:
        return None
    births = int(sealed.counted["born_in"].eq(str(sealed.month)).sum())
    counts: dict[Coordinates, int] = {(name,): count for name, count in zip(OF_THE_MONTH, (sealed.followed_up, births), strict=True)}
    return Table(
        f"bulletin-{sealed.return_id}-month", (Dimension(MEASURE, OF_THE_MONTH),), counts, {AREA: at.whole, PERIOD: str(sealed.month)}
    )


def coverage_table(sealed: Sealed, at: Places, settled: tuple[str, ...]) -> Table | None:
    """Births of settled months that any registry knows, and of each registry how many of them it holds and lacks."""
    if not settled or not at.units:
        return None
    held_by = sealed.counted.loc[sealed.counted["born_in"].isin(settled), "held_by"].str.split(";")
    counts: dict[Coordinates, int] = {("known_births",): len(held_by)}
    sums = []
    for name in sorted(REGISTRIES):
        held = int(held_by.map(lambda registries, one=name: one in registries).sum())
        counts |= {(f"held_{name}",): held, (f"lacking_{name}",): len(held_by) - held}
        sums.append(("known_births", (f"held_{name}", f"lacking_{name}")))
    nodes = tuple(node for node, *_ in counts)
    places = {AREA: at.whole, PERIOD: span(settled)}
    return Table(f"bulletin-{sealed.return_id}-coverage", (Dimension(MEASURE, nodes, tuple(sums)),), counts, places)


def township_table(sealed: Sealed, at: Places) -> Table | None:
    """Children of the window by unit (TOWNSHIP_MEASURES): of those whose 30 days have passed, how many are registered, and when.

    Children who died are in none of the figures: nothing is still to be done for them, and nobody was late.
    """
    if not at.units:
        return None
    told = of_each_child(sealed.counted).groupby(sealed.counted["township_code"].str[: at.digits])[list(TOWNSHIP_MEASURES)].sum()
    told = told.reindex(list(at.units), fill_value=0)
    told.loc[at.whole] = told.sum()
    counts: dict[Coordinates, int] = {(str(place), name): int(told.loc[place, name]) for place in told.index for name in TOWNSHIP_MEASURES}
    measures = Dimension(MEASURE, TOWNSHIP_MEASURES, TOWNSHIP_SUMS)
    areas = Dimension.areas(at.whole, at.units)
    return Table(f"bulletin-{sealed.return_id}-townships", (areas, measures), counts, {PERIOD: span(sealed.window)})


def of_each_child(births: pd.DataFrame) -> pd.DataFrame:
    """One row a counted birth, 0 or 1 a measure."""
    alive, standing = births["standing"].ne("died"), births["standing"]
    due = alive & births["days_old"].ge(DAYS_UNTIL_DUE)
    timely = births["is_timely"].fillna(False).astype(bool)
    told = {
        "past_due": due,
        "registered": due & standing.eq("registered"),
        "registered_in_30_days": due & standing.eq("registered") & timely,
        "registered_later": due & standing.eq("registered") & ~timely,
        "overdue": standing.eq("overdue"),
        "not_in_30_days": due & ~(standing.eq("registered") & timely),
        "not_yet_due": standing.eq("not_yet_due"),
    }
    return pd.DataFrame(told).astype("int64")


def span(months: tuple[str, ...] | list[str]) -> str:
    """`2025-11/2026-10`, as disclosure control names a span."""
    return months[0] if len(months) == 1 else f"{months[0]}/{months[-1]}"
