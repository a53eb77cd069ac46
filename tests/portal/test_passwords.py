"""Passwords: which are taken, how they are kept, how often somebody may try."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal import passwords
from portal.accounts import Wanted, add_user, change_password
from portal.limits import Attempts
from portal.passwords import is_right, is_weak
from sql.accounts import FREE_ATTEMPTS
from sql.rows import now
from sql.tables import PORTAL_USER
from tests.portal.conftest import PASSWORD, Person
from tests.portal.quick import attempt, auditor, cheap_hashes, empty_state, place, set_rows, stranger, user_of
from vocabulary.roles import Role

__all__ = ["cheap_hashes", "empty_state", "place"]


def test_the_first_password_opens_the_account_once_and_only_to_choose_another(place):
    first = add_user(place.settings, Wanted("li.wei", Role.AUDITOR), "boss", now())
    person = Person(place.app, "li.wei")
    assert "首次使用的密码" in person.log_in(first)
    assert person.browser.get("/log").url.path == "/account/password"
    for new, again, said in (
        ("qwerty", "qwerty", "太短"),
        ("password1234", "password1234", "太常见"),
        ("li.wei2026", "li.wei2026", "太常见"),
        ("quiet green lamps", "quiet green lamp", "不一样"),
        (first, first, "原密码相同"),
    ):
        assert said in person.post("/account/password", {"old": first, "new": new, "again": again}, status=422).text
    assert "现在的密码不对" in person.post("/account/password", {"old": "another", "new": PASSWORD, "again": PASSWORD}, status=422).text
    person.post("/account/password", {"old": first, "new": PASSWORD, "again": PASSWORD}, status=200)
    assert attempt(stranger(place), "li.wei", first).status_code == 401
    assert attempt(stranger(place), "li.wei", PASSWORD).status_code == 303


@pytest.mark.parametrize(
    "password", ["iloveyou5201314", "a123456789b", "Passw0rd123", "hedui-hedui-hedui", "abc", "x" * 129, "registration_desk990101001"]
)
def test_common_passwords_and_those_made_of_the_account_are_refused(password):
    assert is_weak(password, ("zhang.min", "registration_desk-990101001", "990101001"))


@pytest.mark.parametrize("password", [PASSWORD, "窗口今天下雨钥匙三把", "correct horse battery " + "staple" * 15])
def test_a_long_or_a_chinese_password_is_taken(password):
    assert not is_weak(password, ("zhang.min",))


def test_a_password_is_the_same_in_full_width_letters(place):
    auditor(place)
    assert is_right(user_of(place, "au.dit"), "".join(chr(ord(letter) + 0xFEE0) for letter in PASSWORD))


def test_a_password_is_kept_as_argon2id_at_its_full_cost():
    assert passwords.hashed(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_nothing_of_a_password_but_its_hash_is_anywhere(place):
    auditor(place)
    assert user_of(place, "au.dit").password_hash.startswith("$argon2id$")
    assert PASSWORD.encode() not in (place.settings.home / "hedui.db").read_bytes()


def test_a_hash_is_computed_for_a_name_that_is_not_there_too(place, monkeypatch):
    verified: list[str] = []
    real = passwords.hasher()

    class Watched:
        hash = real.hash

        def verify(self, *told):
            verified.append(told[0])
            return real.verify(*told)

    monkeypatch.setattr(passwords, "hasher", Watched)
    attempt(stranger(place), "nobody.here", "x")
    assert [hashed[:10] for hashed in verified] == ["$argon2id$"]


def test_ten_wrong_passwords_make_the_account_wait_and_wrong_ones_at_once_are_all_counted(place):
    auditor(place)
    place.app.state.attempts.allowed = lambda *_: True
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: attempt(stranger(place), "au.dit", "wrong").status_code, range(FREE_ATTEMPTS)))
    assert set(answers) == {401}
    assert user_of(place, "au.dit").failed_count == FREE_ATTEMPTS
    assert attempt(stranger(place), "au.dit", PASSWORD).status_code == 401
    set_rows(place, PORTAL_USER, locked_until=now() - timedelta(seconds=1))
    assert attempt(stranger(place), "au.dit", PASSWORD).status_code == 303
    assert user_of(place, "au.dit").failed_count == 0


def test_attempts_are_limited_by_account_and_by_address_before_anything_is_computed(place, monkeypatch):
    auditor(place)
    browser = stranger(place)
    answers = [attempt(browser, "au.dit", "wrong").status_code for _ in range(3)]
    monkeypatch.setattr(passwords, "hasher", None)
    limit = place.app.state.attempts
    for _ in range(10):
        limit.allowed("another", "au.dit")
    assert answers == [401, 401, 401]
    assert attempt(browser, "au.dit", PASSWORD).status_code == 429


def test_an_address_may_be_wrong_thirty_times_a_minute_whatever_names_it_gives():
    limit = Attempts()
    for number in range(30):
        assert limit.allowed("10.0.0.1", f"user{number:02d}")
        limit.was_wrong("10.0.0.1")
    assert not limit.allowed("10.0.0.1", "another")
    assert limit.allowed("10.0.0.2", "another")


def test_an_office_of_two_hundred_logs_in_at_eight_through_one_address():
    limit = Attempts()
    assert all(limit.allowed("10.0.0.1", f"user{number:03d}") for number in range(200))


def test_made_up_names_and_addresses_of_one_network_fill_no_memory():
    limit = Attempts()
    for number in range(5000):
        limit.allowed(f"2001:db8:0:1::{number:x}", None)
    held = limit._limiter.storage
    assert len(held.storage) < 10
    assert len(held.events) == 0


def test_whoever_logs_in_rightly_is_not_counted():
    limit = Attempts()
    for _ in range(100):
        assert limit.allowed("10.0.0.1", "li.wei")
        limit.was_right("li.wei")


def test_an_open_browser_does_not_help_to_guess_the_password(place):
    person = auditor(place)
    wrong = {"old": "wrong", "new": "nine-loud-kettles", "again": "nine-loud-kettles"}
    answers = [person.post("/account/password", wrong).status_code for _ in range(11)]
    assert answers[-1] == 429
    assert user_of(place, "au.dit").failed_count == FREE_ATTEMPTS


def test_the_same_password_again_is_no_new_one(place):
    auditor(place)
    assert not change_password(place.settings, user_of(place, "au.dit"), PASSWORD, now())
