"""A small county of its own for each test that spoils it; nights run through the real DAG, in this process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
import sqlalchemy as sa

import demo
from vocabulary.registries import REGISTRIES
from vocabulary.settings import Settings, source_variable

if TYPE_CHECKING:
    from tests.night.faulty import Server

AS_OF = date(2026, 10, 31)
BIRTHS = 400


@dataclass
class County:
    """Where a county's registries are, and the night on it."""

    folder: Path
    home: Path
    environment: dict[str, str]

    def database(self, registry: str) -> sa.Engine:
        return sa.create_engine(self.environment[source_variable(registry)])

    def table(self, registry: str) -> pd.DataFrame:
        return pd.read_sql_table(REGISTRIES[registry].table, self.database(registry))

    def put(self, registry: str, rows: pd.DataFrame) -> None:
        rows.to_sql(REGISTRIES[registry].table, self.database(registry), if_exists="replace", index=False)

    def night(self, as_of: date = AS_OF) -> dict[str, Any]:
        from hedui import nightly

        return nightly.run_night(Settings.from_environment(self.environment), as_of, quiet=True)

    def finding(self, told: dict[str, Any]) -> pd.DataFrame:
        return pd.read_parquet(Path(told["folder"]) / "findings" / "finding.parquet")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    demo.build(folder, births=BIRTHS, seed=7, severity="normal", as_of=AS_OF)
    return folder


def installed(folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> County:
    """An installation on a county: the environment says so, as it would for a data engineer."""
    environment = {source_variable(name): f"sqlite:///{folder / name}.db" for name in REGISTRIES}
    environment |= {"HEDUI_HOME": str(home), "HEDUI_AREAS": str(folder / "areas.csv"), "HEDUI_LOCALE": "en"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return County(folder, home, environment)


@pytest.fixture
def county(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> County:
    """A county on which no night has been run."""
    shutil.copytree(built, tmp_path / "county")
    return installed(tmp_path / "county", tmp_path / "home", monkeypatch)


@pytest.fixture(scope="session")
def good_night(built: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The home of an installation after one good night, and what that night told."""
    home = tmp_path_factory.mktemp("good") / "home"
    with pytest.MonkeyPatch.context() as patch:
        return home, installed(built, home, patch).night()


@pytest.fixture
def settled(county: County, good_night: tuple[Path, dict[str, Any]]) -> tuple[County, dict[str, Any]]:
    """A county with one good night behind it, and what that night told."""
    home, told = good_night
    shutil.copytree(home, county.home)
    return county, {**told, "folder": str(county.home / "runs" / told["run_id"])}


@pytest.fixture(scope="module")
def evenings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], dict[str, str]]:
    """A folder, and the registries of two evenings in it; see `two_evenings`."""
    from tests.night.faulty import two_evenings

    folder = tmp_path_factory.mktemp("evenings")
    return (folder, *two_evenings(folder))


@pytest.fixture(scope="module")
def server(evenings) -> Iterator[Server]:
    """A server of nights for a module's tests."""
    from tests.night.faulty import served

    with served(evenings[0], evenings[2]) as server:
        yield server
