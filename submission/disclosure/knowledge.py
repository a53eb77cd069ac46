"""What one audience knows once a table is out: every count it has ever been shown, and every sum it can do across releases.

A quantity is one number that the births have. The same cell with the same count in two releases is one quantity; a revised one is a second, and what lies
between them is a third, which is small as often as the revision is. A span of months less another is a quantity too, printed or not.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import permutations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from submission.disclosure.audiences import Audience
from submission.disclosure.ledger import Release, Showing
from submission.disclosure.periods import remainder
from submission.disclosure.tables import AREA, PERIOD, Key

UNBOUNDED = -np.inf
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Need:
    """How far below and above its count a hidden quantity must still seem possible."""

    down: int
    up: int


@dataclass
class Knowledge:
    """Quantities, the sums between them, and what must stay unknown of each. `known`: already shown, for good."""

    reader: Audience
    counts: list[int] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    known: list[bool] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    hidden_before: set[int] = field(default_factory=set)
    held_zero: set[int] = field(default_factory=set)
    sums: list[dict[int, int]] = field(default_factory=list)
    newest: dict[Key, int] = field(default_factory=dict)
    revised: dict[Key, int] = field(default_factory=dict)
    left_over: set[tuple[int, int]] = field(default_factory=set)
    told_sums: set[tuple[Key, tuple[Key, ...]]] = field(default_factory=set)
    stands_in: list[set[int]] = field(default_factory=list)
    releases: int = 0

    def add(self, release: Release, *, is_new: bool = False) -> dict[Key, int]:
        """Learn a release; the quantity of each of its cells. Of a new one only the sums are learnt: what of it is shown is still to be decided."""
        own = release.audience == self.reader.name
        self.releases += 1
        places: dict[Key, int] = {}
        for key, cell in release.cells.items():
            before = self.newest.get(key)
            if before is None or self.counts[before] != cell.count:
                self.newest[key] = self._quantity(cell.count, cell.least, key)
                if before is not None:
                    self._difference(self.newest[key], before, key)
            place = places[key] = self.newest[key]
            self.least[place] = max(self.least[place], cell.least)
            self.stands_in[place].add(self.releases)
            if cell.count == 0 and cell.showing == Showing.HIDDEN:
                self.held_zero.add(place)
            if is_new:
                continue
            self.known[place] |= cell.showing == Showing.SHOWN
            if own and cell.showing == Showing.HIDDEN:
                self.hidden_before.add(place)
        self.sums += [_sum(places[whole], [places[part] for part in parts]) for whole, parts in release.sums]
        self.told_sums |= set(release.sums)
        return places

    def relate_periods(self) -> None:
        """Tie spans of months to each other: a year to date less the one before is a month, whether or not that month was ever printed."""
        printed = set(self.newest)
        fresh = {key for key in printed if PERIOD in dict(key)}
        for _ in range(2):  # once for what is left of every span, once more for what is left of that
            by_rest: dict[Key, dict[str, Key]] = {}
            for key in fresh:
                by_rest.setdefault(tuple(part for part in key if part[0] != PERIOD), {})[dict(key)[PERIOD]] = key
            added = {self._left_over(spans, whole, part) for spans in by_rest.values() for whole, part in permutations(spans, 2)}
            fresh |= {key for key in added if key is not None}
        for period in sorted({dict(key)[PERIOD] for key in set(self.newest) - printed}):
            self._sums_of(period)

    def _sums_of(self, period: str) -> None:
        """The sums of printed tables hold for what is left of them too: a county's month is its townships', though neither was printed."""
        shifted = {(_in_period(whole, period), tuple(_in_period(part, period) for part in parts)) for whole, parts in self.told_sums}
        for whole, parts in sorted(shifted):
            if not {whole, *parts} <= self.newest.keys():
                continue
            of, taken = self.newest[whole], [self.newest[part] for part in parts]
            if of not in taken and self.counts[of] == sum(self.counts[place] for place in taken):
                self.sums.append(_sum(of, taken))

    def _left_over(self, spans: dict[str, Key], whole: str, part: str) -> Key | None:
        left = remainder(whole, part)
        if left is None:
            return None
        key = _in_period(spans[whole], left)
        of, taken = self.newest[spans[whole]], self.newest[spans[part]]
        if (of, taken) in self.left_over:
            return None
        self.left_over.add((of, taken))
        count, is_there = self.counts[of] - self.counts[taken], self.newest.get(key)
        if is_there is None and not self._from_two_releases(of, taken):
            return None  # one table says both, and its own sums say what its readers can do
        if is_there is None and count >= 0:
            is_there = self.newest[key] = self._quantity(count, 0, key)
        elif is_there is None or self.counts[is_there] != count:  # one of the spans was revised meanwhile: a quantity of its own
            is_there = self._quantity(count, UNBOUNDED, key)
        self.sums.append(_sum(of, [taken, is_there]))
        return key if key in self.newest else None

    def _from_two_releases(self, one: int, other: int) -> bool:
        return bool(self.stands_in[one] and self.stands_in[other] and not self.stands_in[one] & self.stands_in[other])

    def _quantity(self, count: int, least: float, key: Key) -> int:
        self.counts.append(count)
        self.least.append(least)
        self.known.append(False)
        self.keys.append(key)
        self.stands_in.append(set())
        return len(self.counts) - 1

    def _difference(self, newer: int, older: int, key: Key) -> None:
        between = self.revised[key] = self._quantity(self.counts[newer] - self.counts[older], UNBOUNDED, key)
        self.sums.append(_sum(newer, [older, between]))

    def need(self, place: int, floor: float, hidden: Collection[int] = ()) -> Need | None:
        """What must stay unknown of a quantity, or None: it is shown for good, or large and not hidden. `floor`: see `floors`."""
        count, largest = self.counts[place], self.reader.largest_hidden
        if self.known[place]:
            return None
        if 0 < abs(count) <= largest or (count == 0 and place in self.held_zero):
            # A whole with two parts that are not zero is 2 at least, whatever is hidden: then as wide a range above that.
            low = max(floor, min(abs(count), 1.0))
            towards_zero, away = int(abs(count) - low), int(largest - abs(count) + (low if low > 1 else 0))
            return Need(towards_zero, away) if count >= 0 else Need(away, towards_zero)
        return Need(0, largest) if place in hidden else None

    def floors(self, own: Mask) -> Floats:
        """The least that each quantity can be for a reader who knows its `own`, all others being hidden: a whole is no less than its parts."""
        floors, rising = np.where(own, self.counts, self.least), True
        while rising:
            before = floors.copy()
            for terms in self.sums:
                whole = next(iter(terms))
                floors[whole] = max(floors[whole], sum(floors[part] for part in terms if part != whole))
            rising = bool((floors > before).any())
        return floors

    def units(self) -> tuple[str, ...]:
        """The areas below the largest one: each may be a reader's own."""
        found = {dict(key).get(AREA, "") for key in self.keys}
        largest = min((len(area) for area in found if area), default=0)
        return tuple(sorted(area for area in found if len(area) > largest))

    def own(self, unit: str) -> Mask:
        """What a unit knows from its own work: its rows, and every whole to which no other unit gives anything, the others being shown as 0."""
        areas = [dict(key).get(AREA, "") for key in self.keys]
        known = np.array([area == unit for area in areas], bool)
        for quantities, (key, place) in ((table, cell) for table in (self.newest, self.revised) for cell in table.items()):
            at_home = quantities.get(tuple((name, unit if name == AREA else node) for name, node in key))
            known[place] |= (
                bool(areas[place]) and unit.startswith(areas[place]) and at_home is not None and self.counts[at_home] == self.counts[place]
            )
        return known

    def matrix(self) -> csr_array:
        """One row a sum, one column a quantity: every row times the counts is zero."""
        rows = [(row, place, sign) for row, terms in enumerate(self.sums) for place, sign in terms.items()]
        at, columns, signs = (np.array(side) for side in zip(*rows, strict=True)) if rows else (np.zeros(0, int),) * 3
        return csr_array((signs.astype(float), (at, columns)), shape=(len(self.sums), len(self.counts)))


def _in_period(key: Key, period: str) -> Key:
    return tuple((name, period if name == PERIOD else node) for name, node in key)


def _sum(whole: int, parts: list[int]) -> dict[int, int]:
    terms = {whole: 1}
    for part in parts:
        terms[part] = terms.get(part, 0) - 1
    return terms
