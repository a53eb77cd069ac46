"""The tables of the portal: who may log in, who is logged in, and what stewards read. No row names a child."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, DateTime, ForeignKey, Index, Integer, String, Table, Text

from sql.metadata import CODE, METADATA

USER_ID = String(40)

# One row an account, closed ones too: the access log speaks of them. `areas`: prefixes of division codes, separated by commas.
# `password_hash` is empty for one whom another service vouches for (`vouched_by`: oidc, ldap); `totp_secret` is encrypted.
PORTAL_USER = Table(
    "portal_user",
    METADATA,
    Column("user_id", USER_ID, primary_key=True),
    Column("role", CODE, nullable=False),
    Column("desk", String(80)),
    Column("areas", Text, nullable=False),
    Column("vouched_by", CODE, nullable=False),
    Column("password_hash", String(200)),
    Column("must_change", Boolean, nullable=False),
    Column("totp_secret", Text),
    Column("totp_last", Integer),
    Column("locale", CODE, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    Column("failed_count", Integer, nullable=False),
    Column("locked_until", DateTime(timezone=True)),
    Column("last_login_at", DateTime(timezone=True)),
)

# One row a login. The token itself is in the browser only; here is its SHA-256. `complete` is false until the second factor is given.
PORTAL_SESSION = Table(
    "portal_session",
    METADATA,
    Column("token_sha256", String(64), primary_key=True),
    Column("user_id", USER_ID, ForeignKey("portal_user.user_id"), nullable=False, index=True),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("complete", Boolean, nullable=False),
)

# One row a steward's reading of a pair: the first (turn 1), whose answer counts, and a blind second one (turn 2) of a sample.
PAIR_READING = Table(
    "pair_reading",
    METADATA,
    Column("task_no", String(16), ForeignKey("task.task_no"), primary_key=True),
    Column("reader", USER_ID, primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("code", CODE, nullable=False),
    Column("read_on", Date, nullable=False),
    Index("ix_pair_reading_turn", "turn"),
)
