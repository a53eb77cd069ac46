"""Accounts: opened, closed, put right, each with its trace; and which role opens which page."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pyotp
import pytest

from portal.accounts import OPERATOR, Wanted, add_user, close_user, drop_second_factor, renew_password
from portal.parts import open_to, parts
from sql.access_chain import verify_log
from sql.accounts import PAGE, User, all_users, count_failure, keep_user, use_step, users_page
from sql.rows import now
from sql.secure import secure
from sql.serving import pool_of, serving
from tests.portal.conftest import PASSWORD, Person
from tests.portal.quick import BOSS, attempt, auditor, boss, cheap_hashes, empty_state, log_of, place, stranger, user_of, with_second_factor
from tests.postgres import postgres_folder, postgres_url
from vocabulary.access import Actor
from vocabulary.errors import ConfigurationError
from vocabulary.roles import NAMED_ROWS, Role
from vocabulary.settings import Settings

__all__ = ["boss", "cheap_hashes", "empty_state", "place", "postgres_folder", "postgres_url"]
DAY = date(2026, 10, 31)
DESK = "registration_desk-990101001"


def opened(boss: Person, **form: str) -> str:
    return boss.post("/users", {"user_id": "zhang.min", "role": "desk", "desk": DESK, "areas": ""} | form, seen="/users/_new").text


def first_password(text: str) -> str:
    found = re.search(r'<code class="first-password">([^<]+)</code>', text)
    assert found, text
    return found[1]


def test_an_account_is_opened_with_a_password_that_is_shown_once(place, boss):
    first = first_password(opened(boss))
    assert first not in boss.get("/users")
    assert first not in boss.get("/users/zhang.min")
    clerk = Person(place.app, "zhang.min")
    assert "首次使用的密码" in clerk.log_in(first)
    assert user_of(place, "zhang.min").areas == ("990101001",)
    assert log_of(place.settings)[0] == ("account_opened", "administration", "the.boss", "zhang.min")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"user_id": "X"}, "账户名应为 3 至 40 个"),
        ({"user_id": "the.boss"}, "已经用过"),
        ({"desk": "somewhere"}, "请按工作清单的文件名填写"),
        ({"desk": ""}, "请按工作清单的文件名填写"),
        ({"role": "steward", "areas": ""}, "六位县级区划代码"),
        ({"role": "senior_officer", "areas": "990101, 990102"}, "六位县级区划代码"),
        ({"role": "statistician", "areas": "99a"}, "区划代码的前 2、4、6 或 9 位"),
        ({"vouched_by": "a friend"}, "没有开通"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_opened(place, boss, form, said):
    answer = boss.post("/users", {"user_id": "zhang.min", "role": "desk", "desk": DESK, "areas": ""} | form, seen="/users/_new")
    assert answer.status_code == 422
    assert said in answer.text
    assert [look for look, *_ in log_of(place.settings)] == ["account_opened"]


def test_a_role_that_there_is_not_opens_nothing(place, boss):
    assert boss.post("/users", {"user_id": "zhang.min", "role": "owner"}, seen="/users/_new").status_code == 422
    assert len(log_of(place.settings)) == 1


def test_the_areas_may_be_separated_as_people_do(place, boss):
    opened(boss, user_id="he.jing", role="statistician", desk="", areas="990101、990102， 990103")
    assert user_of(place, "he.jing").areas == ("990101", "990102", "990103")


def test_a_password_is_renewed_an_account_closed_and_a_lost_phone_forgotten_each_with_its_trace(place, boss):
    clerk = place.person("au.dit", Role.AUDITOR, areas=())
    totp = with_second_factor(clerk)
    assert isinstance(totp, pyotp.TOTP)
    boss.post("/users/au.dit/second-off", seen="/users/au.dit", status=200)
    first = first_password(boss.post("/users/au.dit/password", seen="/users/au.dit", status=200).text)
    assert attempt(stranger(place), "au.dit", PASSWORD).status_code == 401
    assert attempt(stranger(place), "au.dit", first).status_code == 303
    assert "请先勾选确认" in boss.post("/users/au.dit/close", seen="/users/au.dit", status=422).text
    assert "账户已关闭" in boss.post("/users/au.dit/close", {"sure": "yes"}, seen="/users/au.dit", status=200).text
    assert attempt(stranger(place), "au.dit", first).status_code == 401
    assert [entry[0] for entry in log_of(place.settings)[:3]] == ["account_closed", "login_renewed", "second_factor_off"]
    assert {entry[2:] for entry in log_of(place.settings)[:3]} == {("the.boss", "au.dit")}
    assert "au.dit" not in boss.get("/users")
    assert "au.dit" in boss.get("/users?closed=true")
    for what in ("password", "close", "second-off"):
        answer = boss.post(f"/users/au.dit/{what}", {"sure": "yes"}, seen="/users")
        assert answer.status_code == 409, what


def test_nobody_closes_their_own_account_nor_the_last_administrators(place, boss):

    assert "自己的账户" in boss.post("/users/the.boss/close", {"sure": "yes"}, seen="/users", status=409).text
    with pytest.raises(ConfigurationError) as refused:
        close_user(place.settings, "the.boss", Actor("process root", OPERATOR), now())
    assert refused.value.faults[0].code == "portal.last_administrator"
    opened(boss, user_id="a.second", role="administrator", desk="")
    close_user(place.settings, "the.boss", Actor("process root", OPERATOR), now())
    assert boss.browser.get("/users").url.path == "/login"


def test_two_administrators_who_close_each_other_at_once_leave_one(place, boss):

    place.person("a.second", Role.ADMINISTRATOR, areas=())

    def close(pair: tuple[str, str]) -> bool:
        try:
            close_user(place.settings, pair[1], Actor(pair[0], "administrator"), now())
        except ConfigurationError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(close, [("the.boss", "a.second"), ("a.second", "the.boss")])) == [False, True]


def test_a_long_list_is_shown_a_page_at_a_time_and_searched_by_its_beginning(place, boss):
    with serving(place.settings, "accounts") as connection:
        for number in range(PAGE + 5):
            keep_user(connection, User(f"desk.{number:03d}", Role.DESK, DESK, ("990101001",), "password", "zh"), now())
    first = boss.get("/users")
    assert "desk.049" in first
    assert "desk.050" not in first
    following = re.search(r'href="(/users\?[^"]*after=[^"]+)"', first)
    assert following
    assert "desk.054" in boss.get(following[1].replace("&amp;", "&"))
    assert boss.get("/users?begins=desk.01").count('<th scope="row">') == 10
    assert boss.get("/users?begins=%25").count('<th scope="row">') == 0
    assert "没有这样的账户" in boss.get("/users?begins='><script>")


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_its_own_parts_and_finds_nothing_elsewhere(place, role):
    desks = {Role.DESK: DESK}
    person = place.person("some.one", role, desks.get(role))
    for name in ("users", "contact", "log", "account"):
        status = 200 if role in parts()[name].roles else 404
        person.get(parts()[name].path, status)
    if role != Role.ADMINISTRATOR:
        for path in ("/users/_new", "/users/some.one"):
            person.get(path, 404)
        for path in (
            "/users",
            "/users/some.one/close",
            "/users/some.one/password",
            "/users/some.one/second-off",
            "/contact",
            "/contact/lift",
        ):
            form = {"user_id": "new.one", "role": "auditor", "task_no": "AAAAA-AAAAA", "reason": "safety", "sure": "yes"}
            assert person.post(path, form, seen="/account").status_code == 404, path
    if role not in (Role.ADMINISTRATOR, Role.AUDITOR):
        person.get("/log/export", 404)
        assert person.post("/log/verify", seen="/account").status_code == 404


def test_no_role_sees_both_named_rows_and_statistics_before_they_are_out():
    for role in Role:
        kinds = {(part.named, part.draft) for part in open_to(role)}
        assert not {(True, False), (False, True)} <= kinds
        assert any(part.named for part in open_to(role)) == (role in NAMED_ROWS)
        assert "account" in [part.name for part in open_to(role)]


def test_without_the_forms_mark_no_account_is_changed(place, boss):
    opened(boss)
    entries_before = len(log_of(place.settings))
    for path in (
        "/users",
        "/users/zhang.min/password",
        "/users/zhang.min/close",
        "/users/zhang.min/second-off",
        "/contact",
        "/contact/lift",
        "/log/verify",
    ):
        form = {"user_id": "new.one", "role": "auditor", "task_no": "AAAAA-AAAAA", "reason": "safety", "sure": "yes"}
        assert boss.browser.post(path, data=form).status_code == 403, path
    assert len(log_of(place.settings)) == entries_before


def test_an_id_is_given_out_once_and_what_cannot_be_is_said_all_at_once(place):
    auditor(place)
    close_user(place.settings, "au.dit", BOSS, now())
    with pytest.raises(ConfigurationError) as known:
        add_user(place.settings, Wanted("au.dit", Role.AUDITOR), "boss", now())
    assert [fault.code for fault in known.value.faults] == ["portal.user_known"]
    with pytest.raises(ConfigurationError) as refused:
        add_user(place.settings, Wanted("X", Role.DESK, "nowhere", (), "friend"), "boss", now())
    assert {fault.code for fault in refused.value.faults} == {"portal.user_id", "portal.vouched_by", "portal.desk"}
    with pytest.raises(ConfigurationError) as county:
        add_user(place.settings, Wanted("st.eward", Role.STEWARD, areas=("990101", "990102")), "boss", now())
    assert [fault.code for fault in county.value.faults] == ["portal.county"]
    with serving(place.settings, "accounts") as connection:
        assert [user.user_id for user in all_users(connection)] == ["au.dit"]


def test_on_postgresql_accounts_and_logins_are_kept_under_a_role_of_their_own(postgres_url, cheap_hashes, monkeypatch):
    monkeypatch.setenv("HEDUI_DATABASE", postgres_url)
    secure(Settings.from_environment())
    monkeypatch.setenv("HEDUI_DATABASE_ROLE", "stages")
    settings = Settings.from_environment()
    for user_id in ("the.boss", "a.second"):
        assert add_user(settings, Wanted(user_id, Role.ADMINISTRATOR), "process x", now())
    with pytest.raises(ConfigurationError):
        add_user(settings, Wanted("the.boss", Role.AUDITOR), "process x", now())
    renew_password(settings, "a.second", BOSS, now())
    drop_second_factor(settings, "a.second", BOSS, now())

    def wrong(_: int) -> bool:
        with serving(settings, "accounts") as connection:
            count_failure(connection, "a.second", now())
            return use_step(connection, "a.second", 7)

    def close(pair: tuple[str, str]) -> bool:
        try:
            close_user(settings, pair[1], Actor(pair[0], "administrator"), now())
        except ConfigurationError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(wrong, range(8))) == [False] * 7 + [True]
        with serving(settings, "accounts") as connection:
            assert [user.failed_count for user in users_page(connection, "a.")] == [8]
        assert sorted(pool.map(close, [("the.boss", "a.second"), ("a.second", "the.boss")])) == [False, True]
    assert [look for look, *_ in log_of(settings)] == [
        "account_closed",
        "second_factor_off",
        "login_renewed",
        "account_opened",
        "account_opened",
    ]
    assert verify_log(settings).count == 5
    pool_of.cache_clear()
