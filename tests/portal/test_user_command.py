"""`hedui user` and `hedui serve`: the first administrator is opened on the machine, and the portal starts for others by TLS only."""

from __future__ import annotations

import json
import shutil

import pytest
from typer.testing import CliRunner

from hedui import serve
from hedui.main import app
from portal.passwords import is_right
from sql.log_pages import Sought, entries
from sql.serving import pool_of
from tests.portal.quick import cheap_hashes, empty_state, opened, user_of
from vocabulary.errors import ConfigurationError
from vocabulary.settings import Settings

__all__ = ["cheap_hashes", "empty_state"]


@pytest.fixture
def machine(empty_state, cheap_hashes, tmp_path, monkeypatch):
    """An installation, at its command line."""
    home = shutil.copytree(empty_state, tmp_path / "home")
    for name, value in {"HEDUI_HOME": str(home), "HEDUI_AREA": "990101", "HEDUI_LOCALE": "en"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("HEDUI_DATABASE", raising=False)
    yield opened(home)
    pool_of.cache_clear()


def run(*words: str):
    return CliRunner().invoke(app, ["user", *words])


def refused(*words: str) -> set[str]:
    answer = run(*words)
    assert isinstance(answer.exception, ConfigurationError), answer.output
    return {fault.code for fault in answer.exception.faults}


def test_the_first_administrator_is_opened_and_helped_from_the_command_line(machine):
    told = json.loads(run("add", "boss", "--role", "administrator", "--json").output)
    assert is_right(user_of(machine, "boss"), told["first_password"])
    assert user_of(machine, "boss").must_change
    again = run("password", "boss").output
    assert "shown this once" in again
    assert is_right(user_of(machine, "boss"), again.split(": ")[1].strip())
    assert run("no-second-factor", "boss").exit_code == 0
    assert refused("close", "boss") == {"portal.last_administrator"}
    assert json.loads(run("list", "--json").output) == [{"user_id": "boss", "role": "administrator", "desk": None, "open": True}]
    entry = entries(machine.settings, Sought())[-1]
    assert (entry.look, entry.role, entry.subject) == ("account_opened", "operator", "boss")
    assert entry.actor.startswith("process ")


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (("add", "boss", "--role", "owner"), {"portal.role"}),
        (("add", "x", "--role", "auditor"), {"portal.user_id"}),
        (("add", "li.wei", "--role", "desk"), {"portal.desk"}),
        (("add", "li.wei", "--role", "desk", "--desk", "data_steward-990101"), {"portal.desk"}),
        (("add", "li.wei", "--role", "desk", "--desk", "registration_desk-9901"), {"portal.desk"}),
        (("add", "li.wei", "--role", "steward"), {"portal.county"}),
        (("add", "li.wei", "--role", "auditor", "--area", "here"), {"settings.area"}),
        (("add", "li.wei", "--role", "auditor", "--vouched-by", "friend"), {"portal.vouched_by"}),
        (("password", "nobody"), {"portal.user_unknown"}),
        (("close", "nobody"), {"portal.user_unknown"}),
        (("no-second-factor", "nobody"), {"portal.user_unknown"}),
    ],
)
def test_what_cannot_be_is_refused_by_its_code(machine, words, codes):
    assert refused(*words) == codes


def test_whom_another_service_vouches_for_gets_no_password(machine):
    told = json.loads(run("add", "li.wei", "--role", "auditor", "--vouched-by", "oidc", "--json").output)
    assert told["first_password"] is None
    assert refused("password", "li.wei") == {"portal.user_unknown"}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "office.example.cn"])
def test_without_tls_nobody_else_is_served(machine, host):
    with pytest.raises(ConfigurationError) as told:
        serve.serve(host, 8765, 1, plain_http=True)
    assert told.value.faults[0].code == "portal.plain_http"


def test_a_directory_without_its_library_is_said_before_anybody_tries_to_log_in(machine, monkeypatch):
    import sys

    for name, value in {"HEDUI_LDAP_URL": "ldaps://d.example.cn", "HEDUI_LDAP_USER_DN": "uid={user},dc=example"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setitem(sys.modules, "ldap", None)
    with pytest.raises(ConfigurationError) as told:
        serve.make()
    assert told.value.faults[0].code == "portal.ldap_missing"
    assert Settings.from_environment().home == machine.settings.home
