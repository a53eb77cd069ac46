"""Two hundred desks at once: how long a page takes while all of them work, on PostgreSQL, with 100,000 tasks waiting.

`python -m bench.portal_load --desks 200 --tasks 100000 --seconds 120` prints a table, in Markdown. Each desk is one person who opens the list, an item,
answers it, and looks at the next, with a pause of `--pause` seconds between two pages, drawn from an exponential distribution. Everything runs on
this machine: server, database and the desks themselves. They come in within twenty seconds, which are not measured. What is measured is the time from sending a request to its last byte.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import httpx2
import pandas as pd
from argon2 import PasswordHasher
from sqlalchemy import text

from reconciliation.desk_items import write_items
from sql import state
from sql.accounts import User, keep_user
from sql.nights import open_night
from sql.rows import now
from sql.secure import secure
from sql.serving import serving
from tests.portal.served import login_of, run
from tests.portal.served import serving as served
from tests.postgres import empty_database, postgres_server
from vocabulary.roles import Role
from vocabulary.runs import Run
from vocabulary.settings import Secret, Settings

ARRIVAL = 20.0
"""Seconds in which the desks come in one after the other; what is measured begins when all are there."""
PASSWORD, DAY = "seven-quiet-lanterns", date(2026, 10, 31)
MARK, SEEN = re.compile(r'name="form_mark" value="([^"]+)"'), re.compile(r'name="seen" value="(\d+)"')
ITEM = re.compile(r'href="(/desk/[0-9A-Z]{5}-[0-9A-Z]{5})"')


@dataclass
class Measured:
    """Seconds by kind of page, and answers by status, from a moment on."""

    begins: float = 0.0
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[int] = field(default_factory=Counter)


def desks_of(many: int) -> list[str]:
    """Names of desks: one a township."""
    return [f"registration_desk-99{1 + number // 90:02d}01{1 + number % 90:03d}" for number in range(many)]


def made(settings: Settings, desks: list[str], tasks: int) -> None:
    """A night that left so many tasks, what it disclosed of each, and an account a desk."""
    numbers = range(tasks)
    desk = [desks[number % len(desks)] for number in numbers]
    found = pd.DataFrame({"finding_id": [f"f{number:07d}" for number in numbers], "kind": "not_registered", "registry": "hospital"})
    found = found.assign(
        birth_id=[f"b{number:07d}" for number in numbers],
        division_code=[f"{one[-9:]}201" for one in desk],
        due_stage=[(30, 60, 90)[n % 3] for n in numbers],
    )
    run_id = open_night(settings, DAY)
    state.save_found(settings, run_id, found[["registry", "birth_id"]].assign(record_id=[f"H{n}" for n in numbers]), found, ())
    issued = state.issue_tasks(settings, found[["finding_id"]].assign(desk=desk))
    rows = (
        found.drop(columns=["division_code", "registry"])
        .merge(issued, on="finding_id")
        .assign(recipient="registration_desk", recipient_registry=None)
    )
    rows = rows.assign(
        desk_code=rows["desk"].str[-9:], residence_code=rows["desk"].str[-9:] + "201", child_name="王小明", child_sex="1", born_on=date(2026, 8, 1),
        facility_code="990101H01", mother_name="李芳", mother_id_mask="**************1234", certificate_no="Z990000001", seen_in="hospital",
        action="bring_certificate",
    )  # fmt: skip
    with Run.load(settings, run_id).writing("worklists") as folder:
        write_items(rows.sort_values("desk", kind="stable"), {}, {}, folder)
    with serving(settings, "accounts") as connection:
        connection.execute(text("ANALYZE"))  # as autovacuum would, soon after such a night
    hashed = PasswordHasher().hash(PASSWORD)
    with serving(settings, "accounts") as connection:
        for number, one in enumerate(desks):
            user = User(f"desk{number:03d}", Role.DESK, one, (one[-9:],), "password", "zh", password_hash=hashed, made_by="bench")
            keep_user(connection, user, now())


async def timed(told: Measured, what: str, request: object) -> httpx2.Response:
    """An answer, its seconds and its status."""
    started = time.perf_counter()
    answer: httpx2.Response = await request  # type: ignore[misc]
    if started >= told.begins:
        told.seconds[what].append(time.perf_counter() - started)
    told.statuses[answer.status_code] += 1
    return answer


async def logged_in(url: str, number: int) -> httpx2.AsyncClient:
    """A browser of a desk after its login; not measured, for nobody logs in two hundred at once."""
    browser = httpx2.AsyncClient(base_url=url, follow_redirects=True, timeout=60)
    page = await browser.get("/login")
    mark = MARK.search(page.text)
    assert mark
    answer = await browser.post("/login", data={"form_mark": mark[1], "user_id": f"desk{number:03d}", "password": PASSWORD})
    assert answer.status_code == 200, answer.text[:300]
    return browser


async def works(browser: httpx2.AsyncClient, told: Measured, pause: float, until: float, chance: random.Random) -> None:
    """One person, who comes in before the measuring begins: the list, then items one after the other, every second of which is answered."""
    await asyncio.sleep(chance.uniform(0, max(told.begins - time.perf_counter(), 0)))
    while time.perf_counter() < until:
        answer = await timed(told, "list", browser.get("/desk"))
        for path in ITEM.findall(answer.text)[:4]:
            await asyncio.sleep(chance.expovariate(1 / pause))
            page = await timed(told, "item", browser.get(path))
            mark, seen = MARK.search(page.text), SEEN.search(page.text)
            if chance.random() < 0.5 and mark and seen:
                await asyncio.sleep(chance.expovariate(1 / pause))
                form = {"form_mark": mark[1], "seen": seen[1], "code": "B1"}
                await timed(told, "answer, and the next item", browser.post(path, data=form))
        await asyncio.sleep(chance.expovariate(1 / pause))


async def all_at_once(url: str, desks: int, pause: float, seconds: float) -> Measured:
    """Everybody works; what came of it."""
    browsers = [
        browser
        for start in range(0, desks, 4)
        for browser in await asyncio.gather(*(logged_in(url, n) for n in range(start, min(start + 4, desks))))
    ]
    told = Measured(time.perf_counter() + ARRIVAL)
    until = told.begins + seconds
    await asyncio.gather(*(works(browser, told, pause, until, random.Random(number)) for number, browser in enumerate(browsers)))
    return told


def table_of(told: Measured, seconds: float) -> str:
    """In Markdown: milliseconds by kind of page, and all together."""
    everything = [one for part in told.seconds.values() for one in part]
    rows = [*told.seconds.items(), ("**all**", everything)]
    lines = ["| page | requests | median ms | 95th | 99th | slowest |", "|---|---|---|---|---|---|"]
    for what, spent in rows:
        cuts = statistics.quantiles(spent, n=100)
        lines.append(
            f"| {what} | {len(spent)} | {cuts[49] * 1e3:.0f} | {cuts[94] * 1e3:.0f} | {cuts[98] * 1e3:.0f} | {max(spent) * 1e3:.0f} |"
        )
    return "\n".join([*lines, "", f"{len(everything) / seconds:.0f} requests a second; statuses {dict(told.statuses)}"])


def main() -> None:
    """Make it, serve it, measure it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desks", type=int, default=200)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--pause", type=float, default=5)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="hedui-bench-") as folder,
        postgres_server("-c shared_buffers=256MB") as server,
        empty_database(server) as url,
    ):
        home = Path(folder)
        owner = Settings(home, Secret(url), {}, area=("99",))
        secure(owner)
        desks = desks_of(asked.desks)
        made(owner, desks, asked.tasks)
        environment = {"HEDUI_HOME": str(home), "HEDUI_DATABASE": login_of(url), "HEDUI_DATABASE_ROLE": "stages", "HEDUI_AREA": "99"}
        os.environ.pop("HEDUI_AREAS", None)
        with served(environment, asked.workers) as address:
            told = asyncio.run(all_at_once(address, asked.desks, asked.pause, asked.seconds))
        print(table_of(told, asked.seconds))
        print(run(environment | {"HEDUI_DATABASE_ROLE": "auditor"}, "verify-log", "--json").strip())


if __name__ == "__main__":
    main()
