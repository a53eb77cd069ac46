"""Tables that were released, so that no later one tells what an earlier one hid."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "release",
        sa.Column("release_no", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("audience", sa.String(40), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("release_no", name="pk_release"),
        sa.UniqueConstraint("sha256", name="uq_release_sha256"),
    )


def downgrade() -> None:
    """Back to the one before. What was released is forgotten: later tables are no longer judged beside it."""
    op.drop_table("release")
