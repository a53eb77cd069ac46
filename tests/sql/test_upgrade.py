"""A state that an earlier version wrote opens in this one, with every row it had; there is no way back but the backup."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from sql.database import bring_up_to_date, engine_of, scripts, stands_at
from tests.conftest import ROOT
from vocabulary.settings import Settings

REVISIONS = sorted(script.revision for script in scripts().walk_revisions())
SAMPLES = {
    sa.Integer: 1,
    sa.Date: date(2026, 10, 31),
    sa.DateTime: datetime(2026, 10, 31, 2, tzinfo=UTC),
    sa.JSON: {"a": 1},
    sa.Boolean: True,
}


def at_revision(connection: sa.Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(scripts().dir))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def sample(column: sa.Column[Any]) -> Any:
    """A value of a column's type; the log's first entry follows none."""
    if column.name == "previous_hash":
        return "0" * 64
    return next((value for kind, value in SAMPLES.items() if isinstance(column.type, kind)), "1")


def tables_of(connection: sa.Connection) -> list[sa.Table]:
    """Hedui's own, as they stand, those first that others refer to."""
    found = sa.MetaData()
    found.reflect(connection, only=lambda name, _: name != "alembic_version")
    return found.sorted_tables


def written(connection: sa.Connection) -> dict[str, dict[str, Any]]:
    """One row in every table; table -> what stands in it."""
    for table in tables_of(connection):
        connection.execute(table.insert().values({column.name: sample(column) for column in table.columns}))
    return {table.name: dict(connection.execute(table.select()).one()._mapping) for table in tables_of(connection)}


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_state_of_each_earlier_version_opens_in_this_one_with_every_row(settings: Settings, revision: str) -> None:
    with engine_of(settings).begin() as connection:
        at_revision(connection, revision)
        before = written(connection)
    with engine_of(settings).begin() as connection:
        bring_up_to_date(connection)
        assert stands_at(connection) == REVISIONS[-1]
        after = {
            table.name: dict(connection.execute(table.select()).one()._mapping) for table in tables_of(connection) if table.name in before
        }
    assert {name: {column: after[name][column] for column in row} for name, row in before.items()} == before
    assert len(before) >= 7


@pytest.fixture
def newest(settings: Settings) -> Iterator[Settings]:
    with engine_of(settings).begin() as connection:
        bring_up_to_date(connection)
    yield settings


@pytest.mark.parametrize("target", ["-1", "base"])
def test_a_step_back_is_refused_in_words_and_nothing_is_lost(newest: Settings, target: str) -> None:
    asked = [sys.executable, "-m", "alembic", "-c", "sql/alembic.ini", "downgrade", target]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert "[state.no_downgrade]" in told.stderr
    assert "Traceback" not in told.stderr
    with engine_of(newest).connect() as connection:
        assert stands_at(connection) == REVISIONS[-1]


def test_the_command_refuses_a_newer_state_with_exit_code_two(newest: Settings) -> None:
    with engine_of(newest).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    told = subprocess.run([sys.executable, "-m", "hedui.main", "explain", "f1"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert "[state.newer_schema]" in told.stderr
