"""Groups of records that must be decided together, and can be decided without looking at any other."""

from __future__ import annotations

import numpy as np

from matching.arrays import Bools, Ints
from matching.decide.bindings import Bindings
from matching.decide.deliveries import SURE, twin_class
from matching.decide.groups import connected
from matching.engine import Scored
from matching.estimate.weights import match_weight, posterior
from matching.model.learned import Model
from matching.model.limits import limits_of


def components(found: Scored, records: int, model: Model, bindings: Bindings) -> Ints:
    """A label per record: the lowest row of its component.

    Two records are in one component if a chain of pairs joins them of which each may be linked or reviewed once the other twin is ruled out, is surely of
    one delivery, or was decided by a person. Whatever is decided of a record depends on its component alone: an incremental night and Spark rest on it.
    """
    bound = near(found, model) | bindings.bound(found.first, found.second) | bindings.barred(found.first, found.second)
    return connected(records, found.first[bound], found.second[bound])


def near(found: Scored, model: Model) -> Bools:
    """Which pairs bind two records into one component, whatever people decided."""
    twins = twin_class(model.spec)
    told: Bools = match_weight(found.total, twins, 0.0) >= limits_of(model.spec.costs).review
    if twins > 0:
        shares = posterior(found.total)
        told |= shares[:, 0] + shares[:, twins] >= SURE
    return told


def inside(found: Scored, rows: Ints, records: int) -> Scored:
    """The pairs of some records among themselves, by their places in `rows` (ascending)."""
    place = np.full(records, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    first, second = place[found.first], place[found.second]
    kept = np.flatnonzero((first >= 0) & (second >= 0))
    return Scored(first[kept].astype(np.int32), second[kept].astype(np.int32), found.pattern[kept], found.total[kept])
