"""Rows on their way into the database: a temporary table, filled by COPY on PostgreSQL, that set operations then work from.

COPY goes into a temporary table and never into one of the state's: PostgreSQL refuses it where rows are secured by area.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, cast

import pandas as pd
import pyarrow as pa
from psycopg import Connection as DriverConnection
from psycopg import Error
from pyarrow import csv
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    FromClause,
    Integer,
    MetaData,
    Table,
    insert,
    literal,
    select,
    text,
    union_all,
)
from sqlalchemy.exc import DBAPIError

ROW_NO = "row_no"
"""The place of a row in what was given, from 0: rows that get a number of their own get it in this order."""
NUMBERS = count()
WORK_MEMORY = "64MB"
"""What a join of staged rows with the state's may take before it goes to disk; PostgreSQL's usual 4 MB hold 50,000 ids."""
FEW = 20
"""Keys that travel inside a statement: for one answer on a page a table of its own would cost more than the work."""
ARROW_TYPES = {Boolean: pa.bool_(), Integer: pa.int64(), Date: pa.date32(), DateTime: pa.timestamp("us", tz="UTC")}


@contextmanager
def staged(connection: Connection, like: Table, rows: pd.DataFrame) -> Iterator[Table]:
    """`rows` as a temporary table, with `row_no` and columns typed as those of the same name of `like`. Gone afterwards."""
    columns = [Column(str(name), like.c[str(name)].type) for name in rows.columns]
    table = Table(f"staged_{next(NUMBERS)}", MetaData(), Column(ROW_NO, Integer), *columns, prefixes=["TEMPORARY"])
    table.create(connection)
    numbered = rows.assign(**{ROW_NO: range(len(rows))})
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL work_mem = '{WORK_MEMORY}'"))
        copy_rows(connection, table, numbered)
        connection.execute(text(f"ANALYZE {table.name}"))
    elif len(rows):
        connection.execute(insert(table), as_rows(numbered))
        # SQLite looks a row up in a subquery by reading the whole table: of 50,000 findings against as many it took 158 seconds.
        connection.execute(text(f"CREATE INDEX temp.{table.name}_key ON {table.name} ({columns[0].name})"))
    yield table
    table.drop(connection)


@contextmanager
def keyed(connection: Connection, like: Table, keys: Mapping[str, Sequence[Any]]) -> Iterator[FromClause]:
    """As `staged`, without `row_no`, for codes by which rows are found (column -> values), none of them missing: a few go along in the statement."""
    many = len(next(iter(keys.values())))
    if not 0 < many <= FEW:
        with staged(connection, like, pd.DataFrame(dict(keys), dtype=object)) as table:
            yield table
        return
    typed = {name: like.c[name].type for name in keys}
    rows = zip(*keys.values(), strict=True)
    yield union_all(
        *(select(*(literal(told, typed[name]).label(name) for name, told in zip(keys, row, strict=True))) for row in rows)
    ).subquery()


def as_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """One dictionary a row, with None where pandas has any kind of missing value."""
    names = [str(name) for name in table.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*(plain(table[name]) for name in table.columns), strict=True)]


def plain(column: pd.Series) -> list[Any]:
    """The values of a column as Python's own, with None where pandas has any kind of missing value."""
    values: list[Any] = column.astype(object).where(column.notna(), None).tolist()
    return values


def copy_rows(connection: Connection, target: Table, rows: pd.DataFrame) -> None:
    """COPY rows in CSV, where a missing value is nothing and an empty text is "". Raises DBAPIError without a value in it."""
    text_of_rows = io.BytesIO()
    arrow = pa.table({str(name): arrow_column(target.c[str(name)], rows[name]) for name in rows.columns})
    csv.write_csv(arrow, text_of_rows, csv.WriteOptions(include_header=False, quoting_style="all_valid"))
    named = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in arrow.column_names)
    command = f"COPY {target.name} ({named}) FROM STDIN (FORMAT csv)"
    driver = cast("DriverConnection[Any]", connection.connection.driver_connection)
    try:
        with driver.cursor() as cursor, cursor.copy(command) as copy:
            copy.write(text_of_rows.getbuffer())
    except Error as error:
        # The server's words repeat the row; its kind does not (rights.md R11).
        quiet = type(error)(f"COPY, {error.sqlstate}")
        raise DBAPIError.instance(command, None, quiet, Error, hide_parameters=True, dialect=connection.dialect) from None


def arrow_column(column: Column[Any], values: pd.Series) -> pa.Array:
    """Values in the type that their column has in the database. Raises pyarrow.ArrowException for what is not of it."""
    if isinstance(column.type, JSON):
        return pa.array(as_json(plain(values)), pa.string())
    wanted = next((arrow for kind, arrow in ARROW_TYPES.items() if isinstance(column.type, kind)), pa.string())
    return pa.array(values, wanted, from_pandas=True)


def as_json(values: Iterable[Any]) -> list[str | None]:
    """Each value as JSON; a missing one is missing, not `null`."""
    return [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
