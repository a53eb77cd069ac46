"""The first state: nights, deliveries, births, decisions, findings with their history, tasks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID, CODE, RECORD_ID = sa.String(64), sa.String(40), sa.String(255)


def upgrade() -> None:
    """To this revision."""
    create_nights()
    create_births()
    create_findings()
    create_tasks()


def create_nights() -> None:
    """Nights and what each registry delivered to them."""
    op.create_table(
        "run",
        sa.Column("run_id", ID, nullable=False),
        sa.Column("night_no", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("status", CODE, nullable=False),
        sa.Column("exit_code", sa.Integer()),
        sa.Column("checksums", sa.JSON()),
        sa.PrimaryKeyConstraint("run_id", name="pk_run"),
        sa.UniqueConstraint("night_no", name="uq_run_night_no"),
    )
    op.create_index("ix_run_as_of", "run", ["as_of"])
    op.create_table(
        "delivery",
        sa.Column("run_id", ID, nullable=False),
        sa.Column("registry", CODE, nullable=False),
        sa.Column("delivery_id", sa.String(128)),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("accepted_count", sa.Integer()),
        sa.Column("manifest", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "registry", name="pk_delivery"),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name="fk_delivery_run_id"),
    )


def create_births() -> None:
    """Which birth each record belongs to, and what people decided about pairs."""
    op.create_table(
        "birth_record",
        sa.Column("registry", CODE, nullable=False),
        sa.Column("record_id", RECORD_ID, nullable=False),
        sa.Column("birth_id", ID, nullable=False),
        sa.Column("first_run_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("registry", "record_id", name="pk_birth_record"),
        sa.ForeignKeyConstraint(["first_run_id"], ["run.run_id"], name="fk_birth_record_first_run_id"),
    )
    op.create_index("ix_birth_record_birth_id", "birth_record", ["birth_id"])
    op.create_table(
        "decision",
        sa.Column("registry_left", CODE, nullable=False),
        sa.Column("record_id_left", RECORD_ID, nullable=False),
        sa.Column("registry_right", CODE, nullable=False),
        sa.Column("record_id_right", RECORD_ID, nullable=False),
        sa.Column("decision", CODE, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("registry_left", "record_id_left", "registry_right", "record_id_right", name="pk_decision"),
    )


def create_findings() -> None:
    """Findings, and every step of their lives."""
    op.create_table(
        "finding",
        sa.Column("finding_id", ID, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("birth_id", ID),
        sa.Column("registry", CODE),
        sa.Column("record_id", RECORD_ID),
        sa.Column("field", CODE),
        sa.Column("other_registry", CODE),
        sa.Column("other_record_id", RECORD_ID),
        sa.Column("division_code", sa.String(12)),
        sa.Column("due_stage", sa.Integer()),
        sa.Column("evidence", sa.Text()),
        sa.Column("status", CODE, nullable=False),
        sa.Column("first_run_id", ID, nullable=False),
        sa.Column("last_run_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("finding_id", name="pk_finding"),
        sa.ForeignKeyConstraint(["first_run_id"], ["run.run_id"], name="fk_finding_first_run_id"),
        sa.ForeignKeyConstraint(["last_run_id"], ["run.run_id"], name="fk_finding_last_run_id"),
    )
    op.create_index("ix_finding_birth_id", "finding", ["birth_id"])
    op.create_index("ix_finding_status", "finding", ["status"])
    op.create_table(
        "finding_event",
        sa.Column("event_id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("finding_id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("event", CODE, nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_finding_event"),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.finding_id"], name="fk_finding_event_finding_id"),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name="fk_finding_event_run_id"),
        sa.UniqueConstraint("finding_id", "run_id", "event", name="uq_finding_event_finding_id"),
    )


def create_tasks() -> None:
    """The numbers by which desks speak of findings."""
    op.create_table(
        "task",
        sa.Column("task_no", sa.String(16), nullable=False),
        sa.Column("finding_id", ID, nullable=False),
        sa.Column("desk", sa.String(80), nullable=False),
        sa.Column("issued_run_id", ID, nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("task_no", name="pk_task"),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.finding_id"], name="fk_task_finding_id"),
        sa.ForeignKeyConstraint(["issued_run_id"], ["run.run_id"], name="fk_task_issued_run_id"),
        sa.UniqueConstraint("finding_id", "desk", name="uq_task_finding_id"),
    )
    op.create_index("ix_task_desk", "task", ["desk"])


def downgrade() -> None:
    """Back to nothing: the history of findings is lost."""
    for table in ("task", "finding_event", "finding", "decision", "birth_record", "delivery", "run"):
        op.drop_table(table)
