"""Distinct texts as they are compared: most speak for themselves and are told by their letters; only the rest go through Python, one by one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.arrays import Bools, Ints, Letters
from matching.kernel.hashing import letters_of


def canonical_texts(raw: pa.Array, plain: Callable[[Letters, Ints], Bools], rule: Callable[[str], str | None]) -> pa.Array:
    """Each text under the rule; `plain` says which texts the rule would leave as they are."""
    texts = raw.cast(pa.large_string())
    letters, starts = letters_of(texts)
    odd = np.flatnonzero(~plain(letters, starts) | np.asarray(texts.is_null()))
    if not len(odd):
        return texts
    told = [None if text is None else rule(text) for text in texts.take(pa.array(odd)).to_pylist()]
    mask = np.zeros(len(texts), dtype=bool)
    mask[odd] = True
    return pc.replace_with_mask(texts, pa.array(mask), pa.array(told, type=pa.large_string()))
