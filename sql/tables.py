"""The tables of the state: what people and nights did, as against the snapshots, which say what was so."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from sql.metadata import CODE, ID, METADATA, RECORD_ID
from sql.portal_tables import PAIR_READING, PORTAL_SESSION, PORTAL_USER

__all__ = ["METADATA", "PAIR_READING", "PORTAL_SESSION", "PORTAL_USER"]

# One row a night. `night_no` is the order in which nights were opened, which `as_of` is not: a past day may be run again.
# `area`: the division codes that it serves, separated by commas.
RUN = Table(
    "run",
    METADATA,
    Column("run_id", ID, primary_key=True),
    Column("night_no", Integer, nullable=False, unique=True),
    Column("as_of", Date, nullable=False, index=True),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    Column("status", CODE, nullable=False),
    Column("exit_code", Integer),
    Column("checksums", JSON(none_as_null=True)),
    Column("area", Text),
)

# One row a registry, or a county's part of one, and night. `accepted_count` is set once expectations found it fit: that makes it the last good one.
# `county` is empty for a registry that comes whole.
DELIVERY = Table(
    "delivery",
    METADATA,
    Column("run_id", ID, ForeignKey("run.run_id"), primary_key=True),
    Column("registry", CODE, primary_key=True),
    Column("county", String(6), primary_key=True, server_default=""),
    Column("delivery_id", String(128)),
    Column("row_count", Integer, nullable=False),
    Column("accepted_count", Integer),
    Column("manifest", JSON, nullable=False),
)

# One row a record that any night has linked: the births keep their ids because of it.
BIRTH_RECORD = Table(
    "birth_record",
    METADATA,
    Column("registry", CODE, primary_key=True),
    Column("record_id", RECORD_ID, primary_key=True),
    Column("birth_id", ID, nullable=False, index=True),
    Column("first_run_id", ID, ForeignKey("run.run_id"), nullable=False, index=True),
)

# One row a pair that a person decided: the decision that stands, with its reason. It binds later nights.
DECISION = Table(
    "decision",
    METADATA,
    Column("registry_left", CODE, primary_key=True),
    Column("record_id_left", RECORD_ID, primary_key=True),
    Column("registry_right", CODE, primary_key=True),
    Column("record_id_right", RECORD_ID, primary_key=True),
    Column("decision", CODE, nullable=False),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    Column("reason", String(50)),
    Column("task_no", String(16), ForeignKey("task.task_no")),
)

# One row a problem, ever: it is closed, never deleted.
FINDING = Table(
    "finding",
    METADATA,
    Column("finding_id", ID, primary_key=True),
    Column("kind", CODE, nullable=False),
    Column("birth_id", ID, index=True),
    Column("registry", CODE),
    Column("record_id", RECORD_ID),
    Column("field", CODE),
    Column("other_registry", CODE),
    Column("other_record_id", RECORD_ID),
    Column("division_code", String(12)),
    Column("due_stage", Integer),
    Column("evidence", Text),
    Column("status", CODE, nullable=False, index=True),
    Column("first_run_id", ID, ForeignKey("run.run_id"), nullable=False),
    Column("last_run_id", ID, ForeignKey("run.run_id"), nullable=False),
)

# One row a step in the life of a finding. Append-only. `actor`: the night, or the desk whose answer it was.
FINDING_EVENT = Table(
    "finding_event",
    METADATA,
    Column("event_id", Integer, primary_key=True, autoincrement=True),
    Column("finding_id", ID, ForeignKey("finding.finding_id"), nullable=False),
    Column("run_id", ID, ForeignKey("run.run_id"), nullable=False, index=True),
    Column("event", CODE, nullable=False),
    Column("actor", String(80), nullable=False, server_default=""),
    Column("happened_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("finding_id", "run_id", "event", "actor"),
)

# One row a finding and desk that it was given to. `task_no` is all that a paper list shows of either.
TASK = Table(
    "task",
    METADATA,
    Column("task_no", String(16), primary_key=True),
    Column("finding_id", ID, ForeignKey("finding.finding_id"), nullable=False),
    Column("desk", String(80), nullable=False),
    Column("issued_run_id", ID, ForeignKey("run.run_id"), nullable=False),
    Column("issued_on", Date, nullable=False),
    UniqueConstraint("finding_id", "desk"),
    Index("ix_task_desk", "desk"),
)

# One row an answer that was taken: what a desk said of a task, and from which list. Append-only. `answered_by`: the account, on a page.
OUTCOME = Table(
    "outcome",
    METADATA,
    Column("outcome_id", Integer, primary_key=True, autoincrement=True),
    Column("task_no", String(16), ForeignKey("task.task_no"), nullable=False, index=True),
    Column("code", CODE, nullable=False),
    Column("answered_on", Date, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("file_sha256", String(64), nullable=False),
    Column("list_as_of", Date),
    Column("registered_on", Date),
    Column("station", String(30)),
    Column("division_code", String(12)),
    Column("note", String(50)),
    Column("answered_by", String(80)),
)

# One row a record of a child about whom an answer said: leave in peace, or protected. By record, since births may be told anew.
BOUND_RECORD = Table(
    "bound_record",
    METADATA,
    Column("registry", CODE, primary_key=True),
    Column("record_id", RECORD_ID, primary_key=True),
    Column("effect", CODE, primary_key=True),
    Column("task_no", String(16), ForeignKey("task.task_no"), nullable=False),
)

# One row a look at named rows, by whom and why, with the hash of the row before (rights.md R7). The database refuses to change one.
# Numbers have no gap; a removed beginning is vouched for by a later row.
ACCESS_LOG = Table(
    "access_log",
    METADATA,
    Column("entry_no", Integer, primary_key=True, autoincrement=False),
    Column("happened_at", DateTime(timezone=True), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("role", CODE, nullable=False),
    Column("look", CODE, nullable=False, index=True),
    Column("purpose", CODE, nullable=False),
    Column("run_id", ID),
    Column("subject", String(160)),
    Column("item_count", Integer, nullable=False),
    Column("content_sha256", String(64), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("entry_hash", String(64), nullable=False),
)

# One row a purge: what was deleted and what is left, without anybody's value. Append-only, in the database as well.
PURGE_RECEIPT = Table(
    "purge_receipt",
    METADATA,
    Column("receipt_no", Integer, primary_key=True, autoincrement=False),
    Column("as_of", Date, nullable=False),
    Column("purged_at", DateTime(timezone=True), nullable=False),
    Column("lines", JSON, nullable=False),
    Column("receipt_hash", String(64), nullable=False),
)

# One row a task and desk that it was with before that desk's township was merged into another. Append-only.
FORMER_DESK = Table(
    "former_desk",
    METADATA,
    Column("task_no", String(16), ForeignKey("task.task_no"), primary_key=True),
    Column("desk", String(80), primary_key=True),
    Column("moved_run_id", ID, ForeignKey("run.run_id"), nullable=False),
)

# One row a pair drawn at random for a steward to judge, whatever the model says of it. `linked`: what it said then.
SAMPLED_PAIR = Table(
    "sampled_pair",
    METADATA,
    Column("registry_left", CODE, primary_key=True),
    Column("record_id_left", RECORD_ID, primary_key=True),
    Column("registry_right", CODE, primary_key=True),
    Column("record_id_right", RECORD_ID, primary_key=True),
    Column("linked", Boolean, nullable=False),
    Column("drawn_run_id", ID, ForeignKey("run.run_id"), nullable=False),
)

# One row an exchange file of another county that was taken. The children in it lie in $HEDUI_HOME/exchange/, never here.
EXCHANGE_FILE = Table(
    "exchange_file",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("county", String(6), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("returned", Integer, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
)

# One row a monthly return, by month and version. `parts` are the digests of what was judged; a sealed one never changes.
MONTHLY_RETURN = Table(
    "monthly_return",
    METADATA,
    Column("return_id", String(16), primary_key=True),
    Column("month", String(7), nullable=False),
    Column("version", Integer, nullable=False),
    Column("run_id", ID, ForeignKey("run.run_id"), nullable=False),
    Column("status", CODE, nullable=False),
    Column("content_sha256", String(64), nullable=False),
    Column("parts", JSON, nullable=False),
    Column("reason", String(500)),
    Column("assembled_at", DateTime(timezone=True), nullable=False),
    Column("sealed_at", DateTime(timezone=True)),
    Column("manifest_sha256", String(64)),
    UniqueConstraint("month", "version"),
)

# One row an answer to a return: who said yes or no to exactly this content, when and why. Append-only.
RETURN_ANSWER = Table(
    "return_answer",
    METADATA,
    Column("answer_id", Integer, primary_key=True, autoincrement=True),
    Column("return_id", String(16), ForeignKey("monthly_return.return_id"), nullable=False, index=True),
    Column("content_sha256", String(64), nullable=False),
    Column("answer", CODE, nullable=False),
    Column("answered_by", String(80), nullable=False),
    Column("answered_at", DateTime(timezone=True), nullable=False),
    Column("through", CODE, nullable=False),
    Column("reason", String(500)),
)

# One row a table that left hedui, with what was shown and what was hidden of it, so that no later one tells it. Append-only, and confidential.
RELEASE = Table(
    "release",
    METADATA,
    Column("release_no", Integer, primary_key=True, autoincrement=True),
    Column("name", String(80), nullable=False),
    Column("audience", CODE, nullable=False),
    Column("released_at", DateTime(timezone=True), nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("content", JSON, nullable=False),
)
