"""What a night and a desk look up among a million findings; and for which area each night was opened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEXES = {"birth_record": "first_run_id", "finding_event": "run_id"}
ROOM = 50
"""Percent of a page that a new finding fills: every night writes `last_run_id`, in place where there is room (PostgreSQL's HOT)."""


def upgrade() -> None:
    """To this revision; nights of before served whatever area asks."""
    for table, column in INDEXES.items():
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.add_column("run", sa.Column("area", sa.Text()))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE finding SET (fillfactor = {ROOM})")


def downgrade() -> None:
    """Back to the one before."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE finding RESET (fillfactor)")
    with op.batch_alter_table("run") as run:
        run.drop_column("area")
    for table, column in INDEXES.items():
        op.drop_index(f"ix_{table}_{column}", table)
