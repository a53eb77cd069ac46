"""rights.md R7: whoever changes, removes, adds or reorders an entry of the access log is found out, and the entry is named."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from sql.access import GENESIS, record_looks, shorten, trace
from sql.access_chain import verify_log
from sql.database import writing
from sql.tables import ACCESS_LOG, METADATA
from vocabulary.access import Actor, Look, LookKind, Purpose, digest_of
from vocabulary.errors import GateRefused
from vocabulary.settings import Settings

DESK = Actor("registration_desk-990101001", "desk")


def look(number: int = 1) -> Look:
    return Look(LookKind.EXPLAINED, Purpose.EXPLANATION, DESK, number, digest_of([f"f{number}"]), f"f{number}", "2026-10-31-001")


def written(settings: Settings, count: int) -> str:
    for number in range(1, count + 1):
        record_looks(settings, [look(number)])
    return verify_log(settings).head


def without_guards(connection: Connection) -> None:
    """As somebody who may change the schema would: the chain must tell what the triggers can no longer prevent."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE access_log DISABLE TRIGGER ALL"))
        return
    for name in (
        connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'access_log'")).scalars().all()
    ):
        connection.execute(text(f"DROP TRIGGER {name}"))


TAMPERINGS = {
    "changed": ("UPDATE access_log SET item_count = 99 WHERE entry_no = 4", "log.changed", 4),
    "another moment": ("UPDATE access_log SET happened_at = '2026-01-01 00:00:00' WHERE entry_no = 2", "log.changed", 2),
    "removed": ("DELETE FROM access_log WHERE entry_no = 3", "log.missing", 3),
    "first removed": ("DELETE FROM access_log WHERE entry_no = 1", "log.missing", 1),
    "reordered": ("UPDATE access_log SET entry_no = CASE entry_no WHEN 5 THEN -6 WHEN 6 THEN -5 ELSE entry_no END", "log.changed", 5),
    "added": ("INSERT INTO access_log SELECT 7, happened_at, actor, role, look, purpose, run_id, subject, item_count, content_sha256, entry_hash, entry_hash FROM access_log WHERE entry_no = 6", "log.changed", 7),
}  # fmt: skip


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_whatever_is_done_to_an_entry_is_found_and_the_entry_named(settings: Settings, tampering: str) -> None:
    written(settings, 6)
    statement, code, entry_no = TAMPERINGS[tampering]
    with writing(settings) as connection:
        without_guards(connection)
        connection.execute(text(statement))
        connection.execute(update(ACCESS_LOG).where(ACCESS_LOG.c.entry_no < 0).values(entry_no=-ACCESS_LOG.c.entry_no))
    with pytest.raises(GateRefused) as refused:
        verify_log(settings)
    assert [(fault.code, fault.where) for fault in refused.value.faults] == [(code, f"access_log/{entry_no}")]
    assert "f4" not in refused.value.text("en") + refused.value.text("zh")


def test_a_removed_tail_shows_against_a_head_that_was_copied_down(settings: Settings) -> None:
    head = written(settings, 4)
    assert verify_log(settings, head.upper()).last_no == 4
    with writing(settings) as connection:
        without_guards(connection)
        connection.execute(text("DELETE FROM access_log WHERE entry_no = 4"))
    assert verify_log(settings).count == 3, "without a head, an end that is cut off cannot be told"
    with pytest.raises(GateRefused, match=r"log\.head_unknown"):
        verify_log(settings, head)


@pytest.mark.parametrize("table", ["access_log", "purge_receipt"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = 7", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_or_remove(settings: Settings, table: str, statement: str) -> None:
    written(settings, 2)
    receipt = {"receipt_no": 1, "as_of": datetime.now(UTC).date(), "purged_at": datetime.now(UTC), "lines": [], "receipt_hash": GENESIS}
    with writing(settings) as connection:
        connection.execute(insert(METADATA.tables["purge_receipt"]).values(receipt))
    column = METADATA.tables[table].primary_key.columns.keys()[0]
    with pytest.raises(DatabaseError, match="append-only"), writing(settings) as connection:
        connection.execute(text(statement.format(table, column)))
    assert verify_log(settings).count == 2


def test_an_entry_that_does_not_follow_the_last_is_refused(settings: Settings) -> None:
    written(settings, 2)
    with writing(settings) as connection:
        first = dict(connection.execute(select(ACCESS_LOG).where(ACCESS_LOG.c.entry_no == 1)).mappings().one())
    for forged in ({**first, "entry_no": 3}, {**first, "entry_no": 9}):
        with pytest.raises(DatabaseError, match="append-only"), writing(settings) as connection:
            connection.execute(insert(ACCESS_LOG).values(forged))


def test_many_writers_at_once_make_one_line(settings: Settings) -> None:
    written(settings, 1)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: record_looks(settings, [look(number), look(number + 100)]), range(24)))
    chain = verify_log(settings)
    assert (chain.count, chain.first_no, chain.last_no) == (49, 1, 49)


def test_a_log_is_shortened_from_its_beginning_and_still_vouches_for_what_went(settings: Settings) -> None:
    written(settings, 3)
    before = verify_log(settings)
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    with writing(settings) as connection:
        assert shorten(connection, tomorrow, DESK) == 3
        assert shorten(connection, tomorrow - timedelta(days=1), DESK) == 0
        trace(connection, [look(5)])
    after = verify_log(settings)
    assert (after.count, after.first_no, after.last_no) == (2, 4, 5)
    with writing(settings) as connection:
        covering = connection.execute(select(ACCESS_LOG).where(ACCESS_LOG.c.entry_no == 4)).mappings().one()
        assert (covering["look"], covering["item_count"], covering["content_sha256"]) == ("log_shortened", 3, before.head)
        without_guards(connection)
        connection.execute(text("DELETE FROM access_log WHERE entry_no = 4"))
    with pytest.raises(GateRefused, match=r"log\.missing.*access_log/4"):
        verify_log(settings)


def test_an_empty_log_is_whole(settings: Settings) -> None:
    chain = verify_log(settings)
    assert (chain.count, chain.head) == (0, GENESIS)
