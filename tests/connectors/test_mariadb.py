"""Registries on MariaDB, a real one: the views that administrators adapt, the habits of old tables, and every way in which reading fails."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

import demo
from connectors import database
from connectors.database import read_table
from connectors.land import land
from connectors.land import night as land_night
from connectors.profiling.profile import Asked, profile
from connectors.sources import Database, read_source
from demo.sources import contract_rows
from expectations import accept
from hedui.checks.answer import State
from hedui.checks.sources import source as checked
from sql import state
from tests.connectors.conftest import landed_rows
from tests.connectors.deliveries import HUKOU, NUMBER, SURNAME, rows_of
from tests.connectors.test_source_views import FOLDER, GIVEN, SHOWN, SOURCE_TABLES
from tests.mariadb import MariaServer, empty_database, mariadb_server
from vocabulary.contracts import ColumnKind, Registry
from vocabulary.dates import today
from vocabulary.errors import DeliveryRefused, Refusal, Unreachable
from vocabulary.registries import REGISTRIES
from vocabulary.runs import Run, sha256_of
from vocabulary.settings import Secret, Settings

BUILT_IN = [name for name in REGISTRIES if name in SOURCE_TABLES]
TYPES: dict[ColumnKind, Any] = {
    ColumnKind.TEXT: sa.String(64),
    ColumnKind.CODE: sa.CHAR(8),
    ColumnKind.DAY: sa.Date(),
    ColumnKind.MOMENT: sa.DateTime(),
    ColumnKind.WHOLE: sa.Integer(),
}


@pytest.fixture
def statements(mariadb_url: str) -> Iterator[Any]:
    """Sends statements as the administrator."""
    engine = sa.create_engine(mariadb_url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield lambda *sent: [connection.exec_driver_sql(one) for one in sent]


def split(text: str) -> list[str]:
    """The statements of a file, without its comments."""
    return [one.strip() for one in re.sub(r"--.*", "", text).split(";") if one.strip()]


def of(url: str) -> Database:
    found = read_source(Secret(url), "hukou")
    assert isinstance(found, Database)
    return found


def filled(url: str, registry: Registry, rows: list[dict[str, Any]], **kinds: Any) -> Database:
    """The contract's table with MySQL's own types."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    columns = [sa.Column(column.name, kinds.get(column.name, TYPES[column.kind])) for column in registry.columns]
    table = sa.Table(registry.table, sa.MetaData(), *columns)
    with engine.begin() as connection:
        table.create(connection)
        for start in range(0, len(rows), 2_000):
            connection.execute(table.insert(), rows[start : start + 2_000])
    return of(url)


def opened(as_of: date) -> Run:
    """A night of the installation that the environment describes."""
    return Run.load(Settings.from_environment(), state.open_run(as_of))


def codes(refused: Refusal) -> list[str]:
    return [fault.code for fault in refused.faults]


def refusal(run: Run, source: Database, registry: Registry = HUKOU) -> Refusal:
    with pytest.raises(Refusal) as caught:
        land(run, registry, source)
    assert not (run.landing / registry.name).exists()
    told = "".join(traceback.format_exception(caught.value)) + caught.value.text("zh")
    assert not [secret for secret in (SURNAME, NUMBER, "right99", "pymysql") if secret in told]
    return caught.value


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_view_is_landed_by_the_account_that_sees_nothing_else(run, mariadb_url, statements, name):
    registry = REGISTRIES[name]
    statements(*split(SOURCE_TABLES[name].replace("current_date - 40", "current_date - INTERVAL 40 DAY")))
    account = f"reader_{name}"
    statements(f"CREATE OR REPLACE USER '{account}'@'localhost' IDENTIFIED BY 'right99'")
    view = (FOLDER / "mysql" / f"{name}.sql").read_text(encoding="utf-8").replace("'hedui'@", f"'{account}'@")
    statements(*split(view))
    reader = sa.make_url(mariadb_url).set(username=account, password="right99")
    land(run, registry, of(reader.render_as_string(hide_password=False)))
    rows = landed_rows(run, registry).set_index(registry.key)[SHOWN[name]]
    assert {key: tuple(None if cell is None else cell for cell in row) for key, *row in rows.itertuples()} == GIVEN[name]
    with sa.create_engine(reader, poolclass=sa.NullPool).connect() as connection:
        assert connection.exec_driver_sql("SHOW TABLES").scalars().all() == [registry.table]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> demo.County:
    return demo.build(tmp_path_factory.mktemp("county"), births=400, seed=7)


