"""Duplicates that only a third registry shows: a record left alone because its registry already holds the entity it fits.

Two reports of one girl, one with the sex mistyped, hardly look alike to each other; but both fit the same hospital record, and
only one of them can be its partner. The other is the same girl reported twice, unless it is her twin.
"""

from __future__ import annotations

import numpy as np

from matching.arrays import Bools, Codes, Floats, Ints
from matching.decide.bindings import registry_masks, sharing_registry
from matching.engine import Prepared, Scored
from matching.model.learned import Model

ONE_CHILD = 0.0
"""Bits from which the two records of one registry may be one: by their own words one child at least as likely as two of a delivery."""
LEAST_RARER, MOST_RARER = 2.0, 9.0


def rarer(ready: Prepared, model: Model) -> Floats:
    """Per registry, the bits by which a second record of an entity is rarer than a first one: the link must be that much clearer."""
    names = ready.records.registries
    rates = np.array([[model.rates_of((min(one, two), max(one, two)))[0] for two in names] for one in names]).reshape(
        len(names), len(names)
    )
    within = np.diag(rates)
    across = (rates.sum(axis=1) - within) / max(len(rates) - 1, 1)
    bits: Floats = np.clip(np.log2(np.maximum(across, 1e-9) / np.maximum(within, 1e-9)), LEAST_RARER, MOST_RARER)
    return bits


def adopted(label: Ints, registry: Codes, scored: Scored, weight: Floats, own_words: Floats, clear: Floats) -> Ints:
    """Labels once each single-registry entity that fits an entity holding that registry has joined it.

    `weight`: bits with the other twin fully in account. `own_words`: bits of one child against two of a delivery, by what the two records say
    themselves. Both are -inf for pairs that people keep apart. `clear`: by registry of the record left alone, the bits that a pair must reach.
    """
    first, second = scored.first, scored.second
    masks = registry_masks(label, registry)
    several = (masks & (masks - 1)) != 0
    across = registry[first] != registry[second]
    rivals = (
        across & (label[first] != label[second]) & (weight >= clear.min(initial=np.inf)) & sharing_registry(label, registry, first, second)
    )
    unlike = _unlike(label, first, second, own_words, ~across)
    home_of = np.arange(len(label), dtype=np.int64)
    moved: set[int] = set()
    rows = np.flatnonzero(rivals)
    for row in rows[np.lexsort((second[rows], first[rows], -weight[rows]))].tolist():
        one, two = int(label[first[row]]), int(label[second[row]])
        orphan, home = (one, two) if not several[one] and masks[one] & masks[two] == masks[one] else (two, one)
        alone = not several[orphan] and masks[orphan] & masks[home] == masks[orphan] and weight[row] >= clear[registry[orphan]]
        if alone and not {orphan, home} & moved and (min(one, two), max(one, two)) not in unlike:
            home_of[orphan] = home
            moved.add(orphan)
    return _lowest(home_of[label])


def _unlike(label: Ints, first: Codes, second: Codes, own_words: Floats, within: Bools) -> set[tuple[int, int]]:
    """Entities of which two records of one registry are two by their own words, or by a person's decision."""
    rows = np.flatnonzero(within & (own_words < ONE_CHILD))
    one, two = label[first[rows]], label[second[rows]]
    return set(zip(np.minimum(one, two).tolist(), np.maximum(one, two).tolist(), strict=True))


def _lowest(label: Ints) -> Ints:
    """Each label replaced by the lowest row that has it."""
    lowest = np.full(len(label), len(label), dtype=np.int64)
    np.minimum.at(lowest, label, np.arange(len(label)))
    found: Ints = lowest[label]
    return found
