"""A night that travels: with an object store (vocabulary.store), any worker may do any stage, from a home of its own.

Before a stage a worker fetches what the run, and the nights it looks back at, have in the store; after it, the worker puts there what is new. What the
store cannot do is keep two workers apart: that does the state's database, whose lock outlives no connection. Without HEDUI_STORE nothing here does anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

from sqlalchemy import func, select, text

from sql.acting import acting_as
from sql.database import engine_of, reachable, writing
from sql.exchange import exchange_files
from sql.retention import Retention
from sql.tables import DELIVERY, RUN
from vocabulary.errors import ConfigurationError, Fault, Refusal
from vocabulary.locks import STAGE
from vocabulary.settings import Settings
from vocabulary.store import Store, is_whole

INSTALLATION_WIDE = ("link", "find", "publish", "report")
"""Tasks that build on what the state holds: one at a time, whatever night they belong to."""
RUN_FILE, REPORT, REFUSED = "run.json", "report.json", "refused.json"
BASE, LINKED, EXCHANGE, OTHER = "base", "linked", "exchange", "other"
ALIVE = "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
"""A worker that lost its power is missed within a minute, and its lock is free."""
BEFORE = 40
"""Nights to look back at most for one that has worklists."""


@contextmanager
def task(name: str, run_id: str | None = None, part: str = "") -> Iterator[None]:
    """One task of a night, on whichever worker. Raises Unreachable before anything is done where the store does not answer."""
    store = Store.from_environment()
    if store is None:
        yield
        return
    settings = Settings.from_environment()
    place = STAGE if name in INSTALLATION_WIDE else f"{run_id}/{name}/{part}"
    with alone_in_state(settings, place):
        if run_id is None:
            store.has("runs")  # a night is not opened where it could go no further
            yield
            return
        fetch(store, settings, run_id)
        if name == "find":
            fetch_exchange(store, settings)
        try:
            yield
        except Refusal:
            with suppress(Refusal):  # what the stage says is what matters; a refused registry is told to whoever accepts
                put(store, settings.home, run_id)
            raise
        put(store, settings.home, run_id)


def opened(run_id: str) -> None:
    """A new night's `run.json`, for whoever does its first task."""
    store = Store.from_environment()
    if store is not None:
        put(store, Settings.from_environment().home, run_id)


@contextmanager
def alone_in_state(settings: Settings, place: str) -> Iterator[None]:
    """Hold PostgreSQL's lock of that name while the block runs; on SQLite, which serves one machine, the locks of its disk do."""
    engine = engine_of(settings)
    if engine.dialect.name != "postgresql":
        yield
        return
    key = int.from_bytes(hashlib.sha256(f"hedui {place}".encode()).digest()[:8], signed=True)
    with reachable():
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    with connection:  # closing it gives the lock back, however the block ends
        with reachable():
            for setting in ALIVE.split("; "):
                connection.execute(text(setting))
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": key})
        yield


def fetch(store: Store, settings: Settings, run_id: str) -> None:
    """Everything of the run that the store has and this home lacks, and of the nights that it looks back at."""
    for one in (*looked_back_at(store, settings, run_id), run_id):
        fetch_run(store, settings.home, one)


def fetch_run(store: Store, home: Path, run_id: str) -> None:
    """What the store has of a run and this home lacks: stages, whole; refusals of registries; what the run is, and how it ended."""
    place = f"runs/{run_id}"
    for name in (f"{place}/{RUN_FILE}", f"{place}/{REPORT}"):
        if not (home / name).is_file():
            store.fetch_file(name, home / name)
    for stage in store.stages(place):
        if not is_whole(home / stage):
            store.fetch(stage, home / stage)
    for landing in store.stages(f"{place}/landing", REFUSED):
        if not (home / landing).exists():
            store.fetch_file(f"{landing}/{REFUSED}", home / landing / REFUSED)


def fetch_exchange(store: Store, settings: Settings) -> None:
    """The children of other counties that this home lacks. Raises ConfigurationError where the store lacks them too: nobody would ask after them."""
    with acting_as("find"):
        wanted = exchange_files(settings)["sha256"]
    folder, missing = settings.home / EXCHANGE, []
    for sha256 in wanted:
        name, place = f"{sha256}.parquet", f"{EXCHANGE}/{sha256}"
        if (folder / name).is_file():
            continue
        if not store.has(place):
            missing.append(Fault("store.exchange_missing", place))
            continue
        store.fetch(place, folder / sha256)
        (folder / sha256 / name).rename(folder / name)
        (folder / sha256).rmdir()
    if missing:
        raise ConfigurationError(missing)


