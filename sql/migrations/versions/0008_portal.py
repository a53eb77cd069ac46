"""Accounts and logins of the portal, and stewards' readings of pairs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "portal_user",
        sa.Column("user_id", sa.String(40), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("desk", sa.String(80)),
        sa.Column("areas", sa.Text(), nullable=False),
        sa.Column("vouched_by", sa.String(40), nullable=False),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.Text()),
        sa.Column("totp_last", sa.Integer()),
        sa.Column("locale", sa.String(40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True)),
        sa.Column("last_login_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("user_id", name="pk_portal_user"),
    )
    op.create_table(
        "portal_session",
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_portal_session"),
        sa.ForeignKeyConstraint(["user_id"], ["portal_user.user_id"], name="fk_portal_session_user_id"),
    )
    op.create_index("ix_portal_session_user_id", "portal_session", ["user_id"])
    op.create_table(
        "pair_reading",
        sa.Column("task_no", sa.String(16), nullable=False),
        sa.Column("reader", sa.String(40), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("task_no", "reader", name="pk_pair_reading"),
        sa.ForeignKeyConstraint(["task_no"], ["task.task_no"], name="fk_pair_reading_task_no"),
    )
    op.create_index("ix_pair_reading_turn", "pair_reading", ["turn"])
    op.add_column("outcome", sa.Column("answered_by", sa.String(80)))


def downgrade() -> None:
    """Back to the one before. Accounts are lost; what desks answered stays."""
    op.drop_column("outcome", "answered_by")
    op.drop_table("pair_reading")
    op.drop_table("portal_session")
    op.drop_table("portal_user")
