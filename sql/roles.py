"""Roles on PostgreSQL: who may do what (roles.toml), as SQL for the owner and as the role under which a transaction runs."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from sql.acting import STAGE
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.settings import Settings

WHERE = "HEDUI_DATABASE_ROLE"
BY_STAGE = "stages"
"""The setting under which each stage takes its own role, one login being a member of all."""
TAKES_ROWS_ALONG = ("INSERT", "UPDATE")
FUNCTIONS = {
    "hedui_areas() RETURNS text[]": (
        "SELECT coalesce(array_agg(area), '{}') FROM unnest(string_to_array(current_setting('hedui.areas', true), ',')) AS area "
        "WHERE area ~ '^[0-9]{2,12}$'"
    ),
    "hedui_covers(areas text) RETURNS boolean": (
        "SELECT cardinality(hedui_areas()) > 0 AND NOT EXISTS "
        "(SELECT FROM unnest(string_to_array(areas, ',')) AS area WHERE NOT area ^@ ANY (hedui_areas()))"
    ),
    "hedui_reaches(desk text) RETURNS boolean": (
        "SELECT cardinality(hedui_areas()) > 0 AND (split_part(desk, '-', 1) NOT IN ('registration_desk', 'senior_officer', 'data_steward') "
        "OR split_part(desk, '-', 2) ^@ ANY (hedui_areas()))"
    ),
}
"""The areas that the session speaks for; whether they cover all of some (what no area is written of, they cover); and whether they hold a
desk: one of a township or county lies somewhere, a registry's unit is no area."""


@cache
def table_of_rights() -> dict[str, Any]:
    """roles.toml."""
    return tomllib.loads((Path(__file__).parent / "roles.toml").read_text(encoding="utf-8"))


def grants() -> dict[str, dict[str, list[str]]]:
    """Role -> table -> rights."""
    told: dict[str, dict[str, list[str]]] = table_of_rights()["grants"]
    return told


def group_of(role: str) -> str | None:
    """Whose rows a role sees: `night`, `page`, or None for one whose tables name nobody."""
    return next((group for group, roles in table_of_rights()["by_area"].items() if role in roles), None)


def take_role(connection: Connection, settings: Settings, desk: str | None = None) -> None:
    """Go on, for this transaction, under the role that the installation names, for its areas and, on a page, for one desk.

    Raises ConfigurationError.
    """
    if settings.database_role is None:
        return
    if connection.dialect.name != "postgresql":
        raise ConfigurationError(Fault("role.needs_postgresql", WHERE))
    role = STAGE.get() if settings.database_role == BY_STAGE else settings.database_role
    if role not in grants():
        raise ConfigurationError(Fault("role.unknown", WHERE, {"known": ", ".join([BY_STAGE, *grants()])}))
    if group_of(role) and not settings.area:
        raise ConfigurationError(Fault("role.without_area", "HEDUI_AREA", {"role": f"hedui_{role}"}))
    try:
        connection.execute(text(f"SET LOCAL ROLE hedui_{role}"))
    except DBAPIError:
        refused = Fault("role.not_granted", WHERE, {"role": f"hedui_{role}"})
    else:
        speaks_for = text("SELECT set_config('hedui.areas', :areas, true), set_config('hedui.desk', :desk, true)")
        connection.execute(speaks_for, {"areas": ",".join(settings.area), "desk": desk or ""})
        return
    raise ConfigurationError(refused)


def views() -> dict[str, str]:
    """Name -> query of every view that may be exported."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parent / "exports").glob("*.sql"))}


def statements(known: Sequence[str], numbered: Mapping[str, str]) -> Iterator[str]:
    """The SQL that makes a database so, whatever stood before. `known` are its tables; `numbered`: table -> column that numbers its rows."""
    yield "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield "DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$"
    for head, body in FUNCTIONS.items():
        yield f"CREATE OR REPLACE FUNCTION {head} LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$ {body} $$"
    for name, query in views().items():
        yield f"CREATE OR REPLACE VIEW {name} WITH (security_barrier) AS {query}"
    for role in grants():
        yield from rights_of(role, {*known, *views()}, numbered)
    for table in known:
        yield from policies_of(table)


def rights_of(role: str, known: Collection[str], numbered: Mapping[str, str]) -> Iterator[str]:
    """One role, made where it is not yet, with its rights and no others."""
    name = f"hedui_{role}"
    made = f"IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN CREATE ROLE {name} NOLOGIN NOINHERIT; END IF;"
    yield f"DO $$ BEGIN {made} END $$"
    for kind in ("TABLES", "SEQUENCES"):
        yield f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM {name}"
    yield f"GRANT USAGE ON SCHEMA public TO {name}"
    yield f"GRANT SELECT ON alembic_version TO {name}"
    for table, rights in grants()[role].items():
        if table not in known:
            continue
        yield f"GRANT {', '.join(rights)} ON {table} TO {name}"
        if table in numbered and "INSERT" in rights:
            sequence = f"pg_get_serial_sequence('{table}', '{numbered[table]}')"
            yield f"DO $$ BEGIN EXECUTE format('GRANT USAGE ON SEQUENCE %s TO {name}', {sequence}); END $$"
    if any(right.startswith(TAKES_ROWS_ALONG) for rights in grants()[role].values() for right in rights):
        yield f"DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO {name}', current_database()); END $$"


def policies_of(table: str) -> Iterator[str]:
    """Rows by area, where a table names persons. The owner is not bound: a backup holds every row."""
    told = {group: rows[table] for group, rows in table_of_rights()["rows"].items() if table in rows}
    if not told:
        return
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    for group, rows in told.items():
        roles = ", ".join(f"hedui_{role}" for role in table_of_rights()["by_area"][group])
        yield f"DROP POLICY IF EXISTS hedui_{group} ON {table}"
        yield f"CREATE POLICY hedui_{group} ON {table} TO {roles} USING ({rows})"
