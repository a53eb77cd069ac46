"""Connected groups of records."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from matching.dictionary import Ints


def connected(records: int, first: Ints, second: Ints) -> Ints:
    """A label per record: the lowest row of its group, so that labels do not hang on the order of pairs."""
    if not len(first):
        return np.arange(records, dtype=np.int64)
    graph = coo_array((np.ones(len(first), dtype=np.int8), (first, second)), shape=(records, records))
    _, labels = connected_components(graph, directed=False)
    lowest = np.full(labels.max() + 1, records, dtype=np.int64)
    np.minimum.at(lowest, labels, np.arange(records))
    found: Ints = lowest[labels]
    return found
