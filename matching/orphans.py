"""Duplicates that only a third registry shows: a record left alone because its registry already holds the birth it fits.

Two reports of one girl, one with the sex mistyped, hardly look alike to each other; but both fit the same hospital record, and
only one of them can be its partner. The other is the same girl reported twice, unless it is her twin.
"""

from __future__ import annotations

import numpy as np

from matching.decisions import sharing_registry
from matching.dictionary import Bools, Floats, Ints

RARER = 5.0
"""Bits by which a duplicate is rarer than a first report (0.03 against 0.85 of records): the link must be that much clearer."""
LEAST_ALIKE = -5.0
"""Bits that the two records of one registry must reach: they may differ in a field or two, but not be two children by their own words."""


def adopted(birth: Ints, registry: Ints, first: Ints, second: Ints, weight: Floats, threshold: float) -> Ints:
    """Labels once each single-registry birth that fits a birth holding that registry has joined it.

    `weight`: bits with the other twin fully in account, -inf for pairs that people keep apart.
    """
    masks, several = _registries(birth, registry)
    across = registry[first] != registry[second]
    rivals = across & (birth[first] != birth[second]) & (weight >= threshold + RARER) & sharing_registry(birth, registry, first, second)
    unlike = _unlike(birth, first, second, weight, ~across)
    joined = birth.copy()
    moved: set[int] = set()
    for row in np.flatnonzero(rivals)[np.lexsort((second[rivals], first[rivals], -weight[rivals]))]:
        one, two = int(birth[first[row]]), int(birth[second[row]])
        orphan, home = (one, two) if not several[one] and masks[one] & masks[two] == masks[one] else (two, one)
        alone = not several[orphan] and masks[orphan] & masks[home] == masks[orphan]
        if alone and not {orphan, home} & moved and (min(one, two), max(one, two)) not in unlike:
            joined[birth == orphan] = home
            moved.add(orphan)
    return _lowest(joined)


def _registries(birth: Ints, registry: Ints) -> tuple[Ints, Bools]:
    """Per birth label: the registries it holds as bits, and whether they are several."""
    masks = np.zeros(len(birth), dtype=np.int64)
    np.bitwise_or.at(masks, birth, np.int64(1) << np.minimum(registry, 62))
    several: Bools = (masks & (masks - 1)) != 0
    return masks, several


def _unlike(birth: Ints, first: Ints, second: Ints, weight: Floats, within: Bools) -> set[tuple[int, int]]:
    """Births of which two records of one registry are two children by their own words, or by a person's decision."""
    rows = np.flatnonzero(within & (weight < LEAST_ALIKE))
    one, two = birth[first[rows]], birth[second[rows]]
    return set(zip(np.minimum(one, two).tolist(), np.maximum(one, two).tolist(), strict=True))


def _lowest(label: Ints) -> Ints:
    """Each label replaced by the lowest row that has it."""
    lowest = np.full(len(label), len(label), dtype=np.int64)
    np.minimum.at(lowest, label, np.arange(len(label)))
    found: Ints = lowest[label]
    return found
