"""Codes of small sets, places within a delivery, facilities, and measured numbers."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import numpy as np
import pyarrow as pa

from matching.forms.book import Book
from matching.kernel.hashing import text_keys
from matching.kernel.layout import CODE, QUANTITY
from vocabulary.names import is_missing

MILLIONTHS = 1_000_000
MOST_WHOLE, MOST_MEASURED = 1 << 63, 10**12
"""Numbers from here on are none."""
MOVED = 1 << 61
"""Added to a measured number so that none is 0."""
CREDIT_CODE, HEALTH_CODE = 18, 22
"""Lengths of a unified social credit code (GB 32100) and of a health institution's code (WS 218)."""


def whole_numbers(raw: pa.Array) -> pa.Array:
    """Codes that are whole numbers above 0; null for anything else."""
    return pa.array([_positive(value) for value in raw.to_pylist()], type=pa.int64())


def _positive(value: object) -> int | None:
    told = whole_of(value)
    return told if told > 0 else None


def whole_of(value: object) -> int:
    """The whole part of a number that 63 bits hold, to the last digit; 0 for anything else, infinity too."""
    told = _decimal(value)
    return 0 if told is None or abs(told) >= MOST_WHOLE else int(told)


def _decimal(value: object) -> Decimal | None:
    try:
        told = Decimal(str(value))
    except InvalidOperation:
        return None
    return told if told.is_finite() else None


def derive_codes(values: pa.Array) -> Book:
    """The book of distinct codes."""
    forms = np.zeros((len(values), CODE.width), dtype=np.int64)
    forms[:, CODE.code] = np.asarray(values)
    return Book(forms, CODE.width)


def derive_places(values: pa.Array) -> Book:
    """The book of places within a delivery: `1 + 10 * order + babies` (R2: the order of twins, never among siblings)."""
    told = np.asarray(values, dtype=np.int64) - 1
    return Book(np.column_stack([told + 1, told // 10, told % 10, np.zeros_like(told)]).reshape(-1, CODE.width), CODE.width)


def facilities(raw: pa.Array) -> pa.Array:
    """Facilities as organisations: the nine characters that a credit code and a health institution's code share (domain.md 1.5)."""
    return pa.array(
        [None if text is None or is_missing(text) else _organisation(str(text)) for text in raw.to_pylist()], type=pa.large_string()
    )


def _organisation(text: str) -> str:
    code = "".join(text.split()).upper()
    return code[8:17] if len(code) == CREDIT_CODE else code[:9] if len(code) == HEALTH_CODE else code


def derive_facilities(values: pa.Array) -> Book:
    """The book of distinct facilities."""
    forms = np.zeros((len(values), CODE.width), dtype=np.int64)
    forms[:, CODE.code] = text_keys(values)
    return Book(forms, CODE.width)


def quantities(raw: pa.Array) -> pa.Array:
    """Measured numbers in millionths, moved above 0; null for what is no number."""
    return pa.array([_millionths(value) for value in raw.to_pylist()], type=pa.int64())


def _millionths(value: object) -> int | None:
    told = _decimal(value)
    return None if told is None or abs(told) >= MOST_MEASURED else round(told * MILLIONTHS) + MOVED


def derive_quantities(values: pa.Array) -> Book:
    """The book of distinct measured numbers."""
    return Book(np.asarray(values, dtype=np.int64).reshape(-1, QUANTITY.width).copy(), QUANTITY.width)
