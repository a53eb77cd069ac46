"""An embedded installation moves to PostgreSQL: every row, the ids, the access log, and the next night."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest
import sqlalchemy as sa

from sql import state
from sql.database import writing
from sql.metadata import METADATA
from sql.move import move
from tests.conftest import ROOT
from tests.night.conftest import built, county, good_night, settled  # noqa: F401 - fixtures
from tests.postgres import postgres_folder, postgres_url  # noqa: F401 - fixtures
from vocabulary.errors import ConfigurationError
from vocabulary.settings import Secret, Settings


def rows(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    with writing(settings) as connection:
        return {
            table.name: sorted(
                (tuple(str(value).removesuffix("+00:00") for value in row) for row in connection.execute(sa.select(table))), key=str
            )
            for table in METADATA.sorted_tables
        }


@pytest.mark.long
@pytest.mark.weekly
@pytest.mark.timeout(900)
def test_the_state_of_a_night_is_the_same_on_postgresql_and_the_next_night_goes_on(settled, postgres_url):  # noqa: F811
    county, _ = settled  # noqa: F811
    old = Settings.from_environment(county.environment)
    new = replace(old, database=Secret(postgres_url))
    counts = move(old, new)
    assert counts["finding"] > 0
    assert counts["access_log"] > 0
    assert rows(new) == rows(old)
    with pytest.raises(ConfigurationError, match=r"state\.not_empty"):
        move(old, new)
    environment = {**os.environ, **county.environment, "HEDUI_DATABASE": postgres_url}
    ran = subprocess.run(
        [sys.executable, "-m", "hedui.main", "nightly", "--as-of", "2026-10-31", "--json"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert '"changed": false' in ran.stdout
    assert state.verify_log(new)


def test_it_says_what_it_needs():
    ran = subprocess.run([sys.executable, "-m", "sql.move"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr.startswith("[state.move_from]")
