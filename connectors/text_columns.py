"""Values of a database driver as text: exactly what was stored, dates and times in ISO form, in Asia/Shanghai where a zone is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa

from vocabulary.dates import CHINA


class NotText(ValueError):
    """A stored value has no reading as text. Holds the position in the column only."""

    def __init__(self, position: int) -> None:
        self.position = position
        super().__init__(f"value {position} of the column is not text")


def as_text(values: Sequence[object]) -> pa.Array:
    """A column of any driver's values as strings; None stays null. Raises NotText.

    Whole columns of text, numbers or dates (nearly all) are converted by Arrow: a tenth of the time of a Python loop.
    """
    try:
        column = pa.array(values, from_pandas=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeError, OverflowError):
        column = None
    if column is not None:
        if pa.types.is_string(column.type):
            return column
        if pa.types.is_null(column.type) or pa.types.is_integer(column.type) or pa.types.is_date32(column.type):
            return column.cast(pa.string())
    return pa.array([_written_at(position, value) for position, value in enumerate(values)], pa.string())


def _written_at(position: int, value: object) -> str | None:
    try:
        text = written(value)
        if text is not None:
            text.encode("utf-8")  # a lone surrogate is half a character: it cannot be kept
        return text
    except UnicodeError:
        failed = position
    raise NotText(failed)


def written(value: object) -> str | None:
    """One value as text. Raises UnicodeDecodeError for bytes that are not UTF-8."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        local = value.astimezone(CHINA).replace(tzinfo=None) if value.tzinfo else value
        return local.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (float, Decimal)):
        return written_number(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("utf-8")
    return str(value)


def written_number(value: float | Decimal) -> str:
    """Digits without exponent: 1.1e17 is `110000000000000000`, as far as the number still knows them; 3.0 is `3`."""
    exact = Decimal(repr(value)) if isinstance(value, float) else value
    if not exact.is_finite():
        return str(exact)
    return format(exact.quantize(Decimal(1)) if exact == exact.to_integral_value() and exact.adjusted() < 27 else exact, "f")
