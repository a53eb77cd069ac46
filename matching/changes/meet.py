"""Whom changed records meet: under every key of the blocking rules, the records that have it too."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from matching.arrays import Bools, Codes, Ints, distinct
from matching.blocks import Route
from matching.threads import threads

SIEVE = (1 << 20) - 1
"""Bits of a key by which most of the other records are seen at once not to have it."""


def met_by_changes(new: Codes, old: Codes, stays: Bools, routes: Sequence[Route]) -> tuple[Ints, Ints, dict[str, tuple[int, int]]]:
    """The pairs of new records with old ones that stay and with each other, each once: the place of the new record, and that of the other (old ones
    first, then new ones); and by rule, the pairs that it meets, and those that no earlier rule met. `new`, `old`: keys, a row a record.
    """
    many = len(old) + len(new)
    ways = [
        (route.rule, way) for route in routes for way in dict.fromkeys(((route.one - 1, route.two - 1), (route.two - 1, route.one - 1)))
    ]

    def met(way: tuple[int, int]) -> Ints:
        one, two = way
        places, others = _sharing(new[:, one], old[:, two], stays)
        own, partners = _sharing(new[:, one], new[:, two], np.ones(len(new), dtype=bool))
        among_new = (np.minimum(own, partners) * many + len(old) + np.maximum(own, partners))[own != partners]
        return np.concatenate([places * many + others, among_new])

    found: dict[str, list[Ints]] = {}
    with ThreadPoolExecutor(threads()) as pool:
        for (rule, _), pairs in zip(ways, pool.map(met, (way for _, way in ways)), strict=True):
            found.setdefault(rule, []).append(pairs)
        of_rule = list(pool.map(lambda pairs: distinct(np.concatenate(pairs)), found.values()))
    every = np.concatenate([*of_rule, np.zeros(0, dtype=np.int64)])
    codes, first_met = np.unique(every, return_index=True)
    ends = np.cumsum([len(pairs) for pairs in of_rule])
    fresh = np.bincount(np.searchsorted(ends, first_met, side="right"), minlength=len(of_rule))
    return codes // many, codes % many, {rule: (len(pairs), int(new)) for rule, pairs, new in zip(found, of_rule, fresh, strict=True)}


def _sharing(keys: Codes, others: Codes, wanted: Bools) -> tuple[Ints, Ints]:
    """Every place of `keys` with every wanted place of `others` that has the same key."""
    known = np.flatnonzero(keys)
    sieve = np.zeros(SIEVE + 1, dtype=bool)
    sieve[keys[known] & SIEVE] = True
    there = np.flatnonzero(sieve[others & SIEVE])
    there = there[wanted[there] & (others[there] != 0)]
    ordered = known[np.argsort(keys[known], kind="stable")]
    low = np.searchsorted(keys[ordered], others[there], side="left")
    sizes = np.searchsorted(keys[ordered], others[there], side="right") - low
    steps = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return ordered[np.repeat(low, sizes) + steps], np.repeat(there, sizes)
