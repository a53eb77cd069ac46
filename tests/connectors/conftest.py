"""A run to land in, a folder to deliver into, and real databases to read from."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from connectors import drop_folder
from connectors.land import land, write_refusal
from connectors.sources import Database, DropFolder, Source
from tests.connectors.deliveries import HUKOU
from tests.mariadb import mariadb, mariadb_url
from tests.postgres import postgres_folder, postgres_url
from tests.sftp_server import running_sftp, sftp
from vocabulary.contracts import Registry
from vocabulary.errors import Refusal
from vocabulary.parts import Part
from vocabulary.runs import Run
from vocabulary.settings import Secret

__all__ = ["mariadb", "mariadb_url", "postgres_folder", "postgres_url", "running_sftp", "sftp"]


@pytest.fixture(autouse=True)
def _files_settle_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a test are written by the test: nobody else is still at them. test_drop_folder sets its own patience."""
    monkeypatch.setattr(drop_folder, "SETTLED_SECONDS", 0.0)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    made = Run("2026-10-31-001", date(2026, 10, 31), tmp_path / "home")
    made.create()
    return made


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


@pytest.fixture
def delivered(run: Run, drop: Path) -> Callable[..., pd.DataFrame]:
    """Land the drop folder and give back the rows as landed."""

    def landed(registry: Registry = HUKOU) -> pd.DataFrame:
        land(run, registry, DropFolder(drop))
        return landed_rows(run, registry)

    return landed


@pytest.fixture
def refused(run: Run, drop: Path) -> Callable[..., dict[str, list[str]]]:
    """Land what must be refused: code -> places. What is left on the disk is checked here, for every refusal of every test."""

    def faults(registry: Registry = HUKOU, source: Source | None = None) -> dict[str, list[str]]:
        with pytest.raises(Refusal) as caught:
            land(run, registry, source or DropFolder(drop))
        write_refusal(run, Part(registry.name), "", caught.value)
        assert [path.name for path in (run.landing / registry.name).rglob("*")] == ["refused.json"]
        assert [path.name for path in run.landing.iterdir()] == [registry.name]
        assert caught.value.text("zh")
        assert caught.value.text("en")
        found: dict[str, list[str]] = {}
        for fault in caught.value.faults:
            found.setdefault(fault.code, []).append(fault.where)
        return found

    return faults


def landed_rows(run: Run, registry: Registry = HUKOU) -> pd.DataFrame:
    parts = sorted((run.landing / registry.name).glob("part-*.parquet"))
    return pd.concat([pd.read_parquet(part) for part in parts], ignore_index=True)


@pytest.fixture
def postgres_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty PostgreSQL database: on the server that TEST_PG_URL names, else on one of this machine's binaries."""
    given = os.environ.get("TEST_PG_URL")
    if not given:
        yield request.getfixturevalue("postgres_url")
        return
    url = sa.make_url(given)
    name = f"hedui_{uuid.uuid4().hex[:12]}"
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    yield url.set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'registry.db'}"
    url: str = request.getfixturevalue("postgres_database")
    return url


def fill(url: str, table: str, columns: dict[str, Any], rows: list[dict[str, Any]]) -> Database:
    """Make a table with typed columns and put rows into it."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    made = sa.Table(table, sa.MetaData(), *(sa.Column(name, kind) for name, kind in columns.items()))
    made.create(engine)
    with engine.begin() as connection:
        if rows:
            connection.execute(made.insert(), rows)
    engine.dispose()
    return Database(Secret(url))
