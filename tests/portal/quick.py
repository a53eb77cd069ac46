"""A portal on an empty state in a moment: the schema is made once, and passwords are hashed at little cost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from portal import passwords
from portal.app import create_app
from portal.settings import PortalSettings
from sql.accounts import User, find_user
from sql.database import writing
from sql.log_pages import Sought, entries
from sql.serving import pool_of, serving
from tests.portal.conftest import CHEAP, PASSWORD, Office, Person, mark_in
from vocabulary.access import Actor
from vocabulary.roles import Role
from vocabulary.settings import Settings

BOSS = Actor("the.boss", "administrator")
FIRST: dict[str, Path] = {}


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same hashes at the lowest cost: what they cost is one test's concern, and every test's time."""
    monkeypatch.setattr(passwords, "hasher", lambda: CHEAP)
    passwords.unknown_hash.cache_clear()


@pytest.fixture(scope="session")
def empty_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database at this code's revision, with nothing in it."""
    home = tmp_path_factory.mktemp("empty") / "home"
    with writing(Settings.from_environment({"HEDUI_HOME": str(home), "HEDUI_AREA": "990101"})):
        pass
    return home


@pytest.fixture
def place(empty_state: Path, cheap_hashes: None, tmp_path: Path) -> Iterator[Office]:
    """A portal, for browsers that come without TLS."""
    shutil.copytree(empty_state, tmp_path / "home")
    yield opened(tmp_path / "home")
    pool_of.cache_clear()
    passwords.unknown_hash.cache_clear()


@cache
def built(home: Path) -> FastAPI:
    """The application; building its routes takes longer than most tests."""
    settings = Settings.from_environment({"HEDUI_HOME": str(home), "HEDUI_AREA": "990101"})
    return create_app(settings, PortalSettings.from_environment(settings, https=False, environment={}), lambda *_: ([], []))


def opened(home: Path, *, fresh: bool = False, **portal: str) -> Office:
    """A portal on an installation; `portal` are settings such as HEDUI_LDAP_URL; `fresh` for who adds to its routes."""
    settings = Settings.from_environment({"HEDUI_HOME": str(home), "HEDUI_AREA": "990101"})
    told = PortalSettings.from_environment(settings, https=False, environment=portal)
    app = create_app(settings, told, lambda *_: ([], [])) if fresh else built(FIRST.setdefault("home", home))
    app.state.settings, app.state.portal = settings, told
    for name in ("attempts", "provider"):  # another morning
        if hasattr(app.state, name):
            delattr(app.state, name)
    return Office(settings, app)


def user_of(place: Office, user_id: str) -> User:
    """An account as the state has it."""
    with serving(place.settings, "accounts") as connection:
        found = find_user(connection, user_id)
    assert found
    return found


def set_rows(place: Office, table: sa.Table, **values: object) -> None:
    """Every row of a table, changed: time passes so."""
    with serving(place.settings, "accounts") as connection:
        connection.execute(sa.update(table).values(**values))


def auditor(place: Office, user_id: str = "au.dit") -> Person:
    """Somebody who is logged in and sees no child."""
    return place.person(user_id, Role.AUDITOR, areas=())


def stranger(place: Office) -> TestClient:
    """A browser that nobody is logged in with."""
    return TestClient(place.app, follow_redirects=False)


def attempt(browser: TestClient, user_id: str, password: str) -> Any:
    """The answer to the form of logging in."""
    form = {"form_mark": mark_in(browser.get("/login").text), "user_id": user_id, "password": password}
    return browser.post("/login", data=form)


def with_second_factor(person: Person) -> pyotp.TOTP:
    """Switches it on, as its owner does."""
    secret = person.get("/account/second").split("<code>")[1].split("</code>")[0]
    totp = pyotp.TOTP(secret)
    answer = person.post("/account/second", {"password": PASSWORD, "code": totp.now()}, status=200)
    assert "动态口令已启用" in answer.text
    return totp


@pytest.fixture
def boss(place: Office) -> Person:
    return place.person("the.boss", Role.ADMINISTRATOR, areas=())


def log_of(settings: Settings) -> list[tuple[str, str, str, str | None]]:
    """(look, purpose, actor, subject) of every entry, newest first."""
    return [(entry.look, entry.purpose, entry.actor, entry.subject) for entry in entries(settings, Sought())]
