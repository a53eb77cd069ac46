"""Tables of any database, read as Arrow for linking: only the columns that a model asks for, in pieces, without writing anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy import NullPool, create_engine, inspect, select
from sqlalchemy.exc import NoSuchTableError, SQLAlchemyError
from sqlalchemy.sql import column as sql_column
from sqlalchemy.sql import table as sql_table

from sql.database import driver_url
from vocabulary.errors import ConfigurationError, Fault, Unreachable
from vocabulary.settings import Secret

CHUNK = 50_000
"""Rows a fetch."""


def read_table(url: Secret, name: str, columns: Sequence[str]) -> pa.Table:
    """The columns that a table or view (`name` or `schema.name`) has of those asked for, as texts.

    Raises ConfigurationError where there is no such table, Unreachable where the database gives no answer.
    """
    schema, _, table = name.rpartition(".")
    engine = create_engine(driver_url(url.reveal()), poolclass=NullPool, hide_parameters=True)
    try:
        there = {column["name"] for column in inspect(engine).get_columns(table, schema=schema or None)}
        wanted = [column for column in columns if column in there]
        query: Any = select(*(sql_column(column) for column in wanted)).select_from(sql_table(table, schema=schema or None))
        with engine.connect().execution_options(stream_results=True, max_row_buffer=CHUNK) as connection:
            parts = [_texts(wanted, rows) for rows in connection.execute(query).partitions(CHUNK)]
    except NoSuchTableError:
        raise ConfigurationError(Fault("link.table_missing", table)) from None
    except SQLAlchemyError:
        raise Unreachable(Fault("link.database", table)) from None
    return pa.concat_tables(parts) if parts else _texts(wanted, [])


def _texts(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> pa.Table:
    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    arrays = [pa.array([None if value is None else str(value) for value in one], type=pa.string()) for one in values]
    return pa.table(dict(zip(columns, arrays, strict=True)))
