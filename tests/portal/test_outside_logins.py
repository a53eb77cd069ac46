"""Others vouch for a user: a real OpenID provider and a real directory, each on this machine, honest and not."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx2
import pyotp
import pytest
from fastapi.testclient import TestClient

from portal.accounts import Wanted, add_user, close_user
from portal.settings import Ldap
from portal.signing_in.directory import vouches
from portal.signing_in.second_factor import sealed
from sql.accounts import change_user
from sql.rows import now
from sql.serving import pool_of, serving
from tests.portal import directory, provider
from tests.portal.conftest import Office, mark_in
from tests.portal.directory import SLAPD, Directory
from tests.portal.provider import Provider
from tests.portal.quick import BOSS, attempt, cheap_hashes, empty_state, opened
from vocabulary.errors import Unreachable
from vocabulary.roles import Role

__all__ = ["cheap_hashes", "empty_state"]
ADDRESS = "http://localhost:8765"


@pytest.fixture(scope="module")
def serving_provider() -> Iterator[Provider]:
    with provider.running() as running:
        yield running


@pytest.fixture
def known(serving_provider: Provider) -> Provider:
    """The provider, honest again."""
    fresh = Provider()
    for name in ("person", "change", "sign", "broken", "asked", "codes"):
        setattr(serving_provider, name, getattr(fresh, name))
    return serving_provider


@pytest.fixture
def office(known: Provider, empty_state, cheap_hashes, tmp_path) -> Iterator[Office]:
    """A portal that asks the provider; li.wei has an account there, wang.fang one with a password."""
    shutil.copytree(empty_state, tmp_path / "home")
    asked = {"HEDUI_OIDC_ISSUER": known.issuer, "HEDUI_OIDC_CLIENT": provider.CLIENT, "HEDUI_OIDC_SECRET": provider.SECRET}
    place = opened(tmp_path / "home", **asked, HEDUI_PORTAL_ADDRESS=ADDRESS)
    add_user(place.settings, Wanted("li.wei", Role.AUDITOR, vouched_by="oidc"), "boss", now())
    add_user(place.settings, Wanted("wang.fang", Role.AUDITOR), "boss", now())
    yield place
    pool_of.cache_clear()


def sent_out(browser: TestClient) -> httpx2.Response:
    """To the provider and back to the portal's door."""
    answer = browser.get("/login/oidc")
    assert answer.status_code == 302, answer.text
    return httpx2.get(answer.headers["location"], follow_redirects=False)


def round_trip(browser: TestClient):
    back = urlsplit(sent_out(browser).headers["location"])
    assert f"{back.scheme}://{back.netloc}" == ADDRESS
    return browser.get(f"{back.path}?{back.query}")


def stranger(place: Office) -> TestClient:
    return TestClient(place.app, follow_redirects=False)


def test_whom_the_provider_knows_and_the_administrator_let_in_is_in(office, known):
    browser = stranger(office)
    assert "用单位统一身份登录" in browser.get("/login").text
    assert round_trip(browser).headers["location"] == "/"
    assert browser.get("/log").status_code == 200
    asked = known.asked[-1]
    assert asked["redirect_uri"] == f"{ADDRESS}/login/oidc/callback"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 20
    assert len(asked["nonce"]) >= 16
    assert "openid" in asked["scope"]


def test_a_second_factor_is_asked_for_all_the_same(office):
    secret = pyotp.random_base32()
    with serving(office.settings, "accounts") as connection:
        change_user(connection, "li.wei", totp_secret=sealed(office.app.state.portal, secret))
    browser = stranger(office)
    assert round_trip(browser).headers["location"] == "/login/second"
    assert browser.get("/log").headers["location"] == "/login/second"
    form = {"form_mark": mark_in(browser.get("/login/second").text), "code": pyotp.TOTP(secret).now()}
    assert browser.post("/login/second", data=form).headers["location"] == "/"
    assert browser.get("/log").status_code == 200


@pytest.mark.parametrize("name", ["nobody", "wang.fang", "", None, "LI.WEI'--", ["li.wei"], {"a": 1}, 7])
def test_the_provider_opens_no_account_that_is_not_there_or_has_a_password_here(office, known, name):
    known.person = {"sub": "7", "preferred_username": name}
    browser = stranger(office)
    answer = round_trip(browser)
    assert answer.status_code == 401
    assert "没有对应的账户" in answer.text
    assert browser.get("/log").headers["location"] == "/login"


