"""Fields that err together: a family that moved, a delivery written by one clerk, a name from another language in every field.

Fellegi-Sunter takes levels to be independent among matches. Where they are not, two errors of one cause count twice, and a pair is doubted too much. The
dependence is a tree over the comparisons (Chow and Liu 1968): each bond is the ratio of how often two levels occur together to how often they would by
chance, and because bonds make no circle, their product is a proper distribution. Found on the pattern histogram, without labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from matching.arrays import Floats, Ints
from matching.estimate.care import together as together_in
from matching.estimate.patterns import Histogram
from matching.model.learned import Bond, Care, Model

AGREES, SPEAKS_FOR, SPEAKS_AGAINST = range(3)
"""Levels in three groups: the strongest; weaker ones that speak for a match; those that speak against."""
HELD = 30.0
"""Pairs that independence counts for."""
CELLS = 4
"""Numbers that a bond adds to the model: it must gain more than Bayes' information criterion asks for them."""
LEAST_GAIN = 0.0005
"""Natural units of information a pair, from which a bond is worth its place in the model."""
LARGEST_GROUP = 5
"""Comparisons that bonds may hold together: what they add at most is worked out for all their states at once."""
MOST = float(np.log(16.0))
"""No bond moves a weight by more than four bits."""


@dataclass(frozen=True)
class Candidate:
    """Two comparisons, how much is gained by their bond, and by group of levels the ratio of together to chance (natural log)."""

    one: int
    two: int
    gain: float
    ratio: Floats


def bonds_of(model: Model, seen: Histogram, matches: Floats, care: Care | None = None) -> tuple[tuple[Bond, ...], float]:
    """The strongest bonds that make no circle, and their gain together (twice the log-likelihood, less what the criterion asks).

    `matches`: how many of each pattern's pairs are matches. `care`: that careless forms explain some of what errs together.
    """
    places = [place for place, one in enumerate(model.spec.comparisons) if not one.fixed and not one.within]
    if model.spec.interactions is not None:
        wanted = [tuple(sorted(map(model.spec.place, pair))) for pair in model.spec.interactions]
        candidates = [candidate(model, seen, matches, (one, two), care) for one, two in wanted]
    else:
        candidates = [candidate(model, seen, matches, (one, two), care) for one, two in combinations(places, 2)]
        total = max(float(matches.sum()), 1.0)
        candidates = [found for found in candidates if found.gain > 0 and found.gain / 2 / total > LEAST_GAIN]
    kept = _tree(candidates, len(model.spec.comparisons))
    return tuple(_bond(model, found) for found in kept), sum(found.gain for found in kept)


def groups_of(model: Model, place: int) -> Ints:
    """The group of each level of a comparison; -1 for missing."""
    one = model.spec.comparisons[place]
    ratio = np.log(model.shared[one.name] / model.stranger[one.name])
    told = np.where(ratio > 0, SPEAKS_FOR, SPEAKS_AGAINST)
    told[0] = AGREES
    return np.append(told, -1)


def candidate(model: Model, seen: Histogram, matches: Floats, pair: tuple[int, ...], care: Care | None) -> Candidate:
    """How often groups of two comparisons occur together among matches, against chance within each kind of pair."""
    one, two = pair
    first, second = groups_of(model, one)[seen.levels[:, one]], groups_of(model, two)[seen.levels[:, two]]
    known = (first >= 0) & (second >= 0)
    kinds = int(seen.kind.max(initial=0)) + 1
    tables = np.zeros((kinds, 3, 3))
    np.add.at(tables, (seen.kind[known], first[known], second[known]), matches[known])
    totals = np.maximum(tables.sum(axis=(1, 2), keepdims=True), 1e-9)
    chance = (tables.sum(axis=2, keepdims=True) * tables.sum(axis=1, keepdims=True) / totals).sum(axis=0)
    if care is not None and {model.spec.comparisons[place].name for place in pair} <= set(care.comparisons):
        chance = _with_care(chance, together_in(care))
    together = tables.sum(axis=0)
    likelier = np.log(np.maximum(together, 1e-9) / np.maximum(chance, 1e-9))
    gain = 2.0 * float((together * np.where(together > 0, likelier, 0.0)).sum()) - CELLS * float(np.log(max(together.sum(), 1.0)))
    share = HELD * chance / max(float(chance.sum()), 1.0)
    ratio = np.log((together + share + 1e-9) / (chance + share + 1e-9))
    ratio = np.clip(ratio, -MOST, MOST)
    # Pairs with errors in both are the first to be taken for strangers: that they are few is no evidence that errors keep apart.
    ratio[1:, 1:] = np.maximum(ratio[1:, 1:], 0.0)
    return Candidate(one, two, gain, ratio)


def _with_care(chance: Floats, factor: float) -> Floats:
    """What chance gives where careless forms make two errors so many times likelier: each comparison by itself stays what it was."""
    expected = chance.copy()
    expected[1:, 1:] = np.minimum(
        chance[1:, 1:] * factor, np.minimum(chance[1:].sum(axis=1)[:, None], chance[:, 1:].sum(axis=0)[None, :]) / 2
    )
    expected[1:, 0] = np.maximum(chance[1:].sum(axis=1) - expected[1:, 1:].sum(axis=1), 1e-9)
    expected[0, 1:] = np.maximum(chance[:, 1:].sum(axis=0) - expected[1:, 1:].sum(axis=0), 1e-9)
    expected[0, 0] = max(chance.sum() - expected[1:].sum() - expected[0, 1:].sum(), 1e-9)
    return expected


def bound_groups(model: Model) -> list[list[int]]:
    """The comparisons that bonds hold together, directly or through others."""
    root = {place: place for bond in model.bonds for place in (model.spec.place(bond.one), model.spec.place(bond.two))}
    for bond in model.bonds:
        one, two = root[model.spec.place(bond.one)], root[model.spec.place(bond.two)]
        root = {place: min(one, two) if top in (one, two) else top for place, top in root.items()}
    return [sorted(place for place in root if root[place] == top) for top in sorted(set(root.values()))]


def _tree(candidates: list[Candidate], comparisons: int) -> list[Candidate]:
    """Kruskal: the candidates of most gain that close no circle and make no group too large."""
    root = list(range(comparisons))

    def top(place: int) -> int:
        while root[place] != place:
            place = root[place]
        return place

    kept = []
    for found in sorted(candidates, key=lambda one: (-one.gain, one.one, one.two)):
        one, two = top(found.one), top(found.two)
        size = sum(top(place) in (one, two) for place in range(comparisons))
        if one != two and size <= LARGEST_GROUP:
            root[max(one, two)] = min(one, two)
            kept.append(found)
    return kept


def _bond(model: Model, found: Candidate) -> Bond:
    """The ratio by level, 0 where one is missing."""
    rows, columns = groups_of(model, found.one), groups_of(model, found.two)
    together = np.where((rows[:, None] >= 0) & (columns[None, :] >= 0), found.ratio[rows[:, None], columns[None, :]], 0.0)
    names = [model.spec.comparisons[place].name for place in (found.one, found.two)]
    return Bond(names[0], names[1], together)
