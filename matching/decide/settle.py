"""From prepared records to entities: pairs that rules find and people decided, completed inside groups, then decided."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from matching.arrays import Codes, Ints, among
from matching.blocks import pairs_inside
from matching.decide.bindings import Bindings
from matching.decide.deliveries import twin_class
from matching.decide.entities import Entities, entities_of
from matching.decide.groups import connected
from matching.engine import Prepared, Scored, scored, scored_pairs
from matching.estimate.weights import match_weight
from matching.model.learned import Model
from matching.model.limits import limits_of


def met(ready: Prepared, model: Model, told: Callable[[int], None] | None = None) -> tuple[Prepared, Scored]:
    """Every pair that a rule finds and that matters; and `ready`, sharpened."""
    ready, found = scored(ready, model, told)
    return ready, that_matter(found, model)


def that_matter(found: Scored, model: Model) -> Scored:
    """The pairs that reach the floor once the other twin is ruled out."""
    lenient = match_weight(found.total, twin_class(model.spec), 0.0)
    return found.take(lenient >= limits_of(model.spec.costs).floor)


def with_decided(found: Scored, ready: Prepared, model: Model, bindings: Bindings) -> Scored:
    """With every pair that people decided. `ready` must be sharpened."""
    return together(found, scored_pairs(ready, model, *missing_from(found, *bindings.pairs())))


def completed(found: Scored, ready: Prepared, model: Model, bindings: Bindings) -> Scored:
    """With every pair inside a group of records that hang together, found by a rule or not."""
    lenient = bindings.applied(found.first, found.second, match_weight(found.total, twin_class(model.spec), 0.0))
    near = lenient > limits_of(model.spec.costs).link
    groups = connected(len(ready.records), found.first[near], found.second[near])
    return together(found, scored_pairs(ready, model, *missing_from(found, *pairs_inside(groups))))


def settled(found: Scored, ready: Prepared, model: Model, bindings: Bindings) -> Entities:
    """Entities, once the pairs are completed."""
    return entities_of(completed(found, ready, model, bindings), ready.rested(), model, bindings)


def missing_from(found: Scored, first: Codes | Ints, second: Codes | Ints) -> tuple[Ints, Ints]:
    """The pairs that were not found."""
    known = (found.first.astype(np.int64) << 32) | found.second
    wanted = (first.astype(np.int64) << 32) | second.astype(np.int64)
    new = ~among(wanted, known)
    return first[new].astype(np.int64), second[new].astype(np.int64)


def together(one: Scored, two: Scored) -> Scored:
    """Both sets of pairs, in order of (first, second); they must not overlap."""
    if not len(two):
        return one
    whole = {name: np.concatenate([getattr(one, name), getattr(two, name)]) for name in ("first", "second", "pattern", "total")}
    order = np.argsort((whole["first"].astype(np.int64) << 32) | whole["second"], kind="stable")
    return Scored(**{name: values[order] for name, values in whole.items()}, counts=one.counts)
