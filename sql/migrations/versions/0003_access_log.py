"""Who looked at named rows, when and why; and receipts of what was deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from sql.guards import guard, unguard

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CODE, HASH = sa.String(40), sa.String(64)
GENESIS = "0" * 64

# What the database itself refuses: a change, a removal that no entry of the log vouches for, an entry that does not follow the last.
COVERED = "EXISTS (SELECT 1 FROM access_log WHERE look = 'log_shortened' AND item_count >= OLD.entry_no)"
FOLLOWS = f"""NEW.entry_no = COALESCE((SELECT MAX(entry_no) FROM access_log), 0) + 1
    AND NEW.previous_hash = COALESCE((SELECT entry_hash FROM access_log ORDER BY entry_no DESC LIMIT 1), '{GENESIS}')"""
GUARDS = {
    ("access_log", "UPDATE"): "FALSE",
    ("access_log", "DELETE"): COVERED,
    ("access_log", "INSERT"): FOLLOWS,
    ("purge_receipt", "UPDATE"): "FALSE",
    ("purge_receipt", "DELETE"): "FALSE",
}


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "access_log",
        sa.Column("entry_no", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("role", CODE, nullable=False),
        sa.Column("look", CODE, nullable=False),
        sa.Column("purpose", CODE, nullable=False),
        sa.Column("run_id", HASH),
        sa.Column("subject", sa.String(160)),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("content_sha256", HASH, nullable=False),
        sa.Column("previous_hash", HASH, nullable=False),
        sa.Column("entry_hash", HASH, nullable=False),
        sa.PrimaryKeyConstraint("entry_no", name="pk_access_log"),
    )
    op.create_index("ix_access_log_look", "access_log", ["look"])
    op.create_table(
        "purge_receipt",
        sa.Column("receipt_no", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("receipt_hash", HASH, nullable=False),
        sa.PrimaryKeyConstraint("receipt_no", name="pk_purge_receipt"),
    )
    for (table, action), allowed in GUARDS.items():
        guard(table, action, allowed, f"{table} is append-only")
    if op.get_bind().dialect.name == "postgresql":
        for table in ("access_log", "purge_receipt"):
            guard(table, "TRUNCATE", "FALSE", f"{table} is append-only")


def downgrade() -> None:
    """Back to the one before: who looked is forgotten."""
    for table, action in GUARDS:
        unguard(table, action)
    for table in ("purge_receipt", "access_log"):
        if op.get_bind().dialect.name == "postgresql":
            unguard(table, "TRUNCATE")
        op.drop_table(table)
