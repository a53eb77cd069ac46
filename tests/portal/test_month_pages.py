"""Signing a month on a page: only statisticians, exactly what they read, once; and whoever waits in Airflow then ends well."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import openpyxl
import pytest
import sqlalchemy as sa

from dags.approval import ReturnApproval
from portal.month.shown import heads
from sql import returns
from sql.database import writing
from sql.releases import releases
from sql.secure import secure
from sql.tables import MONTHLY_RETURN, RUN
from submission.gates.objection import Objection, Severity
from submission.monthly import approval, seal
from submission.monthly.assemble import assemble
from submission.monthly.draft import draft_folder, sealed_folder
from submission.monthly.form import columns
from submission.monthly.judge import judge, read_objections, write_objections
from submission.monthly.reading import every_return, one_return, read
from submission.monthly.signing import Reading, mark_of, sign
from tests.portal.conftest import Office, Person
from tests.postgres import postgres_folder, postgres_url  # noqa: F401 - fixtures
from vocabulary.areas import Areas
from vocabulary.errors import GateRefused
from vocabulary.roles import Role
from vocabulary.settings import Secret, Settings

OCTOBER, RETURN = "2026-10", "2026-10-v1"
PAGE = f"/month/{RETURN}"
ROUND_DAYS = Objection("dates", "round_days", Severity.WARNING, "990101206801", {"count": 6, "records": 12, "registry": "family_planning"})
NOT_JUDGED = Objection("G9", "linkage_not_judged", Severity.NOTE, "", {"judged": 0, "needed": 300})


@pytest.fixture
def waiting(office: Office) -> Office:
    """An office whose October waits for a person, with one warning and one note."""
    assert assemble(OCTOBER) == RETURN
    folder = draft_folder(office.settings, OCTOBER, 1)
    write_objections([ROUND_DAYS, NOT_JUDGED], folder, Areas.load(office.settings.areas_path))
    returns.keep_status(office.settings, RETURN, returns.AWAITING)
    return office


def statistician(office: Office, user_id: str = "li.hua", areas: tuple[str, ...] = ("990101",)) -> Person:
    return office.person(user_id, Role.STATISTICIAN, areas=areas)


def standing(office: Office) -> str:
    return str(returns.find_return(office.settings, RETURN)["status"])


def form_of(page: str, **changed: object) -> dict:
    """The form as the page gives it, every warning ticked off."""
    content = re.search(r'name="content" value="([0-9a-f]{64})"', page)
    assert content
    seen = re.findall(r'name="seen" value="([0-9a-f]{16})"', page)
    return {"content": content[1], "seen": seen, "reason": "已与该单位核实", "said": "approved"} | changed


def test_a_return_is_read_approved_with_a_reason_and_sealed_at_once(waiting: Office) -> None:
    person = statistician(waiting)
    assert "等待签批" in person.get("/month")
    page = person.get(PAGE)
    assert page.index("经核对协助，本月新登记户口的儿童") < page.index("审核意见") < page.index('id="sign"')
    assert "12 条记录中有 6 条" in page and "未能评定，记录在案（1 条）" in page
    told = person.post(f"{PAGE}/answer", form_of(page), seen=PAGE, status=200).text
    assert "已签批并封存。" in told and "li.hua 于" in told and 'name="said"' not in told
    manifest = json.loads((sealed_folder(waiting.settings, OCTOBER, 1) / "manifest.json").read_text(encoding="utf-8"))
    assert {name: manifest["approval"][name] for name in ("answer", "by", "through", "reason")} == {
        "answer": "approved", "by": "li.hua", "through": "portal", "reason": "已与该单位核实",
    }  # fmt: skip
    assert [one["code"] for one in manifest["signed_away"]] == ["round_days"]


def test_the_page_holds_the_return_and_its_files_are_the_returns_own(waiting: Office) -> None:
    person = statistician(waiting)
    page = person.get(PAGE)
    folder = draft_folder(waiting.settings, OCTOBER, 1)
    lines = (folder / "return.csv").read_text(encoding="utf-8-sig").splitlines()
    table = page.split('<table class="return">')[1].split("</table>")[0]
    assert table.count("<tr") == len(lines) - 1 + 2
    total = re.findall(r'<td class="number">([^<]*)</td>', table.split('<tr class="total">')[1].split("</tr>")[0])
    assert len(total) == len(columns()) == sum(len(head.columns) for head in heads())
    assert total[0].replace(",", "") == lines[1].split(",")[3]
    book = person.browser.get(f"{PAGE}/return.xlsx")
    assert f'filename="{RETURN}-draft.xlsx"' in book.headers["content-disposition"]
    assert openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]["A1"].value == "出生登记核对统计月报表"
    assert person.browser.get(f"{PAGE}/return.csv").content == (folder / "return.csv").read_bytes()
    assert person.browser.get(f"{PAGE}/return.parquet").status_code in (404, 422)


LACKING: list[tuple[dict[str, object], int, str]] = [
    ({"seen": []}, 422, "monthly.unread"),
    ({"seen": ["0" * 16]}, 422, "monthly.unread"),
    ({"reason": "  "}, 422, "monthly.reason_missing"),
    ({"said": "rejected", "reason": ""}, 422, "monthly.reason_for_no"),
    ({"content": "0" * 64}, 409, "monthly.read_another"),
    ({"said": "maybe"}, 422, "填写不完整"),
    ({"content": "x"}, 422, "填写不完整"),
    ({"reason": "长" * 1001}, 422, "填写不完整"),
]


def test_an_answer_that_lacks_something_changes_nothing_and_keeps_what_was_written(waiting: Office) -> None:
    person = statistician(waiting)
    page = person.get(PAGE)
    for changed, status, said in LACKING:
        told = person.post(f"{PAGE}/answer", form_of(page, **changed), seen=PAGE, status=status).text
        assert said in told, (changed, told)
        assert standing(waiting) == returns.AWAITING
        if said == "monthly.unread":
            assert 'role="alert"' in told and "已与该单位核实</textarea>" in told
    content = returns.find_return(waiting.settings, RETURN)["content_sha256"]
    assert returns.last_answer(waiting.settings, RETURN, content) is None


def test_a_no_needs_no_ticks_and_neither_airflow_nor_a_page_goes_past_it(waiting: Office) -> None:
    person, other = statistician(waiting), statistician(waiting, "wang.fang")
    opened = other.get(PAGE)
    told = person.post(f"{PAGE}/answer", form_of(person.get(PAGE), said="rejected", seen=[], reason="请先补报"), seen=PAGE, status=200)
    assert "已退回" in told.text and "理由：请先补报" in told.text
    assert other.post(f"{PAGE}/answer", form_of(opened), seen=PAGE, status=409).text.count("monthly.not_approved") == 1
    with pytest.raises(GateRefused, match=r"monthly\.not_approved"):
        approval.answer(RETURN, approved=True, by="wang.fang", through="airflow", reason="没看见")
    with pytest.raises(GateRefused, match=r"monthly\.not_approved"):
        seal.seal(RETURN)
    assert standing(waiting) == returns.REJECTED
    assert assemble(OCTOBER) == RETURN, "the same facts, put together again"
    returns.keep_status(waiting.settings, RETURN, returns.AWAITING)
    with pytest.raises(GateRefused, match=r"monthly\.not_approved"):
        seal.seal(RETURN)


def test_a_no_after_airflows_yes_holds_the_return_back(waiting: Office) -> None:
    approval.answer(RETURN, approved=True, by="某甲", through="airflow", reason="已核实")
    person = statistician(waiting)
    page = person.get(PAGE)
    assert "某甲 于" in page
    person.post(f"{PAGE}/answer", form_of(page, said="rejected", reason="等一下"), seen=PAGE, status=200)
    with pytest.raises(GateRefused, match=r"monthly\.not_approved"):
        seal.seal(RETURN)


def test_what_was_put_together_again_meanwhile_is_not_approved(waiting: Office) -> None:
    person = statistician(waiting)
    page = person.get(PAGE)
    told = returns.find_return(waiting.settings, RETURN)
    draft = {name: told[name] for name in ("return_id", "month", "version", "run_id", "status", "parts", "reason")}
    returns.keep_draft(waiting.settings, draft | {"content_sha256": "1" * 64})
    again = person.post(f"{PAGE}/answer", form_of(page), seen=PAGE, status=409).text
    assert "刚才的答复没有记录" in again and 'name="content" value="1111' in again
    assert not re.search(r'name="seen"[^>]*checked', again), "what was ticked off was another return's"
    assert standing(waiting) == returns.AWAITING


def test_a_file_that_was_edited_is_told_and_cannot_be_signed(waiting: Office) -> None:
    person = statistician(waiting)
    page = person.get(PAGE)
    path = draft_folder(waiting.settings, OCTOBER, 1) / "return.csv"
    path.write_bytes(path.read_bytes() + b" ")
    told = person.post(f"{PAGE}/answer", form_of(page), seen="/account", status=422).text
    assert "monthly.part_changed" in told and "<code>return.csv</code>" in told and 'name="said"' not in told
    assert standing(waiting) == returns.AWAITING


def test_two_who_sign_at_once_seal_it_once(waiting: Office) -> None:
    one, other = statistician(waiting), statistician(waiting, "wang.fang")
    pages = one.get(PAGE), other.get(PAGE)
    one.post(f"{PAGE}/answer", form_of(pages[0]), seen=PAGE, status=200)
    assert "monthly.read_another" in other.post(f"{PAGE}/answer", form_of(pages[1]), seen="/account", status=409).text
    assert json.loads((sealed_folder(waiting.settings, OCTOBER, 1) / "manifest.json").read_text())["approval"]["by"] == "li.hua"


def event(choice: str) -> dict:
    user = {"id": "somebody", "name": "某乙"}
    return {"chosen_options": [choice], "params_input": {"reason": "已核实"}, "responded_at": datetime.now(UTC), "responded_by_user": user}


TIMEOUT = {"error": "over", "error_type": "timeout"}


def asked() -> ReturnApproval:
    """Airflow's own question about the return, without the scheduler around it."""
    return ReturnApproval(task_id="approve", return_id=RETURN, subject="Monthly return")


