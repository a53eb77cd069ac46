"""A whole night on PostgreSQL under the roles of its stages is the night on SQLite: `make test-long`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from connectors import land
from connectors.worklists import read_worklists
from expectations import accept
from matching import link
from reconciliation import find, publish
from reconciliation.outcome_rows import titles
from reconciliation.outcomes import take_outcomes
from sql import state
from sql.roles import grants
from sql.secure import secure
from sql.tables import METADATA
from tests.night.conftest import AS_OF, County
from tests.night.test_outcomes import TODAY, List
from tests.postgres import postgres_folder, postgres_url  # noqa: F401 - fixtures
from vocabulary.registries import REGISTRIES
from vocabulary.settings import Settings

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
LOGIN = "hedui_clerk"


def login_of(owner_url: str) -> str:
    """The URL of a login that owns nothing and may act as every stage of a night, on a database that was secured."""
    assert secure(Settings.from_environment({"HEDUI_DATABASE": owner_url})) is not None
    engine = sa.create_engine(owner_url)
    with engine.begin() as connection:
        connection.execute(sa.text(f"DROP ROLE IF EXISTS {LOGIN}"))
        connection.execute(sa.text(f"CREATE ROLE {LOGIN} LOGIN NOINHERIT PASSWORD '{LOGIN}'"))
        stages = [f"hedui_{role}" for role in grants() if role not in ("portal", "export", "auditor")]
        connection.execute(sa.text(f"GRANT {', '.join(stages)} TO {LOGIN}"))
    return engine.url.set(username=LOGIN, password=LOGIN).render_as_string(hide_password=False)


def rows_of(url: str) -> dict[str, int]:
    """Table -> rows."""
    with sa.create_engine(url).connect() as connection:
        return {name: connection.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar_one() for name in METADATA.tables}


def night(environment: dict[str, str]) -> dict[str, Any]:
    """Every front door of a night, as the DAG calls them; the report, and where its worklists are."""
    os.environ.update(environment)
    run_id = state.open_run(AS_OF)
    for registry in REGISTRIES:
        land.night(run_id, registry)
    for stage in (accept, link, find, publish):
        stage.night(run_id)
    return {**state.close_run(run_id), "worklists": Path(environment["HEDUI_HOME"]) / "runs" / run_id / "worklists"}


def night_and_answers(environment: dict[str, str], folder: Path) -> dict[str, Any]:
    """A night, then one desk's list filled and taken."""
    told = night(environment)
    lists = [List(path) for path in sorted(told["worklists"].glob("registration_desk-*.xlsx"))]
    one = max(lists, key=lambda each: each.sheet.max_row)
    for row, code in enumerate(("A1", "B1", "C1", "D1")):
        one.answer(row, code)
    folder.mkdir()
    sheets, faults = read_worklists([one.saved(folder / "filled.xlsx")], titles())
    assert faults == []
    taken = take_outcomes(sheets, Settings.from_environment(), TODAY)
    return {"findings": told["findings"], "faults": told["faults"], "taken": taken.taken, "withdrawn": taken.withdrawn}


def test_a_night_under_the_roles_of_its_stages_is_the_night_on_sqlite(
    county: County,
    postgres_url: str,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    served = county.environment | {"HEDUI_AREA": "990101"}
    embedded, one, two = f"sqlite:///{tmp_path / 'state.db'}", tmp_path / "one", tmp_path / "two"
    on_sqlite = served | {"HEDUI_DATABASE": embedded, "HEDUI_HOME": str(one)}
    under_roles = served | {"HEDUI_DATABASE": login_of(postgres_url), "HEDUI_HOME": str(two), "HEDUI_DATABASE_ROLE": "stages"}
    for name in under_roles:
        monkeypatch.setenv(name, "")  # so that what the nights set is taken back afterwards
    first = night_and_answers(on_sqlite, tmp_path / "first")
    assert (first["faults"], first["taken"]) == ([], 4)
    assert night_and_answers(under_roles, tmp_path / "second") == first
    assert rows_of(postgres_url) == rows_of(embedded)
    assert rows_of(embedded)["finding"] > 100
