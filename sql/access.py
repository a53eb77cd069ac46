"""The access log: every look at named rows, append-only, each entry holding the hash of the one before (rights.md R7)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from sql.database import LOG_LOCK, one_at_a_time, writing
from sql.rows import now
from sql.tables import ACCESS_LOG
from vocabulary.access import Actor, Look, LookKind, Purpose
from vocabulary.settings import Settings

GENESIS = "0" * 64
"""What stands before the first entry."""


def record_looks(settings: Settings, looks: Iterable[Look]) -> None:
    """`trace` in a transaction of its own, for what is not kept in the state: call it before anybody can see the rows."""
    with writing(settings) as connection:
        trace(connection, looks)


def trace(connection: Connection, looks: Iterable[Look]) -> None:
    """Append entries in the caller's transaction. One writer at a time, so that no two entries follow the same one."""
    told = list(looks)
    if not told:
        return
    one_at_a_time(connection, LOG_LOCK)
    last = select(ACCESS_LOG.c.entry_no, ACCESS_LOG.c.entry_hash).order_by(ACCESS_LOG.c.entry_no.desc()).limit(1)
    entry_no, previous_hash = connection.execute(last).first() or (0, GENESIS)
    moment = now()
    for look in told:
        entry_no += 1
        row = {"entry_no": entry_no, "happened_at": moment, "previous_hash": previous_hash, **as_row(look)}
        previous_hash = entry_hash(row)
        connection.execute(insert(ACCESS_LOG).values(**row, entry_hash=previous_hash))


def as_row(look: Look) -> dict[str, Any]:
    """The columns that a look fills."""
    return {
        "actor": look.actor.name,
        "role": look.actor.role,
        "look": look.kind.value,
        "purpose": look.purpose.value,
        "run_id": look.run_id,
        "subject": look.subject,
        "item_count": look.item_count,
        "content_sha256": look.content_sha256,
    }


def entry_hash(row: Mapping[str, Any]) -> str:
    """SHA-256 of the hash before and of every other column, as JSON with sorted names and the moment in UTC: the same on any database."""
    told = {name: row[name] for name in ACCESS_LOG.c.keys() if name != "entry_hash"}  # noqa: SIM118 - columns are no dictionary
    told["happened_at"] = in_utc(row["happened_at"]).isoformat(timespec="microseconds")
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256((str(row["previous_hash"]) + canonical).encode("utf-8")).hexdigest()


def in_utc(moment: datetime) -> datetime:
    """SQLite gives a moment back without its zone, which was UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def shorten(connection: Connection, before: date, actor: Actor) -> int:
    """Remove the entries of days before `before`, oldest first, and leave an entry that vouches for them; how many were removed.

    The entry holds the number and the hash of the last one removed: the chain can still be walked from there, and the database
    itself lets nothing be deleted that no such entry covers.
    """
    midnight = datetime.combine(before, datetime.min.time(), UTC)
    kept = connection.execute(select(func.min(ACCESS_LOG.c.entry_no)).where(ACCESS_LOG.c.happened_at >= midnight)).scalar_one()
    due = select(ACCESS_LOG.c.entry_no, ACCESS_LOG.c.entry_hash).where(ACCESS_LOG.c.happened_at < midnight)
    due = due if kept is None else due.where(ACCESS_LOG.c.entry_no < kept)
    last = connection.execute(due.order_by(ACCESS_LOG.c.entry_no.desc()).limit(1)).first()
    if last is None:
        return 0
    trace(connection, [Look(LookKind.LOG_SHORTENED, Purpose.RETENTION, actor, last.entry_no, last.entry_hash)])
    return connection.execute(delete(ACCESS_LOG).where(ACCESS_LOG.c.entry_no <= last.entry_no)).rowcount
