"""Alembic's entry: run by `sql.database` with an open connection, or by `alembic -c sql/alembic.ini` on HEDUI_DATABASE."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from sql.tables import METADATA


def migrate(connection: Connection) -> None:
    """Bring the schema to the wanted revision, in the caller's transaction where there is one."""
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=connection.dialect.name == "sqlite")
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    from sql.database import engine_of
    from vocabulary.settings import Settings

    with engine_of(Settings.from_environment()).begin() as opened:
        migrate(opened)
