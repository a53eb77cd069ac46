"""The second factor: what it holds up, and who may switch it on and off."""

from __future__ import annotations

from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp

from portal.accounts import drop_second_factor
from sql.accounts import FREE_ATTEMPTS, HALF_WAY, use_step
from sql.rows import now
from sql.serving import serving
from sql.tables import PORTAL_SESSION
from tests.portal.conftest import PASSWORD, Person, mark_in
from tests.portal.quick import BOSS, attempt, auditor, cheap_hashes, empty_state, place, set_rows, stranger, user_of, with_second_factor

__all__ = ["cheap_hashes", "empty_state", "place"]
OWN_TOTP_PAGE = "/account/second"


def later_code(totp: pyotp.TOTP) -> str:
    """A code that is good now and was not used at enrolling."""
    return totp.at(now() + timedelta(seconds=30))


def test_with_a_second_factor_the_password_alone_opens_nothing(place):
    person = auditor(place)
    totp = with_second_factor(person)
    browser = stranger(place)
    assert attempt(browser, "au.dit", PASSWORD).headers["location"] == "/login/second"
    for path in ("/log", "/account", "/account/password", "/account/second", "/", "/log/export"):
        assert browser.get(path).headers["location"] == "/login/second"
    text = browser.get("/login/second").text
    assert "查阅记录" not in text
    form = {"form_mark": mark_in(text), "code": later_code(totp)}
    assert browser.post("/login/second", data=form).headers["location"] == "/"
    assert browser.get("/log").status_code == 200


def test_a_code_is_good_once_and_of_two_at_once_one_gets_it(place):
    person = auditor(place)
    totp = with_second_factor(person)
    code = later_code(totp)
    for status in (303, 401):
        browser = stranger(place)
        attempt(browser, "au.dit", PASSWORD)
        form = {"form_mark": mark_in(browser.get("/login/second").text), "code": code}
        assert browser.post("/login/second", data=form).status_code == status

    def used(_):
        with serving(place.settings, "accounts") as connection:
            return use_step(connection, "au.dit", 10**9)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(used, range(4))) == [False, False, False, True]


def test_half_a_login_ends_soon_and_guessing_codes_makes_the_account_wait(place):
    person = auditor(place)
    with_second_factor(person)
    browser = stranger(place)
    attempt(browser, "au.dit", PASSWORD)
    set_rows(place, PORTAL_SESSION, opened_at=now() - HALF_WAY - timedelta(seconds=1))
    assert browser.get("/login/second").headers["location"] == "/login"
    attempt(browser, "au.dit", PASSWORD)
    form = {"form_mark": mark_in(browser.get("/login/second").text), "code": "000000"}
    place.app.state.attempts.allowed = lambda *_: True
    answers = [browser.post("/login/second", data=form).status_code for _ in range(FREE_ATTEMPTS + 1)]
    assert answers == [401] * FREE_ATTEMPTS + [429]
    assert attempt(stranger(place), "au.dit", PASSWORD).status_code == 401


def test_switching_a_second_factor_on_needs_the_password_and_off_needs_the_phone(place):
    person = auditor(place)
    secret = person.get(OWN_TOTP_PAGE).split("<code>")[1].split("</code>")[0]
    wrong = person.post(OWN_TOTP_PAGE, {"password": "wrong", "code": pyotp.TOTP(secret).now()}, status=422)
    assert "现在的密码不对" in wrong.text
    assert secret in wrong.text
    assert "口令不对" in person.post(OWN_TOTP_PAGE, {"password": PASSWORD, "code": "000000"}, status=422).text
    assert user_of(place, "au.dit").totp_secret is None
    totp = with_second_factor(person)
    kept = user_of(place, "au.dit").totp_secret
    assert totp.secret not in kept
    assert "口令不对" in person.post("/account/second/off", {"code": totp.now()}, seen="/account", status=422).text
    assert "动态口令已停用" in person.post("/account/second/off", {"code": later_code(totp)}, seen="/account", status=200).text
    assert user_of(place, "au.dit").totp_secret is None


def test_the_key_of_a_second_factor_is_not_readable_in_the_cookie(place):
    person = auditor(place)
    secret = person.get(OWN_TOTP_PAGE).split("<code>")[1].split("</code>")[0]
    held = b64decode(person.browser.cookies["hedui"].strip('"').split(".")[0] + "==").decode()
    assert "enrol" in held
    assert secret not in held


def test_a_second_factor_ends_the_other_logins_and_who_lost_the_phone_is_helped(place):
    person = auditor(place)
    elsewhere = Person(place.app, "au.dit")
    elsewhere.log_in(PASSWORD)
    with_second_factor(person)
    assert elsewhere.browser.get("/log").url.path == "/login"
    drop_second_factor(place.settings, "au.dit", BOSS, now())
    assert person.browser.get("/log").url.path == "/login"
    person.log_in(PASSWORD)
    person.get("/log")
