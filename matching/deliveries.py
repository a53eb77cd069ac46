"""Which records speak of one delivery, and how many babies it had, as any registry tells: what keeps twins apart and duplicates together.

Two unnamed girls of one mother and day are twins if a hospital says that there were two, and one girl reported twice if it says one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matching.comparisons import Comparison
from matching.dictionary import Ints
from matching.features import OrderFeature
from matching.groups import connected
from matching.kinds import Kinds
from matching.model import MATCH, TWIN, Model
from matching.scoring import Scored, with_levels
from matching.weights import posterior

SURE = 0.9
"""Posterior that two records are of one delivery (one birth, or twins) from which they tell each other how many babies there were."""
SAME, SINGLE, PLURAL, DIFFERENT = range(4)
UNKNOWN = 4


@dataclass(frozen=True)
class Deliveries:
    """`group`: a label per record. `babies`: per record, the babies of its delivery, 0 where nothing tells."""

    group: Ints
    babies: Ints


def deliveries_of(scored: Scored, coded: pd.DataFrame) -> Deliveries:
    """Group records by delivery. The number of babies is what records state, or two where two of one registry differ in sex or order."""
    shares = posterior(scored.total)
    sure = shares[:, MATCH] + shares[:, TWIN] >= SURE
    first, second = scored.pairs.first[sure], scored.pairs.second[sure]
    group = connected(len(coded), first, second)
    babies = np.zeros(len(coded), dtype=np.int64)
    np.maximum.at(babies, group, coded["plurality"].to_numpy(np.int64))
    same_registry = coded["registry"].cat.codes.to_numpy()[first] == coded["registry"].cat.codes.to_numpy()[second]
    other = shares[sure][:, TWIN] >= 0.95
    unstated = babies[group[first]] == 0
    np.maximum.at(babies, group[first[same_registry & other & unstated]], 2)
    return Deliveries(group, babies[group])


def informed(scored: Scored, deliveries: Deliveries, comparison: Comparison, model: Model, kinds: Kinds) -> Scored:
    """The pairs once each record knows how many babies its delivery had, whichever registry told."""
    if comparison.feature is not OrderFeature:
        return scored
    column = list(model.comparisons).index(comparison)
    levels = scored.pairs.levels[:, column].copy()
    first, second = scored.pairs.first, scored.pairs.second
    together = deliveries.group[first] == deliveries.group[second]
    babies = deliveries.babies[first]
    open_pairs = together & np.isin(levels, (UNKNOWN, SINGLE))
    levels[open_pairs & (babies == 1)] = SINGLE
    levels[open_pairs & (babies >= 2)] = PLURAL
    return with_levels(scored, model, kinds, comparison, levels)
