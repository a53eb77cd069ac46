"""Registries as databases, real ones: SQLite and PostgreSQL. The contract's columns, exactly; and every way in which reading fails."""

from __future__ import annotations

import os
import sqlite3
import traceback
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors import database
from connectors.database import read_table
from connectors.land import land
from connectors.sources import Database
from tests.connectors.conftest import fill, landed_rows
from tests.connectors.deliveries import HUKOU, NUMBER, SURNAME, rows_of
from vocabulary.errors import DeliveryRefused, Refusal, Unreachable
from vocabulary.registries import REGISTRIES
from vocabulary.settings import Secret

TEXT = dict.fromkeys(HUKOU.column_names, sa.Text())
TYPED = TEXT | {"born_on": sa.Date(), "registered_on": sa.Date(), "updated_at": sa.DateTime(timezone=True)}


def typed(rows: list[dict[str, str]]) -> list[dict[str, object]]:
    return [
        row
        | {
            "born_on": date.fromisoformat(row["born_on"]),
            "registered_on": date.fromisoformat(row["registered_on"]),
            "updated_at": datetime(2026, 10, 30, 10, 0, tzinfo=UTC),
        }
        for row in rows
    ]


@pytest.mark.parametrize("registry", REGISTRIES.values(), ids=REGISTRIES)
def test_every_contract_is_landed_exactly_from_any_database(run, database_url, registry):
    rows = rows_of(registry, 30)
    land(run, registry, fill(database_url, registry.table, dict.fromkeys(registry.column_names, sa.Text()), rows))
    landed = landed_rows(run, registry)
    assert list(landed.columns) == list(registry.column_names)
    assert sorted(landed.to_dict("records"), key=lambda row: row[registry.key]) == rows


def test_text_is_kept_to_the_last_space_and_null_stays_null(run, database_url):
    odd = {"child_name": " 䶮\u00a0𠮷 ", "mother_name": "", "father_name": None, "mother_id_number": "９９０１０１x"}
    land(run, HUKOU, fill(database_url, HUKOU.table, TEXT, [rows_of(HUKOU, 1)[0] | odd]))
    row = landed_rows(run).iloc[0]
    assert {name: row[name] for name in odd} == odd


def test_dates_and_times_of_a_database_become_iso_text_in_shanghai(run, postgres_database):
    land(run, HUKOU, fill(postgres_database, HUKOU.table, TYPED, typed(rows_of(HUKOU, 2))))
    assert landed_rows(run)[["born_on", "updated_at"]].to_numpy().tolist() == [
        ["2026-01-02", "2026-10-30T18:00:00"],
        ["2026-01-03", "2026-10-30T18:00:00"],
    ]


