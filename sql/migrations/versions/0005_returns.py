"""Monthly returns: what was assembled, judged, signed and sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID, CODE, RETURN_ID = sa.String(64), sa.String(40), sa.String(16)


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "monthly_return",
        sa.Column("return_id", RETURN_ID, nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(500)),
        sa.Column("assembled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True)),
        sa.Column("manifest_sha256", sa.String(64)),
        sa.PrimaryKeyConstraint("return_id", name="pk_monthly_return"),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name="fk_monthly_return_run_id"),
        sa.UniqueConstraint("month", "version", name="uq_monthly_return_month"),
    )
    op.create_table(
        "return_answer",
        sa.Column("answer_id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("return_id", RETURN_ID, nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("answer", CODE, nullable=False),
        sa.Column("answered_by", sa.String(80), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("through", CODE, nullable=False),
        sa.Column("reason", sa.String(500)),
        sa.PrimaryKeyConstraint("answer_id", name="pk_return_answer"),
        sa.ForeignKeyConstraint(["return_id"], ["monthly_return.return_id"], name="fk_return_answer_return_id"),
    )
    op.create_index("ix_return_answer_return_id", "return_answer", ["return_id"])


def downgrade() -> None:
    """Back to the one before: who approved what is lost; sealed returns stay on disk with their manifests."""
    op.drop_table("return_answer")
    op.drop_table("monthly_return")
