"""Logging in and out, as an attacker tries it and as a tired clerk does it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.accounts import close_user, renew_password
from sql.accounts import IDLE, LONGEST
from sql.rows import now
from sql.serving import serving
from sql.tables import PORTAL_SESSION, PORTAL_USER
from tests.portal.conftest import PASSWORD, Person, mark_in
from tests.portal.quick import BOSS, attempt, auditor, cheap_hashes, empty_state, place, set_rows, stranger, user_of

__all__ = ["cheap_hashes", "empty_state", "place"]
OWN_TOTP_PAGE = "/account/second"


def test_a_wrong_name_a_wrong_password_a_closed_and_a_waiting_account_look_the_same(place):
    for user_id in ("is.open", "is.closed", "waits"):
        auditor(place, user_id)
    close_user(place.settings, "is.closed", BOSS, now())
    with serving(place.settings, "accounts") as connection:
        waits = sa.update(PORTAL_USER).where(PORTAL_USER.c.user_id == "waits")
        connection.execute(waits.values(locked_until=now() + timedelta(minutes=5)))
    said = set()
    for user_id, password in (("is.open", "wrong"), ("nobody", PASSWORD), ("is.closed", PASSWORD), ("waits", PASSWORD)):
        answer = attempt(stranger(place), user_id, password)
        assert answer.status_code == 401
        text = answer.text.replace(user_id, "")
        said.add("".join(line for line in text.splitlines() if "form_mark" not in line))
    assert len(said) == 1


def test_a_login_gets_a_new_token_and_the_one_that_was_known_before_is_worth_nothing(place):
    auditor(place)
    browser = stranger(place)
    browser.get("/login")
    before = browser.cookies["hedui"]
    attempt(browser, "au.dit", PASSWORD)
    first = browser.cookies["hedui"]
    other = stranger(place)
    other.cookies.set("hedui", before)
    assert other.get("/log").headers["location"] == "/login"
    browser.cookies.set("hedui", first)
    form = {"form_mark": mark_in(browser.get("/log").text), "user_id": "au.dit", "password": PASSWORD}
    assert browser.post("/login", data=form).status_code == 303
    copied = stranger(place)
    copied.cookies.set("hedui", first)
    assert copied.get("/log").headers["location"] == "/login"


def test_nothing_of_the_time_before_a_login_but_the_language_is_kept_in_it(place):
    auditor(place)
    browser = stranger(place)
    browser.get("/language/en")
    before = mark_in(browser.get("/login").text)
    attempt(browser, "au.dit", PASSWORD)
    assert browser.post("/logout", data={"form_mark": before}).status_code == 403
    assert "Access log" in browser.get("/log").text


def test_a_cookie_that_was_copied_before_logging_out_opens_nothing_after(place):
    person = auditor(place)
    copied = stranger(place)
    copied.cookies.set("hedui", person.browser.cookies["hedui"])
    assert copied.get("/log").status_code == 200
    person.post("/logout", seen="/log")
    assert copied.get("/log").headers["location"] == "/login"


def test_a_cookie_that_somebody_wrote_is_no_login(place):
    browser = stranger(place)
    for cookie in ("e30=", "null", "x.y.z", "", json.dumps({"token": "x"})):
        browser.cookies.set("hedui", cookie)
        assert browser.get("/log").headers["location"] == "/login"


@pytest.mark.parametrize(("column", "after"), [("seen_at", IDLE), ("opened_at", LONGEST)])
def test_a_login_ends_when_idle_and_at_the_latest_after_a_working_day(place, column, after):
    person = auditor(place)
    set_rows(place, PORTAL_SESSION, **{column: now() - after + timedelta(minutes=1)})
    assert person.browser.get("/log").url.path == "/log"
    set_rows(place, PORTAL_SESSION, **{column: now() - after - timedelta(seconds=1)})
    answer = person.browser.get("/log")
    assert answer.url.path == "/login"
    assert "登录已结束" in answer.text


def test_a_page_now_and_then_keeps_a_login_and_the_day_ends_it_all_the_same(place):
    person = auditor(place)
    set_rows(place, PORTAL_SESSION, seen_at=now() - timedelta(minutes=29))
    person.get("/log")
    with serving(place.settings, "accounts") as connection:
        seen = connection.execute(sa.select(sa.func.max(PORTAL_SESSION.c.seen_at))).scalar_one()
    assert now().replace(tzinfo=None) - seen.replace(tzinfo=None) < timedelta(minutes=1)


def test_closing_an_account_and_renewing_its_password_end_every_login(place):
    person, other = auditor(place), auditor(place, "an.other")
    first = renew_password(place.settings, "au.dit", BOSS, now())
    assert person.browser.get("/log").url.path == "/login"
    assert "首次使用的密码" in person.log_in(first)
    close_user(place.settings, "an.other", BOSS, now())
    assert other.browser.get("/log").url.path == "/login"


def test_a_new_password_ends_the_other_logins_of_the_account(place):
    person = auditor(place)
    elsewhere = Person(place.app, "au.dit")
    elsewhere.log_in(PASSWORD)
    elsewhere.get("/log")
    person.post("/account/password", {"old": PASSWORD, "new": "nine-loud-kettles", "again": "nine-loud-kettles"}, status=200)
    assert elsewhere.browser.get("/log").url.path == "/login"


def test_a_form_is_taken_from_the_browser_that_it_was_given_to_only(place):
    person, other = auditor(place), auditor(place, "an.other")
    theirs = mark_in(other.get("/account"))
    for form in ({}, {"form_mark": ""}, {"form_mark": theirs}, {"form_mark": "A" * 48}, {"form_mark": "中"}, {"form_mark": "x" * 400}):
        assert person.browser.post("/logout", data=form).status_code in (403, 422)
    person.get("/log")


def test_the_mark_looks_different_on_every_page_and_each_is_taken(place):
    person = auditor(place)
    marks = {mark_in(person.get("/account")) for _ in range(5)}
    assert len(marks) == 5
    assert person.browser.post("/logout", data={"form_mark": marks.pop()}).url.path == "/login"


@pytest.mark.parametrize(
    "to",
    ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "/\n/evil.example", "\\\\evil.example", "evil", ""],
)
def test_the_switch_of_languages_leads_nowhere_else(place, to):
    answer = stranger(place).get("/language/en", params={"to": to})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"


def test_the_switch_of_languages_leads_back_and_holds(place):
    browser = stranger(place)
    assert browser.get("/language/en", params={"to": "/login"}).headers["location"] == "/login"
    assert "Log in" in browser.get("/login").text
    assert browser.get("/language/xx", params={"to": "/login"}).headers["location"] == "/login"
    assert "Log in" in browser.get("/login").text


def test_a_desk_of_hedui_needs_no_account_to_say_that_it_is_well(place):
    browser = stranger(place)
    assert browser.get("/health").text == "ok"
    assert browser.head("/health").status_code == 200


def test_logging_in_works_without_a_mouse_and_without_script(place):
    """Every field has its label, the fields come in their order, nothing takes the focus out of it, and each form has a button."""
    person = auditor(place)
    pages = [stranger(place).get("/login").text, *(person.get(path) for path in ("/account", "/account/password", OWN_TOTP_PAGE))]
    for text in pages:
        assert "tabindex" not in text.replace('<main id="main" class="wide" tabindex="-1">', "")
        assert "onclick" not in text
        for field in text.split("<input ")[1:]:
            if "hidden" not in field.split(">")[0]:
                name = field.split('id="')[1].split('"')[0]
                assert f'<label for="{name}">' in text
        assert text.count("<form") == text.count("<button")


def test_a_moment_in_the_state_has_its_zone(place):
    auditor(place)
    assert user_of(place, "au.dit").last_login_at.tzinfo is not None
    assert isinstance(user_of(place, "au.dit").made_at, datetime)
