"""Walking the access log from its first entry to its last: is it what was written, all of it, in that order?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from sql.access import GENESIS, entry_hash
from sql.acting import acting_as
from sql.database import writing
from sql.tables import ACCESS_LOG
from vocabulary.access import LookKind
from vocabulary.errors import Fault, GateRefused
from vocabulary.settings import Settings

PIECE = 2_000
"""Entries held in memory at a time."""


@dataclass(frozen=True)
class Chain:
    """An unbroken log: entries from `first_no` to `last_no`; `head` is the hash of the last one, to be copied down elsewhere."""

    count: int
    first_no: int
    last_no: int
    head: str


@acting_as("auditor")
def verify_log(settings: Settings, head: str | None = None) -> Chain:
    """The log, walked whole. `head`: a hash that was copied down earlier. Raises GateRefused, naming the first entry that is not as it was.

    A log that somebody rewrote to its end, hashes and all, is unbroken in itself: only a head that was copied down shows it.
    """
    with writing(settings) as connection:
        rows = connection.execution_options(yield_per=PIECE).execute(select(ACCESS_LOG).order_by(ACCESS_LOG.c.entry_no))
        return walk(rows.mappings(), head.strip().lower() if head else None)


def walk(rows: Iterable[Mapping[Any, Any]], head: str | None = None) -> Chain:
    """See `verify_log`. `rows`: the entries in the order of their numbers."""
    count, first_no, number, previous_hash = 0, 1, 0, GENESIS
    removed: tuple[int, str] | None = None
    head_seen = head is None
    for row in rows:
        if count == 0 and row["entry_no"] != 1:
            first_no, number, previous_hash = row["entry_no"], row["entry_no"] - 1, row["previous_hash"]
            removed = (number, previous_hash)
        refuse_broken(row, number + 1, previous_hash)
        count, number, previous_hash = count + 1, row["entry_no"], row["entry_hash"]
        if removed == (row["item_count"], row["content_sha256"]) and row["look"] == LookKind.LOG_SHORTENED:
            removed = None
        head_seen |= head == previous_hash
    if removed is not None:
        raise GateRefused(Fault("log.missing", place(removed[0])))
    if not head_seen:
        raise GateRefused(Fault("log.head_unknown", place(number), {"count": count}))
    return Chain(count, first_no, number, previous_hash)


def refuse_broken(row: Mapping[Any, Any], expected_no: int, previous_hash: str) -> None:
    """Raise GateRefused where this is not the entry that was written after the one before."""
    if row["entry_no"] != expected_no:
        raise GateRefused(Fault("log.missing", place(expected_no)))
    if row["previous_hash"] != previous_hash or entry_hash(row) != row["entry_hash"]:
        raise GateRefused(Fault("log.changed", place(expected_no)))


def place(entry_no: int) -> str:
    """An entry by its number."""
    return f"access_log/{entry_no}"
