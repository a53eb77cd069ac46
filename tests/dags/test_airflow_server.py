"""What `make airflow` makes of the environment, before anything runs."""

from __future__ import annotations

import json

import pytest

from connectors.sources import read_source, source_of
from hedui.airflow import kept_secrets, server_defaults, settle
from hedui.airflow_connections import fields_of, save_connections
from vocabulary.settings import Secret, Settings

ADDRESSES = [
    "sqlite:////srv/registry/hukou.db",
    "postgresql+psycopg://hedui:a%40b%2Fc@hukou-host:5433/registry?sslmode=verify-full",
    "postgresql+psycopg://hedui@hukou-host/registry",
    "file:///srv/deliveries/hukou",
]


@pytest.fixture
def connection_table(airflow):
    from airflow.models.connection import Connection
    from airflow.utils.session import create_session
    from sqlalchemy import delete, select

    def kept():
        with create_session() as session:
            return {each.conn_id: each for each in session.scalars(select(Connection))}

    yield kept
    with create_session() as session:
        session.execute(delete(Connection))


def settings_of(address: str) -> Settings:
    return Settings.from_environment({"HEDUI_HOME": "/nowhere", "HEDUI_HUKOU": address})


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_connection_says_what_the_address_says(connection_table, address, monkeypatch):
    save_connections(settings_of(address))
    kept = connection_table()["hedui_hukou"]
    fields = {"conn_type": kept.conn_type, "host": kept.host, "schema": kept.schema, "login": kept.login, "password": kept.password}
    told = {name: value for name, value in {**fields, "port": kept.port, "extra": json.loads(kept.extra or "{}")}.items() if value}
    monkeypatch.setenv("AIRFLOW_CONN_HEDUI_HUKOU", json.dumps(told))
    assert source_of(settings_of("sqlite://"), "hukou") == read_source(Secret(address), "hukou")


def test_an_address_that_a_connection_cannot_say_is_left_to_the_variable():
    assert fields_of(read_source(Secret("postgresql+psycopg:///registry?host=a&host=b"), "hukou")) is None


def test_a_connection_follows_its_variable_until_somebody_edits_its_description(connection_table):
    from airflow.utils.session import create_session

    save_connections(settings_of(ADDRESSES[0]))
    save_connections(settings_of(ADDRESSES[2]))
    assert connection_table()["hedui_hukou"].host == "hukou-host"
    with create_session() as session:
        kept = connection_table()["hedui_hukou"]
        kept.description = "ours"
        session.merge(kept)
    save_connections(settings_of(ADDRESSES[0]))
    assert connection_table()["hedui_hukou"].host == "hukou-host"


def test_the_keys_are_made_once_for_all_processes_and_their_file_is_private(tmp_path):
    made = kept_secrets(tmp_path)
    assert kept_secrets(tmp_path) == made
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert len(set(made.values())) == 3


def test_on_postgresql_one_driver_serves_both_halves_of_airflow(tmp_path):
    address = "postgresql+psycopg://hedui_airflow@db/hedui_airflow?sslmode=verify-full"
    told = server_defaults(tmp_path, {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": address})
    assert told["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC"] == address.replace("+psycopg", "+psycopg_async")


def test_what_the_environment_says_wins(tmp_path):
    told = {"HEDUI_HOME": str(tmp_path), "HEDUI_HUKOU": "/srv/deliveries", "AIRFLOW__API__PORT": "9090", "AIRFLOW__CORE__PARALLELISM": "2"}
    assert settle(told) == tmp_path / "server"
    assert told["AIRFLOW__CORE__PARALLELISM"] == "2"
    assert told["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:9090"
    assert told["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:9090/execution/"


def test_a_schedule_of_ones_own_overrules_what_it_names_and_nothing_else(tmp_path, monkeypatch):
    from dags.when import monthly_rule, nightly_rule

    before = monthly_rule()
    own = tmp_path / "schedule.toml"
    own.write_text('[monthly]\nstart = "nights"\n', encoding="utf-8")
    monkeypatch.setenv("AIRFLOW__HEDUI__SCHEDULE", str(own))
    assert monthly_rule() == {**before, "start": "nights"}
    assert nightly_rule() == {"at": "0 2 * * *"}
