"""Nights that meet faults: installations on either database, the server that runs their nights, and what a night must leave whatever befell it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

import demo
from sql.tables import BIRTH_RECORD, BOUND_RECORD, DECISION, DELIVERY, FINDING, FINDING_EVENT, OUTCOME, RUN, TASK
from tests.conftest import ROOT
from tests.night.conftest import AS_OF
from vocabulary.registries import REGISTRIES
from vocabulary.runs import sha256_of
from vocabulary.settings import source_variable

TABLES = (RUN, DELIVERY, BIRTH_RECORD, DECISION, FINDING, FINDING_EVENT, TASK, OUTCOME, BOUND_RECORD)
NUMBERED = {"night_no", "event_id", "outcome_id"}
TIMED = {"manifest.json", "stage.json", "checksums.json", "report.json"}
"""Files that tell seconds, or the moment they were written, or the checksums of such; so do the pages of Great Expectations."""
TONIGHT = re.compile(rf"{AS_OF.isoformat()}-\d{{3}}")
OF_THE_TRY = {"landed_at", "status", "unchanged_from"}
"""Of a delivery's manifest: a new night finds unchanged what a killed one had accepted."""
BIRTHS = 300


class Server:
    """tests/night/night_server.py, with the environment that it starts from."""

    def __init__(self, folder: Path) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("HEDUI_", "AIRFLOW"))}
        command = [sys.executable, "-m", "tests.night.night_server"]
        self._folder, self._orders = folder, 0
        self._process = subprocess.Popen(command, cwd=ROOT, env=clean, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def night(self, environment: dict[str, str], **order: Any) -> dict[str, Any]:
        """Order a night and wait for its end: what it told, and `killed`."""
        whole = self._order(environment, order)
        ended = self._obeyed(whole)
        events = Path(f"{whole['told']}.events")
        counted = {"events": int(events.read_text())} if events.is_file() and events.stat().st_size else {}
        return {**told_in(whole), **counted, **ended}

    def together(self, environment: dict[str, str], *orders: dict[str, Any]) -> list[dict[str, Any]]:
        """Order nights that run at the same time; what each told."""
        whole = [self._order(environment, order) for order in orders]
        self._obeyed({"together": whole})
        return [told_in(each) for each in whole]

    def _order(self, environment: dict[str, str], order: dict[str, Any]) -> dict[str, Any]:
        self._orders += 1
        told = self._folder / f"told-{self._orders}"
        told.touch()
        return {"as_of": AS_OF.isoformat(), **order, "environment": environment, "told": str(told)}

    def _obeyed(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        ended: dict[str, Any] = json.loads(self._process.stdout.readline())
        return ended

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)


def told_in(order: dict[str, Any]) -> dict[str, Any]:
    """What a night has written into its file; nothing where it was killed before it opened a run."""
    text = Path(order["told"]).read_text()
    told: dict[str, Any] = json.loads(text) if text else {}
    return told


@contextmanager
def served(folder: Path, environment: dict[str, str]) -> Iterator[Server]:
    """A server that has run a night itself, so that its children need not compile and import."""
    server = Server(folder)
    try:
        server.night(environment | {"HEDUI_HOME": str(folder / "warm")}, warm=True)
        yield server
    finally:
        server.close()


def database_like(server: sa.URL, template: str = "template1") -> str:
    """The URL of a new database of a server, with all that another one holds."""
    name = f"t{uuid.uuid4().hex[:12]}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    return server.set(database=name).render_as_string(hide_password=False)


def sources(folder: Path) -> dict[str, str]:
    """The environment of the registries of a county in a folder."""
    registries = {source_variable(name): f"sqlite:///{folder / name}.db" for name in REGISTRIES}
    return {**registries, "HEDUI_AREAS": str(folder / "areas.csv"), "HEDUI_LOCALE": "en"}


def two_evenings(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """A county's registries on the evening before, when some records had not come and some were other than now, and now."""
    before, now = folder / "before", folder / "now"
    demo.build(now, births=BIRTHS, seed=7, severity="normal", as_of=AS_OF)
    shutil.copytree(now, before)
    for name in ("hukou", "family_planning"):
        engine = sa.create_engine(f"sqlite:///{before / name}.db")
        rows = pd.read_sql_table(REGISTRIES[name].table, engine)
        early = rows.iloc[: int(len(rows) * 0.97)].copy()
        early.loc[early.index[:4], "child_sex"] = "9"
        early.to_sql(REGISTRIES[name].table, engine, if_exists="replace", index=False)
        engine.dispose()
    return sources(before), sources(now)


@dataclass
class Installation:
    """A home and a database, with the settings that point at them."""

    home: Path
    database: str
    environment: dict[str, str]

    @property
    def settings(self) -> dict[str, str]:
        return self.environment | {"HEDUI_HOME": str(self.home), "HEDUI_DATABASE": self.database}

    def rows(self) -> dict[str, list[tuple[str, ...]]]:
        """Every table of the state but its moments and counters, with the ids of AS_OF's nights as `tonight`; nights that nobody finished left out."""
        told = {}
        engine = sa.create_engine(self.database, poolclass=sa.NullPool)
        with engine.connect() as connection:
            for table in TABLES:
                columns = [column for column in table.c if not isinstance(column.type, sa.DateTime) and column.name not in NUMBERED]
                query = sa.select(*columns)
                if table is RUN:
                    query = query.where(RUN.c.closed_at.is_not(None))
                if table is DELIVERY:
                    closed = sa.select(RUN.c.run_id).where(RUN.c.closed_at.is_not(None))
                    query = query.where(DELIVERY.c.run_id.in_(closed))
                rows = [tuple(TONIGHT.sub("tonight", _plain(value)) for value in row) for row in connection.execute(query)]
                # A new night after one that was killed when it had ended is a second night of that day.
                told[table.name] = sorted(set(rows) if table in (RUN, DELIVERY) else rows)
        return told

    def files(self, run_id: str) -> dict[str, str]:
        """Every file of a run, with its checksum where it is not of the moment."""
        folder = self.home / "runs" / run_id
        return {
            path.relative_to(folder).as_posix(): "" if path.name in TIMED or path.parent.name == "data_docs" else sha256_of(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    def report(self, run_id: str) -> dict[str, Any]:
        """`report.json` without the seconds, the night's id, and how many pairs each rule met: a night that builds on another meets fewer."""
        text = (self.home / "runs" / run_id / "report.json").read_text(encoding="utf-8")
        told: dict[str, Any] = json.loads(text.replace(run_id, "tonight"))
        for stage in told["stages"].values():
            del stage["seconds"]
            stage["counts"] = {name: count for name, count in stage["counts"].items() if not name.startswith("rule_")}
        return told

    def left_behind(self) -> list[str]:
        """Folders and files of stages that nobody finished, and locks."""
        return sorted(str(path.relative_to(self.home)) for pattern in (".*.partial", ".*.lock") for path in self.home.rglob(pattern))


def _plain(value: object) -> str:
    if isinstance(value, dict):
        value = json.dumps({name: part for name, part in value.items() if name not in OF_THE_TRY}, sort_keys=True)
    return str(value)
