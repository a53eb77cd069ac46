"""The shapes that this package's arrays have."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Letters = npt.NDArray[np.uint32]
Levels = npt.NDArray[np.int8]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

NOTHING = -1
"""The code of a missing value."""


def distinct(values: Ints) -> Ints:
    """Ascending, each once. numpy's own `unique` hashes integers, which takes ten times as long on tens of millions."""
    ordered = np.sort(values)
    if not len(ordered):
        return ordered
    found: Ints = ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])]
    return found


def among(values: Ints, ordered: Ints) -> Bools:
    """Which values are among others that are in ascending order; numpy's own `isin` hashes."""
    if not len(ordered):
        return np.zeros(len(values), dtype=bool)
    place = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    found: Bools = ordered[place] == values
    return found
