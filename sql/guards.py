"""Triggers by which the database itself refuses to change a history, on both dialects. Migrations make them; once released, they stay as they are."""

from __future__ import annotations

from alembic import op

RETURNED = {"UPDATE": "NEW", "DELETE": "OLD", "INSERT": "NEW"}


def guard(table: str, action: str, allowed: str, words: str) -> None:
    """A trigger that refuses an action, with these words, but where `allowed` holds."""
    name = f"{table}_{action.lower()}"
    if op.get_bind().dialect.name == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        op.execute(f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW WHEN NOT ({allowed}) {refuse}")
        return
    body = f"BEGIN IF NOT ({allowed}) THEN RAISE EXCEPTION '{words}'; END IF; RETURN {RETURNED.get(action, 'NULL')}; END"
    op.execute(f"CREATE FUNCTION {name}_guard() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    each = "STATEMENT" if action == "TRUNCATE" else "ROW"
    op.execute(f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}_guard()")


def unguard(table: str, action: str) -> None:
    """Without that trigger."""
    name = f"{table}_{action.lower()}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {name}")
        return
    op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(f"DROP FUNCTION {name}_guard()")
