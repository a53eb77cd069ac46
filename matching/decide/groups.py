"""Connected groups of records."""

from __future__ import annotations

from typing import Any

import numpy as np

from matching.arrays import Codes, Ints
from matching.kernel.compiled import outer


def connected(records: int, first: Codes | Ints, second: Codes | Ints) -> Ints:
    """A label per record: the lowest row of its group, so that labels do not hang on the order of pairs."""
    label = np.arange(records, dtype=np.int64)
    _join(label, first.astype(np.int64), second.astype(np.int64))
    return label


@outer
def _join(label: Any, first: Any, second: Any) -> None:
    """Union by the lowest row, paths halved on the way; in the end every label is a root."""
    for pair in range(len(first)):
        one, two = first[pair], second[pair]
        while label[one] != one:
            label[one] = label[label[one]]
            one = label[one]
        while label[two] != two:
            label[two] = label[label[two]]
            two = label[two]
        if one < two:
            label[two] = one
        elif two < one:
            label[one] = two
    for row in range(len(label)):
        label[row] = label[label[row]]
