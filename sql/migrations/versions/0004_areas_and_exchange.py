"""Where tasks go when townships merge, who did what to a finding, pairs drawn for judging, and files exchanged with other counties."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from sql.guards import guard, unguard

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID, CODE, RECORD_ID, TASK_NO, DESK = sa.String(64), sa.String(40), sa.String(255), sa.String(16), sa.String(80)
ONLY_APPENDED = ("finding_event", "former_desk")
UNIQUE, UNIQUE_BEFORE = ["finding_id", "run_id", "event", "actor"], ["finding_id", "run_id", "event"]


def upgrade() -> None:
    """To this revision; steps that stand were taken by nobody in particular."""
    with op.batch_alter_table("finding_event") as event:
        event.add_column(sa.Column("actor", DESK, nullable=False, server_default=""))
        event.drop_constraint("uq_finding_event_finding_id", type_="unique")
        event.create_unique_constraint("uq_finding_event_finding_id", UNIQUE)
    op.create_table(
        "former_desk",
        sa.Column("task_no", TASK_NO, nullable=False),
        sa.Column("desk", DESK, nullable=False),
        sa.Column("moved_run_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("task_no", "desk", name="pk_former_desk"),
        sa.ForeignKeyConstraint(["task_no"], ["task.task_no"], name="fk_former_desk_task_no"),
        sa.ForeignKeyConstraint(["moved_run_id"], ["run.run_id"], name="fk_former_desk_moved_run_id"),
    )
    op.create_table(
        "sampled_pair",
        sa.Column("registry_left", CODE, nullable=False),
        sa.Column("record_id_left", RECORD_ID, nullable=False),
        sa.Column("registry_right", CODE, nullable=False),
        sa.Column("record_id_right", RECORD_ID, nullable=False),
        sa.Column("linked", sa.Boolean(), nullable=False),
        sa.Column("drawn_run_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("registry_left", "record_id_left", "registry_right", "record_id_right", name="pk_sampled_pair"),
        sa.ForeignKeyConstraint(["drawn_run_id"], ["run.run_id"], name="fk_sampled_pair_drawn_run_id"),
    )
    op.create_table(
        "exchange_file",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_exchange_file"),
    )
    for table in ONLY_APPENDED:  # a history grows; what it says of the past is never changed
        guard(table, "UPDATE", "FALSE", "a history is only appended to")


def downgrade() -> None:
    """Back to the one before: who did what, former desks, drawn pairs and exchanged files are lost."""
    for table in ONLY_APPENDED:
        unguard(table, "UPDATE")
    for name in ("exchange_file", "sampled_pair", "former_desk"):
        op.drop_table(name)
    with op.batch_alter_table("finding_event") as event:
        event.drop_constraint("uq_finding_event_finding_id", type_="unique")
        event.drop_column("actor")
        event.create_unique_constraint("uq_finding_event_finding_id", UNIQUE_BEFORE)
