"""Which columns a table or view has, as an account may ask that may read it and nothing else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, inspect, literal, select
from sqlalchemy.exc import NoSuchTableError, SQLAlchemyError
from sqlalchemy.sql import column as sql_column
from sqlalchemy.sql import table as sql_table
from sqlalchemy.sql.expression import TableClause

from connectors.driver_errors import code_of

MYSQL = frozenset({"mysql", "mariadb"})


def columns_of(connection: Connection, table: str) -> dict[str, str]:
    """Name -> kind of type, in the view's order; no row is read. Raises NoSuchTableError, and the driver's errors as SQLAlchemy has them."""
    schema, _, name = table.rpartition(".")
    if connection.dialect.name in MYSQL:
        return _of_mysql(connection, schema, name)
    return {column["name"]: str(column["type"]) for column in inspect(connection).get_columns(name, schema=schema or None)}


def _of_mysql(connection: Connection, schema: str, name: str) -> dict[str, str]:
    """SQLAlchemy asks SHOW CREATE TABLE, which needs the right to see how a view is made: a reader has no business with that.

    information_schema shows an account what it may read. Where that is nothing, the view itself is asked, so that the server says why.
    """
    catalogue = sql_table("columns", *map(sql_column, ("table_schema", "table_name")), schema="information_schema")
    asked: Select[Any, Any] = (
        select(sql_column("column_name"), sql_column("column_type"))
        .select_from(catalogue)
        .where(sql_column("table_name") == name, sql_column("table_schema") == (schema or connection.engine.url.database))
        .order_by(sql_column("ordinal_position"))
    )
    found = {str(column): str(kind).upper() for column, kind in connection.execute(asked)}
    if not found:
        _ask(connection, sql_table(name, schema=schema or None))
        raise NoSuchTableError(name)
    return found


def _ask(connection: Connection, table: TableClause) -> None:
    """Raises the server's refusal; that there is no such table is no refusal."""
    try:
        connection.execute(select(literal(1)).select_from(table).limit(0)).close()
    except SQLAlchemyError as error:
        if code_of(error) != "source.missing_table":
            raise