def test_a_question_that_waits_in_airflow_ends_well_once_the_portal_has_sealed(waiting: Office) -> None:
    told = returns.find_return(waiting.settings, RETURN)
    marks = re.findall(r'name="seen" value="([0-9a-f]{16})"', statistician(waiting).get(PAGE))
    sign(Reading(RETURN, told["content_sha256"], marks), approved=True, by="li.hua", through="portal", reason="已核实")
    before = returns.last_answer(waiting.settings, RETURN, told["content_sha256"])
    for answer in (event("Approve"), TIMEOUT):
        assert asked().execute_complete({}, dict(answer)) == ["Approve"]
    assert asked().execute({}) == ["Approve"], "nobody is asked about what is sealed"
    assert judge(RETURN) == seal.seal(RETURN) == RETURN
    assert returns.last_answer(waiting.settings, RETURN, told["content_sha256"]) == before
    with pytest.raises(GateRefused, match=r"monthly\.not_approved"):
        asked().execute_complete({}, event("Reject"))


def test_a_question_that_waits_in_airflow_ends_as_a_no_once_the_portal_has_turned_it_down(waiting: Office) -> None:
    content = returns.find_return(waiting.settings, RETURN)["content_sha256"]
    sign(Reading(RETURN, content), approved=False, by="li.hua", through="portal", reason="请先补报")
    with pytest.raises(GateRefused, match=r"monthly\.not_approved"):
        asked().execute_complete({}, event("Approve"))
    assert asked().execute({}) == ["Reject"]
    assert asked().execute_complete({}, dict(TIMEOUT)) == ["Reject"]