def test_a_closed_account_stays_closed(office):
    close_user(office.settings, "li.wei", BOSS, now())
    assert round_trip(stranger(office)).status_code == 401


def test_an_account_of_the_provider_has_no_password_here(office):
    for password in ("", "x", "None"):
        assert attempt(stranger(office), "li.wei", password or " ").status_code == 401


HOUR = 3600
DISHONEST = {
    "for another client": lambda claims: claims | {"aud": "another"},
    "for another client, with us as a party": lambda claims: claims | {"aud": ["another"], "azp": provider.CLIENT},
    "by another issuer": lambda claims: claims | {"iss": "https://evil.example"},
    "of an earlier login": lambda claims: claims | {"nonce": "an-earlier-one"},
    "without a nonce": lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    "too old": lambda claims: claims | {"exp": int(time.time()) - HOUR, "iat": int(time.time()) - 2 * HOUR},
    "without an end": lambda claims: {name: value for name, value in claims.items() if name != "exp"},
    "about nobody": lambda claims: {name: value for name, value in claims.items() if name != "sub"},
}


@pytest.mark.parametrize("what", list(DISHONEST))
def test_a_token_is_believed_only_where_it_is_ours_and_of_this_login(office, known, what):
    known.change = DISHONEST[what]
    browser = stranger(office)
    assert round_trip(browser).status_code == 401
    assert browser.get("/log").headers["location"] == "/login"


@pytest.mark.parametrize("sign", ["another key", "HS256", "none"])
def test_a_token_that_the_providers_key_did_not_sign_opens_nothing(office, known, sign):
    known.sign = sign
    assert round_trip(stranger(office)).status_code == 401


def test_an_answer_that_another_browser_asked_for_is_not_taken_nor_one_twice(office):
    mine, other = stranger(office), stranger(office)
    back = urlsplit(sent_out(other).headers["location"])
    mine.get("/login/oidc")
    assert mine.get(f"{back.path}?{back.query}").status_code == 401
    assert other.get(f"{back.path}?{back.query}").status_code == 303
    assert other.get(f"{back.path}?{back.query}").status_code == 401


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x", "?code=x&state=y", "?error=access_denied&error_description=%3Cscript%3E", "?code=&state="]
)
def test_a_call_from_nowhere_is_refused_in_words(office, query):
    answer = stranger(office).get(f"/login/oidc/callback{query}")
    assert answer.status_code == 401
    assert "<script>" not in answer.text


def test_many_attempts_do_not_fill_the_cookie(office):
    browser = stranger(office)
    for _ in range(12):
        browser.get("/login/oidc")
    assert len(browser.cookies["hedui"]) < 2500
    assert round_trip(browser).headers["location"] == "/"


def test_a_provider_that_is_down_is_said_so_and_is_asked_again_later(office, known):
    known.broken = True
    answer = stranger(office).get("/login/oidc")
    assert answer.status_code == 409
    assert "portal.vouching_failed" in answer.text
    known.broken = False
    assert round_trip(stranger(office)).headers["location"] == "/"


def test_without_a_provider_there_is_no_such_page(empty_state):
    place = opened(empty_state)
    assert {stranger(place).get(path).status_code for path in ("/login/oidc", "/login/oidc/callback")} == {404}
    assert "/login/oidc" not in stranger(place).get("/login").text
    pool_of.cache_clear()


def test_what_is_asked_of_the_provider_holds_no_host_that_a_request_claims(office, known):
    browser = stranger(office)
    answer = browser.get("/login/oidc", headers={"host": "evil.example"})
    assert parse_qs(urlsplit(answer.headers["location"]).query)["redirect_uri"] == [f"{ADDRESS}/login/oidc/callback"]


# A directory

PEOPLE = {"li.wei": "summer-rain-bridge", "zhang.min": "green-lamp-window"}
IN_PEOPLE = f"uid={{user}},ou=people,{directory.BASE}"


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    if SLAPD is None:
        if os.environ.get("CI"):
            pytest.fail("there is no slapd, and CI must try it: apt-get install slapd")
        pytest.skip("slapd is not installed")
    pytest.importorskip("ldap", reason="the extra `ldap` is not installed")
    with directory.running(tmp_path_factory.mktemp("slapd"), PEOPLE) as running:
        yield running


