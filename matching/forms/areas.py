"""What is derived of each distinct division code: the village, township, county and prefecture it lies in (GB/T 2260, GB/T 10114)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from matching.forms.book import Book
from matching.kernel.layout import AREA
from vocabulary.areas import trimmed

DIGITS = {AREA.village: 12, AREA.township: 9, AREA.county: 6, AREA.prefecture: 4}


def canonical(raw: pa.Array) -> pa.Array:
    """Codes without spaces; null where nothing but digits is not what stands there."""
    told = [None if text is None else str(text).strip() for text in raw.to_pylist()]
    return pa.array([text if text and text.isascii() and text.isdigit() else None for text in told], type=pa.large_string())


def derive(values: pa.Array) -> Book:
    """The book of distinct codes: a level that a code does not tell (it ends in zeros) is none."""
    forms = np.zeros((len(values), AREA.width), dtype=np.int64)
    for row, text in enumerate(values.to_pylist()):
        told = trimmed(text)
        for column, digits in DIGITS.items():
            if len(told) >= digits:
                forms[row, column] = int(told[:digits])
    return Book(forms, AREA.width)
