"""Two expectations that Great Expectations does not have: the check digit of identity numbers, and dates as offices write them.

They run on pandas, and the check digit on PostgreSQL too, so that an administrator can run it beside the source.
Import this module before a suite that names them is loaded.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import sqlalchemy as sa
from great_expectations.execution_engine import PandasExecutionEngine, SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import ColumnMapMetricProvider, column_condition_partial

from expectations.reading import read_days, read_moments
from vocabulary.contracts import ColumnKind
from vocabulary.identity import CHECK_CHARACTERS, WEIGHTS

EIGHTEEN: Final = r"^[0-9]{17}[0-9X]$"
TRUNCATED: Final = "000"
"""A spreadsheet keeps 15 digits and writes 000 after them: another fault with another cure (domain.md 1.1)."""


def check_digits_hold(numbers: pd.Series) -> pd.Series:
    """Whether each number keeps ISO 7064 MOD 11-2; true for what has no check digit to hold (other forms, spreadsheet damage)."""
    codes, distinct = pd.factorize(numbers)
    texts = pd.Series(distinct, dtype=object).astype(str)
    judged = (texts.str.fullmatch(EIGHTEEN) & ~texts.str.endswith(TRUNCATED)).to_numpy(dtype=bool)
    holds = np.ones(len(texts), dtype=bool)
    if judged.any():
        characters = np.array([list(text) for text in texts[judged]])
        remainders = (characters[:, :17].astype(np.int64) @ np.array(WEIGHTS)) % len(CHECK_CHARACTERS)
        holds[judged] = np.array(list(CHECK_CHARACTERS))[remainders] == characters[:, 17]
    return pd.Series(np.where(codes < 0, True, np.append(holds, True)[codes]), index=numbers.index)


def check_digits_hold_in_sql(column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """The same as a condition of PostgreSQL."""
    text = sa.cast(column, sa.Text)
    judged = sa.and_(text.op("~")(EIGHTEEN), sa.not_(text.like(f"%{TRUNCATED}")))
    weighted = [sa.cast(sa.func.substr(text, place, 1), sa.Integer) * weight for place, weight in enumerate(WEIGHTS, start=1)]
    total = sum(weighted[1:], start=weighted[0])
    expected = sa.func.substr(CHECK_CHARACTERS, total % len(CHECK_CHARACTERS) + 1, 1)
    # CASE, because PostgreSQL may evaluate both sides of an OR and would fail to cast a letter.
    return sa.case((judged, expected == sa.func.substr(text, 18, 1)), else_=sa.true())


class IdentityCheckDigit(ColumnMapMetricProvider):
    """Row by row: does the check digit hold?"""

    condition_metric_name = "column_values.identity_check_digit"

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, **kwargs: Any) -> pd.Series:  # noqa: N805 - a metric is called with its class
        return check_digits_hold(column)

    @column_condition_partial(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, column: sa.ColumnElement[str], **kwargs: Any) -> sa.ColumnElement[bool]:  # noqa: N805 - a metric is called with its class
        return check_digits_hold_in_sql(column)


class ExpectIdentityNumbersToHoldTheirCheckDigit(ColumnMapExpectation):
    """Citizen identity numbers end in the character that ISO 7064 MOD 11-2 gives for the seventeen before it (GB 11643-1999)."""

    map_metric = "column_values.identity_check_digit"
    description: str | None = "Identity numbers must hold their check digit (GB 11643-1999)."


class ReadableDate(ColumnMapMetricProvider):
    """Row by row: is this a date, however an office wrote it?"""

    condition_metric_name = "column_values.readable_date"
    condition_value_keys = ("kind",)

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, kind: str, **kwargs: Any) -> pd.Series:  # noqa: N805 - a metric is called with its class
        read = read_moments if kind == ColumnKind.MOMENT else read_days
        return read(column).notna()


class ExpectColumnValuesToBeReadableDates(ColumnMapExpectation):
    """Every value can be read as a day or, with kind `moment`, as a day and time. Pandas only."""

    kind: str = ColumnKind.DAY.value
    map_metric = "column_values.readable_date"
    description: str | None = "Values must be readable as dates, however an office wrote them."
    success_keys = ("kind", "mostly")
