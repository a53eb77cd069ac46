"""Which bucket compares a pair: that of one value on which the two agree, chosen so that a record need go to few buckets.

Two records that share a key share each of the values that it was made of. Rules that have a part in common bring their pairs together by it: nine of
the births model's twenty-two all ask for the mother's name. A value that a bucket could not hold (a sex, a month) is no such part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from matching.arrays import Codes, Ints
from matching.blocks import Blocks, Crowds, mixed_keys, readings_of
from matching.kernel.hashing import GOLDEN, MIX_1
from matching.model.spec import Part, Rule
from matching.records import Records

KEY = -1
"""The place of no part: the key itself."""


@dataclass(frozen=True)
class Anchor:
    """What brings the pairs of a route together: the part of its rule at `place`, or KEY. `domain`: the same number where values are the same thing."""

    rule: Rule
    way: int
    place: int
    domain: int


def anchors_of(records: Records, rules: Sequence[Rule], crowds: Sequence[Crowds], largest: int) -> tuple[Anchor, ...]:
    """An anchor a route, as few different ones as it takes. `largest`: records that may have one value."""
    named = {rule.name: rule for rule in rules}
    routes = [named[told.rule] for told in crowds]
    parts = dict.fromkeys(part for rule in routes for part in rule.where + (rule.against or ()))
    fitting = {part for part in parts if _fits(records, part, largest)}
    chosen: dict[int, tuple[int, Part]] = {}
    while True:
        offers: dict[Part, list[tuple[int, int]]] = {}
        for number, rule in enumerate(routes):
            for place, part in _offered(rule, fitting) if number not in chosen else ():
                offers.setdefault(part, []).append((number, place))
        if not offers:
            break
        part, taken = max(offers.items(), key=lambda offer: len(offer[1]))
        chosen |= {number: (place, part) for number, place in taken}
    domains = {part: domain for domain, part in enumerate(dict.fromkeys(part for _, part in chosen.values()))}
    anchors = []
    for number, (rule, told) in enumerate(zip(routes, crowds, strict=True)):
        place, domain = (chosen[number][0], domains[chosen[number][1]]) if number in chosen else (KEY, len(domains) + number)
        anchors.append(Anchor(rule, told.way, place, domain))
    return tuple(anchors)


def _offered(rule: Rule, fitting: set[Part]) -> list[tuple[int, Part]]:
    """Parts by which a rule's pairs may come together: those that are one on both sides, else those of the other side."""
    other = rule.against or rule.where
    both = [(place, part) for place, part in enumerate(other) if part in fitting and part == rule.where[place]]
    return both or [(place, part) for place, part in enumerate(other) if part in fitting]


def _fits(records: Records, part: Part, largest: int) -> bool:
    """Whether a part has one reading, and no value that too many records have."""
    readings = readings_of(records, part)
    values = np.sort(readings[0][readings[0] != 0])
    bounds = np.flatnonzero(values[1:] != values[:-1])
    return len(readings) == 1 and bool(len(values)) and int(np.diff(np.concatenate([[-1], bounds, [len(values) - 1]])).max()) <= largest


def anchored(records: Records, blocks: Blocks, anchors: Sequence[Anchor]) -> list[tuple[Ints, Ints]]:
    """By route, the value of each record at the anchor as the one side of a pair and as the other, 0 where it has no key. One array where both are the same."""
    found = []
    for route, anchor in zip(blocks.routes, anchors, strict=True):
        keys, partners = blocks.columns(route)
        one, two = (keys.astype(np.int64), partners.astype(np.int64)) if anchor.place == KEY else _values(records, anchor)
        here = np.where(keys == 0, 0, one)
        found.append((here, here if partners is keys else np.where(partners == 0, 0, two)))
    return found


def _values(records: Records, anchor: Anchor) -> tuple[Ints, Ints]:
    """The values of both sides at the anchor's part, as its way reads them."""
    where, other = anchor.rule.where, anchor.rule.against or anchor.rule.where
    reading = list(product(*(range(len(readings_of(records, part))) for part in where)))[anchor.way][anchor.place]
    return readings_of(records, where[anchor.place])[reading], readings_of(records, other[anchor.place])[0]


def bucket_of(values: Ints, anchor: Anchor, buckets: int) -> Codes:
    """The bucket of each value of an anchor, -1 where there is none."""
    salted = values.view(np.uint64) + np.full(1, anchor.domain + 1, dtype=np.uint64) * GOLDEN
    mixed = (salted ^ (salted >> np.uint64(29))) * MIX_1
    return np.where(values == 0, np.int32(-1), ((mixed >> np.uint64(33)) % np.uint64(buckets)).astype(np.int32))


def exact(blocks: Blocks, values: Sequence[tuple[Ints, Ints]]) -> Blocks:
    """Keys that two records share only if they share the value of the anchor too: whoever meets by an accident of 32 bits may be in no bucket together,
    and a later rule that finds the pair must not take it for found.
    """
    keys = np.zeros_like(blocks.keys)
    for route, (one, two) in zip(blocks.routes, values, strict=True):
        sides = [mixed_keys([blocks.keys[:, place - 1].astype(np.int64), side]) for place, side in ((route.one, one), (route.two, two))]
        _, codes = np.unique(np.concatenate([[0], *sides]), return_inverse=True)
        codes = codes - codes[0]
        keys[:, route.one - 1], keys[:, route.two - 1] = np.split(codes[1:], 2)
    return replace(blocks, keys=keys)
