"""An office after one good night: its portal, and people who are logged in to it as they would be, by the form."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

import demo
from connectors.worklists import read_worklists
from portal import passwords
from portal.accounts import Wanted, add_user
from portal.app import create_app
from portal.settings import PortalSettings
from sql.rows import now
from sql.serving import pool_of
from tests.night.conftest import installed
from vocabulary.roles import Role
from vocabulary.settings import Settings

AS_OF, COUNTY = date(2026, 10, 31), "990101"
DESK = "registration_desk-990101001"
PASSWORD = "seven-quiet-lanterns"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""What a hash costs is the business of test_signing_in.py."""
MARK = re.compile(r'name="form_mark" value="([^"]+)"')


def mark_in(text: str) -> str:
    """The mark that a page's forms carry."""
    found = MARK.search(text)
    assert found, text[:2000]
    return found[1]


class Person:
    """Somebody with a browser, logged in."""

    def __init__(self, app: FastAPI, user_id: str) -> None:
        self.browser, self.user_id = TestClient(app, follow_redirects=True), user_id

    def log_in(self, password: str, **more: str) -> str:
        return self.post("/login", {"user_id": self.user_id, "password": password} | more, seen="/login").text

    def get(self, path: str, status: int = 200) -> str:
        answer = self.browser.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:3000])
        return answer.text

    def post(self, path: str, form: dict[str, str] | None = None, *, seen: str | None = None, files=None, status: int | None = None):
        """Send a form from the page on which it stands."""
        form = {"form_mark": mark_in(self.browser.get(seen or path).text)} | (form or {})
        answer = self.browser.post(path, data=form, files=files)
        assert status is None or answer.status_code == status, (path, answer.status_code, answer.text[:3000])
        return answer


@dataclass
class Office:
    """The installation, its portal, and how people get in."""

    settings: Settings
    app: FastAPI

    def person(self, user_id: str, role: Role | str, desk: str | None = None, areas: tuple[str, ...] = (COUNTY,)) -> Person:
        first = add_user(self.settings, Wanted(user_id, Role(role), desk, areas), "test", now())
        assert first
        person = Person(self.app, user_id)
        person.log_in(first)
        person.post("/account/password", {"old": first, "new": PASSWORD, "again": PASSWORD})
        person.log_in(PASSWORD)
        return person

    def clerk(self, desk: str = DESK, user_id: str = "zhang.min") -> Person:
        return self.person(user_id, Role.DESK, desk)

    @property
    def worklists(self) -> Path:
        return next(iter(sorted((self.settings.home / "runs").glob("*/worklists"))))

    def items(self, desk: str = DESK) -> pd.DataFrame:
        """What the night disclosed to a desk."""
        rows = pd.read_parquet(self.worklists / "task.parquet")
        return rows[rows["desk"] == desk].reset_index(drop=True)


@pytest.fixture(scope="session")
def after_a_night(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The home of an installation after one good night of a small county, and its environment."""
    from hedui import nightly

    folder, home = tmp_path_factory.mktemp("county"), tmp_path_factory.mktemp("portal") / "home"
    demo.build(folder, births=600, seed=5, severity="hard", as_of=AS_OF)
    with pytest.MonkeyPatch.context() as patch:
        county = installed(folder, home, patch)
        patch.setenv("HEDUI_AREA", COUNTY)
        told = nightly.run_night(Settings.from_environment(), AS_OF, quiet=True)
    assert told["exit_code"] == 0, told
    return home, county.environment | {"HEDUI_AREA": COUNTY}


@pytest.fixture
def office(after_a_night: tuple[Path, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The portal of a copy of that installation, on SQLite."""
    home, environment = after_a_night
    shutil.copytree(home, tmp_path / "home", ignore=shutil.ignore_patterns("airflow"))
    for name, value in (environment | {"HEDUI_HOME": str(tmp_path / "home")}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("HEDUI_DATABASE", raising=False)
    monkeypatch.setattr(passwords, "hasher", lambda: CHEAP)
    passwords.unknown_hash.cache_clear()
    yield opened(Settings.from_environment(os.environ))
    pool_of.cache_clear()


def opened(settings: Settings) -> Office:
    """A portal on an installation, for browsers that come without TLS."""
    return Office(settings, create_app(settings, PortalSettings.from_environment(settings, https=False), read_worklists))


from tests.portal.served import chromium, served  # noqa: E402, F401 - fixtures
from tests.postgres import postgres_folder, postgres_url  # noqa: E402, F401 - fixtures