@pytest.mark.long
def test_a_county_lands_and_is_accepted_byte_for_byte_as_from_sqlite(mariadb, county, tmp_path, monkeypatch):
    accepted = {}
    for kind in ("sqlite", "mysql"):
        monkeypatch.setenv("HEDUI_HOME", str(tmp_path / kind))
        with empty_database(mariadb) as url:
            for name, registry in REGISTRIES.items():
                rows = pd.read_sql_table(registry.table, county.urls[name]).rename(columns={registry.key: "record_id"})
                told = contract_rows(rows, registry).to_dict("records")
                source = filled(url, registry, told) if kind == "mysql" else of(county.urls[name])
                monkeypatch.setenv(f"HEDUI_{name.upper()}", source.url.reveal())
            run = opened(county.as_of)
            for name in REGISTRIES:
                land_night(run.run_id, name)
        accept.night(run.run_id)
        accepted[kind] = {
            path.name: sha256_of(path) for path in run.accepted.glob("*.parquet") if path.name in {"record.parquet", "note.parquet"}
        }
        days = landed_rows(run, HUKOU).sort_values("registration_id")[["child_name", "born_on", "division_code"]]
        accepted[f"{kind} days"] = days.to_csv(index=False)
    assert len(accepted["sqlite"]) == 2
    assert accepted["mysql"] == accepted["sqlite"]
    assert accepted["mysql days"] == accepted["sqlite days"]


def test_an_old_table_is_read_as_it_is_meant(run, mariadb_url, statements):
    """GBK, TINYINT(1), padded CHAR, DATETIME without a zone, TIMESTAMP of a server in another zone, zero dates."""
    statements(
        f"""CREATE TABLE {HUKOU.table} (registration_id CHAR(20), certificate_no VARCHAR(20), child_name VARCHAR(40) CHARACTER SET gbk,
            child_sex TINYINT(1), born_on DATE, child_id_number CHAR(18), mother_name VARCHAR(40) CHARACTER SET utf8mb3, mother_id_number DECIMAL(18),
            father_name VARCHAR(40) CHARACTER SET utf8mb4, father_id_number VARCHAR(18), division_code BIGINT, registered_on DATETIME, updated_at TIMESTAMP)""",
        "SET SESSION sql_mode = '', time_zone = '+00:00'",
        f"""INSERT INTO {HUKOU.table} VALUES ('r1', NULL, '张三', 1, '0000-00-00', '990101202601010012', '李四', 990101199003070028,
            '王𠮷', '', 990101001001, '2026-10-30 08:00:00', '2026-10-30 02:00:00'), ('r2', NULL, '李娜', 2, '2026-01-02', NULL, NULL, NULL, NULL, NULL,
            990101001001, '0000-00-00 00:00:00', '2026-10-30 16:30:00')""",
    )  # fmt: skip
    land(run, HUKOU, of(mariadb_url))
    rows = landed_rows(run).set_index("registration_id")
    assert rows.loc["r1"].to_dict() == {
        "certificate_no": None, "child_name": "张三", "child_sex": "1", "born_on": "0000-00-00", "child_id_number": "990101202601010012",
        "mother_name": "李四", "mother_id_number": "990101199003070028", "father_name": "王𠮷", "father_id_number": "",
        "division_code": "990101001001", "registered_on": "2026-10-30T08:00:00", "updated_at": "2026-10-30T10:00:00",
    }  # fmt: skip
    assert rows.loc["r2", ["child_sex", "registered_on", "updated_at"]].tolist() == ["2", "0000-00-00 00:00:00", "2026-10-31T00:30:00"]


