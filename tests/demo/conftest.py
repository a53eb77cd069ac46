"""Counties that several tests look at: the demonstration year, normal and hard, and the records behind a larger one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

import demo
from demo.capture import known
from demo.chance import Chance
from demo.mistakes import Log
from demo.people import Setting, children, deliveries
from demo.places import laid_out
from demo.registries import WRITERS
from vocabulary.registries import REGISTRIES

AS_OF = date(2026, 10, 31)


@dataclass(frozen=True)
class Read:
    """A county read back from its files: its sources as pandas tables, its truth."""

    county: demo.County
    sources: dict[str, pd.DataFrame]
    record: pd.DataFrame
    birth: pd.DataFrame

    def with_truth(self, registry: str) -> pd.DataFrame:
        """A source's rows, each with what is true of its birth (suffix `_true`)."""
        key = REGISTRIES[registry].key
        own = self.record[self.record["registry"] == registry]
        joined = self.sources[registry].merge(own, left_on=key, right_on="record_id", validate="1:1")
        return joined.merge(self.birth.add_suffix("_true").rename(columns={"true_birth_id_true": "true_birth_id"}), on="true_birth_id")


def read(county: demo.County) -> Read:
    """Everything of a county, from the files."""
    sources = {}
    for registry, url in county.urls.items():
        engine = sa.create_engine(url)
        sources[registry] = pd.read_sql(f"SELECT * FROM {REGISTRIES[registry].table}", engine)
        engine.dispose()
    return Read(county, sources, pd.read_parquet(county.truth / "record.parquet"), pd.read_parquet(county.truth / "birth.parquet"))


@pytest.fixture(scope="session")
def normal(tmp_path_factory: pytest.TempPathFactory) -> Read:
    return read(demo.build(tmp_path_factory.mktemp("normal"), seed=1))


@pytest.fixture(scope="session")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Read:
    return read(demo.build(tmp_path_factory.mktemp("hard"), seed=1, severity="hard"))


@pytest.fixture(scope="session", params=["normal", "hard"])
def either(request: pytest.FixtureRequest) -> Read:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Read:
    return read(demo.build(tmp_path_factory.mktemp("small"), births=400, seed=3, severity="hard"))


@dataclass(frozen=True)
class Year:
    """A year as the generator knows it, before anything is written."""

    setting: Setting
    known: pd.DataFrame
    written: dict[str, tuple[pd.DataFrame, Log]]


@pytest.fixture(scope="session")
def year() -> Year:
    """18,000 births: enough for rates of one in a thousand."""
    chance = Chance(11)
    setting = Setting(18_000, "normal", AS_OF, laid_out(18_000, AS_OF, chance), chance)
    births = known(children(deliveries(setting), setting), setting)
    return Year(setting, births, {registry: WRITERS[registry](births, setting) for registry in WRITERS})


def folder_bytes(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