def put_exchange() -> None:
    """The children of other counties that this home has and the store lacks."""
    store = Store.from_environment()
    folder = Settings.from_environment().home / EXCHANGE
    for path in sorted(folder.glob("*.parquet")) if store else ():
        place = f"{EXCHANGE}/{path.stem}"
        if store and not store.has(place):
            store.put(folder, place, [path.name])


def looked_back_at(store: Store, settings: Settings, run_id: str) -> list[str]:
    """Nights before this one whose snapshots it may need: each registry's last good one, and the newest ones up to one that ended with worklists."""
    with acting_as("accept"), writing(settings) as connection:
        this = connection.execute(select(RUN.c.night_no, RUN.c.as_of).where(RUN.c.run_id == run_id)).one()
        earlier = (RUN.c.night_no < this.night_no) & (RUN.c.as_of <= this.as_of)
        good = (
            select(func.max(RUN.c.night_no))
            .join(DELIVERY, DELIVERY.c.run_id == RUN.c.run_id)
            .where(earlier, DELIVERY.c.accepted_count.is_not(None))
            .group_by(DELIVERY.c.registry, DELIVERY.c.county)
        )
        needed = set(connection.execute(select(RUN.c.run_id).where(RUN.c.night_no.in_(good))).scalars())
        newest = select(RUN.c.run_id).where(RUN.c.night_no < this.night_no).order_by(RUN.c.night_no.desc()).limit(BEFORE)
        before = list(connection.execute(newest).scalars())
    for one in before:
        needed.add(one)
        if store.has(f"runs/{one}/worklists"):
            break
    return sorted(needed)


def put(store: Store, home: Path, run_id: str) -> None:
    """Everything of the run that stands whole here and is not in the store."""
    folder = home / "runs" / run_id
    for name in (f"runs/{run_id}/{RUN_FILE}", f"runs/{run_id}/{REPORT}"):
        if (home / name).is_file() and not store.is_file(name):
            store.write(name, (home / name).read_bytes())
    there = set(store.stages(f"runs/{run_id}"))
    for path in sorted([*folder.glob("*/"), *folder.glob("landing/*/")]):
        place = path.relative_to(home).as_posix()
        if place in there:
            continue
        if is_whole(path):
            store.put(path, place)
        elif (path / REFUSED).is_file():
            store.write(f"{place}/{REFUSED}", (path / REFUSED).read_bytes())
    if (folder / BASE).is_dir() and f"runs/{run_id}/{BASE}" not in there:
        forget_bases(store, home, run_id)


def forget_bases(store: Store, home: Path, run_id: str) -> None:
    """Of bases, which hold what records say, the store keeps as many as the disk: matching has just deleted what is too old."""
    here = {path.parent.name for path in (home / "runs").glob(f"*/{BASE}")}
    for place in store.stages("runs"):
        run, _, stage = place.removeprefix("runs/").partition("/")
        if stage == BASE and run < run_id and run not in here:
            store.remove(place)


@contextmanager
def at_rest(settings: Settings) -> Iterator[None]:
    """For a purge: no worker is in a stage meanwhile, and this home has the newest night that is linked, on which what is kept rests."""
    store = Store.from_environment()
    if store is None:
        yield
        return
    with alone_in_state(settings, STAGE):
        with writing(settings) as connection:
            nights = list(connection.execute(select(RUN.c.run_id).order_by(RUN.c.night_no.desc()).limit(BEFORE)).scalars())
        linked = next((one for one in nights if store.has(f"runs/{one}/{LINKED}")), None)
        if linked is not None:
            fetch_run(store, settings.home, linked)
        yield


def purge(clocks: Retention, as_of: date, nights: Collection[str], gone: Collection[str]) -> None:
    """Delete in the store what is due, by the clocks of a home's folders, and all of the runs that the state no longer knows."""
    store = Store.from_environment()
    if store is None:
        return
    for place in store.stages("runs", RUN_FILE):
        run_id = place.removeprefix("runs/")
        if run_id in gone:
            store.remove(place)
            continue
        day = date.fromisoformat(json.loads(store.read(f"{place}/{RUN_FILE}") or b"{}")["as_of"])
        stages = {one.removeprefix(f"{place}/").partition("/")[0] for one in store.stages(place)}
        for stage in sorted(stages) if run_id not in nights else ():
            if day < clocks.snapshot[stage if stage in clocks.snapshot else OTHER].due_before(as_of):
                store.remove(f"{place}/{stage}")
