"""Running the kernel over many pairs: in pieces of bounded size, on every core, in an order that does not depend on either."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.arrays import Codes, Ints
from matching.blocks import Blocks
from matching.kernel.layout import Found, Held, Joins, Plan, Store, Worth
from matching.kernel.score import stream
from matching.threads import threads

PIECE = 1 << 18
"""Pairs that one call looks at: their places take 6 MB, and a call some 50 ms."""


IN_HAND = 512
"""Pairs that go through the comparisons together."""


@dataclass(frozen=True)
class RuleCount:
    """What a rule did: pairs it meets, pairs no earlier rule had met, and records left out because too many share their key."""

    rule: str
    pairs: int
    new_pairs: int
    records_left_out: int


def streamed(
    plan: Plan,
    store: Store,
    worth: Worth,
    blocks: Blocks,
    joins_of: Callable[[int], Joins],
    *,
    every: int = 1,
    told: Callable[[int], None] | None = None,
) -> tuple[Found, tuple[RuleCount, ...]]:
    """The pairs of all routes that matter, by (first, second), and what each rule did. `every`: only the pairs of every so manieth record.

    `joins_of`: who meets whom by the route of a number. `told` hears how many pairs each piece looked at.
    """
    found: list[Found] = []
    counts: dict[str, list[int]] = {}
    with ThreadPoolExecutor(threads()) as pool:
        for number, route in enumerate(blocks.routes):
            joins = joins_of(number)
            told_of = counts.setdefault(route.rule, [0, 0])

            def piece(bounds: tuple[int, int], joins: Joins = joins, number: int = number) -> tuple[Found, int, int]:
                return _piece(plan, store, worth, blocks.table, number, joins, bounds, every)

            for part, looked_at, new in pool.map(piece, _pieces(joins, every)):
                found.append(part)
                told_of[0] += looked_at
                told_of[1] += new
                if told is not None:
                    told(looked_at)
    rules = tuple(RuleCount(rule, pairs, new, blocks.left_out[rule]) for rule, (pairs, new) in counts.items())
    return joined(found), rules


def _pieces(joins: Joins, every: int) -> Iterator[tuple[int, int]]:
    """Bounds of runs of joins that meet some PIECE pairs."""
    total = np.cumsum(joins.end - joins.begin, dtype=np.int64)
    low, done = 0, 0
    while low < len(total):
        high = max(int(np.searchsorted(total, done + PIECE * every, side="right")), low + 1)
        yield low, high
        low, done = high, int(total[high - 1])


def _piece(
    plan: Plan, store: Store, worth: Worth, table: Ints, number: int, joins: Joins, bounds: tuple[int, int], every: int
) -> tuple[Found, int, int]:
    low, high = bounds
    sizes = joins.end[low:high] - joins.begin[low:high]
    room = int(sizes.sum() if every == 1 else sizes[joins.left[low:high] % every == 0].sum())
    out = empty(room)
    written, new = stream(plan, with_scratch(store), worth, table, number, joins, low, high, every, hand(), out)
    return _each(lambda part: part[:written].copy(), out), room, new


def with_scratch(store: Store) -> Store:
    """The store with room of its own to work in."""
    return store._replace(scratch=np.empty_like(store.scratch))


def hand() -> Held:
    """Room for the pairs that one thread has in hand: 16 KB, which stay close to the core."""
    whole, broken = np.int64, np.float64
    return Held(
        np.empty(IN_HAND, np.int32),
        np.empty(IN_HAND, np.int32),
        np.empty(IN_HAND, broken),
        np.empty(IN_HAND, whole),
        np.empty(IN_HAND, broken),
    )


def empty(room: int) -> Found:
    """Room for pairs."""
    return Found(
        np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int64), np.empty(room, dtype=np.float64)
    )


def joined(parts: list[Found]) -> Found:
    """All pairs, by (first, second)."""
    if not parts:
        return empty(0)
    whole = _end_to_end(parts)
    order = np.argsort((whole.first.astype(np.int64) << 32) | whole.second, kind="stable")
    return _each(lambda part: part[order], whole)


def compared(plan: Plan, store: Store, everything: Worth, first: Codes | Ints, second: Codes | Ints) -> Found:
    """These pairs, in their order, none let go."""
    places = np.arange(len(first), dtype=np.int32)
    joins = Joins(first.astype(np.int32), places, places + 1, second.astype(np.int32))
    listed = np.zeros((1, 2), dtype=np.int64)
    with ThreadPoolExecutor(threads()) as pool:
        parts = [
            part for part, _, _ in pool.map(lambda bounds: _piece(plan, store, everything, listed, -1, joins, bounds, 1), _pieces(joins, 1))
        ]
    return _end_to_end(parts) if parts else empty(0)


def _each(rule: Callable[[Any], Any], found: Found) -> Found:
    return Found(*map(rule, found))


def _end_to_end(parts: list[Found]) -> Found:
    return Found(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
