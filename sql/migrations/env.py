"""Alembic's entry: run by `sql.database` with an open connection, or by `alembic -c sql/alembic.ini` on HEDUI_DATABASE."""

from __future__ import annotations

import sys

from alembic import context
from sqlalchemy import Connection

from sql.tables import METADATA
from vocabulary.errors import ConfigurationError, Fault


def migrate(connection: Connection) -> None:
    """Bring the schema to the wanted revision, in the caller's transaction where there is one."""
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=connection.dialect.name == "sqlite")
    with context.begin_transaction():
        context.run_migrations()


def refuse_a_step_back() -> None:
    """On the command line there is no downgrade: it would delete what people did. Ends the process with words."""
    asked = getattr(context.config.cmd_opts, "cmd", (None,))[0]
    if getattr(asked, "__name__", None) == "downgrade":
        refused = ConfigurationError(Fault("state.no_downgrade", "alembic downgrade"))
        print(refused.text(), file=sys.stderr)  # noqa: T201 - this is a command
        sys.exit(refused.exit_code)


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    refuse_a_step_back()
    from sql.database import engine_of
    from vocabulary.settings import Settings

    with engine_of(Settings.from_environment()).begin() as opened:
        migrate(opened)
