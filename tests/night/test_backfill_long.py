"""Five nights backfilled from dated deliveries, with a refused registry, answers between two nights and a stop; and every one of them replayed."""

from __future__ import annotations

import base64
import json
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import demo
from hedui.main import app
from tests.night.conftest import installed
from tests.night.sixty import Life
from vocabulary.parquet_files import SNAPSHOT_KEY
from vocabulary.registries import REGISTRIES
from vocabulary.runs import Run
from vocabulary.settings import Settings, source_variable

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
FIRST, REFUSED, BROKEN = date(2026, 9, 29), date(2026, 10, 1), date(2026, 10, 2)
"""Two nights of September, so that October learns anew. Of REFUSED, the hospitals' file is no table."""
DAYS = [FIRST + timedelta(days=number) for number in range(5)]


@pytest.fixture
def life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Life:
    """A county that delivers files dated by the day, one for each evening."""
    folder = tmp_path / "county"
    demo.build(folder, births=300, seed=7, severity="hard")
    installed(folder, tmp_path / "home", monkeypatch)
    monkeypatch.setenv("HEDUI_AREA", "990101")
    drop = folder / "delivered"
    for name in REGISTRIES:
        monkeypatch.setenv(source_variable(name), drop.as_uri())
    life = Life.of(folder, Settings.from_environment())
    for day in DAYS:
        life.hand_over(day, drop)
    (drop / f"hospital_{REFUSED}.csv").write_text("no table", encoding="utf-8")
    return life


def asked(*words: str) -> tuple[int, dict[str, Any]]:
    """Exit code and answer of a command."""
    ran = CliRunner().invoke(app, [*words, "--json"])
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return ran.exit_code, json.loads(ran.stdout.splitlines()[-1])


def backfilled(first: date, last: date) -> tuple[int, list[dict[str, Any]]]:
    code, told = asked("backfill", "--from", first.isoformat(), "--to", last.isoformat())
    return code, told["nights"]


def run_of(life: Life, day: date) -> Run:
    return Run.load(life.settings, f"{day}-001")


def read_of(life: Life, run: Run) -> dict[str, str]:
    """Registry -> the day that its delivery speaks of."""
    return {path.parent.name: json.loads(path.read_text())["as_of"] for path in sorted(run.landing.glob("*/manifest.json"))}


@pytest.mark.weekly
def test_five_nights_are_backfilled_in_order_and_each_says_the_same_when_it_is_replayed(life):
    code, nights = backfilled(DAYS[0], DAYS[1])
    assert (code, [night["as_of"] for night in nights]) == (0, [day.isoformat() for day in DAYS[:2]])
    assert life.answer(run_of(life, DAYS[1]), DAYS[1]).taken > 50
    # The third lacks a registry and goes on; the fourth breaks down, because the first October night is not what it wrote.
    code, nights = backfilled(DAYS[0], REFUSED)
    assert (code, [(night["as_of"], night["status"]) for night in nights]) == (3, [(str(REFUSED), "partial")])
    harmed = run_of(life, REFUSED).accepted / "record.parquet"
    whole = harmed.read_bytes()
    harmed.write_bytes(whole[:-1])
    code, nights = backfilled(DAYS[0], DAYS[-1])
    assert (code, [(night["as_of"], night["status"]) for night in nights]) == (1, [(str(BROKEN), "failed")])
    harmed.write_bytes(whole)
    code, nights = backfilled(DAYS[0], DAYS[-1])
    assert (code, [night["run_id"] for night in nights]) == (0, [f"{BROKEN}-002", f"{DAYS[-1]}-001"])
    assert backfilled(DAYS[0], DAYS[-1]) == (0, [])
    assert set(read_of(life, run_of(life, DAYS[1])).values()) == {DAYS[1].isoformat()}
    since = [json.loads(path.read_text())["run_id"] for path in sorted((life.settings.home / "runs").glob("*/linked/basis.json"))]
    assert since == [f"{FIRST}-001"] * 2 + [f"{REFUSED}-001"] * 3, "October begins anew, and the later nights look at changes"
    code, told = asked("replay", "--all")
    assert code == 0, told
    assert [night["run_id"] for night in told["nights"]] == [
        path.parent.name for path in sorted((life.settings.home / "runs").glob("*/linked/"))
    ]
    tampered = run_of(life, DAYS[-1]).findings / "finding.parquet"
    pd.read_parquet(tampered).iloc[1:].to_parquet(tampered, index=False)
    code, told = asked("replay", "--from", DAYS[-2].isoformat())
    assert (code, [night["identical"] for night in told["nights"]]) == (1, [True, False])


def test_under_a_key_nights_are_replayed_too(life, monkeypatch):
    monkeypatch.setenv(SNAPSHOT_KEY, base64.b64encode(os.urandom(32)).decode())
    assert backfilled(DAYS[0], DAYS[1])[0] == 0
    code, told = asked("replay", "--all")
    assert (code, len(told["nights"])) == (0, 2), told


@pytest.mark.weekly
def test_a_day_that_has_its_night_is_run_again_only_when_asked(life):
    span = ("backfill", "--from", DAYS[0].isoformat(), "--to", DAYS[0].isoformat())
    assert [night["run_id"] for night in asked(*span)[1]["nights"]] == [f"{DAYS[0]}-001"]
    assert asked(*span)[1]["skipped"] == 1
    assert [night["run_id"] for night in asked(*span, "--again")[1]["nights"]] == [f"{DAYS[0]}-002"]