@pytest.mark.long
@pytest.mark.parametrize("by", ["plain", "tls"])
def test_the_directory_lets_in_whom_it_knows_over_tls_either_way(slapd, by):
    told = Ldap(getattr(slapd, by), IN_PEOPLE, slapd.ca_file)
    assert vouches(told, "li.wei", PEOPLE["li.wei"])
    assert not vouches(told, "li.wei", PEOPLE["zhang.min"])
    assert not vouches(told, "nobody", "x")


@pytest.mark.long
@pytest.mark.parametrize("password", ["", "\0", "\0summer-rain-bridge", "summer-rain-bridge\0", "*", "summer-rain-bridge "])
def test_no_password_is_no_password_although_the_directory_would_say_yes(slapd, password):
    import ldap

    connection = ldap.initialize(slapd.plain)
    connection.simple_bind_s(IN_PEOPLE.format(user="li.wei"), "")  # it does: a visitor without a name
    assert not vouches(Ldap(slapd.tls, IN_PEOPLE, slapd.ca_file), "li.wei", password)


@pytest.mark.long
@pytest.mark.parametrize(
    "user_id",
    ["li.wei,ou=people", "li.wei+cn=x", "*", "li.wei)(uid=*", "admin,dc=example", 'li.wei"', "li.wei\\", "#li.wei", "li.wei\0"],
)
def test_a_name_cannot_leave_its_place_in_the_directory(slapd, user_id):
    assert not vouches(Ldap(slapd.tls, IN_PEOPLE, slapd.ca_file), user_id, PEOPLE["li.wei"])
    assert not vouches(Ldap(slapd.tls, f"cn={{user}},{directory.BASE}", slapd.ca_file), user_id, "admin")


@pytest.mark.long
def test_a_certificate_of_another_authority_is_not_believed(slapd, tmp_path):
    directory.key_and_certificate(tmp_path, "other", None)
    for url in (slapd.plain, slapd.tls):
        for ca_file in (tmp_path / "other.pem", None):
            with pytest.raises(Unreachable) as refused:
                vouches(Ldap(url, IN_PEOPLE, ca_file), "li.wei", PEOPLE["li.wei"])
            assert PEOPLE["li.wei"] not in str(refused.value) + str(refused.value.__cause__)


@pytest.mark.long
def test_a_directory_that_is_down_is_said_so_and_no_password_counted_as_wrong(slapd, empty_state, cheap_hashes, tmp_path):
    shutil.copytree(empty_state, tmp_path / "home")
    nowhere = f"ldaps://127.0.0.1:{directory.free_port()}"
    place = opened(tmp_path / "home", HEDUI_LDAP_URL=nowhere, HEDUI_LDAP_USER_DN=IN_PEOPLE, HEDUI_LDAP_CA=str(slapd.ca_file))
    add_user(place.settings, Wanted("li.wei", Role.AUDITOR, vouched_by="ldap"), "boss", now())
    answer = attempt(stranger(place), "li.wei", PEOPLE["li.wei"])
    assert answer.status_code == 409
    assert "portal.vouching_failed" in answer.text
    with serving(place.settings, "accounts") as connection:
        from sql.accounts import find_user

        assert find_user(connection, "li.wei").failed_count == 0
    pool_of.cache_clear()


@pytest.mark.long
def test_an_account_that_the_directory_vouches_for_logs_in_by_the_same_form(slapd, empty_state, cheap_hashes, tmp_path):
    shutil.copytree(empty_state, tmp_path / "home")
    place = opened(tmp_path / "home", HEDUI_LDAP_URL=slapd.plain, HEDUI_LDAP_USER_DN=IN_PEOPLE, HEDUI_LDAP_CA=str(slapd.ca_file))
    add_user(place.settings, Wanted("li.wei", Role.AUDITOR, vouched_by="ldap"), "boss", now())
    add_user(place.settings, Wanted("zhang.min", Role.AUDITOR), "boss", now())
    browser = stranger(place)
    assert attempt(browser, "li.wei", "wrong").status_code == 401
    assert attempt(browser, "zhang.min", PEOPLE["zhang.min"]).status_code == 401  # known there, but not vouched for from there
    assert attempt(browser, "li.wei", PEOPLE["li.wei"]).headers["location"] == "/"
    text = browser.get("/account").text
    assert "本系统不设密码" in text
    assert "/account/password" not in text
    close_user(place.settings, "li.wei", BOSS, now())
    assert attempt(stranger(place), "li.wei", PEOPLE["li.wei"]).status_code == 401
    pool_of.cache_clear()
