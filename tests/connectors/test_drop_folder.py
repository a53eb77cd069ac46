"""Whose file is it, which parts belong together, which delivery is the newest, and which is not finished."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path

import pytest

from connectors import drop_folder
from connectors.drop_folder import newest_delivery, owner_of, told_on
from vocabulary.errors import DeliveryRefused, Refusal, Unreachable
from vocabulary.registries import REGISTRIES

HUKOU = REGISTRIES["hukou"]
LONG_AGO = time.time() - 86_400


def put(folder: Path, *names: str) -> None:
    """Files, each an hour younger than the one before."""
    for age, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        os.utime(path, (LONG_AGO + 3600 * age, LONG_AGO + 3600 * age))


@pytest.mark.parametrize(
    ("name", "registry"),
    [
        ("hukou.csv", "hukou"),
        ("HUKOU_20261031.xlsx", "hukou"),
        ("hukou_registration-2026-10.csv", "hukou"),
        ("户籍登记（示例县）.xlsx", "hukou"),
        ("户籍登记10月.csv", "hukou"),
        ("医院出生记录.csv", "hospital"),
        ("hospital_birth.csv", "hospital"),
        ("卫健出生报告2026.xlsx", "family_planning"),
        ("family_planning", "family_planning"),
        ("hukouren.csv", None),
        ("示例.csv", None),
    ],
)
def test_a_file_belongs_to_the_registry_its_name_begins_with(name, registry):
    assert owner_of(name) == registry


@pytest.mark.parametrize(
    ("name", "day"),
    [("hukou_20261031", date(2026, 10, 31)), ("户籍登记2026年09月30日", date(2026, 9, 30)), ("h-2026-10-01-2026-10-31", date(2026, 10, 31)), ("hukou", None), ("hukou_20261345", None)],
)  # fmt: skip
def test_a_date_in_a_name_is_the_last_one(name, day):
    assert told_on(name) == day


CHOSEN = [
    # files in the order of their writing -> the delivery that is taken
    (["hukou.csv"], ["hukou.csv"]),
    (["hukou_20261030.csv", "hukou_20261029.csv"], ["hukou_20261030.csv"]),
    (["hukou_a.csv", "hukou_b.csv"], ["hukou_b.csv"]),
    (["hukou_part2.csv", "hukou_part1.csv"], ["hukou_part1.csv", "hukou_part2.csv"]),
    (["户籍登记第1部分.xlsx", "户籍登记第2部分.xlsx"], ["户籍登记第1部分.xlsx", "户籍登记第2部分.xlsx"]),
    (["hukou_20261030.csv", "hukou_20261031-1of3.csv", "hukou_20261031-3of3.csv"], ["hukou_20261030.csv"]),
    (["hukou_20261030.csv", "hukou_20261031_part1.csv", "hukou_20261031_part3.csv"], ["hukou_20261030.csv"]),
    (["户籍登记第1部分共2部分.csv", "户籍登记第2部分共2部分.csv"], ["户籍登记第1部分共2部分.csv", "户籍登记第2部分共2部分.csv"]),
    (["hukou/x.csv"], ["x.csv"]),
    (["户籍登记/2026-10-30/a.csv", "户籍登记/2026-10-31/a.csv", "户籍登记/2026-10-31/b.csv"], ["a.csv", "b.csv"]),
    (["hukou.csv", "hospital_20261231.csv", "readme.txt"], ["hukou.csv"]),
    (["births.csv"], ["births.csv"]),
    (["hukou.csv", "~$hukou.xlsx", ".hukou.csv", "hukou.csv.part", "hukou.docx"], ["hukou.csv"]),
]


@pytest.mark.parametrize(("files", "chosen"), CHOSEN)
def test_the_newest_complete_delivery_is_taken(drop, files, chosen):
    put(drop, *files)
    assert [path.name for path in newest_delivery(drop, HUKOU).files] == chosen


NONE = [
    ([], DeliveryRefused, "delivery.not_found"),
    (["hospital.csv"], DeliveryRefused, "delivery.not_found"),
    (["hukou.docx", "~$hukou.xlsx"], DeliveryRefused, "delivery.not_found"),
    (["hukou-1of2.csv"], DeliveryRefused, "delivery.incomplete"),
]


@pytest.mark.parametrize(("files", "error", "code"), NONE)
def test_without_a_complete_delivery_the_registry_is_refused(drop, files, error, code):
    put(drop, *files)
    with pytest.raises(error) as caught:
        newest_delivery(drop, HUKOU)
    assert [fault.code for fault in caught.value.faults] == [code]


def test_a_folder_that_is_gone_may_come_back(drop):
    with pytest.raises(Unreachable) as caught:
        newest_delivery(drop / "unmounted", HUKOU)
    assert [fault.code for fault in caught.value.faults] == ["source.missing_folder"]


def test_a_file_that_has_just_been_written_is_waited_for_and_taken(drop, monkeypatch):
    monkeypatch.setattr(drop_folder, "SETTLED_SECONDS", 3.0)
    (drop / "hukou.csv").write_text("whole")
    waited: list[float] = []
    assert newest_delivery(drop, HUKOU, waited.append).files[0].name == "hukou.csv"
    assert len(waited) == 1
    assert 0 < waited[0] <= 3


def test_a_file_that_grows_is_left_alone_and_tried_again(drop, monkeypatch):
    monkeypatch.setattr(drop_folder, "SETTLED_SECONDS", 3.0)
    path = drop / "hukou.csv"
    path.write_text("half")

    def while_it_grows(_seconds: float) -> None:
        path.write_text(path.read_text() + "more")

    with pytest.raises(Unreachable) as caught:
        newest_delivery(drop, HUKOU, while_it_grows)
    assert [fault.code for fault in caught.value.faults] == ["delivery.still_written"]


def test_a_file_from_a_clock_that_runs_ahead_is_taken_once_it_stands_still(drop, monkeypatch):
    monkeypatch.setattr(drop_folder, "SETTLED_SECONDS", 3.0)
    (drop / "hukou.csv").write_text("whole")
    os.utime(drop / "hukou.csv", (time.time() + 3600, time.time() + 3600))
    waited: list[float] = []
    newest_delivery(drop, HUKOU, waited.append)
    assert waited == [3.0]


def test_a_refusal_is_not_retried_and_an_unreachable_source_is():
    assert issubclass(Unreachable, ConnectionError)
    assert not issubclass(DeliveryRefused, ConnectionError)
    assert issubclass(Unreachable, Refusal)
