"""Duplicates that only a third registry shows: a record left alone because its registry already holds the entity it fits.

Two reports of one girl, one with the sex mistyped, hardly look alike to each other; but both fit the same hospital record, and
only one of them can be its partner. The other is the same girl reported twice, unless it is her twin.
"""

from __future__ import annotations

import numpy as np

from matching.arrays import Bools, Codes, Floats, Ints
from matching.decide.bindings import registry_masks, sharing_registry

RARER = 5.0
"""Bits by which a duplicate is rarer than a first report (0.03 against 0.85 of records): the link must be that much clearer."""
LEAST_ALIKE = -5.0
"""Bits that the two records of one registry must reach: they may differ in a field or two, but not be two children by their own words."""


def adopted(label: Ints, registry: Codes, first: Codes, second: Codes, weight: Floats, threshold: float) -> Ints:
    """Labels once each single-registry entity that fits an entity holding that registry has joined it.

    `weight`: bits with the other twin fully in account, -inf for pairs that people keep apart.
    """
    masks = registry_masks(label, registry)
    several = (masks & (masks - 1)) != 0
    across = registry[first] != registry[second]
    rivals = across & (label[first] != label[second]) & (weight >= threshold + RARER) & sharing_registry(label, registry, first, second)
    unlike = _unlike(label, first, second, weight, ~across)
    home_of = np.arange(len(label), dtype=np.int64)
    moved: set[int] = set()
    rows = np.flatnonzero(rivals)
    for row in rows[np.lexsort((second[rows], first[rows], -weight[rows]))].tolist():
        one, two = int(label[first[row]]), int(label[second[row]])
        orphan, home = (one, two) if not several[one] and masks[one] & masks[two] == masks[one] else (two, one)
        alone = not several[orphan] and masks[orphan] & masks[home] == masks[orphan]
        if alone and not {orphan, home} & moved and (min(one, two), max(one, two)) not in unlike:
            home_of[orphan] = home
            moved.add(orphan)
    return _lowest(home_of[label])


def _unlike(label: Ints, first: Codes, second: Codes, weight: Floats, within: Bools) -> set[tuple[int, int]]:
    """Entities of which two records of one registry are two by their own words, or by a person's decision."""
    rows = np.flatnonzero(within & (weight < LEAST_ALIKE))
    one, two = label[first[rows]], label[second[rows]]
    return set(zip(np.minimum(one, two).tolist(), np.maximum(one, two).tolist(), strict=True))


def _lowest(label: Ints) -> Ints:
    """Each label replaced by the lowest row that has it."""
    lowest = np.full(len(label), len(label), dtype=np.int64)
    np.minimum.at(lowest, label, np.arange(len(label)))
    found: Ints = lowest[label]
    return found
