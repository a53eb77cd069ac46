"""A night of a past day reads the newest delivery that is not later than its day."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from connectors.drop_folder import newest_delivery
from connectors.land import last_day
from vocabulary.dates import CHINA, today
from vocabulary.errors import DeliveryRefused
from vocabulary.registries import REGISTRIES

HUKOU = REGISTRIES["hukou"]
DAY = date(2026, 10, 15)


def put(folder: Path, **names: str) -> None:
    """Files by their name, each with the day that it was written."""
    for name, written in names.items():
        path = folder / name.replace("__", ".")
        path.write_text("x", encoding="utf-8")
        moment = datetime.fromisoformat(written).replace(tzinfo=CHINA).timestamp()
        os.utime(path, (moment, moment))


FOLDERS = [
    ({"hukou_20261014__csv": "2026-10-20", "hukou_20261016__csv": "2026-10-20"}, "hukou_20261014.csv"),
    ({"hukou_20261014__csv": "2026-10-20", "hukou_20261015__csv": "2026-10-20"}, "hukou_20261015.csv"),
    ({"hukou_a__csv": "2026-10-14", "hukou_b__csv": "2026-10-20"}, "hukou_a.csv"),
    ({"hukou_20261010__csv": "2026-10-10", "hukou__csv": "2026-10-20"}, "hukou_20261010.csv"),
    ({"hukou__csv": "2026-10-20"}, "hukou.csv"),
]


@pytest.mark.parametrize(("files", "chosen"), FOLDERS)
def test_a_past_night_reads_nothing_that_came_later(tmp_path, files, chosen):
    put(tmp_path, **files)
    assert newest_delivery(tmp_path, HUKOU, until=DAY).files[0].name == chosen


def test_a_past_night_for_which_nothing_had_come_is_refused_and_says_when_the_first_came(tmp_path):
    put(tmp_path, hukou_20261020__csv="2026-10-20", hukou_20261018__csv="2026-10-20")
    with pytest.raises(DeliveryRefused) as refused:
        newest_delivery(tmp_path, HUKOU, until=DAY)
    assert [(fault.code, fault.facts) for fault in refused.value.faults] == [
        ("delivery.later", {"day": "2026-10-15", "first": "2026-10-18"})
    ]


@pytest.mark.parametrize(("days_ago", "bound"), [(0, False), (1, False), (2, True), (30, True)])
def test_tonight_reads_whatever_came_and_a_past_night_only_what_it_could_have_read(days_ago, bound):
    day = today() - timedelta(days=days_ago)
    assert last_day(day) == (day if bound else None)
