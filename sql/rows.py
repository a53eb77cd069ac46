"""Between tables of pandas and rows of SQLAlchemy."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Insert, Select, Table, insert, literal, select, update

from sql.staging import ROW_NO, as_rows, staged

__all__ = ["as_rows", "insert_count", "insert_rows", "now", "read_table", "staged", "update_rows"]


def read_table(connection: Connection, query: Select[Any]) -> pd.DataFrame:
    """The rows of a query, in its order, as they are: no column is guessed into another type."""
    result = connection.execute(query)
    return pd.DataFrame(result.fetchall(), columns=list(result.keys()), dtype=object)


def insert_rows(connection: Connection, target: Table, table: pd.DataFrame, **constants: Any) -> None:
    """Insert all rows of a table, in its order; `constants` fill a column with one value."""
    if table.empty:
        return
    with staged(connection, target, table) as rows:
        copied = [rows.c[str(name)] for name in table.columns]
        fixed = [literal(value, target.c[name].type) for name, value in constants.items()]
        query = select(*copied, *fixed).order_by(rows.c[ROW_NO])
        connection.execute(insert(target).from_select([*table.columns, *constants], query))


def insert_count(connection: Connection, statement: Insert) -> int:
    """Insert what a query gives; how many rows that were."""
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount


def update_rows(connection: Connection, target: Table, key: str | list[str], table: pd.DataFrame, **constants: Any) -> None:
    """Update the other columns of `table`, one row a key, where `key` agrees; `constants` as in `insert_rows`."""
    if table.empty:
        return
    keys = [key] if isinstance(key, str) else key
    with staged(connection, target, table) as rows:
        values = {str(name): rows.c[str(name)] for name in table.columns if name not in keys} | constants
        connection.execute(update(target).where(*(target.c[name] == rows.c[name] for name in keys)).values(values))


def now() -> datetime:
    """The moment, with its zone."""
    return datetime.now(UTC)
