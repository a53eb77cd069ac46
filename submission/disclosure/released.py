"""The front door: a table as one audience may have it, judged beside everything that audience has had before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from submission.disclosure.audiences import OWN_UNIT, Audience, audience, viewpoints
from submission.disclosure.knowledge import Knowledge
from submission.disclosure.ledger import Ledger, LedgerCell, Release, Showing
from submission.disclosure.refused import ReleaseRefused
from submission.disclosure.suppression import Side, hide_more, proved, unmet, worth
from submission.disclosure.tables import AREA, MEASURE, Coordinates, Table
from vocabulary.areas import served
from vocabulary.errors import Fault

HIDDEN = "*"
"""One sign for all hidden cells: a second one for the small ones would say which are."""


class Why(StrEnum):
    """Why a cell is hidden."""

    SMALL = "small"
    ZERO = "zero"
    """A zero that would say something of everybody in a place."""
    EARLIER = "earlier"
    """An earlier release hid it."""
    COMPLEMENT = "complement"
    """Shown, it would let a reader work out another."""


@dataclass(frozen=True)
class Released:
    """One table as it may leave: `shown` counts, and `hidden` cells with the reason. `release` is what the ledger keeps of it."""

    table: Table
    audience: str
    shown: Mapping[Coordinates, int]
    hidden: Mapping[Coordinates, Why]
    release: Release

    def frame(self) -> pd.DataFrame:
        """One row a printed cell: a column a dimension, `births` as text, `*` where hidden."""
        names = [one.name for one in self.table.dimensions]
        cells = [place for place in self.table.keys if place in self.shown or place in self.hidden]
        rows = [(*place, str(self.shown.get(place, HIDDEN))) for place in cells]
        return pd.DataFrame(rows, columns=[*names, "births"], dtype="string")


def released(table: Table, to: str, ledger: Ledger, unit: str | None = None) -> Released:
    """The table for an audience of audiences.toml; `unit`: the division whose own numbers they are, for `own_unit` only.

    Raises ReleaseRefused: an audience that is none, another unit's rows, or earlier releases that leave nothing to hide behind.
    """
    reader = audience(to)
    if reader.name == OWN_UNIT:
        return _own(table, unit)
    small = {place: why for place in table.keys if (why := _small(table, place, reader))}
    draft = _release(table, reader, small)
    sides = [_side(table, draft, one, ledger) for one in viewpoints(reader.name)]
    earlier = {place: Why.EARLIER for side in sides for place, at in side.places.items() if at in side.knowledge.hidden_before}
    unprinted = {place for place in table.keys if not table.is_printed(place)}
    weight = {place: worth(table.counts[place], table.margins(place)) for place in table.keys if table.counts[place] > 0}
    chosen, open_to_all = hide_more(sides, {*small, *earlier, *unprinted}, weight)
    if open_to_all or not all(proved(side, chosen) for side in sides):
        raise ReleaseRefused(Fault("release.unprotectable", table.name, {"count": max(len(open_to_all), 1)}))
    reasons = dict.fromkeys(chosen - unprinted, Why.COMPLEMENT) | earlier | small
    hidden = {place: reasons[place] for place in table.keys if place in reasons and place not in unprinted}
    shown = {place: table.counts[place] for place in table.keys if place not in hidden and place not in unprinted}
    return Released(table, to, shown, hidden, _release(table, reader, hidden))


def exposed(table: Table, to: str, hidden: Collection[Coordinates], ledger: Ledger) -> list[Coordinates]:
    """Cells of which a reader could work out more than the rule allows, if exactly these were hidden; for a gate, whoever chose them."""
    reader = audience(to)
    draft = _release(table, reader, dict.fromkeys(hidden, Why.COMPLEMENT))
    unprinted = {place for place in table.keys if not table.is_printed(place)}
    found = {place for place in table.keys if _small(table, place, reader) and place not in hidden and place not in unprinted}
    for side in (_side(table, draft, one, ledger) for one in viewpoints(reader.name)):
        told = set(unmet(side, {*hidden, *unprinted}))
        found |= {place for place, at in side.places.items() if at in told}
        if told - set(side.places.values()):  # of an earlier release, or of a difference between two
            found |= set(table.keys) - set(hidden) - unprinted
    return sorted(found)


def _own(table: Table, unit: str | None) -> Released:
    """A unit's own rows, whole. What it alone sees is no release to others, and no ledger needs it."""
    side = next((at for at, one in enumerate(table.dimensions) if one.name == AREA), None)
    places = [place for place in table.keys if side is not None and unit and served(place[side], (unit,)) and table.is_printed(place)]
    if not places:
        raise ReleaseRefused(Fault("release.not_own", table.name))
    whole = {place: table.counts[place] for place in places}
    return Released(table, OWN_UNIT, whole, {}, Release(table.name, OWN_UNIT, {}, ()))


def _side(table: Table, draft: Release, reader: Audience, ledger: Ledger) -> Side:
    knowledge = Knowledge(reader)
    for release in ledger.read_by(reader):
        knowledge.add(release)
    places = knowledge.add(draft, is_new=True)
    knowledge.relate_periods()
    return Side(knowledge, {place: places[key] for place, key in table.keys.items()}, reader.name == draft.audience)


def _small(table: Table, place: Coordinates, reader: Audience) -> Why | None:
    count = table.counts[place]
    if 0 < count <= reader.largest_hidden:
        return Why.SMALL
    return Why.ZERO if count == 0 and _tells_of_everybody(table, place, reader) else None


def _tells_of_everybody(table: Table, place: Coordinates, reader: Audience) -> bool:
    """A zero of a measure whose zeros are hidden, where there are births of which it could be said."""
    side = next((at for at, one in enumerate(table.dimensions) if one.name == MEASURE), None)
    if side is None or place[side] not in reader.zeros_hidden:
        return False
    wholes = [whole for whole, parts in table.dimensions[side].sums if place[side] in parts]
    return any(table.counts[(*place[:side], whole, *place[side + 1 :])] > 0 for whole in wholes)


def _release(table: Table, reader: Audience, hidden: Mapping[Coordinates, Why]) -> Release:
    side = next((at for at, one in enumerate(table.dimensions) if one.name == MEASURE), None)
    cells = {}
    for place, key in table.keys.items():
        showing = Showing.HIDDEN if place in hidden else Showing.SHOWN if table.is_printed(place) else Showing.UNPRINTED
        zero_is_shown = table.is_printed(place) and (side is None or place[side] not in reader.zeros_hidden)
        cells[key] = LedgerCell(table.counts[place], showing, int(zero_is_shown and table.counts[place] > 0))
    sums = tuple((table.keys[whole], tuple(table.keys[part] for part in parts)) for whole, parts in table.equations())
    return Release(table.name, reader.name, cells, sums)
