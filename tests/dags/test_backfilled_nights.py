"""Backfill on Airflow: each night has its own day, oldest first, and none runs beside another."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from dags.when import must_be_alone, night_of
from vocabulary.errors import Unreachable


def context(run_type: str, running: int, key: str | None = None) -> dict:
    """What a task sees of its run, and of how many there are."""
    run = SimpleNamespace(dag_id="nightly", run_type=run_type, partition_key=key)
    return {"dag_run": run, "ti": SimpleNamespace(get_dr_count=lambda dag_id, states: running), "params": {}}


@pytest.mark.parametrize(("run_type", "running"), [("backfill", 1), ("scheduled", 3), ("manual", 2)])
def test_a_night_that_is_alone_or_no_backfill_goes_on(run_type, running):
    must_be_alone(context(run_type, running))


def test_a_backfilled_night_beside_another_is_tried_again_later():
    with pytest.raises(Unreachable) as refused:
        must_be_alone(context("backfill", 2))
    assert "--max-active-runs 1" in refused.value.text()


def test_a_backfill_names_each_night_by_its_own_day(bag):
    timetable = bag.dags["nightly"].timetable
    from airflow.serialization.decoders import decode_timetable
    from airflow.serialization.encoders import encode_timetable

    server = decode_timetable(encode_timetable(timetable))
    asked = {"earliest": datetime(2026, 10, 1, tzinfo=UTC), "latest": datetime(2026, 10, 30, 23, 59, tzinfo=UTC)}
    keys = [info.partition_key for info in server.iter_partition_dagrun_infos(**asked)]
    assert keys == [f"2026-10-{day:02d}" for day in range(1, 31)]
    assert [night_of(context("backfill", 1, key)).isoformat() for key in keys] == keys
    # Without a time of day the last day is not in it: its night would begin at two.
    until_midnight = {**asked, "latest": datetime(2026, 10, 30, tzinfo=UTC)}
    assert len(list(server.iter_partition_dagrun_infos(**until_midnight))) == 29