def test_silence_still_fails_in_airflow(waiting: Office) -> None:
    with pytest.raises(Exception, match="over"):
        asked().execute_complete({}, dict(TIMEOUT))
    assert standing(waiting) == returns.AWAITING


def test_whoever_sees_named_rows_and_whoever_keeps_accounts_finds_no_such_page(waiting: Office) -> None:
    people = [
        waiting.clerk(),
        *(waiting.person(role.value.replace("_", "."), role) for role in Role if role not in (Role.DESK, Role.STATISTICIAN)),
    ]
    for person in people:
        for path in ("/month", PAGE, f"{PAGE}/return.xlsx", f"{PAGE}/return.csv", "/month/2026-10-v9"):
            assert "没有这一页" in person.get(path, 404)
        form = {"content": "0" * 64, "said": "approved", "reason": "x"}
        person.post(f"{PAGE}/answer", form, seen="/account", status=404)
    assert standing(waiting) == returns.AWAITING


def test_a_statistician_of_another_county_finds_no_return_here(waiting: Office) -> None:
    person = statistician(waiting, areas=("990102",))
    assert RETURN not in person.get("/month")
    person.get(PAGE, 404)
    person.get("/month/2026-10-v9", 404)
    person.get("/month/..%2f..", 404)


def test_a_form_from_elsewhere_is_not_taken(waiting: Office) -> None:
    person = statistician(waiting)
    answer = person.browser.post(f"{PAGE}/answer", data=form_of(person.get(PAGE)) | {"form_mark": "guessed"})
    assert (answer.status_code, standing(waiting)) == (403, returns.AWAITING)


