"""Snapshots encrypted at rest: with a key a night says the same, leaves nothing of a person in plain but its worklists, and needs that key again."""

from __future__ import annotations

import base64
import os
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from reconciliation.explain import explain
from sql import state
from tests.night.conftest import AS_OF, County
from vocabulary import parquet_files
from vocabulary.errors import ConfigurationError, Refusal
from vocabulary.parquet_files import SNAPSHOT_KEY, content_sha256, read_frame
from vocabulary.runs import Run, write_parquet
from vocabulary.settings import Settings

PLAIN = {".json", ".html", ".xlsx", ".csv", ".lock"}
"""Codes and counts, and what desks open. Data Docs' own pictures and styles come besides."""


def a_key(size: int = 32) -> str:
    return base64.b64encode(os.urandom(size)).decode()


def night_of(county: County, day: date = AS_OF) -> dict:
    told = county.night(day)
    assert told["exit_code"] == 0, told["faults"]
    return told


@pytest.mark.long
def test_under_a_key_a_night_says_the_same_and_later_ones_read_it(county, good_night, monkeypatch):
    monkeypatch.setenv(SNAPSHOT_KEY, a_key())
    told = night_of(county)
    folder = Path(told["folder"])
    for path in (path for path in folder.rglob("*") if path.is_file() and "data_docs" not in path.parts):
        assert parquet_files.is_encrypted(path) if path.suffix == ".parquet" else path.suffix in PLAIN, path
    with pytest.raises(OSError, match="encrypted"):
        pd.read_parquet(folder / "accepted" / "record.parquet")
    home, plain = good_night
    found = read_frame(folder / "findings" / "finding.parquet")
    pd.testing.assert_frame_equal(found, pd.read_parquet(home / "runs" / plain["run_id"] / "findings" / "finding.parquet"))
    assert found["finding_id"].iloc[0] in explain(found["finding_id"].iloc[0])
    assert (told["changed"], night_of(county)["changed"]) == (True, False)
    assert state.purge(Settings.from_environment(), AS_OF + timedelta(days=1), AS_OF + timedelta(days=1)).deleted == 0
    for key, code in (("", "snapshot.key_missing"), (a_key(), "snapshot.key_wrong"), ("secret", "snapshot.key_form")):
        monkeypatch.setenv(SNAPSHOT_KEY, key)
        with pytest.raises(ConfigurationError) as refused:
            county.night()
        assert {fault.code for fault in refused.value.faults} == {code}
        assert refused.value.exit_code == 2
    assert len(list((county.home / "runs").glob("2*"))) == 2, "no night was begun"


@pytest.mark.parametrize("size", [16, 32])
def test_a_file_opens_under_its_own_key_alone(tmp_path, monkeypatch, size):
    rows = pd.DataFrame({"name": pd.array(["a", None], "string"), "day": [date(2026, 1, 1), None]})
    monkeypatch.setenv(SNAPSHOT_KEY, a_key(size))
    first, second = (write_parquet(rows, tmp_path / f"{name}.parquet") for name in ("one", "two"))
    pd.testing.assert_frame_equal(read_frame(first), rows)
    assert read_frame(first, ["day"]).columns.tolist() == ["day"]
    assert first.read_bytes() != second.read_bytes()
    assert content_sha256(first) == content_sha256(second)
    monkeypatch.setenv(SNAPSHOT_KEY, a_key(size))
    with pytest.raises(ConfigurationError, match=r"snapshot\.key_wrong.*one\.parquet"):
        read_frame(first)
    monkeypatch.delenv(SNAPSHOT_KEY)
    with pytest.raises(ConfigurationError, match=r"snapshot\.key_missing"):
        read_frame(first)


def test_a_stage_that_would_leave_a_plain_file_under_a_key_leaves_nothing(monkeypatch):
    monkeypatch.setenv(SNAPSHOT_KEY, a_key())
    settings = Settings.from_environment()
    run = Run("2026-10-31-001", AS_OF, settings.home)
    run.create()
    with pytest.raises(Refusal, match=r"snapshot\.plain"), run.writing("linked") as folder:
        pd.DataFrame({"name": ["a"]}).to_parquet(folder / "forgotten.parquet")
    assert not run.has("linked")
    assert not list(run.folder.glob("*linked*"))