def test_numbers_of_a_database_are_written_in_digits(run, database_url):
    columns = TEXT | {"registration_id": sa.BigInteger(), "division_code": sa.Numeric(12, 0), "child_sex": sa.SmallInteger()}
    row = rows_of(HUKOU, 1)[0] | {"registration_id": 99_000_000_000_001, "division_code": Decimal("990101001001"), "child_sex": 1}
    land(run, HUKOU, fill(database_url, HUKOU.table, columns, [row]))
    assert landed_rows(run).loc[0, ["registration_id", "division_code", "child_sex"]].tolist() == ["99000000000001", "990101001001", "1"]


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Every statement that any engine sends."""
    sent: list[str] = []

    def note(*told: object) -> None:
        sent.append(str(told[2]))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


def test_a_column_that_is_not_in_the_contract_is_never_read(run, database_url, statements):
    rows = [row | {"parity": "2", "remark": "x"} for row in rows_of(HUKOU)]
    source = fill(database_url, HUKOU.table, TEXT | {"parity": sa.Text(), "remark": sa.Text()}, rows)
    statements.clear()
    manifest = land(run, HUKOU, source)
    read = [" ".join(text.split()) for text in statements if f"FROM {HUKOU.table}" in text]
    assert read
    assert all(text.startswith(f"SELECT {', '.join(HUKOU.column_names)} FROM {HUKOU.table}") for text in read)
    assert list(landed_rows(run).columns) == list(HUKOU.column_names)
    assert manifest["notes"] == [{"code": "source.blocked_column_offered", "column": "parity"}]


def test_a_blocked_word_under_an_allowed_column_refuses_the_database_too(run, database_url, refused):
    source = fill(database_url, HUKOU.table, TEXT, [row | {"father_name": "政策外"} for row in rows_of(HUKOU)])
    assert refused(HUKOU, source) == {"delivery.blocked_value": ["hukou_registration.father_name"]}


def test_an_empty_table_is_landed_as_no_rows(run, database_url):
    manifest = land(run, HUKOU, fill(database_url, HUKOU.table, TEXT, []))
    assert manifest["rows"] == 0
    assert manifest["period"] == {"from": None, "to": None}
    assert list(landed_rows(run).columns) == list(HUKOU.column_names)


def test_rows_stream_in_chunks_and_none_is_lost_between_them(run, database_url, monkeypatch):
    monkeypatch.setattr(database, "CHUNK", 7)
    source = fill(database_url, HUKOU.table, TEXT, rows_of(HUKOU, 50))
    assert [table.num_rows for table in read_table(source, HUKOU)] == [7] * 7 + [1]
    assert land(run, HUKOU, source)["rows"] == 50


def test_every_missing_column_is_named_at_once(refused, database_url):
    columns = {name: kind for name, kind in TEXT.items() if name not in {"mother_name", "updated_at"}}
    source = fill(database_url, HUKOU.table, columns, [])
    assert [place.rsplit(".", 1)[-1] for place in refused(HUKOU, source)["source.missing_column"]] == ["mother_name", "updated_at"]


def test_a_missing_table_is_named(refused, database_url):
    assert list(refused(HUKOU, fill(database_url, "something_else", TEXT, []))) == ["source.missing_table"]


def test_a_view_is_read_like_a_table(run, database_url):
    source = fill(database_url, "register", TEXT, rows_of(HUKOU))
    execute(database_url, f"CREATE VIEW {HUKOU.table} AS SELECT * FROM register")
    assert land(run, HUKOU, source)["rows"] == 6


def execute(url: str, *statements: str) -> None:
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


def test_nothing_can_be_written_at_the_source(database_url):
    source = fill(database_url, HUKOU.table, TEXT, [])
    with database.connected(source, "here") as connection, pytest.raises(sa.exc.DBAPIError):
        connection.execute(sa.text(f"INSERT INTO {HUKOU.table} (registration_id) VALUES ('x')"))


@pytest.fixture
def stranger(postgres_database: str) -> sa.URL:
    """The URL of an account with a password, which may read nothing."""
    name = f"reader_{os.getpid()}"
    execute(postgres_database, f"DROP ROLE IF EXISTS {name}", f"CREATE ROLE {name} LOGIN PASSWORD 'right99'")
    engine = sa.create_engine(postgres_database, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        rules = Path(connection.execute(sa.text("SHOW hba_file")).scalar_one())
        if "TEST_PG_URL" not in os.environ:  # a server of our own trusts everybody: ask this account for its password
            rules.write_text(f"local all {name} scram-sha-256\n" + rules.read_text())
            connection.execute(sa.text("SELECT pg_reload_conf()"))
    return sa.make_url(postgres_database).set(username=name, password="right99")


def secret(url: sa.URL) -> Database:
    return Database(Secret(url.render_as_string(hide_password=False)))


def test_a_wrong_password_is_said_and_not_tried_again(stranger, refused):
    assert list(refused(HUKOU, secret(stranger.set(password="wrong99")))) == ["source.login_refused"]


def test_an_account_that_may_not_read_is_told_so(stranger, postgres_database, refused):
    fill(postgres_database, HUKOU.table, TEXT, rows_of(HUKOU))
    assert list(refused(HUKOU, secret(stranger))) == ["source.permission"]


def test_missing_columns_and_missing_permission_are_told_together(stranger, postgres_database, refused):
    fill(postgres_database, HUKOU.table, {name: kind for name, kind in TEXT.items() if name != "updated_at"}, [])
    assert set(refused(HUKOU, secret(stranger))) == {"source.missing_column", "source.permission"}


def test_a_database_that_does_not_exist_is_told(postgres_database, refused):
    assert list(refused(HUKOU, secret(sa.make_url(postgres_database).set(database="nowhere99")))) == ["source.missing_database"]


UNREACHABLE = [
    ("postgresql+psycopg://hedui:right99@127.0.0.1:1/registry", "source.unreachable"),
    ("postgresql+psycopg://hedui:right99@/registry?host=/nowhere", "source.unreachable"),
    ("sqlite:////nowhere/registry.db", "source.missing_file"),
]


@pytest.mark.parametrize(("url", "code"), UNREACHABLE)
def test_a_database_that_does_not_answer_is_worth_another_try(run, url, code):
    with pytest.raises(Unreachable) as caught:
        land(run, HUKOU, Database(Secret(url)))
    assert [fault.code for fault in caught.value.faults] == [code]
    assert "right99" not in "".join(traceback.format_exception(caught.value)) + caught.value.text()


def test_reading_makes_no_database_where_there_was_none(tmp_path, run):
    with pytest.raises(Unreachable):
        land(run, HUKOU, Database(Secret(f"sqlite:///{tmp_path / 'absent.db'}")))
    assert not (tmp_path / "absent.db").exists()


def test_a_file_that_is_no_database_is_refused(tmp_path, refused):
    (tmp_path / "registry.db").write_text("registration_id,child_name\n" * 100)
    assert list(refused(HUKOU, Database(Secret(f"sqlite:///{tmp_path / 'registry.db'}")))) == ["source.damaged"]


def test_bytes_that_are_no_text_are_refused_without_being_told(tmp_path, refused, run):
    source = fill(f"sqlite:///{tmp_path / 'registry.db'}", HUKOU.table, TEXT, rows_of(HUKOU))
    with sqlite3.connect(tmp_path / "registry.db") as connection:
        connection.execute(
            f"UPDATE {HUKOU.table} SET child_name = CAST(? AS TEXT) WHERE registration_id = 'r00003'",
            [f"{SURNAME}\N{LATIN SMALL LETTER E WITH ACUTE}".encode("gb18030")],
        )
    assert list(refused(HUKOU, source)) == ["source.undecodable"]


def test_a_connection_that_breaks_while_rows_stream_leaves_nothing_and_is_tried_again(run, postgres_database, monkeypatch):
    monkeypatch.setattr(database, "CHUNK", 100)
    source = fill(postgres_database, HUKOU.table, TEXT, rows_of(HUKOU, 2000))
    tables = read_table(source, HUKOU)
    next(tables)
    execute(
        postgres_database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()",
    )
    with pytest.raises(Unreachable) as caught:
        list(tables)
    assert [fault.code for fault in caught.value.faults] == ["source.unreachable"]
    assert NUMBER not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("error", "code", "kind"),
    [
        (Exception(1045, "Access denied for user 'hedui'"), "source.login_refused", DeliveryRefused),
        (Exception(1142, "SELECT command denied"), "source.permission", DeliveryRefused),
        (Exception(1146, "Table 'x' doesn't exist"), "source.missing_table", DeliveryRefused),
        (Exception(2003, "Can't connect to MySQL server"), "source.unreachable", Unreachable),
        (Exception('用户 "hedui" Password 认证失败'), "source.login_refused", DeliveryRefused),
    ],
)
def test_errors_of_other_drivers_are_told_apart(error, code, kind):
    from connectors.driver_errors import refusal_of

    refusal: Refusal = refusal_of(sa.exc.OperationalError("SELECT", {}, error), "here")
    assert (type(refusal), refusal.faults[0].code) == (kind, code)
