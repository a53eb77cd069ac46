"""Front door of `hedui secure-database`: roles, rights and rows by area, on the owner's connection."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from sql.database import bring_up_to_date, driver_url, engine_of, reachable
from sql.roles import grants, statements, views
from sql.tables import METADATA
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.settings import Settings

NOT_PERMITTED = "42501"


def securing() -> list[str]:
    """Every statement, in order."""
    numbered = {table.name: column.name for table in METADATA.sorted_tables if (column := table.autoincrement_column) is not None}
    return list(statements(list(METADATA.tables), numbered))


def secure(settings: Settings) -> list[str] | None:
    """Bring the schema up to date and secure it; the roles that there are. None on SQLite, which has no roles. Raises ConfigurationError."""
    if driver_url(settings.database.reveal()).get_backend_name() != "postgresql":
        return None
    try:
        with reachable():
            connection = engine_of(settings).connect()
        with connection, connection.begin():
            for name in views():
                connection.execute(text(f"DROP VIEW IF EXISTS {name}"))  # a migration may change what stands under it
            bring_up_to_date(connection)
            for statement in securing():
                connection.execute(text(statement))
        return [f"hedui_{role}" for role in grants()]
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != NOT_PERMITTED:
            raise
    raise ConfigurationError(Fault("role.may_not_be_made", "HEDUI_DATABASE"))