def test_blocked_and_unjudged_drafts_are_shown_without_a_form_and_in_english(waiting: Office) -> None:
    person = statistician(waiting)
    folder = draft_folder(waiting.settings, OCTOBER, 1)
    absent = Objection("G1", "registry_absent", Severity.BLOCK, "hukou")
    write_objections([absent, ROUND_DAYS], folder, Areas.load(waiting.settings.areas_path))
    returns.keep_status(waiting.settings, RETURN, returns.BLOCKED)
    page = person.get(PAGE)
    assert "须先处理，不能放行（1 条）" in page and "审核未通过" in page and 'name="said"' not in page
    (folder / "objections.json").unlink()
    returns.keep_status(waiting.settings, RETURN, returns.DRAFT)
    person.get(f"/language/en?to={PAGE}")
    page = person.get(PAGE)
    assert "was not judged yet" in page and "live births" in page and "By sex" in page


def test_a_sealed_months_plots_are_drawn_once_without_script_or_style_and_entered_as_a_release(waiting: Office) -> None:
    told = returns.find_return(waiting.settings, RETURN)
    marks = [mark_of(one) for one in read_objections(draft_folder(waiting.settings, OCTOBER, 1))]
    sign(Reading(RETURN, told["content_sha256"], marks), approved=True, by="li.hua", through="portal", reason="已核实")
    person = statistician(waiting)
    page = person.get("/progress/plots")
    assert page.count('<figure class="plot card">') >= 2 and RETURN in page
    pictures = "".join(re.findall(r"<svg.*?</svg>", page, re.DOTALL))
    assert "<path" in pictures and not re.search(r"<style|<script|style=|\son\w+=|href=", pictures)
    assert set(releases(waiting.settings)["audience"]) == {"other_units"}
    kept = waiting.settings.home / "bulletins" / RETURN / "other_units" / "plots.zh.json"
    drawn_at = kept.stat().st_mtime_ns
    part = person.browser.get("/progress/plots", headers={"HX-Request": "true"}).text
    assert "<html" not in part and part.count("<svg") == page.count("<svg")
    assert kept.stat().st_mtime_ns == drawn_at
    sealed = sealed_folder(waiting.settings, OCTOBER, 1) / "return.csv"
    sealed.write_bytes(sealed.read_bytes() + b" ")
    kept.unlink()
    assert "bulletin.sealed_changed" in person.get("/progress/plots")


def test_on_postgresql_signing_acts_as_its_own_stage(waiting: Office, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    owner = replace(waiting.settings, database=Secret(postgres_url))
    assert secure(owner)
    with writing(waiting.settings) as here, writing(owner) as there:
        for table in (RUN, MONTHLY_RETURN):
            there.execute(sa.insert(table), [dict(row) for row in here.execute(sa.select(table)).mappings()])
    monkeypatch.setenv("HEDUI_DATABASE", postgres_url)
    monkeypatch.setenv("HEDUI_DATABASE_ROLE", "stages")
    settings = Settings.from_environment()
    (one,) = every_return(settings)
    reading = read(settings, one)
    marks = [mark_of(said) for said in reading.objections or ()]
    sign(Reading(RETURN, one.told["content_sha256"], marks), approved=True, by="li.hua", through="portal", reason="已核实")
    again = one_return(settings, RETURN)
    assert again and again.is_sealed and read(settings, again).changed == []
