"""A night that travels: workers with homes of their own, one state, one object store (vocabulary/store.py, sql/travel.py)."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from connectors import land
from dags.travelling import travels
from expectations import accept
from matching import link
from reconciliation import find, publish
from sql import state, travel
from sql.purge import purge
from sql.report import checksums
from tests.night.conftest import AS_OF, installed
from tests.postgres import postgres_folder, postgres_url  # noqa: F401 - fixtures
from vocabulary.errors import ConfigurationError, Refusal, Unreachable
from vocabulary.registries import REGISTRIES
from vocabulary.runs import Run
from vocabulary.settings import Settings
from vocabulary.store import INDEX, Store

STAGES: dict[str, Callable[[str], str]] = {"accept": accept.night, "link": link.night, "find": find.night, "publish": publish.night}
NEXT = date(2026, 11, 1)


class Workers:
    """Two of them, each with a home of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.homes, self.monkeypatch = [folder / "one", folder / "two"], monkeypatch

    def on(self, worker: int) -> Path:
        self.monkeypatch.setenv("HEDUI_HOME", str(self.homes[worker]))
        return self.homes[worker]

    def open(self, worker: int, as_of: date = AS_OF) -> str:
        self.on(worker)
        return travels("open_run")(lambda: state.open_run(as_of))()

    def land(self, worker: int, night: str, registry: str) -> str:
        self.on(worker)
        return travels("land")(lambda night, registry: land.night(night, registry))(night=night, registry=registry)

    def do(self, worker: int, name: str, night: str) -> str:
        self.on(worker)
        return travels(name)(lambda night: STAGES[name](night))(night)

    def close(self, worker: int, night: str) -> dict[str, object]:
        self.on(worker)
        return travels("report")(lambda night: state.close_run(night))(night)

    def whole_night(self, order: str, as_of: date = AS_OF) -> str:
        """Each character the worker that does the next task."""
        who = iter(map(int, order))
        night = self.open(next(who), as_of)
        for registry in REGISTRIES:
            self.land(next(who), night, registry)
        for name in STAGES:
            self.do(next(who), name, night)
        self.close(next(who), night)
        return night


