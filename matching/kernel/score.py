"""The stream: pairs that share a blocking key are compared and scored one after the other; one that cannot matter leaves nothing behind."""

from __future__ import annotations

from typing import Any

import numpy as np

from matching.kernel.compiled import outer, part
from matching.kernel.layout import ASKED, STATE, STATE_BITS, STATES
from matching.kernel.levels import level_of
from matching.kernel.sketch import told_apart

BITS = 1.4426950408889634
"""Bits of one natural unit."""


@part
def shares_key(rows: Any, i: Any, one: Any, j: Any, two: Any) -> Any:
    """Record `i` has in key column `one` what `j` has in `two`."""
    return rows[i, one] == rows[j, two] and rows[i, one] != 0


@part
def found_before(rows: Any, routes: Any, route: Any, i: Any, j: Any) -> Any:
    """An earlier route meets this pair, or this one does from the other side: a pair counts once, for the first rule that finds it."""
    for earlier in range(route):
        one, two = routes[earlier, 0], routes[earlier, 1]
        if shares_key(rows, i, one, j, two) or shares_key(rows, j, one, i, two):
            return True
    if route < 0:
        return False
    one, two = routes[route, 0], routes[route, 1]
    return one != two and i > j and shares_key(rows, j, one, i, two)


@part
def surprise_of(plan: Any, store: Any, c: Any, level: Any, i: Any, j: Any) -> Any:
    """What the frequency of just these values adds to the strangers' share of an agreement (natural log); 0 where none is counted."""
    at, column = plan.surprise_at[c, level], plan.compared[c, ASKED.first]
    one, two = store.rows[i, column], store.rows[j, column]
    if at < 0 or one < 0 or two < 0:
        return 0.0
    return float(max(store.surprise[at + one], store.surprise[at + two]))


@part
def state_of(plan: Any, store: Any, c: Any, i: Any, j: Any) -> Any:
    """What the codes and sketches of two records tell of a comparison."""
    if not plan.compared[c, ASKED.quick]:
        return STATE.any
    column = plan.compared[c, ASKED.first]
    one, two = store.rows[i, column], store.rows[j, column]
    if one < 0 or two < 0:
        return STATE.lacking
    if one == two:
        return STATE.equal
    return STATE.apart if told_apart(plan, store, c, i, j) else STATE.unequal


@part
def level_in(plan: Any, store: Any, c: Any, i: Any, j: Any, state: Any) -> Any:
    """The level of a comparison: as its state tells, else by its tests."""
    if state == STATE.equal:
        return 0
    if state == STATE.apart:
        return plan.compared[c, ASKED.otherwise]
    return level_of(plan, store, c, i, j)


@part
def at_best(plan: Any, store: Any, worth: Any, kind: Any, c: Any, i: Any, j: Any, state: Any) -> Any:
    """The most bits that a comparison by itself can add in a state."""
    if state == STATE.equal:
        return worth.gain[kind, c, 0] - BITS * surprise_of(plan, store, c, 0, i, j)
    if state == STATE.lacking:
        return 0.0
    if state == STATE.apart:
        return worth.gain[kind, c, plan.compared[c, ASKED.otherwise]]
    return worth.most[kind, c, 1] if state == STATE.unequal else worth.most[kind, c, 0]


@part
def hope(plan: Any, store: Any, worth: Any, kind: Any, i: Any, j: Any) -> Any:
    """The most bits that a pair can reach, told by the codes and sketches of its values alone: with bonds exactly in account, and loosely."""
    bound, loose, states = worth.base[kind], worth.loose[kind], np.uint64(0)
    for c in range(len(plan.compared)):
        state = state_of(plan, store, c, i, j)
        best = at_best(plan, store, worth, kind, c, i, j, state)
        loose += best
        if worth.group_of[c] < 0:
            bound += best
        else:
            states |= np.uint64(state) << np.uint64(STATE_BITS * c)
            if state == STATE.equal:
                bound += best - worth.gain[kind, c, 0]
    for group in range(len(worth.members)):
        index = np.int64(0)
        for member in worth.members[group]:
            if member >= 0:
                index = index * STATES + np.int64((states >> np.uint64(STATE_BITS * member)) & np.uint64(7))
        bound += worth.together[kind, group, index]
    return bound, loose


@part
def sieve(plan: Any, store: Any, worth: Any, held: Any, size: Any) -> Any:
    """Pairs in hand go through one comparison after the other, the most decisive first; those that can no longer reach the floor fall through.

    All pairs in hand meet one comparison before the next one comes: their values are fetched while others are still under way.
    Returns how many are left, at the front.
    """
    for c in worth.order:
        radix, left = plan.compared[c, ASKED.radix], 0
        for place in range(size):
            i, j = held.first[place], held.second[place]
            kind = worth.kind_of[store.rows[i, 0], store.rows[j, 0]]
            state = state_of(plan, store, c, i, j)
            level = level_in(plan, store, c, i, j, state)
            surprise = surprise_of(plan, store, c, level, i, j)
            before = at_best(plan, store, worth, kind, c, i, j, state)
            bound = held.bound[place] + worth.gain[kind, c, level] - BITS * surprise - before
            for bond in worth.resolved[c]:
                if bond >= 0:
                    earlier = worth.bonds[bond, 0]
                    told = held.pattern[place] // plan.compared[earlier, ASKED.radix] % (plan.compared[earlier, ASKED.missing] + 1)
                    bound += worth.bits[bond, told, level]
            if bound >= worth.floor:
                held.first[left], held.second[left], held.bound[left] = i, j, bound
                held.pattern[left] = held.pattern[place] + level * radix
                held.surprise[left] = held.surprise[place] + surprise
                left += 1
        size = left
    return size


@part
def let_go(held: Any, size: Any, out: Any, written: Any) -> Any:
    """Write the pairs in hand to the end of `out`, the earlier row first; returns its new length."""
    for place in range(size):
        i, j = held.first[place], held.second[place]
        out.first[written + place], out.second[written + place] = min(i, j), max(i, j)
        out.pattern[written + place], out.surprise[written + place] = held.pattern[place], held.surprise[place]
    return written + size


@outer
def stream(
    plan: Any, store: Any, worth: Any, routes: Any, route: Any, joins: Any, low: Any, high: Any, every: Any, held: Any, out: Any
) -> Any:
    """Joins `low` to `high` of a route: write the pairs that matter to `out`; how many were written, and how many were new.

    `every`: only those of every so manieth record; rows are in the order of a hash, so that this is a random sample. A route of -1: the joins are pairs of a list, which nothing met before; where none falls through, they stay in its order.
    """
    rows, written, new, size = store.rows, 0, 0, 0
    for join in range(low, high):
        i = joins.left[join]
        if i % every != 0:
            continue
        for position in range(joins.begin[join], joins.end[join]):
            j = joins.right[position]
            kind = worth.kind_of[rows[i, 0], rows[j, 0]]
            if i == j or kind < 0 or found_before(rows, routes, route, i, j):
                continue
            new += 1
            bound, loose = hope(plan, store, worth, kind, i, j)
            held.first[size], held.second[size], held.bound[size] = i, j, loose
            held.pattern[size], held.surprise[size] = 0, 0.0
            size += bound >= worth.floor
            if size == len(held.first):
                written, size = let_go(held, sieve(plan, store, worth, held, size), out, written), 0
    return let_go(held, sieve(plan, store, worth, held, size), out, written), new
