"""The commands as a newcomer types them, in processes of their own: they take a minute, so they run with `make test-long`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from hedui.embedded import airflow_defaults
from tests.conftest import ROOT
from tests.night.conftest import AS_OF, County
from tests.postgres import postgres_folder, postgres_url  # noqa: F401 - fixtures
from vocabulary.registries import REGISTRIES
from vocabulary.settings import source_variable

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
BIN = Path(sys.executable).parent


def ran(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HEDUI_", "AIRFLOW"))}
    return subprocess.run(command, cwd=ROOT, env={**clean, **environment}, capture_output=True, text=True, timeout=600, check=False)


def test_the_demo_finds_children_and_the_second_time_says_that_nothing_changed(tmp_path):
    environment = {"HEDUI_HOME": str(tmp_path / "var"), "HEDUI_LOCALE": "en"}
    first, second = (ran([str(BIN / "hedui"), "demo", "--births", "600"], environment) for _ in range(2))
    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert "no registration found" in first.stdout
    assert "Worklists are in" in first.stdout
    assert "Nothing changed" not in first.stdout
    assert "Nothing changed since the night before." in second.stdout


def test_json_is_one_object_on_standard_output_and_nothing_else(county: County):
    told = ran([str(BIN / "hedui"), "nightly", "--as-of", AS_OF.isoformat(), "--json"], county.environment)
    assert told.returncode == 0, told.stderr
    report = json.loads(told.stdout)
    assert {"run_id", "folder", "counts", "findings", "registries", "stages", "exit_code"} <= set(report)
    assert report["counts"]["records"] > report["counts"]["births"] > report["counts"]["not_registered"] > 0
    assert Path(report["folder"]).is_dir()


def test_airflows_own_command_runs_the_same_dag(county: County):
    environment = {**county.environment, **airflow_defaults(county.home)}
    migrated = ran([str(BIN / "airflow"), "db", "migrate"], environment)
    assert migrated.returncode == 0, migrated.stderr[-2000:]
    assert ran([str(BIN / "airflow"), "pools", "import", "dags/pools.json"], environment).returncode == 0
    told = ran([str(BIN / "airflow"), "dags", "test", "nightly", "-c", json.dumps({"as_of": AS_OF.isoformat()})], environment)
    reports = list((county.home / "runs").glob("*/report.json"))
    assert len(reports) == 1, told.stderr[-3000:]
    assert json.loads(reports[0].read_text())["status"] == "complete"
    assert told.returncode == 0, told.stderr[-3000:]


def test_a_night_on_postgresql_registries_and_state_is_the_night_on_sqlite(county: County, postgres_folder: Path, postgres_url: str):  # noqa: F811
    here = county.night()
    target = sa.create_engine(postgres_url)
    for name in REGISTRIES:
        county.table(name).to_sql(REGISTRIES[name].table, target, index=False)
    for name in REGISTRIES:
        county.environment[source_variable(name)] = postgres_url
    county.environment |= {"HEDUI_DATABASE": postgres_url, "HEDUI_HOME": str(county.home) + "-postgresql"}
    told = ran([str(BIN / "hedui"), "nightly", "--as-of", AS_OF.isoformat(), "--json"], county.environment)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["findings"] == here["findings"]