LATIN = f"CREATE TABLE legacy ({', '.join(f'{name} VARCHAR(64)' for name in HUKOU.column_names)}) CHARACTER SET latin1"
MEANT = "CONVERT(CAST({name} AS BINARY) USING gbk) AS {name}"


def test_gbk_in_columns_declared_latin1_is_refused_and_read_once_the_view_converts_it(run, mariadb_url, statements):
    statements(LATIN)
    engine = sa.create_engine(sa.make_url(mariadb_url).update_query_dict({"charset": "latin1"}), poolclass=sa.NullPool)
    with engine.begin() as connection:
        for row in rows_of(HUKOU, 20):
            # As an old client did it: GBK bytes through a connection that calls itself latin1.
            cells = ", ".join(f"x'{value.encode('gbk').hex()}'" for value in row.values())
            connection.exec_driver_sql(f"INSERT INTO legacy VALUES ({cells})")
    statements(f"CREATE VIEW {HUKOU.table} AS SELECT * FROM legacy")
    refused = refusal(run, of(mariadb_url))
    assert set(codes(refused)) == {"source.mojibake"}
    assert {fault.where.rpartition(".")[2] for fault in refused.faults} == {"child_name", "mother_name", "father_name"}
    names = [name for name in HUKOU.column_names if name.endswith("_name")]
    meant = [MEANT.format(name=name) if name in names else name for name in HUKOU.column_names]
    statements(f"CREATE OR REPLACE VIEW {HUKOU.table} AS SELECT {', '.join(meant)} FROM legacy")
    land(run, HUKOU, of(mariadb_url))
    assert landed_rows(run).sort_values("registration_id").to_dict("records") == rows_of(HUKOU, 20)


def test_nothing_can_be_written_even_by_an_account_that_may(mariadb_url, statements):
    source = filled(mariadb_url, HUKOU, rows_of(HUKOU))
    with database.connected(source, "here") as connection, pytest.raises(sa.exc.DBAPIError) as caught:
        connection.exec_driver_sql(f"DELETE FROM {HUKOU.table}")
    assert caught.value.orig.args[0] == 1792  # ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
    assert statements(f"SELECT count(*) FROM {HUKOU.table}")[0].scalar_one() == 6


def test_rows_stream_and_the_driver_holds_no_more_than_a_chunk(run, mariadb_url, monkeypatch):
    monkeypatch.setattr(database, "CHUNK", 7)
    source = filled(mariadb_url, HUKOU, rows_of(HUKOU, 50))
    streamed: list[str] = []
    sa.event.listen(sa.Engine, "after_cursor_execute", noted := lambda *told: streamed.append(type(told[1]).__name__))
    try:
        assert [table.num_rows for table in read_table(source, HUKOU)] == [7] * 7 + [1]
    finally:
        sa.event.remove(sa.Engine, "after_cursor_execute", noted)
    assert streamed[-1] == "SSCursor"  # the cursor that leaves the rows at the server


@pytest.mark.long
def test_a_server_that_is_killed_while_rows_stream_leaves_nothing_and_is_worth_another_try(run, monkeypatch):
    monkeypatch.setattr(database, "CHUNK", 100)
    with mariadb_server() as server, empty_database_of(server) as url:
        source = filled(url, HUKOU, rows_of(HUKOU, 100) * 200)
        stream = read_table(source, HUKOU)

        def broken(*_given: object) -> Iterator[Any]:
            yield next(stream)
            server.process.kill()
            server.process.wait()
            yield from stream

        monkeypatch.setattr("connectors.land.read_table", broken)
        refused = refusal(run, source)
    assert (type(refused), codes(refused)) == (Unreachable, ["source.unreachable"])


