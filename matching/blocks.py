"""Which pairs are looked at: a rule is a key, and two records meet when they share one.

Keys are integers of 32 bits made of stable hashes; two records that meet by accident cost one comparison. A key that more records share than a
rule allows is divided by a further field; what so many still share (a hospital's own number in the mother's field) tells nothing, is left to the
other rules, and reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from matching.arrays import Bools, Codes, Ints, among
from matching.forms.kinds import KINDS
from matching.model.spec import Part, Rule
from matching.records import Records


@dataclass(frozen=True)
class Route:
    """One way of a rule: the key column of one side and that of the other, behind the column of the registry."""

    rule: str
    one: int
    two: int


@dataclass(frozen=True)
class Crowds:
    """The keys of one way of a rule that more records share than the rule allows, ascending: as they are, divided once, divided twice … (where a rule has
    two sides, of each in turn).
    """

    rule: str
    way: int
    keys: tuple[Ints, ...]


@dataclass(frozen=True)
class Blocks:
    """`keys`: a row a record, a column a key (0: none). `routes` in the order in which pairs are counted. `left_out`: records by rule.

    `crowds`: of each route; with them any part of the records has the keys that it has among all.
    """

    keys: Codes
    routes: tuple[Route, ...]
    left_out: dict[str, int]
    crowds: tuple[Crowds, ...] = ()

    def columns(self, route: Route) -> tuple[Codes, Codes]:
        """The keys of both sides of a route; one and the same array where both sides have the same."""
        keys = self.keys[:, route.one - 1]
        return keys, keys if route.one == route.two else self.keys[:, route.two - 1]

    @property
    def table(self) -> Ints:
        """The routes as the kernel wants them."""
        return np.array([(route.one, route.two) for route in self.routes], dtype=np.int64).reshape(-1, 2)


def blocks_of(records: Records, rules: Sequence[Rule], crowds: Sequence[Crowds] | None = None) -> Blocks:
    """The keys of all records under all rules. `crowds`: what is crowded among all records, where these are only some of them."""
    columns: list[Codes] = []
    routes, left_out, found = [], {}, []
    for rule in rules:
        known = None if crowds is None else {told.way: told.keys for told in crowds if told.rule == rule.name}
        left_out[rule.name] = 0
        for way, one, two in _ways(records, rule, known):
            keys, partners, crowded, lost = _limited(records, rule, one, two, None if known is None else known[way])
            left_out[rule.name] += lost
            found.append(Crowds(rule.name, way, crowded))
            places = [len(columns), len(columns) if partners is keys else len(columns) + 1]
            columns += [keys] if partners is keys else [keys, partners]
            routes.append(Route(rule.name, 1 + places[0], 1 + places[1]))
    keys = np.column_stack(columns) if columns else np.zeros((len(records), 0), dtype=np.int32)
    return Blocks(np.ascontiguousarray(keys, dtype=np.int32), tuple(routes), left_out, tuple(found))


def _ways(records: Records, rule: Rule, known: Mapping[int, Sequence[Ints]] | None) -> list[tuple[int, Ints, Ints]]:
    """A pair of keys per reading of the rule's parts, with its number: a part with several readings (a lunar date) makes several ways.

    Those that some record has a key for; or those that are known.
    """
    ways = []
    for number, readings in enumerate(product(*(readings_of(records, part) for part in rule.where))):
        if known is None or number in known:
            one = mixed_keys(readings)
            against = rule.against
            ways.append((number, one, one if against is None else mixed_keys([readings_of(records, part)[0] for part in against])))
    return ways if known is not None else [way for way in ways if way[1].any()] or ways[:1]


def readings_of(records: Records, part: Part) -> list[Ints]:
    """The stable keys of a field's form, one array per reading."""
    field, form = part
    columns = KINDS[records.fields[records.place(field)].kind].forms
    return [records.form(field, column) for column in columns[form or next(iter(columns))]]


def mixed_keys(parts: Sequence[Ints]) -> Ints:
    """One key of several (splitmix64 over the parts), 0 where a part is missing."""
    keys = np.zeros(len(parts[0]), dtype=np.uint64)
    known = np.ones(len(parts[0]), dtype=bool)
    for part in parts:
        known &= part != 0
        keys = keys * np.uint64(0x9E3779B97F4A7C15) + part.view(np.uint64) + np.uint64(0x632BE59BD9B4E019)
        keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        keys ^= keys >> np.uint64(31)
    return np.where(known, keys | np.uint64(1), np.uint64(0)).view(np.int64)


def short(keys: Ints) -> Codes:
    """Keys of 32 bits; 0 stays 0, and no other becomes it."""
    told: Codes = (keys >> np.int64(32)).astype(np.int32)
    return np.where(keys == 0, np.int32(0), np.where(told == 0, np.int32(1), told))


class _Limits:
    """Which keys are crowded: counted here, or known from all records. `told`: the same, to be known elsewhere."""

    def __init__(self, known: Sequence[Ints] | None, largest: int) -> None:
        self._known, self._largest = None if known is None else iter(known), largest
        self.told: list[Ints] = []

    def crowded(self, keys: Ints, counted: Ints) -> Bools:
        """Whose key more records share than the rule allows. `counted`: the keys that are counted."""
        common = _common(counted, self._largest) if self._known is None else next(self._known)
        self.told.append(common)
        return among(keys, common)


def _limited(
    records: Records, rule: Rule, one: Ints, two: Ints, known: Sequence[Ints] | None
) -> tuple[Codes, Codes, tuple[Ints, ...], int]:
    """Short keys of both sides once those that too many share are divided, part by part, or left out; which were crowded; and how many records were
    left out.
    """
    same, limits = one is two, _Limits(known, rule.largest)
    for part in rule.split:
        crowded = limits.crowded(one, two)
        shared = crowded if same else limits.crowded(two, two)
        if crowded.any() or shared.any():
            finer = readings_of(records, part)[0]
            divided = np.where(crowded, mixed_keys([one, finer]), one)
            two = divided if same else np.where(shared, mixed_keys([two, finer]), two)
            one = divided
    crowded = limits.crowded(one, two)
    keys = short(np.where(crowded, 0, one))
    return keys, keys if same else short(two), tuple(limits.told), int(crowded.sum())


def _common(keys: Ints, largest: int) -> Ints:
    """The keys that more than `largest` records have, ascending."""
    ordered = np.sort(keys[keys != 0]) if largest < len(keys) else keys[:0]
    if not len(ordered):
        return ordered
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    sizes = np.diff(np.append(starts, len(ordered)))
    return ordered[starts[sizes > largest]]


LARGEST_GROUP = 24
"""Larger groups are not completed: only must-links and odd data make them, and their pairs would be many."""


def pairs_inside(groups: Ints, largest: int = LARGEST_GROUP) -> tuple[Ints, Ints]:
    """Every two records of one group, first < second. `groups`: a label per record."""
    sizes = np.bincount(groups, minlength=len(groups))
    rows = np.flatnonzero((sizes[groups] >= 2) & (sizes[groups] <= largest))
    rows = rows[np.argsort(groups[rows], kind="stable")]
    if not len(rows):
        return rows, rows
    starts = np.flatnonzero(np.concatenate([[True], groups[rows][1:] != groups[rows][:-1]]))
    ends = np.repeat(np.append(starts[1:], len(rows)), np.diff(np.append(starts, len(rows))))
    later = ends - np.arange(len(rows)) - 1
    left = np.repeat(np.arange(len(rows)), later)
    right = left + 1 + np.arange(len(left)) - np.repeat(np.cumsum(later) - later, later)
    return rows[left], rows[right]
