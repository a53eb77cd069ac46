"""A table of births with the sums that its readers can do, before anything of it is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from submission.disclosure.periods import MONTHS_OF_YEAR, is_period, months
from submission.disclosure.refused import ReleaseRefused
from vocabulary.areas import VILLAGE_DIGITS
from vocabulary.errors import Fault

AREA, PERIOD, SEX, MEASURE = "area", "period", "sex", "measure"
BOTH_SEXES = "both"
Coordinates = tuple[str, ...]
"""One node of each dimension, in the table's order."""
Key = tuple[tuple[str, str], ...]
"""The same cell in whatever table it stands: (dimension, node), sorted, without nodes that mean all."""


@dataclass(frozen=True)
class Dimension:
    """One side of a table. `sums`: a whole and its parts, several ways where there are; `total`: the node that means all of it.

    `unprinted`: nodes that no reader sees and every reader can work out, such as births less those registered.
    """

    name: str
    nodes: tuple[str, ...]
    sums: tuple[tuple[str, tuple[str, ...]], ...] = ()
    total: str | None = None
    unprinted: frozenset[str] = frozenset()

    @classmethod
    def sexes(cls) -> Dimension:
        """Both, boys, girls (GB/T 2261.1), and the few whose sex is not stated."""
        parts = ("1", "2", "9")
        return cls(SEX, (BOTH_SEXES, *parts), ((BOTH_SEXES, parts),), BOTH_SEXES)

    @classmethod
    def areas(cls, whole: str, parts: tuple[str, ...]) -> Dimension:
        """A county and its townships, by code; nothing is its own part."""
        return cls(AREA, (whole, *parts), ((whole, parts),))


@dataclass(frozen=True)
class Table:
    """Counts of every combination of nodes. Raises ReleaseRefused for a village by month or by sex, for gaps, and for sums that do not hold."""

    name: str
    dimensions: tuple[Dimension, ...]
    counts: Mapping[Coordinates, int]
    places: Mapping[str, str] = field(default_factory=dict)
    """What holds for the whole table, such as period -> 2026-10: it belongs to each cell's key."""

    def __post_init__(self) -> None:
        self._refuse_villages()
        lacking = [place for place in product(*(one.nodes for one in self.dimensions)) if self.counts.get(place, -1) < 0]
        if lacking:
            raise ReleaseRefused(Fault("release.cells", self.name, {"count": len(lacking)}))
        wrong = sum(self.counts[whole] != sum(self.counts[part] for part in parts) for whole, parts in self.equations())
        if wrong:
            raise ReleaseRefused(Fault("release.sums", self.name, {"count": wrong}))

    def _refuse_villages(self) -> None:
        """Two of three cells of a village's month are 1 to 4 (domain.md 3.5): such a table cannot be made, for no audience."""
        nodes = {one.name: one.nodes for one in self.dimensions} | {name: (node,) for name, node in self.places.items()}
        villages = any(len(node) >= VILLAGE_DIGITS and not node.endswith("000") for node in nodes.get(AREA, ()))
        short = any(is_period(node) and len(months(node)) < MONTHS_OF_YEAR for node in nodes.get(PERIOD, ()))
        if villages and (short or SEX in nodes):
            raise ReleaseRefused(Fault("release.village_month", self.name))

    @cached_property
    def keys(self) -> dict[Coordinates, Key]:
        """Coordinates -> key, of every cell in order."""
        return {place: self._key(place) for place in product(*(one.nodes for one in self.dimensions))}

    def _key(self, place: Coordinates) -> Key:
        own = ((one.name, node) for one, node in zip(self.dimensions, place, strict=True) if node != one.total)
        return tuple(sorted([*own, *self.places.items()]))

    def equations(self) -> Iterator[tuple[Coordinates, tuple[Coordinates, ...]]]:
        """Every sum that a reader can do: a whole, and its parts along one dimension."""
        for side, one in enumerate(self.dimensions):
            others = [other.nodes for place, other in enumerate(self.dimensions) if place != side]
            for (whole, parts), rest in product(one.sums, product(*others)):
                yield _at(rest, side, whole), tuple(_at(rest, side, part) for part in parts)

    def is_printed(self, place: Coordinates) -> bool:
        """Whether a reader finds this cell in the table at all."""
        return not any(node in one.unprinted for one, node in zip(self.dimensions, place, strict=True))

    def margins(self, place: Coordinates) -> int:
        """In how many dimensions a cell is a whole: a total is worth more to a reader than its parts."""
        return sum(any(node == whole for whole, _ in one.sums) for one, node in zip(self.dimensions, place, strict=True))


def _at(rest: Coordinates, side: int, node: str) -> Coordinates:
    return (*rest[:side], node, *rest[side:])
