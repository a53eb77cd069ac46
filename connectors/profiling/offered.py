"""What a source offers, by name: the contract's columns that are there, those that are not, and names that the contract does not know.

Of a database the catalogue is asked, of a file its first rows: no cell of a column that the contract does not name is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.exc import NoSuchTableError, SQLAlchemyError

from connectors import database
from connectors.catalogue import columns_of
from connectors.complaints import Complaints
from connectors.delimited import lines_of
from connectors.driver_errors import refusal_of
from connectors.headers import SEARCHED_ROWS, Header, complain_of_blocked, find_header, names_of, place_of, printable
from connectors.sheet_body import Row, is_blank
from connectors.sources import Database
from connectors.workbook import sheets_of
from connectors.workbook_safety import complain_of_compound, kind_of
from vocabulary.block_list import blocked_term
from vocabulary.contracts import Registry
from vocabulary.errors import DeliveryRefused, Fault, Refusal

BLOCKED = frozenset({"delivery.blocked_column", "delivery.blocked_value"})
"""What refuses a delivery whole, and a profile of it too (rights.md R1)."""


@dataclass(frozen=True)
class Offer:
    """`columns`: contract column -> kind of database type ("" in files). `strangers`: (place, name) that the contract does not know.

    `blocked`: names that a view offers and the block list forbids; they are left where they are.
    """

    columns: dict[str, str]
    strangers: tuple[tuple[str, str], ...] = ()
    blocked: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    by_file: bool = False

    def missing(self, registry: Registry) -> tuple[str, ...]:
        """The contract's columns that are not there."""
        return tuple(name for name in registry.column_names if name not in self.columns)


def offered_columns(source: Database, where: str, table: str) -> dict[str, str]:
    """Name -> type of every column of a table or view, from the catalogue; no row is read.

    Raises Unreachable or DeliveryRefused.
    """
    refused: Refusal | None = None
    with database.connected(source, where) as connection:
        try:
            return columns_of(connection, table)
        except NoSuchTableError:
            refused = DeliveryRefused(Fault("source.missing_table", where, {"table": table}))
        except (SQLAlchemyError, UnicodeError, OSError) as error:
            refused = refusal_of(error, where)
    raise refused


def tables_of(source: Database, where: str) -> tuple[str, ...]:
    """Names of all tables and views. Raises Unreachable or DeliveryRefused."""
    refused: Refusal | None = None
    with database.connected(source, where) as connection:
        try:
            catalogue = inspect(connection)
            return (*catalogue.get_table_names(), *catalogue.get_view_names())
        except (SQLAlchemyError, UnicodeError, OSError) as error:
            refused = refusal_of(error, where)
    raise refused


def database_offer(source: Database, registry: Registry) -> Offer:
    """What a view has of the contract. Raises Unreachable, or DeliveryRefused where it is not there."""
    where = f"{registry.name} {source.label} {registry.table}"
    found = offered_columns(source, where, registry.table)
    blocked = tuple(name for name in found if blocked_term(name))
    columns = {name: found[name] for name in registry.column_names if name in found}
    strangers = tuple((registry.table, name) for name in found if name not in columns and name not in blocked)
    return Offer(columns, strangers, blocked)


def file_offer(files: Iterable[Path], registry: Registry) -> Offer:
    """What the headers of a delivery have of the contract: a column counts as there when every table of it has it.

    Raises DeliveryRefused for a blocked name, whatever else there is.
    """
    complaints = Complaints()
    headers = list(_headers(files, registry, complaints))
    faults = complaints.faults(registry.name)
    if blocked := [fault for fault in faults if fault.code in BLOCKED]:
        raise DeliveryRefused(blocked)
    found = [set(header.columns.values()) for _, header in headers]
    whole = set.intersection(*found) if found else set()
    strangers = [
        (place_of(place, header.row, position), printable(text))
        for place, header in headers
        for position, text in header.texts.items()
        if position not in header.columns
    ]
    return Offer({name: "" for name in registry.column_names if name in whole}, tuple(strangers), (), faults, by_file=True)


def _headers(files: Iterable[Path], registry: Registry, complaints: Complaints) -> Iterator[tuple[str, Header]]:
    for path in files:
        for place, head in heads_of(path, registry, complaints):
            header, _ = find_header(head, registry, place, complaints)
            if header is not None:
                yield place, header


def heads_of(path: Path, registry: Registry, complaints: Complaints) -> Iterator[tuple[str, list[Row]]]:
    """The first rows of every table in a file, each with its place; what cannot be read is noted."""
    complain_of_blocked(1, [path.name], "file name", complaints)
    kind = kind_of(path)
    if kind == "compound":
        complain_of_compound(path, path.name, complaints)
    elif kind == "workbook":
        for sheet in sheets_of(path, path.name, complaints):
            yield sheet.place, _head(sheet.rows)
    else:
        lines = lines_of(path, path.name, names_of(registry), complaints)
        if lines is not None:
            yield path.name, _head(lines)


def _head(rows: Iterable[Row]) -> list[Row]:
    return list(islice((row for row in rows if not is_blank(row[1])), SEARCHED_ROWS))


def reduced(registry: Registry, present: Iterable[str]) -> Registry:
    """The contract without the columns that are not there, so that the connectors read what is. `present` is not empty."""
    names = set(present)
    columns = tuple(column for column in registry.columns if column.name in names)
    return replace(
        registry,
        columns=columns,
        key=registry.key if registry.key in names else columns[0].name,
        headers={alias: name for alias, name in registry.headers.items() if name in names},
        record_fields={name: fields for name, fields in registry.record_fields.items() if name in names},
    )


def readable(source: Database, registry: Registry, where: str) -> list[Fault]:
    """Whether this account may read the view's columns: asked for no row of them. Raises Unreachable."""
    with database.connected(source, where) as connection:
        denied = database.what_is_denied(connection, registry, set(registry.column_names))
    return [Fault(denied, where)] if denied else []
