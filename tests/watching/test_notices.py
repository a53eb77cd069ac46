"""What people are told of a night, and that it reaches them through real servers; one that cannot be reached changes nothing."""

from __future__ import annotations

import logging
import re
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from tests.watching.conftest import Office, Received, connections, delivery, text_of
from vocabulary.errors import ConfigurationError, DeliveryRefused, Fault, GateRefused
from vocabulary.wording import FORBIDDEN
from watching import after, notices, notify
from watching.nights import night_of
from watching.notices import CODES, Notice, channels, in_short

RED = {
    "status": "partial", "exit_code": 3,
    "registries": [delivery("hukou", county="990101", status="last_good", reason="source.unreachable"), delivery("hospital")],
    "faults": [{"code": "source.unreachable", "where": "王小明.xlsx", "text": "[source.unreachable] 王小明.xlsx: expected …"}],
}  # fmt: skip
BROKE = {"status": "failed", "exit_code": 1, "stages": {}, "registries": [], "findings": {}}
TABLE = """
[mail]
to = ["engineer@example.cn", "nurse@example.cn"]

[webhook]
use = true
path = "/hook"
"""


@pytest.fixture
def told(office: Office, post_office: Received, bell: Received, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office whose notices go to both servers."""
    (tmp_path / "notices.toml").write_text(TABLE, encoding="utf-8")
    variables = {"HEDUI_NOTICES": str(tmp_path / "notices.toml"), "HEDUI_HOME": str(office.home), "HEDUI_LOCALE": "en"}
    for name, value in (variables | connections(post_office.port, bell.port)).items():
        monkeypatch.setenv(name, value)
    return office


def of(office: Office, locale: str = "en", *reports: dict | None) -> Notice | None:
    ids = [f"2026-10-{20 + place}-001" for place in range(len(reports))]
    nights = [office.night(run_id, report) and night_of(office.settings, run_id) for run_id, report in zip(ids, reports, strict=True)]
    return notices.of_night(nights[-1], nights[-2] if len(nights) > 1 else None, locale)


def test_a_red_night_names_the_registry_and_the_code_and_no_file(office: Office) -> None:
    notice = of(office, "en", None, RED)
    assert notice is not None
    assert (notice.code, notice.title) == ("night.red", "[hedui] 2026-10-21-001: the night is not complete")
    assert "household registration 990101: last good, code source.unreachable" in notice.lines
    assert "worklists are out: 4 desks" in notice.lines
    assert "findings: 35" in notice.lines
    assert "王" not in notice.text
    assert notice.facts["registries"][0] == {"registry": "hukou", "county": "990101", "status": "last_good", "code": "source.unreachable"}


def test_the_same_in_chinese(office: Office) -> None:
    notice = of(office, "zh", None, RED)
    assert notice is not None
    assert notice.title == "【核对】2026-10-21-001：夜间核对未全部完成"
    assert "户籍登记 990101：沿用上次完好数据，代码 source.unreachable" in notice.lines


@pytest.mark.parametrize(
    ("reports", "code"),
    [
        ([None], None),
        ([None, None], None),
        ([RED, None], "night.green"),
        ([BROKE, None], "night.green"),
        ([RED, RED], "night.red"),
        ([None, BROKE], "night.broke"),
    ],
)
def test_green_is_told_once_and_red_every_night(office: Office, reports, code) -> None:
    notice = of(office, "en", *reports)
    assert (notice.code if notice else None) == code


def test_a_night_that_was_killed_is_red_for_the_next(office: Office) -> None:
    (office.night("2026-10-20-001") / "report.json").unlink()
    office.night("2026-10-21-001")
    notice = notices.of_night(*(night_of(office.settings, f"2026-10-{day}-001") for day in (21, 20)), "en")
    assert notice is not None
    assert notice.code == "night.green"


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("code", CODES)
def test_no_text_blames_anybody(code, locale) -> None:
    text = in_short(code, "2026-10-31-001", locale, ("hedui.unforeseen",)).text
    assert not [word for word in FORBIDDEN if word in text.lower()]
    assert bool(re.search("[一-龟]", text)) == (locale == "zh")


def test_a_red_night_reaches_mail_and_webhook(told: Office, post_office: Received, bell: Received) -> None:
    told.night("2026-10-31-001", RED)
    after.night("2026-10-31-001")
    (mail,) = post_office.mails
    assert str(make_header(decode_header(mail["Subject"]))) == "[hedui] 2026-10-31-001: the night is not complete"
    assert (mail["From"], mail["To"]) == ("hedui@example.cn", "engineer@example.cn, nurse@example.cn")
    assert "code source.unreachable" in text_of(mail)
    ((path, _, body),) = bell.posts
    assert path == "/hook"
    assert (body["source"], body["code"], body["run_id"], body["status"]) == ("hedui", "night.red", "2026-10-31-001", "partial")
    assert body["codes"] == ["source.unreachable"]


def test_a_green_night_after_a_green_one_tells_nobody(told: Office, post_office: Received, bell: Received) -> None:
    told.night("2026-10-30-001")
    told.night("2026-10-31-001")
    after.night("2026-10-31-001")
    assert (post_office.mails, bell.posts) == ([], [])


def test_each_channel_hears_of_what_its_list_names(told: Office, post_office: Received, bell: Received, tmp_path: Path) -> None:
    (tmp_path / "notices.toml").write_text(TABLE + 'about = ["month.held"]\n', encoding="utf-8")
    told.night("2026-10-31-001", RED)
    after.night("2026-10-31-001")
    assert (len(post_office.mails), len(bell.posts)) == (1, 0)


def test_deadlines_go_through_airflows_own_runner_of_callbacks(told: Office, post_office: Received) -> None:
    import structlog
    from airflow.sdk.execution_time.callback_supervisor import execute_callback

    for place, run_id in (("deadline_missed", "scheduled__2026-10-31"), ("month_missed", "scheduled__2026-10")):
        facts = {"context": {"dag_run": {"dag_run_id": run_id}, "deadline": {}}}
        assert execute_callback(f"dags.alerts.{place}", facts, Path(), None, structlog.get_logger())[0]
    subjects = [str(make_header(decode_header(mail["Subject"]))) for mail in post_office.mails]
    assert [("late" in subject, "2026-10" in subject) for subject in subjects] == [(True, True)] * 2


def test_a_month_held_back_tells_codes_and_never_words(told: Office, bell: Received) -> None:
    class Run:
        run_id = "manual__1"

    from dags.alerts import broke_down, held_back

    held_back({"dag_run": Run, "exception": GateRefused([Fault("monthly.objections", "王小明")])})
    broke_down({"dag_run": Run, "exception": RuntimeError("王小明")})
    broke_down({"dag_run": Run, "exception": DeliveryRefused(Fault("source.unreachable", "王小明"))})
    broke_down({"dag_run": Run, "exception": GateRefused([])})  # a red night has told of itself already
    assert [(body["code"], body["codes"]) for _, _, body in bell.posts] == [
        ("month.held", ["monthly.objections"]), ("night.broke", []), ("night.broke", ["source.unreachable"]),
    ]  # fmt: skip
    assert "王" not in str(bell.posts)


def test_a_server_that_is_down_or_refuses_is_a_line_in_the_log(told: Office, post_office, bell: Received, caplog, monkeypatch) -> None:
    bell.answer = (500, b"a secret of that server")
    for name, value in connections(1, bell.port).items():  # nobody listens there
        monkeypatch.setenv(name, value)
    told.night("2026-10-31-001", RED)
    with caplog.at_level(logging.WARNING, logger="hedui"):
        after.night("2026-10-31-001")
    lines = [record.getMessage() for record in caplog.records if record.name == "hedui.notice"]
    assert [("channel=mail" in line, "channel=webhook" in line) for line in lines] == [(True, False), (False, True)]
    assert all("[notice.not_sent]" in line and "secret" not in line for line in lines)
    assert (told.home / "runs" / "2026-10-31-001" / "report.html").is_file()


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ("wecom", {"msgtype": "text", "text": {"content": "TEXT"}}),
        ("dingtalk", {"msgtype": "text", "text": {"content": "TEXT"}}),
        ("feishu", {"msg_type": "text", "content": {"text": "TEXT"}}),
    ],
)
def test_bots_get_the_text_in_their_form_with_the_key_of_the_connection(bell: Received, monkeypatch, tmp_path, form, body) -> None:
    (tmp_path / "own.toml").write_text(f'[webhook]\nuse = true\nform = "{form}"\npath = "/send?key={{password}}"\n', encoding="utf-8")
    monkeypatch.setenv("AIRFLOW_CONN_HEDUI_WEBHOOK", connections(1, bell.port, login="u", password="k/1")["AIRFLOW_CONN_HEDUI_WEBHOOK"])
    ways = channels({"HEDUI_NOTICES": str(tmp_path / "own.toml")})
    notice = in_short("night.late", "n1", "en")
    assert notify.send(notice, ways) == ["webhook"]
    ((path, headers, posted),) = bell.posts
    assert path == "/send?key=k%2F1"
    assert "Authorization" not in headers
    assert str(posted).replace(repr(notice.text)[1:-1], "TEXT") == str(body)
    bell.answer = (200, b'{"errcode": 40058}')
    assert notify.send(notice, ways) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[mail]\nto = 'x@y'", "mail.to"),
        ("[mail]\nto = ['nobody']", "mail.to"),
        ("[mail]\nabout = ['night.dark']", "mail.about"),
        ("[webhook]\nform = 'xml'", "webhook.form"),
        ("[webhook]\nuse = 'yes'", "webhook.use"),
        ("[pigeon]\nto = 1", "pigeon"),
        ("[mail]\nsubject = 'x'", "mail.subject"),
        ("[mail", "TOML"),
    ],
)
def test_a_mistake_in_the_table_is_named(tmp_path: Path, text, problem) -> None:
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        channels({"HEDUI_NOTICES": str(tmp_path / "own.toml")})
    assert [(fault.code, fault.facts["problem"]) for fault in refused.value.faults] == [("notice.settings", problem)]
    assert refused.value.text("zh") and refused.value.text("en")


def test_without_a_table_nobody_is_told_anything() -> None:
    assert notify.send(in_short("night.late", "n1", "en"), channels({})) == []
