"""What levels can be worth at most, so that the stream lets a pair go as soon as it can no longer matter."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from matching.arrays import Floats, Ints
from matching.estimate.bonds import LARGEST_GROUP, bound_groups
from matching.estimate.care import most_likelier
from matching.estimate.weights import LN2, log_priors, log_shares
from matching.kernel.layout import STATE, STATES, Worth
from matching.model.learned import Model
from matching.pair_kinds import PairKinds


def worth_of(model: Model, kinds: PairKinds, floor: float, rarest: Floats, effort: Floats) -> Worth:
    """Bits of match against stranger. `rarest`: by comparison and level, the least surprise of any value (natural log).

    `effort`: by comparison, how long it takes; those that lower the hope most for their effort come first.
    """
    gain, hope = gains(model, kinds, rarest)
    sizes = [len(one.levels) for one in model.spec.comparisons]
    most = np.zeros((*hope.shape[:2], 2))
    for place, size in enumerate(sizes):
        most[:, place, 0] = hope[:, place, : size + 1].max(axis=1, initial=-np.inf)
        most[:, place, 1] = hope[:, place, _allowed(model, place, STATE.unequal)].max(axis=1, initial=-np.inf)
    priors = log_priors(model, kinds)
    base = (priors[:, 0] - priors[:, -1] + most_likelier(model, kinds)) / LN2
    loose = base + sum(float(bond.together.max(initial=0.0)) for bond in model.bonds) / LN2
    lowered = (most[:, :, 1] - gain.min(axis=2, initial=0.0)).max(axis=0, initial=0.0)
    order = np.argsort(-lowered / effort, kind="stable").astype(np.int64)
    groups = bound_groups(model)
    group_of = np.full(len(sizes), -1, dtype=np.int64)
    for number, members in enumerate(groups):
        group_of[members] = number
    places, together = group_tables(model, groups, hope)
    resolved, ends, told = resolutions(model, order)
    return Worth(gain, most, base, loose, group_of, places, together, resolved, ends, told, kinds.table, order, floor)


def gains(model: Model, kinds: PairKinds, rarest: Floats) -> tuple[Floats, Floats]:
    """By kind, comparison and level (the last is missing): what a level adds, and what it adds for the rarest value; -inf where there is no level."""
    comparisons = model.spec.comparisons
    widest = max((len(one.levels) for one in comparisons), default=0) + 1
    gain = np.zeros((len(kinds.names), len(comparisons), widest))
    hope = np.full_like(gain, -np.inf)
    for place, one in enumerate(comparisons):
        size = len(one.levels)
        table = log_shares(model, kinds, place)
        gain[:, place, : size + 1] = (table[:, 0] - table[:, -1]) / LN2
        hope[:, place, :size] = gain[:, place, :size] - rarest[place, :size] / LN2
        hope[:, place, size] = 0.0
    # Level 0 of a value that is the same has just its own surprise, which the kernel takes off.
    hope[:, :, 0] = np.maximum(hope[:, :, 0], gain[:, :, 0])
    return gain, hope


def group_tables(model: Model, groups: Sequence[Sequence[int]], hope: Floats) -> tuple[Ints, Floats]:
    """The members of each group of comparisons that bonds hold together (-1 behind the last), and by kind, group and states of all members (base
    STATES, the first counting most) the most that they add together.
    """
    members = np.full((len(groups), LARGEST_GROUP), -1, dtype=np.int64)
    table = np.zeros((len(hope), len(groups), STATES**LARGEST_GROUP))
    for number, places in enumerate(groups):
        members[number, : len(places)] = places
        for kind in range(len(hope)):
            worth = _together(model, places, hope[kind])
            for index, states in enumerate(product(range(STATES), repeat=len(places))):
                part = worth[np.ix_(*(_allowed(model, place, state) for place, state in zip(places, states, strict=True)))]
                table[kind, number, index] = part.max(initial=-np.inf)
    return members, table


def resolutions(model: Model, order: Ints) -> tuple[Ints, Ints, Floats]:
    """By comparison the bonds that it ends; the comparisons of each bond, the earlier first; and by levels what it adds less the most that it may."""
    sizes = [len(one.levels) + 1 for one in model.spec.comparisons]
    rank = np.argsort(order)
    resolved = np.full((len(sizes), LARGEST_GROUP), -1, dtype=np.int64)
    bonds = np.zeros((len(model.bonds), 2), dtype=np.int64)
    bits = np.zeros((len(model.bonds), max(sizes, default=1), max(sizes, default=1)))
    for number, bond in enumerate(model.bonds):
        one, two = model.spec.place(bond.one), model.spec.place(bond.two)
        table = bond.together
        if rank[one] > rank[two]:
            one, two, table = two, one, table.T
        bonds[number] = one, two
        bits[number, : table.shape[0], : table.shape[1]] = (table - max(float(table.max()), 0.0)) / LN2
        resolved[two, int((resolved[two] >= 0).sum())] = number
    return resolved, bonds, bits


def _together(model: Model, places: Sequence[int], hope: Floats) -> Floats:
    """What every combination of levels of some comparisons adds: an axis a comparison."""
    comparisons = model.spec.comparisons
    shape = [len(comparisons[place].levels) + 1 for place in places]
    total = np.zeros(shape)
    for axis, (place, size) in enumerate(zip(places, shape, strict=True)):
        total += hope[place, :size].reshape([-1 if other == axis else 1 for other in range(len(places))])
    for bond in model.bonds:
        one, two = model.spec.place(bond.one), model.spec.place(bond.two)
        if one in places:
            axes = (list(places).index(one), list(places).index(two))
            table = bond.together if axes[0] < axes[1] else bond.together.T
            total += table.reshape([size if axis in axes else 1 for axis, size in enumerate(shape)]) / LN2
    return total


def _allowed(model: Model, place: int, state: int) -> Ints:
    """The levels at which a comparison may be in a state that codes and sketches tell."""
    one = model.spec.comparisons[place]
    size = len(one.levels)
    last = size - 1 if one.levels[-1].test is None else size
    # Two values may be one name, with the separator of its parts and without.
    first = 0 if model.spec.field(one.fields[0]).kind == "name" else 1
    told = {
        STATE.equal: [0],
        STATE.unequal: range(first, size + (last == size)),
        STATE.apart: [last],
        STATE.lacking: [size],
        STATE.any: range(size + 1),
    }
    return np.array(told[state], dtype=np.int64)


def everything(kinds: PairKinds, model: Model) -> Worth:
    """Worth that lets no pair go: for counting patterns."""
    rarest = np.zeros((len(model.spec.comparisons), max((len(one.levels) for one in model.spec.comparisons), default=0) + 1))
    return worth_of(model, kinds, -np.inf, rarest, np.ones(len(rarest)))
