"""Which further cells to hide, so that no hidden count can be worked out: complementary suppression.

Every need of every reader is met by a deviation, found where it costs the fewest and least important further cells; then every further cell is tried
again without, the most important first. Guaranteed: all needs are met, each by a whole-numbered table that is at hand and checked by arithmetic; and no
single further cell could be shown again. Not guaranteed: that no other choice would hide fewer. (The smallest choice is NP-hard: Kelly, Golden & Assad 1992.)
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from submission.disclosure.deviations import cheapest, farthest, holds
from submission.disclosure.knowledge import Floats, Knowledge, Mask, Need
from submission.disclosure.tables import Coordinates

FREE = 1e-4
"""Cost of moving what is hidden anyway: next to nothing, so that deviations stay small all the same."""
Want = tuple[int, int, int]
"""Reader's own area (place in `owns`), quantity, and how far it must seem able to move."""


@dataclass
class Side:
    """One audience beside one new table. `places`: cell -> quantity; `owns`: what each kind of reader knows besides, the outsider first."""

    knowledge: Knowledge
    places: Mapping[Coordinates, int]
    own: bool
    sums: csr_array = field(init=False)
    near: Mask = field(init=False)
    room: Floats = field(init=False)
    owns: list[Mask] = field(init=False)
    floors: list[Floats] = field(init=False)
    found: dict[Want, Floats] = field(default_factory=dict)
    moves: Floats = field(init=False)
    stuck: dict[tuple[int, int], int] = field(default_factory=dict)
    asked: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.sums = self.knowledge.matrix()
        # Releases that share no sum with the new table can neither tell of it nor be told of by it.
        _, group = connected_components(abs(self.sums.T) @ abs(self.sums), directed=False)
        self.near = np.isin(group, list({int(group[place]) for place in self.places.values()}))
        self.moves = np.zeros((0, len(self.near)))
        self.room = np.array(self.knowledge.counts) - np.array(self.knowledge.least)
        units = self.knowledge.units() if self.knowledge.reader.knows_own_area else ()
        self.owns = [np.zeros(len(self.near), bool), *(self.knowledge.own(unit) & self.near for unit in units)]
        self.floors = [self.knowledge.floors(own) for own in self.owns]

    def movable(self, hidden: Collection[Coordinates]) -> Mask:
        """Quantities that no reader of this audience was ever shown, these cells of the new table being hidden."""
        shown = np.array(self.knowledge.known) | ~self.near
        shown[[place for cell, place in self.places.items() if cell not in hidden]] = True
        return ~shown

    def at_most(self, hidden: Collection[Coordinates]) -> Mask:
        """What would be movable if all were hidden that can be; zeros that are shown stay."""
        return self.movable({cell for cell, place in self.places.items() if self.knowledge.counts[place] or cell in hidden})

    def wants(self, hidden: Collection[Coordinates]) -> Iterator[Want]:
        """Everything that must stay possible. A reader who knows one area of its own may work out large numbers with it, never small ones."""
        now = self.knowledge.hidden_before | ({self.places[cell] for cell in hidden} if self.own else set())
        for place in (int(found) for found in np.flatnonzero(self.near)):
            for reader, own in enumerate(self.owns):
                need = None if own[place] else self.knowledge.need(place, float(self.floors[reader][place]), () if reader else now)
                if need is not None:
                    need = self._within_reach(reader, place, need)
                    yield from ((reader, place, amount) for amount in (-need.down, need.up) if amount)

    def _within_reach(self, reader: int, place: int, need: Need) -> Need:
        """A range as wide as the rule's, beginning where the count can be, where what was shown before lets it not be smaller."""
        near, rises = self.stuck.get((reader, place)), self.knowledge.counts[place] < 0
        if near is None:
            return need
        away = self.knowledge.reader.largest_hidden - near
        return Need(away, near) if rises else Need(near, away)

    def learns(self, want: Want, candidates: Mask) -> bool:
        """Whether a reader turns out to know better even if all candidates are hidden, so that something else is to be wanted, or nothing.

        What its own row, earlier releases and zeros alone tell, a new table does not; only to a reader with a row of its own is that conceded whole. For all,
        how near zero a small quantity can be is what such sums leave of it.
        """
        reader, place, _ = want
        count, movable = self.knowledge.counts[place], candidates & ~self.owns[reader]
        if (reader, place) in self.asked or not 0 < abs(count) <= self.knowledge.reader.largest_hidden:
            return False
        self.asked.add((reader, place))
        towards = (abs(count) - 1) * (-1 if count > 0 else 1)
        reach = farthest(self.sums, self.room, movable, (place, towards)) if towards else 0
        if reader and not reach and not farthest(self.sums, self.room, movable, (place, 1 if count > 0 else -1)):
            self.owns[reader][place] = True
            return True
        if reach == abs(towards):
            return False
        self.stuck[reader, place] = reach
        return True

    def met(self, want: Want, movable: Mask) -> bool:
        """Whether a deviation found before meets it still; one found for another want may do."""
        reader, place, amount = want
        bound = ~movable | self.owns[reader]
        if (before := self.found.get(want)) is not None and not before[bound].any():
            return True
        far = np.flatnonzero(self.moves[:, place] >= amount if amount > 0 else self.moves[:, place] <= amount)
        fits = far[~(self.moves[far][:, bound]).any(axis=1)] if len(far) else far
        if len(fits):
            self.found[want] = self.moves[fits[0]]
        return bool(len(fits))

    def meet(self, want: Want, movable: Mask, cost: Floats) -> Floats | None:
        """A deviation that meets it, at the least cost; None where there is none."""
        reader, place, amount = want
        found = (
            cheapest(self.sums, self.room, (movable | (cost > FREE)) & ~self.owns[reader], cost, (place, amount))
            if movable[place]
            else None
        )
        if found is not None:
            self.found[want] = found
            self.moves = np.vstack([self.moves, found])
        return found