@pytest.fixture(scope="module")
def accounts(mariadb: MariaServer) -> Iterator[str]:
    """An account with a password that may read nothing."""
    engine = sa.create_engine(mariadb.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE OR REPLACE USER 'stranger'@'localhost' IDENTIFIED BY 'right99'")
    yield "stranger"
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP USER 'stranger'@'localhost'")


def test_what_fails_is_told_apart(run, mariadb_url, accounts, statements):
    url = sa.make_url(mariadb_url)
    stranger = url.set(username=accounts, password="right99")

    def told(asked: sa.URL) -> tuple[type[Refusal], set[str]]:
        refused = refusal(run, of(asked.render_as_string(hide_password=False)))
        return type(refused), set(codes(refused))

    assert told(url) == (DeliveryRefused, {"source.missing_table"})
    assert told(stranger.set(password="wrong99")) == (DeliveryRefused, {"source.login_refused"})
    assert told(stranger) == (DeliveryRefused, {"source.permission"})
    assert told(url.set(database="nowhere99")) == (DeliveryRefused, {"source.missing_database"})
    assert told(url.update_query_dict({"unix_socket": "/nowhere"})) == (Unreachable, {"source.unreachable"})
    statements(f"CREATE TABLE {HUKOU.table} (registration_id CHAR(9), child_name VARCHAR(9))")
    assert told(url) == (DeliveryRefused, {"source.missing_column"})


@pytest.mark.parametrize("scheme", ["mysql", "mariadb", "mysql+pymysql", "mariadb+pymysql"])
def test_an_address_without_a_driver_means_the_one_that_hedui_is_tried_with(run, mariadb_url, scheme):
    filled(mariadb_url, HUKOU, rows_of(HUKOU))
    assert land(run, HUKOU, of(mariadb_url.replace("mysql+pymysql", scheme, 1)))["rows"] == 6


def test_the_doctor_and_the_profile_look_at_it(mariadb_url, monkeypatch):
    filled(mariadb_url, HUKOU, rows_of(HUKOU, 30))
    monkeypatch.setenv("HEDUI_HUKOU", mariadb_url)
    answers = list(checked(Settings.from_environment(), "hukou"))
    assert [answer.state for answer in answers] == [State.OK]
    told = profile(Asked(of(mariadb_url)), today())
    assert (told["registry"], told["rows"]) == ("hukou", 30)


def empty_database_of(server: MariaServer) -> Any:
    """A database of a server that will not be there to drop it."""
    from contextlib import contextmanager

    @contextmanager
    def made() -> Iterator[str]:
        engine = sa.create_engine(server.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE lost CHARACTER SET utf8mb4")
        yield server.url.set(database="lost").render_as_string(hide_password=False)

    return made()


def test_zero_dates_are_no_dates(mariadb_url, monkeypatch, statements):
    """A birth without a day says nothing of itself; a certificate that was never issued is none."""
    hospital = REGISTRIES["hospital"]
    rows = [row | {"issued_on": None} for row in rows_of(hospital, 20)]
    filled(mariadb_url, hospital, rows, born_at=sa.DateTime(), issued_on=sa.Date())
    statements("SET SESSION sql_mode = ''", f"UPDATE {hospital.table} SET issued_on = '0000-00-00'",
               f"UPDATE {hospital.table} SET born_at = '0000-00-00 00:00:00' WHERE birth_record_id = 'b00003'")  # fmt: skip
    monkeypatch.setenv("HEDUI_HOSPITAL", mariadb_url)
    run = opened(date(2026, 10, 31))
    land_night(run.run_id, "hospital")
    accept.night(run.run_id)
    records = pd.read_parquet(Path(run.accepted) / "record.parquet").set_index("record_id")
    assert records["recorded_on"].isna().all()
    assert records.index[records["quarantined"]].tolist() == ["b00003"]
