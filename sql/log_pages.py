"""The access log as people read it: newest first, a page at a time. Read under the auditor's role; walking the chain is sql/access_chain.py."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from sql.access import in_utc
from sql.serving import serving
from sql.tables import ACCESS_LOG
from vocabulary.dates import CHINA
from vocabulary.settings import Settings

PAGE, PIECE = 100, 2_000
"""Entries on one page, and entries of a download that are in memory at a time."""


@dataclass(frozen=True)
class Entry:
    """One entry. `happened_at` in China's time."""

    entry_no: int
    happened_at: datetime
    actor: str
    role: str
    look: str
    purpose: str
    run_id: str | None
    subject: str | None
    item_count: int
    content_sha256: str
    previous_hash: str
    entry_hash: str


@dataclass(frozen=True)
class Sought:
    """Which entries: by whom, what kind of look, on which day (in China)."""

    actor: str | None = None
    look: str | None = None
    day: date | None = None


def entries(settings: Settings, sought: Sought, before: int | None = None, size: int = PAGE) -> Sequence[Entry]:
    """Newest first, those with a smaller number than `before`; one more than asked for where there is one."""
    query = select(ACCESS_LOG).where(*conditions(sought)).order_by(ACCESS_LOG.c.entry_no.desc()).limit(size + 1)
    query = query if before is None else query.where(ACCESS_LOG.c.entry_no < before)
    with serving(settings, "auditor") as connection:
        found = [Entry(**row) for row in connection.execute(query).mappings()]
    return [replace(entry, happened_at=in_utc(entry.happened_at).astimezone(CHINA)) for entry in found]


def all_entries(settings: Settings, sought: Sought, before: int) -> Iterator[Entry]:
    """All of them, newest first, a piece in memory at a time, each read in a transaction of its own."""
    while found := entries(settings, sought, before, PIECE):
        yield from found[:PIECE]
        if len(found) <= PIECE:
            return
        before = found[PIECE - 1].entry_no


def count(settings: Settings, sought: Sought) -> int:
    """How many there are."""
    with serving(settings, "auditor") as connection:
        return int(connection.execute(select(func.count()).select_from(ACCESS_LOG).where(*conditions(sought))).scalar_one())


def conditions(sought: Sought) -> list[ColumnElement[bool]]:
    """What an entry must be."""
    told = [ACCESS_LOG.c[name] == value for name in ("actor", "look") if (value := getattr(sought, name))]
    if sought.day:
        midnight = datetime.combine(sought.day, time(), CHINA).astimezone(UTC)  # as SQLite keeps it
        told += [ACCESS_LOG.c.happened_at >= midnight, ACCESS_LOG.c.happened_at < midnight + timedelta(days=1)]
    return told


def last_times(connection: Connection, looks: Collection[str], subjects: Collection[str]) -> dict[str, tuple[datetime, str]]:
    """Subject -> when the newest entry of these kinds about it was written, and its purpose."""
    here = (ACCESS_LOG.c.look.in_(list(looks)), ACCESS_LOG.c.subject.in_(list(subjects)))
    newest: Any = select(func.max(ACCESS_LOG.c.entry_no)).where(*here).group_by(ACCESS_LOG.c.subject)
    found = connection.execute(select(ACCESS_LOG).where(ACCESS_LOG.c.entry_no.in_(newest)))
    return {row.subject: (in_utc(row.happened_at).astimezone(CHINA), row.purpose) for row in found}
