"""Between tables of pandas and rows of SQLAlchemy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, Table, bindparam, insert, update


def as_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """One dictionary a row, with None where pandas has any kind of missing value."""
    columns = [table[name].astype(object).where(table[name].notna(), None).tolist() for name in table.columns]
    names = [str(name) for name in table.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def read_table(connection: Connection, query: Select[Any]) -> pd.DataFrame:
    """The rows of a query, in its order, as they are: no column is guessed into another type."""
    result = connection.execute(query)
    return pd.DataFrame(result.fetchall(), columns=list(result.keys()), dtype=object)


def insert_rows(connection: Connection, target: Table, table: pd.DataFrame, **constants: Any) -> None:
    """Insert all rows of a table, in batches; `constants` fill a column with one value."""
    if len(table):
        connection.execute(insert(target), as_rows(table.assign(**constants)))


def update_rows(connection: Connection, target: Table, key: str, table: pd.DataFrame) -> None:
    """Update the other columns of `table` where `key` agrees."""
    if table.empty:
        return
    values: Mapping[str, Any] = {name: bindparam(f"new_{name}") for name in table.columns if name != key}
    statement = update(target).where(target.c[key] == bindparam(f"new_{key}")).values(values)
    connection.execute(statement, as_rows(table.add_prefix("new_")))


def now() -> datetime:
    """The moment, with its zone."""
    return datetime.now(UTC)
