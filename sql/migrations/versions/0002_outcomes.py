"""Answers of desks: what they said, whom they bind, and why a pair was decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CODE, TASK_NO = sa.String(40), sa.String(16)


def upgrade() -> None:
    """To this revision; decisions that stand keep standing, without a reason."""
    op.create_table(
        "outcome",
        sa.Column("outcome_id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("task_no", TASK_NO, nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("list_as_of", sa.Date()),
        sa.Column("registered_on", sa.Date()),
        sa.Column("station", sa.String(30)),
        sa.Column("division_code", sa.String(12)),
        sa.Column("note", sa.String(50)),
        sa.PrimaryKeyConstraint("outcome_id", name="pk_outcome"),
        sa.ForeignKeyConstraint(["task_no"], ["task.task_no"], name="fk_outcome_task_no"),
    )
    op.create_index("ix_outcome_task_no", "outcome", ["task_no"])
    op.create_table(
        "bound_record",
        sa.Column("registry", CODE, nullable=False),
        sa.Column("record_id", sa.String(255), nullable=False),
        sa.Column("effect", CODE, nullable=False),
        sa.Column("task_no", TASK_NO, nullable=False),
        sa.PrimaryKeyConstraint("registry", "record_id", "effect", name="pk_bound_record"),
        sa.ForeignKeyConstraint(["task_no"], ["task.task_no"], name="fk_bound_record_task_no"),
    )
    with op.batch_alter_table("decision") as decision:
        decision.add_column(sa.Column("reason", sa.String(50)))
        decision.add_column(sa.Column("task_no", TASK_NO))
        decision.create_foreign_key("fk_decision_task_no", "task", ["task_no"], ["task_no"])


def downgrade() -> None:
    """Back to the one before: answers and reasons are lost, decisions stay."""
    with op.batch_alter_table("decision") as decision:
        decision.drop_constraint("fk_decision_task_no", type_="foreignkey")
        decision.drop_column("task_no")
        decision.drop_column("reason")
    op.drop_table("bound_record")
    op.drop_table("outcome")
