"""A county's part of a registry: where it comes from, where it lands, and that it is refused by itself."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from connectors import land
from connectors.sources import Database, DropFolder, source_of
from sql import state
from tests.connectors.deliveries import HUKOU, grid_of, rows_of, save_csv
from vocabulary.errors import ConfigurationError, DeliveryRefused
from vocabulary.parts import Part
from vocabulary.runs import Run
from vocabulary.settings import Settings

A, B = "990101", "990102"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Two counties with a folder each; the second's delivery has no mother's name."""
    grids = {
        A: grid_of(HUKOU, rows_of(HUKOU, 8)),
        B: [[cell for at, cell in enumerate(row) if at != 6] for row in grid_of(HUKOU, rows_of(HUKOU, 9))],
    }
    lines = ["county,name,hukou,hospital,family_planning"]
    for county, grid in grids.items():
        (tmp_path / county).mkdir()
        save_csv(tmp_path / county / "hukou.csv", grid)
        lines.append(f"{county},县,{tmp_path / county},connection,")
    (tmp_path / "counties.csv").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setenv("HEDUI_COUNTIES", str(tmp_path / "counties.csv"))
    monkeypatch.setenv("HEDUI_HOME", str(tmp_path / "home"))
    return Settings.from_environment()


def test_a_part_comes_from_the_file_or_from_the_connection_that_bears_its_name(settings: Settings) -> None:
    assert isinstance(source_of(settings, "hukou", {}, A), DropFolder)
    environment = {"AIRFLOW_CONN_HEDUI_HUKOU_990101": "sqlite:////srv/other.db"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_HEDUI_HUKOU_990101", environment["AIRFLOW_CONN_HEDUI_HUKOU_990101"])
        assert isinstance(source_of(settings, "hukou", environment, A), Database)
        assert isinstance(source_of(settings, "hukou", environment, B), DropFolder)


@pytest.mark.parametrize(("registry", "code"), [("hospital", "source.connection"), ("family_planning", "source.not_configured")])
def test_a_part_that_comes_from_nowhere_says_what_is_missing(settings: Settings, registry: str, code: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        source_of(settings, registry, {}, A)
    assert [fault.code for fault in refused.value.faults] == [code]
    assert refused.value.text("en")


def test_each_part_lands_in_a_folder_of_its_own_with_a_delivery_of_its_own(settings: Settings) -> None:
    run = Run.load(settings, state.open_run("2026-10-31"))
    with pytest.raises(DeliveryRefused) as refused:
        land.night(run.run_id, f"hukou-{B}")
    assert all(fault.where.startswith(f"{B} ") for fault in refused.value.faults)
    land.night(run.run_id, f"hukou-{A}")
    manifest = json.loads((run.landing / f"hukou-{A}" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["registry"], manifest["county"], manifest["rows"]) == ("hukou", A, 8)
    told = json.loads((run.landing / f"hukou-{B}" / "refused.json").read_text(encoding="utf-8"))
    assert (told["registry"], told["county"]) == ("hukou", B)
    state.mark_all_accepted(settings, run.run_id, {Part("hukou", A): 8})
    assert state.last_good_delivery(settings, Part("hukou", A))["delivery_id"] == manifest["delivery_id"]
    assert state.last_good_delivery(settings, Part("hukou", B)) is None
    assert state.last_good_delivery(settings, "hukou") is None


def test_the_same_delivery_on_the_next_night_is_known_again(settings: Settings) -> None:
    for day, status in (("2026-10-30", "new"), ("2026-10-31", "unchanged")):
        run = Run.load(settings, state.open_run(day))
        land.night(run.run_id, f"hukou-{A}")
        manifest = json.loads((run.landing / f"hukou-{A}" / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["status"] == status
        state.mark_all_accepted(settings, run.run_id, {Part("hukou", A): 8})


def test_a_county_that_is_not_listed_delivers_nothing(settings: Settings) -> None:
    run = Run.load(settings, state.open_run("2026-10-31"))
    with pytest.raises(ConfigurationError, match=r"source\.unknown_registry"):
        land.night(run.run_id, "hukou-990999")
    with pytest.raises(ConfigurationError, match=r"source\.unknown_registry"):
        land.night(run.run_id, "hukou")  # no county is left that would share it


def test_a_state_of_before_keeps_what_came_whole(settings: Settings) -> None:
    run_id = state.open_run("2026-10-31")
    state.record_delivery(settings, run_id, {"registry": "hukou", "rows": 3})
    state.record_delivery(settings, run_id, {"registry": "hukou", "county": A, "rows": 4})
    with sqlite3.connect(settings.home / "hedui.db") as connection:
        rows = connection.execute("SELECT registry, county, row_count FROM delivery ORDER BY county").fetchall()
    assert rows == [("hukou", "", 3), ("hukou", A, 4)]