def hide_more(sides: list[Side], hidden: set[Coordinates], weight: Mapping[Coordinates, float]) -> tuple[set[Coordinates], list[Want]]:
    """All cells to hide, these `hidden` among them, and what cannot be met however much of the table is hidden.

    `weight`: the cells that may be hidden besides, and what each is worth to readers.
    """
    chosen, open_to_all = set(hidden), []
    changed = True
    while changed:
        changed = False
        for side in sides:
            movable, cost = side.movable(chosen), _costs(side, chosen, weight)
            for want in list(side.wants(chosen)):
                if side.met(want, movable):
                    continue
                found = side.meet(want, movable, cost)
                if found is None:
                    if side.learns(want, side.at_most(chosen)):
                        changed = True  # what it asks for is another range now
                    else:
                        open_to_all.append(want)
                    continue
                more = {cell for cell in weight if cell not in chosen and found[side.places[cell]]}
                if more:
                    chosen |= more
                    changed = True
                    movable, cost = side.movable(chosen), _costs(side, chosen, weight)
        if open_to_all:
            return chosen, open_to_all
    return _shown_again(sides, hidden, chosen, weight), []


def _costs(side: Side, hidden: Collection[Coordinates], weight: Mapping[Coordinates, float]) -> Floats:
    cost = np.full(len(side.near), FREE)
    known = side.knowledge.known
    for cell, worth in weight.items():
        if cell not in hidden and not known[side.places[cell]]:
            cost[side.places[cell]] = worth
    return cost


def _shown_again(
    sides: list[Side], first: set[Coordinates], chosen: set[Coordinates], weight: Mapping[Coordinates, float]
) -> set[Coordinates]:
    """Without the further cells that turn out not to be needed, tried from the most important."""
    before: set[Coordinates] = set()
    while before != chosen:  # once a cell is shown nothing must protect it any more, which may free another
        before = chosen
        for cell in sorted(chosen - first, key=lambda one: (-weight[one], one)):
            fewer, found = chosen - {cell}, [dict(side.found) for side in sides]
            if all(_all_met(side, fewer) for side in sides):
                chosen = fewer
            else:
                for side, as_it_was in zip(sides, found, strict=True):
                    side.found = as_it_was
    return chosen


def _all_met(side: Side, hidden: Collection[Coordinates]) -> bool:
    return next(unmet(side, hidden), None) is None


def unmet(side: Side, hidden: Collection[Coordinates]) -> Iterator[int]:
    """Quantities that could be worked out, nothing but these cells being hidden."""
    movable, cost = side.movable(hidden), np.full(len(side.near), FREE)
    for want in side.wants(hidden):
        if side.met(want, movable) or side.meet(want, movable, cost) is not None:
            continue
        if side.learns(want, side.at_most(hidden)):
            yield from unmet(side, hidden)
            return
        yield want[1]


def proved(side: Side, hidden: Collection[Coordinates]) -> bool:
    """Whether every want is met by a deviation that arithmetic confirms."""
    movable = side.movable(hidden)
    return all(
        side.met(want, movable) and holds(side.found[want], side.sums, side.room, movable & ~side.owns[want[0]])
        for want in side.wants(hidden)
    )


def worth(count: int, margins: int) -> float:
    """What a cell is worth to a reader: a total ten times its parts, a large count a little more than a small one."""
    return 10.0**margins * (1 + math.log10(1 + count) / 10)
