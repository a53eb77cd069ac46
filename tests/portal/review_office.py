"""An office whose steward has fifty pairs to judge, and ways to ask it what became of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import select

from portal.review import reading
from reconciliation import find, publish
from sql import state
from sql.accounts import find_user
from sql.readings import in_sample
from sql.serving import pool_of, serving
from sql.tables import DECISION, FINDING, TASK
from tests.portal.conftest import COUNTY, Office, Person, opened
from tests.portal.quick import cheap_hashes
from vocabulary.dates import today
from vocabulary.findings import PAIR
from vocabulary.roles import Role
from vocabulary.runs import Run
from vocabulary.settings import Settings

__all__ = ["cheap_hashes"]
STEWARDS_DESK = f"data_steward-{COUNTY}"
TWINS, MISPRINT = {"code": "S2", "reason": "S2-1"}, {"code": "S1", "reason": "S1-1"}
LINKED, APART = 30, 20
NUMBERS = ("child_id_number", "mother_id_number", "father_id_number")


@pytest.fixture(scope="session")
def asked_home(after_a_night: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """That installation with fifty more pairs to judge: those nearest to being undecided, and three records of one birth."""
    home, environment = tmp_path_factory.mktemp("asked") / "home", after_a_night[1]
    shutil.copytree(after_a_night[0], home, ignore=shutil.ignore_patterns("airflow"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (environment | {"HEDUI_HOME": str(home)}).items():
            patch.setenv(name, value)
        settings = Settings.from_environment()
        run = the_run(settings)
        state.draw_pairs(settings, run.run_id, worth_asking(pd.read_parquet(run.linked / "pair.parquet")))
        shutil.rmtree(run.findings), shutil.rmtree(run.worklists)
        find.night(run.run_id), publish.night(run.run_id)
    pool_of.cache_clear()
    return home, environment


@pytest.fixture
def bureau(
    asked_home: tuple[Path, dict[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cheap_hashes: None,
) -> Iterator[Office]:
    """Its portal."""
    shutil.copytree(asked_home[0], tmp_path / "home")
    for name, value in (asked_home[1] | {"HEDUI_HOME": str(tmp_path / "home")}).items():
        monkeypatch.setenv(name, value)
    yield opened(Settings.from_environment(os.environ))
    pool_of.cache_clear()


def worth_asking(pairs: pd.DataFrame) -> pd.DataFrame:
    told = pairs[pairs["decision"] != "review"].assign(linked=lambda rows: rows["decision"] == "link")
    near = told.reindex(told["match_weight"].abs().sort_values().index)
    chosen = pd.concat([near[near["linked"]].head(LINKED), near[~near["linked"]].head(APART), triangle(told)])
    return chosen.drop_duplicates(PAIR)[[*PAIR, "linked"]]


def triangle(pairs: pd.DataFrame) -> pd.DataFrame:
    """Three linked pairs of three records."""
    links = pairs[pairs["linked"]]
    keys = {
        frozenset([(row.registry_left, row.record_id_left), (row.registry_right, row.record_id_right)]): row.Index
        for row in links.itertuples()
    }
    for one in keys:
        for other in keys:
            if len(one & other) == 1 and one ^ other in keys:
                return links.loc[[keys[one], keys[other], keys[one ^ other]]]
    raise AssertionError("no birth has three records")


def the_run(settings: Settings) -> Run:
    return Run.load(settings, next(iter(sorted(path.name for path in (settings.home / "runs").glob("2*")))))


def steward(bureau: Office, user_id: str = "chen.steward", area: str = COUNTY) -> Person:
    return bureau.person(user_id, Role.STEWARD, areas=(area,))


def rows(bureau: Office, query: Any) -> list[Any]:
    with serving(bureau.settings, "accounts") as connection:
        return list(connection.execute(query))


def waiting(bureau: Office) -> dict[str, Any]:
    """Task -> finding of every pair that waits for the county's steward."""
    query = select(TASK.c.task_no, FINDING).join(FINDING, FINDING.c.finding_id == TASK.c.finding_id)
    return {
        row.task_no: row
        for row in rows(bureau, query.where(TASK.c.desk == STEWARDS_DESK, FINDING.c.status == "issued", FINDING.c.kind == "possible_match"))
    }


def the_two(bureau: Office, finding: Any) -> pd.DataFrame:
    records = pd.read_parquet(the_run(bureau.settings).accepted / "record.parquet")
    keys = {(finding.registry, finding.record_id), (finding.other_registry, finding.other_record_id)}
    return records[[key in keys for key in zip(records["registry"], records["record_id"], strict=True)]]


def decide(person: Person, task_no: str, **form: str) -> str:
    return person.post(f"/review/{task_no}", {"seen": "0"} | form, seen="/account").text


def decisions(bureau: Office) -> dict[str | None, str]:
    return {row.task_no: row.decision for row in rows(bureau, select(DECISION))}


def status_of(bureau: Office, task_no: str) -> str:
    query = select(FINDING.c.status).join(TASK, TASK.c.finding_id == FINDING.c.finding_id).where(TASK.c.task_no == task_no)
    return str(rows(bureau, query)[0][0])


def sampled(bureau: Office) -> str:
    """A pair that waits and would be read again."""
    return next(task_no for task_no in sorted(waiting(bureau)) if in_sample(task_no))


def queue_of(person: Person, bureau: Office) -> list[str]:
    """What a steward would be led through."""
    with serving(bureau.settings, "accounts") as connection:
        user = find_user(connection, person.user_id)
    assert user
    return reading.waiting(bureau.settings, user, today())
