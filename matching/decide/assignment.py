"""Births from entities: sets with at most one entity per registry whose weights add up to the most.

Exact in a component of few entities and between two registries; in a larger one the heaviest pairs join first (Kruskal with a
mask of registries), then single entities move while that gains. The sum weighs every pair in a set, so that a third record
joins when it fits both others better than not.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.arrays import Floats

EXACT_UP_TO = 9
"""Entities in a component searched exhaustively: 21,147 partitions at most, far fewer with one per registry and bounds."""


def best_partition(registry: Sequence[int], gain: Floats) -> list[int]:
    """A label per entity. `gain`: symmetric, what two entities of a set add; -inf keeps them apart. Ties: the earlier entities pair first."""
    if _all_one(registry, gain):
        return [0] * len(registry)
    if len(registry) <= EXACT_UP_TO:
        return _Search(registry, gain).best
    if len(set(registry)) == 2:
        return _two_registries(registry, gain)
    return _improved(registry, gain, _heaviest_first(registry, gain))


def _all_one(registry: Sequence[int], gain: Floats) -> bool:
    """No two of one registry, and no pair that speaks against the set."""
    if len(set(registry)) < len(registry):
        return False
    if len(registry) == 2:
        return bool(gain[0, 1] > 0)
    return bool(((gain > 0) | np.eye(len(registry), dtype=bool)).all())


class _Search:
    """Branch and bound: entities in order join an earlier set that lacks their registry, or open a set of their own."""

    def __init__(self, registry: Sequence[int], gain: Floats) -> None:
        self.registry, self.gain = list(registry), gain.tolist()
        self.best: list[int] = list(range(len(registry)))
        self.best_score = 0.0
        self.hope = self._hopes()
        self._place(0, [], [], 0.0)

    def _hopes(self) -> list[float]:
        """The most that entities from each place on could still add."""
        hopes = [0.0] * (len(self.registry) + 1)
        for place in range(len(self.registry) - 1, -1, -1):
            by_registry: dict[int, float] = {}
            for earlier in range(place):
                code = self.registry[earlier]
                by_registry[code] = max(by_registry.get(code, 0.0), self.gain[place][earlier])
            hopes[place] = hopes[place + 1] + sum(by_registry.values())
        return hopes

    def _place(self, place: int, labels: list[int], sets: list[list[int]], score: float) -> None:
        if score + self.hope[place] <= self.best_score + 1e-9:
            return
        if place == len(self.registry):
            self.best, self.best_score = labels.copy(), score
            return
        for number, members in enumerate(sets):
            if any(self.registry[member] == self.registry[place] for member in members):
                continue
            added = sum(self.gain[place][member] for member in members)
            if added > -np.inf:
                members.append(place)
                self._place(place + 1, [*labels, number], sets, score + added)
                members.pop()
        sets.append([place])
        self._place(place + 1, [*labels, len(sets) - 1], sets, score)
        sets.pop()


def _two_registries(registry: Sequence[int], gain: Floats) -> list[int]:
    """Optimal assignment; a pair that gains nothing is no pair."""
    sides = sorted(set(registry))
    left = [place for place, code in enumerate(registry) if code == sides[0]]
    right = [place for place, code in enumerate(registry) if code == sides[1]]
    from scipy.optimize import linear_sum_assignment  # a third of a second that most runs do not need

    rows, columns = linear_sum_assignment(np.maximum(gain[np.ix_(left, right)], 0), maximize=True)
    labels = list(range(len(registry)))
    for row, column in zip(rows, columns, strict=True):
        if gain[left[row], right[column]] > 0:
            labels[right[column]] = labels[left[row]]
    return labels


def _heaviest_first(registry: Sequence[int], gain: Floats) -> list[int]:
    """Join sets along pairs of falling gain while no registry stands twice and the whole gains."""
    labels = list(range(len(registry)))
    upper = np.argwhere(np.triu(gain, 1) > 0)
    for one, two in sorted(upper.tolist(), key=lambda pair: (-gain[pair[0], pair[1]], pair)):
        set_1 = [place for place, label in enumerate(labels) if label == labels[one]]
        set_2 = [place for place, label in enumerate(labels) if label == labels[two]]
        clash = {registry[place] for place in set_1} & {registry[place] for place in set_2}
        if labels[one] != labels[two] and not clash and gain[np.ix_(set_1, set_2)].sum() > 0:
            for place in set_2:
                labels[place] = labels[one]
    return labels


def _improved(registry: Sequence[int], gain: Floats, labels: list[int]) -> list[int]:
    """Move single entities to the set where they add most, until none moves; each move gains, so that it ends."""
    moved = True
    while moved:
        moved = False
        for place in range(len(registry)):
            options = {max(labels) + 1: 0.0}
            for label in sorted(set(labels)):
                members = [other for other, told in enumerate(labels) if told == label and other != place]
                if members and all(registry[other] != registry[place] for other in members):
                    options[label] = float(sum(gain[place, other] for other in members))
            target = max(options, key=lambda label: (options[label], -label))
            if target != labels[place] and options[target] > options.get(labels[place], 0.0) + 1e-9:
                labels[place], moved = target, True
    return labels
