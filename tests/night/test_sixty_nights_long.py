"""Sixty nights of one county, with arrivals, corrections, answers, births that merge and split, and a township that is merged in the middle."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

import demo
from tests.night.conftest import installed
from tests.night.sixty import FIRST, MERGER, NIGHTS, Life
from tests.night.watch import Watch
from vocabulary.settings import Settings

pytestmark = [pytest.mark.long, pytest.mark.weekly, pytest.mark.timeout(1200)]
BIRTHS = 300


def test_sixty_nights_keep_every_promise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "county"
    demo.build(folder, births=BIRTHS, seed=7, severity="hard")
    installed(folder, tmp_path / "home", monkeypatch)
    monkeypatch.setenv("HEDUI_AREA", "990101")
    settings = Settings.from_environment()
    life, watch, totals = Life.of(folder, settings), Watch(settings), {"taken": 0, "moved": 0}
    for number in range(NIGHTS):
        day = FIRST + timedelta(days=number)
        before = watch.before
        if number == MERGER:
            life.merge_townships(day)
        run = life.night(day)
        report = json.loads((run.folder / "report.json").read_text(encoding="utf-8"))
        assert report["status"] == "complete", report["faults"]
        seen = watch.check(run, report["stages"]["find"]["counts"])
        if number == MERGER:
            assert before is not None
            former, desk = f"registration_desk-{life.merged}", f"registration_desk-{life.into}"
            then, now = before.listed(), seen.listed()
            followed = {task for task, where in then.items() if where == former and task in now}
            assert followed and {now[task] for task in followed} == {desk}
            assert former not in set(now.values())
            # A task stays behind only where the other desk had one of the same finding already: as history.
            left = seen.task[seen.task["desk"] == former]["finding_id"]
            assert set(left) <= set(seen.task[seen.task["desk"] == desk]["finding_id"])
            totals["moved"] = len(followed)
            # Lists that were printed on the evening before the merger come back after it.
            printed = life.answer(before.run, day)
            assert printed.taken > 0 and "task_of_another_desk" not in printed.reasons
        elif number % 3 == 2:
            taken = life.answer(run, day)
            assert set(taken.reasons) <= {"decisions_contradict", "place_here"}, taken.reasons
            totals["taken"] += taken.taken
    assert totals["taken"] > 100
    assert totals["moved"] > 0
    assert {"opened", "closed", "reopened", "issued", "merged", "split"} <= {name for name, count in watch.totals.items() if count}