@pytest.fixture
def workers(built, tmp_path, monkeypatch) -> Workers:
    installed(built, tmp_path / "one", monkeypatch)
    monkeypatch.setenv("HEDUI_DATABASE", f"sqlite:///{tmp_path / 'state' / 'hedui.db'}")
    (tmp_path / "state").mkdir()
    monkeypatch.setenv("HEDUI_STORE", f"file://{tmp_path / 'store'}")
    return Workers(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def alone(built, tmp_path_factory) -> list[tuple[dict[str, str], dict[str, bytes]]]:
    """What two nights leave that one worker does, with no store: checksums of the snapshots, and the worklists."""
    told = []
    with pytest.MonkeyPatch.context() as monkeypatch:
        folder = tmp_path_factory.mktemp("alone")
        county = installed(built, folder / "home", monkeypatch)
        for as_of in (AS_OF, NEXT):
            county_night = Workers(folder, monkeypatch)
            county_night.homes = [county.home, county.home]
            told.append(left(county.home, county_night.whole_night("000000000", as_of)))
    return told


def left(home: Path, night: str) -> tuple[dict[str, str], dict[str, bytes]]:
    run = Run.load(Settings.from_environment({**os.environ, "HEDUI_HOME": str(home)}), night)
    return checksums(run), {path.name: path.read_bytes() for path in run.worklists.glob("*.csv")}


def store() -> Store:
    found = Store.from_environment()
    assert found is not None
    return found


@pytest.mark.long
def test_two_nights_of_two_workers_leave_what_one_worker_leaves(workers, alone):
    for as_of, order, wanted in ((AS_OF, "010101010", alone[0]), (NEXT, "101100110", alone[1])):
        night = workers.whole_night(order, as_of)
        last = workers.homes[int(order[-1])]
        assert left(last, night) == wanted
    assert all(path.stat().st_mode & 0o077 == 0 for home in workers.homes for path in home.rglob("*"))


def test_a_store_that_does_not_answer_stops_a_task_before_it_does_anything(workers, monkeypatch):
    monkeypatch.setenv("HEDUI_STORE", "s3://nights/county?endpoint_override=127.0.0.1:9&scheme=http&region=x")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-to-be-printed")
    with pytest.raises(Unreachable, match=r"store\.unreachable") as refused:
        workers.open(0)
    assert "not-to-be-printed" not in refused.value.text()
    assert state.runs(Settings.from_environment()).empty
    assert not (workers.homes[0] / "runs").exists()


@pytest.mark.long
def test_a_store_that_fails_after_a_stage_leaves_a_night_that_the_other_worker_ends(workers, alone):
    night = workers.open(0)
    for registry in REGISTRIES:
        workers.land(0, night, registry)
    workers.do(0, "accept", night)
    workers.do(0, "link", night)
    obstacle = Path(store().root) / "runs" / night / "findings"
    obstacle.write_text("in the way")
    with pytest.raises(Refusal, match=r"store\.unreachable"):
        workers.do(0, "find", night)
    assert (workers.homes[0] / "runs" / night / "findings").is_dir()  # done, and told to the state, but nobody else has it
    obstacle.unlink()
    for name in ("find", "publish"):
        workers.do(1, name, night)
    workers.close(1, night)
    assert left(workers.homes[1], night) == alone[0]


@pytest.mark.long
def test_an_object_that_is_not_what_was_written_is_refused(workers):
    night = workers.open(0)
    for registry in REGISTRIES:
        workers.land(0, night, registry)
    workers.do(0, "accept", night)
    place = Path(store().root) / "runs" / night / "accepted"
    raw = bytearray((place / "record.parquet").read_bytes())
    raw[len(raw) // 2] ^= 1

    def refused() -> None:
        with pytest.raises(Refusal, match=r"store\.damaged"):
            workers.do(1, "link", night)
        assert not (workers.homes[1] / "runs" / night / "accepted").exists()
        assert not list(workers.homes[1].rglob("*.partial"))

    (place / "record.parquet").write_bytes(raw)
    refused()
    (place / "record.parquet").unlink()
    refused()
    (place / INDEX).write_text(json.dumps({"sha256": {"../../../elsewhere": "0" * 64}}))
    refused()


def test_what_stands_in_the_store_is_never_written_over(workers):
    night = workers.open(0)
    workers.land(0, night, "hukou")
    folder = workers.homes[0] / "runs" / night / "landing" / "hukou"
    (folder / "part-000.parquet").write_bytes(b"another")
    with pytest.raises(Refusal, match=r"store\.written_already"):
        store().put(folder, f"runs/{night}/landing/hukou")


@pytest.mark.long
def test_a_refused_registry_is_known_to_the_other_worker_and_may_still_come(workers, monkeypatch):
    night = workers.open(0)
    good = os.environ["HEDUI_HUKOU"]
    monkeypatch.setenv("HEDUI_HUKOU", "sqlite:////nowhere/none.db")
    with pytest.raises(Refusal):
        workers.land(0, night, "hukou")
    monkeypatch.setenv("HEDUI_HUKOU", good)
    workers.land(1, night, "hukou")
    for registry in ("hospital", "family_planning"):
        workers.land(1, night, registry)
    workers.do(0, "accept", night)
    told = pd.read_parquet(workers.homes[0] / "runs" / night / "accepted" / "registry.parquet")
    assert set(told["status"]) == {"fresh"}


@pytest.mark.long
def test_what_the_installations_key_encrypts_stays_encrypted_in_the_store(workers, monkeypatch):
    monkeypatch.setenv("HEDUI_SNAPSHOT_KEY", "MDEyMzQ1Njc4OWFiY2RlZg==")
    night = workers.open(0)
    for registry in REGISTRIES:
        workers.land(0, night, registry)
    workers.do(1, "accept", night)
    held = sorted(Path(store().root).rglob("*.parquet"))
    assert held
    assert {path.read_bytes()[:4] for path in held} == {b"PARE"}


def test_what_is_due_goes_from_the_store_too(workers):
    night, later = workers.open(0), None
    workers.land(0, night, "hukou")
    later = workers.open(0, date(2027, 2, 1))
    workers.land(0, later, "hukou")
    workers.on(1)  # which has nothing of either
    purged = purge(Settings.from_environment(), date(2027, 2, 1), date(2027, 2, 1))
    assert purged.receipt_no == 1
    assert not store().has(f"runs/{night}/landing/hukou")
    assert store().has(f"runs/{later}/landing/hukou")


def test_children_of_another_county_reach_the_worker_that_looks_for_them(workers):
    workers.on(0)
    folder = workers.homes[0] / "exchange"
    folder.mkdir(parents=True)
    (folder / f"{'a' * 64}.parquet").write_bytes(b"children")
    travel.put_exchange()
    settings = Settings.from_environment()
    state.keep_exchange_file(settings, ("a" * 64, "990202", AS_OF), 1, 0, [])
    state.keep_exchange_file(settings, ("b" * 64, "990303", AS_OF), 1, 0, [])
    workers.on(1)
    with pytest.raises(ConfigurationError, match=r"store\.exchange_missing"):
        travel.fetch_exchange(store(), Settings.from_environment())
    assert (workers.homes[1] / "exchange" / f"{'a' * 64}.parquet").read_bytes() == b"children"
    assert [path.name for path in (workers.homes[1] / "exchange").iterdir()] == [f"{'a' * 64}.parquet"]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("s3://key:secret@bucket/prefix", "store.key_in_address"),
        ("s3://bucket?secret_key=secret", "store.key_in_address"),
        ("ftp://host/prefix", "store.address"),
        ("/srv/store", "store.address"),
    ],
)
def test_an_address_that_cannot_be_is_refused_in_words(monkeypatch, address, code):
    monkeypatch.setenv("HEDUI_STORE", address)
    with pytest.raises(ConfigurationError, match=code) as refused:
        Store.from_environment()
    assert "secret@" not in refused.value.text()


def test_on_postgresql_one_worker_waits_for_the_other(postgres_url, monkeypatch):  # noqa: F811
    monkeypatch.setenv("HEDUI_DATABASE", postgres_url)
    settings, order, inside = Settings.from_environment(), [], threading.Event()

    def first() -> None:
        with travel.alone_in_state(settings, "stage"):
            inside.set()
            order.append("first in")
            threading.Event().wait(0.5)
            order.append("first out")

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(20)
    with travel.alone_in_state(settings, "another"):
        order.append("another")
    with travel.alone_in_state(settings, "stage"):
        order.append("second in")
    thread.join()
    assert order == ["first in", "another", "first out", "second in"]
