"""Where a registry is read from: the environment, or the Airflow Connection of the same name, which wins. Passwords never print."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from connectors.sources import Database, DropFolder, read_source, source_of
from vocabulary.errors import ConfigurationError
from vocabulary.settings import Secret, Settings


def settings(**sources: str) -> Settings:
    return Settings(home=Path("/nowhere"), database=Secret("sqlite://"), sources={name: Secret(url) for name, url in sources.items()})


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("file:///srv/deliveries/hukou", DropFolder(Path("/srv/deliveries/hukou"))),
        ("file:///srv/%E4%BA%A4%E6%8D%A2", DropFolder(Path("/srv/交换"))),
        ("/srv/deliveries", DropFolder(Path("/srv/deliveries"))),
        (" sqlite:////srv/registry.db ", Database(Secret("sqlite:////srv/registry.db"))),
        ("postgresql+psycopg://h:p@host/db", Database(Secret("postgresql+psycopg://h:p@host/db"))),
    ],
)
def test_a_source_is_a_folder_or_a_database(text, source):
    assert read_source(Secret(text), "hukou") == source


def test_a_path_is_taken_from_where_the_command_runs(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert read_source(Secret("drop"), "hukou") == DropFolder(tmp_path / "drop")


def test_neither_label_nor_representation_tells_a_password():
    source = read_source(Secret("postgresql+psycopg://hedui:right99@host:5433/registry?sslpassword=other99"), "hukou")
    assert source.label == "postgresql://host:5433/registry"
    assert "99" not in repr(source)


@pytest.mark.parametrize(
    "text",
    [
        "nosuchdialect://hedui:right99@host/db",
        "postgresql+psycopg://hedui:right99@host:port99/db",
        "oracle+oracledb://hedui:right99@host/db",
        "://right99",
    ],
)
def test_a_url_that_cannot_be_opened_is_refused_without_repeating_it(text):
    with pytest.raises(ConfigurationError) as caught:
        read_source(Secret(text), "hukou")
    assert [fault.code for fault in caught.value.faults] == ["source.unsupported"]
    assert "right99" not in caught.value.text()
    assert caught.value.__context__ is None


def test_a_registry_without_a_source_is_a_fault_of_the_configuration():
    with pytest.raises(ConfigurationError) as caught:
        source_of(settings(hospital="/x"), "hukou", {})
    assert [fault.code for fault in caught.value.faults] == ["source.not_configured"]
    assert "HEDUI_HUKOU" in caught.value.text()


CONNECTIONS = [
    ('{"conn_type": "postgres", "host": "h", "port": 5433, "schema": "registry", "login": "u", "password": "p@/99"}', "postgresql+psycopg://u:p%40%2F99@h:5433/registry"),
    ('{"conn_type": "postgres", "host": "h", "schema": "r", "login": "u", "extra": {"sslmode": "verify-full"}}', "postgresql+psycopg://u@h/r?sslmode=verify-full"),
    ('{"conn_type": "sqlite", "host": "/srv/registry.db"}', "sqlite:////srv/registry.db"),
    ("sqlite:////srv/registry.db", "sqlite:////srv/registry.db"),
    ('{"conn_type": "fs", "extra": {"path": "/srv/deliveries"}}', None),
]  # fmt: skip


@pytest.mark.parametrize(("connection", "url"), CONNECTIONS)
def test_the_airflow_connection_wins_over_the_environment(monkeypatch, connection, url):
    monkeypatch.setenv("AIRFLOW_CONN_HEDUI_HUKOU", connection)
    found = source_of(settings(hukou="sqlite:////other.db"), "hukou")
    assert found == (DropFolder(Path("/srv/deliveries")) if url is None else Database(Secret(url)))


def test_another_registrys_connection_says_nothing_of_this_one(monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_HEDUI_HOSPITAL", '{"conn_type": "fs", "extra": {"path": "/srv/h"}}')
    assert source_of(settings(hukou="/srv/hukou"), "hukou") == DropFolder(Path("/srv/hukou"))


def test_without_a_connection_airflow_is_not_imported():
    code = """
import sys
from pathlib import Path
from connectors.sources import source_of
from vocabulary.settings import Secret, Settings
source_of(Settings(Path('/x'), Secret('sqlite://'), {'hukou': Secret('/srv/hukou')}), 'hukou', {})
assert not [name for name in sys.modules if name.split('.')[0] == 'airflow']
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
