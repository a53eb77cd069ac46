"""The portal as it is run: its own process, PostgreSQL under the roles of every stage, the sample county after its night and month."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from sql.roles import grants
from sql.secure import secure
from tests.postgres import empty_database
from vocabulary.registries import REGISTRIES
from vocabulary.settings import Settings, source_variable

AS_OF, MONTH, COUNTY = date(2026, 10, 31), "2026-10", "990101"
DESK = f"registration_desk-{COUNTY}001"
LOGIN, PASSWORD = "hedui_office", "seven-quiet-lanterns"
COMMAND = [str(Path(sys.executable).with_name("hedui"))]
CHROMIUM = Path("/usr/bin/chromium")
QUIETLY = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Served:
    """A portal that answers at `url`, and the installation behind it."""

    url: str
    home: Path
    environment: dict[str, str]
    owner_url: str
    passwords: dict[str, str] = field(default_factory=dict)

    def account(self, user_id: str, role: str, *options: str) -> str:
        """Open an account as an administrator does at the command line; its first password."""
        told = run(self.environment, "user", "add", user_id, "--role", role, *options, "--json")
        return str(json.loads(told)["first_password"])

    def table(self, query: str) -> pd.DataFrame:
        with sa.create_engine(self.owner_url).connect() as connection:
            return pd.read_sql_query(query, connection)

    def items(self, desk: str) -> pd.DataFrame:
        rows = pd.read_parquet(next(iter(self.home.glob("runs/*/worklists/task.parquet"))))
        return rows[rows["desk"] == desk].reset_index(drop=True)


def run(environment: dict[str, str], *arguments: str) -> str:
    """A command of hedui's in a process of its own; what it printed."""
    done = subprocess.run([*COMMAND, *arguments], env=os.environ | environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def login_of(owner_url: str) -> str:
    """A login that owns nothing and may act as every stage, on a database that was secured."""
    assert secure(Settings.from_environment({"HEDUI_DATABASE": owner_url})) is not None
    engine = sa.create_engine(owner_url)
    with engine.begin() as connection:
        connection.execute(sa.text(f"DROP ROLE IF EXISTS {LOGIN}"))
        connection.execute(sa.text(f"CREATE ROLE {LOGIN} LOGIN NOINHERIT PASSWORD '{LOGIN}'"))
        connection.execute(sa.text(f"GRANT {', '.join(f'hedui_{role}' for role in grants())} TO {LOGIN}"))
    return engine.url.set(username=LOGIN, password=LOGIN).render_as_string(hide_password=False)


def free_port() -> int:
    with socket.socket() as told:
        told.bind(("127.0.0.1", 0))
        return int(told.getsockname()[1])


@contextmanager
def serving(environment: dict[str, str], workers: int = 1) -> Iterator[str]:
    """`hedui serve` on this machine; its address."""
    port = free_port()
    arguments = ["serve", "--plain-http", "--port", str(port), "--workers", str(workers)]
    with subprocess.Popen([*COMMAND, *arguments], env=os.environ | environment) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_for(url: str, server: subprocess.Popen[Any]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the server does not answer")


@contextmanager
def sample_county(server: sa.URL, folder: Path, births: int = 5493, spoil: Callable[[Path], None] | None = None) -> Iterator[Served]:
    """The sample county on PostgreSQL after its night and its month, and its portal. `spoil`: what happens to the sources first."""
    import demo

    demo.build(folder / "county", births=births, seed=1, severity="normal", as_of=AS_OF)
    if spoil:
        spoil(folder / "county")
    home = folder / "home"
    environment = {source_variable(name): f"sqlite:///{folder / 'county' / name}.db" for name in REGISTRIES}
    environment |= {
        "HEDUI_HOME": str(home),
        "HEDUI_AREAS": str(folder / "county" / "areas.csv"),
        "HEDUI_AREA": COUNTY,
        "HEDUI_LOCALE": "zh",
    }
    with empty_database(server) as owner_url:
        environment |= {"HEDUI_DATABASE": login_of(owner_url), "HEDUI_DATABASE_ROLE": "stages"}
        assert json.loads(run(environment, "nightly", "--as-of", AS_OF.isoformat(), "--json"))["exit_code"] == 0
        run(environment, "monthly", "--month", MONTH, "--json")
        with serving(environment) as url:
            yield Served(url, home, environment, owner_url)


@pytest.fixture(scope="module")
def served(request: pytest.FixtureRequest, postgres_folder: sa.URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A module may say in BIRTHS how large a county it needs."""
    births = getattr(request.module, "BIRTHS", 5493)
    with sample_county(postgres_folder, tmp_path_factory.mktemp("served"), births) as told:
        yield told


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright."""
    if not CHROMIUM.is_file():
        if os.environ.get("CI"):
            pytest.fail("there is no Chromium, and CI must try it: apt-get install chromium")
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=QUIETLY)
        yield browser
        browser.close()


def logged_in(served: Served, chromium: Any, user_id: str, role: str, *options: str, **context: Any) -> Any:
    """A page of somebody who logged in by keyboard, and changed the first password on the way."""
    if user_id not in served.passwords:
        first = served.account(user_id, role, *options)
    page = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN", **context).new_page()
    page.goto(f"{served.url}/login")
    if user_id not in served.passwords:
        type_in(page, {"user_id": user_id, "password": first})
        page.wait_for_url("**/account/password")
        type_in(page, {"old": first, "new": PASSWORD, "again": PASSWORD})
        page.wait_for_url("**/login")
        served.passwords[user_id] = PASSWORD
    type_in(page, {"user_id": user_id, "password": PASSWORD})
    page.wait_for_selector("nav")
    return page


def type_in(page: Any, fields: dict[str, str]) -> None:
    """Fill fields and send the form with the Enter key."""
    for name, text in fields.items():
        page.focus(f"#{name}")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
