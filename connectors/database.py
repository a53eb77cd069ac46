"""Rows of a registry's table or view, streamed: the contract's columns only, in one read-only transaction.

Nothing is written at the source, no order is asked of it (a sort of a million rows is its work, not ours), and no more than
CHUNK rows are in memory: the cursor stays at the server.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import NoSuchTableError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.sql import column as sql_column
from sqlalchemy.sql import table as sql_table
from sqlalchemy.sql.expression import ColumnClause

from connectors.blocked_cells import blocked_cells
from connectors.catalogue import columns_of
from connectors.complaints import Complaints
from connectors.driver_errors import code_of, refusal_of
from connectors.mojibake import is_mojibake
from connectors.sources import Database
from connectors.text_columns import NotText, as_text
from vocabulary.block_list import blocked_term
from vocabulary.contracts import Registry
from vocabulary.errors import DeliveryRefused, Fault, Refusal, Unreachable

CHUNK = 20_000
"""Rows a fetch: 13 columns of text are about 25 MB as Python objects; a larger chunk is no faster (measured at 5k, 20k, 100k)."""
CONNECT_SECONDS = 10
READ_ONLY = {
    # One snapshot for the whole stream, and no way to write, whatever the account may do.
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}

SESSION = {
    # Whatever the account may do, this session writes nothing; and a TIMESTAMP, which MySQL tells in the session's zone, is told in China's.
    "mysql": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION time_zone = '+08:00'"),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION time_zone = '+08:00'"),
}
LOOKED_AT = 2_000
"""Rows of a stream's beginning that are looked at for text in a wrong encoding: a column that the database declares wrongly is wrong from the first row."""


def read_table(source: Database, registry: Registry) -> Iterator[pa.Table]:
    """The rows as tables of text columns, in the contract's order of columns.

    Raises Unreachable where trying again may help, DeliveryRefused (every missing column at once) where not.
    """
    where = f"{registry.name} {source.label} {registry.table}"
    refused: Refusal | None = None
    with connected(source, where) as connection:
        try:
            _check_columns(connection, registry, where)
            yield from _stream(connection, registry)
        except NotText as failed:
            refused = DeliveryRefused(Fault("source.undecodable", f"{where} {failed}"))
        except (SQLAlchemyError, UnicodeError, OSError) as error:
            refused = refusal_of(error, where)
    # Raised outside the handler, so that the driver's own message, which may quote a value, is not chained to it.
    if refused is not None:
        raise refused


def blocked_offers(source: Database, registry: Registry) -> tuple[str, ...]:
    """Names of columns that the view offers and the block list forbids. They are not read; the administrator should know."""
    with connected(source, registry.name) as connection:
        try:
            offered = columns_of(connection, registry.table)
        except SQLAlchemyError:
            return ()
        return tuple(name for name in offered if blocked_term(name))


@contextmanager
def connected(source: Database, where: str) -> Iterator[Connection]:
    """A connection that may only read. Raises ConfigurationError, Unreachable."""
    refused: Refusal | None = None
    connection = None
    engine = _engine(make_url(source.url.reveal()), where)
    try:
        connection = engine.connect().execution_options(**READ_ONLY.get(engine.dialect.name, {}))
    except (SQLAlchemyError, UnicodeError, OSError) as error:
        refused = refusal_of(error, where)
    if refused is not None or connection is None:
        engine.dispose()
        raise refused or Unreachable(Fault("source.unreachable", where))
    try:
        yield connection
    finally:
        connection.close()
        engine.dispose()


def _engine(url: URL, where: str) -> Engine:
    if url.get_backend_name() == "sqlite":
        return create_engine(_read_only_file(url, where), poolclass=NullPool, hide_parameters=True)
    timeout = {"connect_timeout": CONNECT_SECONDS} if url.get_backend_name() in {"postgresql", "mysql", "mariadb"} else {}
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=timeout)
    event.listen(engine, "connect", lambda session, _: _prepare(session, SESSION.get(url.get_backend_name(), ())))
    return engine


def _prepare(session: DBAPIConnection, statements: tuple[str, ...]) -> None:
    """Before anything else is asked in a session."""
    cursor = session.cursor()
    for statement in statements:
        cursor.execute(statement)
    cursor.close()


def _read_only_file(url: URL, where: str) -> URL:
    """SQLite makes a new, empty database of a path that does not exist: opened read-only it cannot."""
    path = Path(url.database or "").absolute()
    if not path.is_file():
        raise Unreachable(Fault("source.missing_file", where))
    return URL.create(url.drivername, database=path.as_uri(), query={"mode": "ro", "uri": "true"})


def _check_columns(connection: Connection, registry: Registry, where: str) -> None:
    complaints = Complaints()
    try:
        offered = set(columns_of(connection, registry.table))
    except NoSuchTableError:
        offered = set()
        complaints.add("source.missing_table", where, table=registry.table)
    missing = [name for name in registry.column_names if name not in offered] if offered else []
    for name in missing:
        complaints.add("source.missing_column", f"{where}.{name}", column=name)
    denied = what_is_denied(connection, registry, offered)
    if denied:
        complaints.add(denied, where)
    if complaints:
        raise DeliveryRefused(complaints.faults(where))


def what_is_denied(connection: Connection, registry: Registry, offered: set[str]) -> str | None:
    """The catalogue shows a table's columns to accounts that may not read them, so that a first row is asked for."""
    readable: list[ColumnClause[str]] = [sql_column(name) for name in registry.column_names if name in offered]
    if not readable:
        return None
    try:
        connection.execute(select(*readable).select_from(sql_table(registry.table)).limit(0)).close()
    except SQLAlchemyError as error:
        return code_of(error)
    return None


def _stream(connection: Connection, registry: Registry) -> Iterator[pa.Table]:
    names = registry.column_names
    wanted: list[ColumnClause[str]] = [sql_column(name) for name in names]
    query = select(*wanted).select_from(sql_table(registry.table))
    result = connection.execution_options(stream_results=True, yield_per=CHUNK).execute(query)
    first = True
    for rows in result.partitions():
        columns = zip(*rows, strict=True)
        table = pa.table([as_text(values) for values in columns], names=list(names))
        _refuse_blocked(table, registry)
        if first:
            _refuse_mojibake(table.slice(0, LOOKED_AT), registry)
            first = False
        yield table


def _refuse_blocked(table: pa.Table, registry: Registry) -> None:
    """A view may put a forbidden column under an allowed name; rows have no numbers in a database, so that the column is told."""
    found = dict.fromkeys((name, term) for name, _, term in blocked_cells(table))
    if found:
        raise DeliveryRefused(Fault("delivery.blocked_value", f"{registry.table}.{name}", {"term": term}) for name, term in found)


def _refuse_mojibake(table: pa.Table, registry: Registry) -> None:
    """A legacy table may declare `latin1` and hold GBK: the server then converts, and what comes is Latin letters in place of Chinese."""
    found = [name for name in table.column_names if is_mojibake(text for text in table.column(name).unique().to_pylist() if text)]
    if found:
        raise DeliveryRefused(Fault("source.mojibake", f"{registry.table}.{name}") for name in found)
