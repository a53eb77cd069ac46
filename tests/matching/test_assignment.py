"""Births by assignment: one entity per registry, the most that can be had."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.decide.assignment import EXACT_UP_TO, _heaviest_first, _improved, best_partition


def value(labels, registry, gain):
    total = 0.0
    for one in range(len(labels)):
        for two in range(one):
            if labels[one] == labels[two]:
                assert registry[one] != registry[two], "a birth held two entities of one registry"
                total += gain[one, two]
    return total


def partitions(size):
    if size == 0:
        yield []
        return
    for earlier in partitions(size - 1):
        for label in range(max(earlier, default=-1) + 2):
            yield [*earlier, label]


@st.composite
def components(draw, largest):
    size = draw(st.integers(2, largest))
    registry = draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
    cells = draw(st.lists(st.integers(-12, 30), min_size=size * size, max_size=size * size))
    gain = np.array(cells, dtype=float).reshape(size, size)
    return registry, (gain + gain.T) / 2


@given(components(6))
@settings(max_examples=150, deadline=None)
def test_a_small_component_is_solved_exactly(component):
    registry, gain = component
    best = 0.0
    for labels in partitions(len(registry)):
        clash = any(labels[a] == labels[b] and registry[a] == registry[b] for a in range(len(labels)) for b in range(a))
        if not clash:
            best = max(best, value(labels, registry, gain))
    assert abs(value(best_partition(registry, gain), registry, gain) - best) < 1e-6


@given(components(14))
@settings(max_examples=60, deadline=None)
def test_a_large_component_never_breaks_the_rule_and_never_does_worse_than_nothing(component):
    registry, gain = component
    labels = _improved(registry, gain, _heaviest_first(registry, gain))
    assert value(labels, registry, gain) >= 0


def test_two_registries_are_an_assignment_problem_however_large():
    size = EXACT_UP_TO + 3
    registry = [0] * size + [1] * size
    gain = np.full((2 * size, 2 * size), -5.0)
    for place in range(size):
        gain[place, size + place] = gain[size + place, place] = 5.0
        other = size + (place + 1) % size
        gain[place, other] = gain[other, place] = 5.5  # each alone would rather have its neighbour's: all can
    labels = best_partition(registry, gain)
    assert value(labels, registry, gain) == 5.5 * size


def test_a_pair_kept_apart_stays_apart_even_through_a_third():
    gain = np.array([[0, 20, -np.inf], [20, 0, 15], [-np.inf, 15, 0]])
    assert best_partition([0, 1, 2], gain) == [0, 0, 1]


def test_a_third_record_joins_when_it_fits_both_better_than_not():
    joins = np.array([[0, 20, 10.0], [20, 0, -3], [10, -3, 0]])
    stays = np.array([[0, 20, 10.0], [20, 0, -12], [10, -12, 0]])
    assert best_partition([0, 1, 2], joins) == [0, 0, 0]
    assert best_partition([0, 1, 2], stays) == [0, 0, 1]
