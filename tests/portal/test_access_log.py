"""The access log on its page: read, searched, walked, downloaded."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa

from sql.database import engine_of
from sql.log_pages import PAGE as LOG_PAGE
from sql.log_pages import Sought, entries
from sql.serving import serving
from sql.tables import ACCESS_LOG
from tests.portal.conftest import Person
from tests.portal.quick import boss, cheap_hashes, empty_state, place
from vocabulary.access import Actor, LookKind, Purpose
from vocabulary.settings import Settings

__all__ = ["boss", "cheap_hashes", "empty_state", "place"]
DAY = date(2026, 10, 31)
DESK = "registration_desk-990101001"


def opened(boss: Person, **form: str) -> str:
    return boss.post("/users", {"user_id": "zhang.min", "role": "desk", "desk": DESK, "areas": ""} | form, seen="/users/_new").text


def test_the_log_is_read_newest_first_and_filtered(place, boss):
    opened(boss)
    boss.post("/users/zhang.min/password", seen="/users/zhang.min")
    text = boss.get("/log")
    assert text.index("<td>重置密码</td>") < text.index("<td>开通账户</td>")
    assert boss.get("/log?look=login_renewed").count("<td>重置密码</td>") == 1
    assert "<td>开通账户</td>" not in boss.get("/log?look=login_renewed")
    assert boss.get("/log?actor=test").count("<td>开通账户</td>") == 1
    assert "没有这样的记录" in boss.get("/log?actor=nobody")
    assert "没有这样的记录" in boss.get("/log?day=2020-01-01")
    today = entries(place.settings, Sought())[0].happened_at.date()
    assert boss.get(f"/log?day={today}").count("<td>重置密码</td>") == 1
    for query in ("day=2026-13-45", "day=x", "look=nothing", "day=&look=&actor="):
        assert boss.get(f"/log?{query}").count("<td>重置密码</td>") == 1, query


@pytest.mark.parametrize(("happened", "on"), [("15:59:59", "2026-10-31"), ("16:00:00", "2026-11-01")])
def test_a_day_of_the_log_is_a_day_in_china(place, happened, on):
    values = {"entry_no": 1, "happened_at": pd.Timestamp(f"2026-10-31 {happened}+00:00").to_pydatetime(), "actor": "a", "role": "night"}
    values |= {
        "look": "viewed",
        "purpose": "audit",
        "item_count": 1,
        "content_sha256": "0" * 64,
        "previous_hash": "0" * 64,
        "entry_hash": "1" * 64,
    }
    with serving(place.settings, "accounts") as connection:
        connection.execute(sa.insert(ACCESS_LOG).values(**values))
    for day in ("2026-10-30", "2026-10-31", "2026-11-01"):
        assert len(entries(place.settings, Sought(day=date.fromisoformat(day)))) == (day == on)


def many_entries(settings: Settings, count: int, actor: str = "a.clerk") -> None:
    from sql.access import trace
    from vocabulary.access import Look

    with serving(settings, "accounts") as connection:
        trace(
            connection, [Look(LookKind.VIEWED, Purpose.FOLLOW_UP, Actor(actor, "desk"), 1, "0" * 64, f"T{at:04d}") for at in range(count)]
        )


def test_a_long_log_is_read_a_page_at_a_time_and_every_entry_once(place, boss):
    many_entries(place.settings, 2 * LOG_PAGE + 10)
    seen, path = [], "/log?look=viewed"
    while path:
        text = boss.get(path)
        seen += re.findall(r"<code>(T\d{4})</code>", text)
        older = re.search(r'href="(/log\?[^"]*before=\d+)"', text)
        path = older[1].replace("&amp;", "&") if older else None
    assert seen == [f"T{at:04d}" for at in reversed(range(2 * LOG_PAGE + 10))]


def test_a_whole_log_says_so_with_the_hash_to_copy_down_which_is_found_again(place, boss):
    text = boss.post("/log/verify", seen="/log", status=200).text
    assert "记录完整" in text
    head = re.search(r"<code>([0-9a-f]{64})</code>", text)[1]
    many_entries(place.settings, 3)
    assert "抄存的校验值也在其中" in boss.post("/log/verify", {"head": f" {head.upper()} "}, seen="/log", status=200).text
    assert "被整段改写过" in boss.post("/log/verify", {"head": "0" * 64}, seen="/log", status=409).text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE access_log SET actor = 'x' WHERE entry_no = 3", "第 3 条与写入时不符"),
        ("DELETE FROM access_log WHERE entry_no = 3", "第 3 条缺失"),
    ],
)
def test_a_changed_log_names_the_entry(place, boss, change, said):
    many_entries(place.settings, 5)
    with engine_of(place.settings).begin() as connection:
        for trigger in (
            connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'access_log'")).scalars().all()
        ):
            connection.execute(sa.text(f"DROP TRIGGER {trigger}"))
        connection.execute(sa.text(change))
    assert said in boss.post("/log/verify", seen="/log", status=409).text


def test_the_download_holds_every_entry_as_text_that_no_spreadsheet_runs_and_is_itself_in_the_log(place, boss):
    many_entries(place.settings, 1200)
    many_entries(place.settings, 1, actor='=HYPERLINK("http://evil")')
    answer = boss.browser.get("/log/export?look=viewed")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="hedui-access-log-\d{4}-\d\d-\d\d\.csv"', answer.headers["content-disposition"])
    assert answer.content.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 1201
    assert rows[0]["actor"] == '\'=HYPERLINK("http://evil")'
    assert {row["look"] for row in rows} == {"viewed"}
    newest = entries(place.settings, Sought())[0]
    assert (newest.look, newest.purpose, newest.actor, newest.item_count) == ("log_exported", "audit", "the.boss", 1201)
    assert "记录完整" in boss.post("/log/verify", seen="/log", status=200).text


def test_every_kind_of_look_and_every_purpose_has_its_words():
    from portal.office.words import LOOKS, PURPOSES

    assert set(LOOKS) == set(LookKind)
    assert set(PURPOSES) == set(Purpose)
