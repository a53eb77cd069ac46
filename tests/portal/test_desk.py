"""A clerk's morning at the desk."""

from __future__ import annotations

import io
import re

import openpyxl
import pandas as pd
import pytest
import sqlalchemy as sa

from tests.portal.conftest import DESK, Office

OTHER = "registration_desk-990101002"


def log_of(office: Office) -> pd.DataFrame:
    engine = sa.create_engine(office.settings.database.reveal())
    with engine.connect() as connection:
        return pd.read_sql_query("SELECT * FROM access_log ORDER BY entry_no", connection)


def outcomes_of(office: Office) -> pd.DataFrame:
    with sa.create_engine(office.settings.database.reveal()).connect() as connection:
        return pd.read_sql_query("SELECT * FROM outcome ORDER BY outcome_id", connection)


def registering(office: Office, desk: str = DESK) -> pd.DataFrame:
    rows = office.items(desk)
    return rows[rows["kind"] == "not_registered"].reset_index(drop=True)


def test_the_list_shows_what_waits_and_every_name_on_it_is_a_look(office: Office) -> None:
    clerk = office.clerk()
    text = clerk.get("/desk?sheet=register")
    mine = registering(office)
    shown = [number for number in mine["task_no"] if number in text]
    assert len(shown) == min(len(mine), 25) > 3
    look = log_of(office).iloc[-1]
    assert (look["actor"], look["role"], look["look"], look["item_count"]) == ("zhang.min", "desk", "viewed", len(shown))


def test_a_list_shows_nothing_of_another_desk(office: Office) -> None:
    clerk, others = office.clerk(), office.items(OTHER)
    text = "".join(clerk.get(f"/desk?at={at}") for at in range(4))
    assert not [number for number in others["task_no"] if number in text]
    clerk.get(f"/desk/{others['task_no'].iloc[0]}", 404)
    assert "没有这个任务编号" in clerk.get(f"/desk/find?task_no={others['task_no'].iloc[0]}")


def test_an_item_says_what_is_known_why_and_which_paper_helps(office: Office) -> None:
    clerk, row = office.clerk(), registering(office).iloc[0]
    text = clerk.get(f"/desk/{row['task_no']}")
    for said in (row["mother_name"], row["born_on"].isoformat(), "未匹配到记录", "哪份材料有用", "可以问谁"):
        assert said in text
    assert str(row["mother_id_mask"]) in text
    assert log_of(office).iloc[-1]["subject"] == row["task_no"]


def test_an_answer_is_kept_and_the_next_item_comes(office: Office) -> None:
    clerk, rows = office.clerk(), registering(office)
    number = rows["task_no"].iloc[0]
    form = {"code": "A3", "registered_on": "2026-10-30", "answered_on": "2026-10-31", "station": "东城派出所", "seen": "0"}
    answer = clerk.post(f"/desk/{number}?sheet=register", form, seen=f"/desk/{number}")
    assert str(answer.url).partition("/desk/")[2][:11] in set(rows["task_no"]) - {number}
    assert f"已记录：{number} A3" in answer.text
    kept = outcomes_of(office).iloc[-1]
    assert (kept["task_no"], kept["code"], kept["registered_on"], kept["answered_by"]) == (number, "A3", "2026-10-30", "zhang.min")
    assert number not in clerk.get("/desk?sheet=register")
    assert number in clerk.get("/desk?sheet=register&state=answered")


def test_what_cannot_be_taken_is_said_and_what_was_typed_stays(office: Office) -> None:
    clerk, number = office.clerk(), registering(office)["task_no"].iloc[0]
    answer = clerk.post(f"/desk/{number}", {"code": "C4", "note": "远方某处", "seen": "0"}, status=422)
    assert "请在备注写明现居地" in answer.text
    assert 'value="远方某处"' in answer.text
    assert clerk.post(f"/desk/{number}", {"code": "A3", "registered_on": "2026-02-30", "seen": "0"}, status=422)
    assert outcomes_of(office).empty


def test_the_second_of_two_people_sees_what_the_first_did(office: Office) -> None:
    first, second, number = office.clerk(), office.clerk(user_id="li.na"), registering(office)["task_no"].iloc[0]
    second.get(f"/desk/{number}")
    first.post(f"/desk/{number}", {"code": "B1", "seen": "0"}, status=200)
    answer = second.post(f"/desk/{number}", {"code": "A1", "seen": "0"}, status=422)
    assert "已有人答复" in answer.text
    assert "由 zhang.min 填写" in answer.text
    assert list(outcomes_of(office)["code"]) == ["B1"]
    seen = re.search(r'name="seen" value="(\d+)"', answer.text)
    assert seen and second.post(f"/desk/{number}", {"code": "A1", "seen": seen[1]}, status=200)
    assert list(outcomes_of(office)["code"]) == ["B1", "A1"]


def test_the_same_click_twice_is_one_answer(office: Office) -> None:
    clerk, number = office.clerk(), registering(office)["task_no"].iloc[0]
    for _ in range(2):
        clerk.post(f"/desk/{number}", {"code": "B1", "answered_on": "2026-10-31", "seen": "0"}, status=200)
    assert len(outcomes_of(office)) == 1


@pytest.mark.parametrize("code", ["C1", "C2", "D1", "D3"])
def test_after_such_an_answer_the_page_tells_nothing_of_the_family(office: Office, code: str) -> None:
    clerk, row = office.clerk(), registering(office).iloc[0]
    clerk.post(f"/desk/{row['task_no']}", {"code": code, "seen": "0"}, status=200)
    text = clerk.get(f"/desk/{row['task_no']}")
    assert row["mother_name"] not in text
    assert str(row["mother_id_mask"]) not in text


def test_the_workbook_goes_out_and_comes_back_like_the_commands(office: Office) -> None:
    clerk, number = office.clerk(), registering(office)["task_no"].iloc[0]
    file = clerk.browser.get("/desk/worklist.xlsx")
    assert f'filename="{DESK}.xlsx"' in file.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    sheet = book["待协助登记"]
    head = next(row for row in sheet.iter_rows() if any(cell.value == "任务编号" for cell in row))
    at = {cell.value: cell.column for cell in head}
    rows = {sheet.cell(row, at["任务编号"]).value: row for row in range(head[0].row + 1, sheet.max_row + 1)}
    assert number in rows
    sheet.cell(rows[number], at["核查结果"]).value = "A3 已协助新登记"
    sheet.cell(rows[number], at["登记日期"]).value = "2026-10-30"
    filled = io.BytesIO()
    book.save(filled)
    for expected in ("采用 1 行", "此前已采用 1 行"):
        answer = clerk.post("/desk/upload", files={"file": ("my list.xlsx", filled.getvalue())}, status=200)
        assert expected in answer.text
    assert list(outcomes_of(office)["code"]) == ["A3"]
    assert log_of(office)["look"].tolist().count("exported") == 1
    assert not list((office.settings.home / "uploads").iterdir())


def test_a_list_of_another_desk_is_not_taken_from_this_one(office: Office) -> None:
    clerk, number = office.clerk(), office.items(OTHER)["task_no"].iloc[0]
    text = f"任务编号,核查结果\n{number},C1\n"
    answer = clerk.post("/desk/upload", files={"file": (f"{OTHER}.csv", text.encode("utf-8"))}, status=200)
    assert "不是下发给贵单位的" in answer.text
    assert outcomes_of(office).empty
    back = re.search(r"/desk/returned/([0-9a-f]{12})", answer.text)
    assert back and clerk.browser.get(back[0]).status_code == 200
    assert office.clerk(OTHER, "wang.wu").browser.get(back[0]).status_code == 404


@pytest.mark.parametrize("name", ["list.exe", "list", "../../x.xls"])
def test_another_kind_of_file_is_refused_in_words(office: Office, name: str) -> None:
    answer = office.clerk().post("/desk/upload", files={"file": (name, b"x")}, status=422)
    assert "请选择 XLSX 或 CSV 文件" in answer.text


def test_a_hospitals_desk_sees_its_own_records_and_no_childs_address(office: Office) -> None:
    rows = pd.read_parquet(office.worklists / "task.parquet")
    desk = rows.loc[rows["recipient_registry"] == "hospital", "desk"].iloc[0]
    clerk, row = office.clerk(desk), rows[rows["desk"] == desk].iloc[0]
    text = clerk.get(f"/desk/{row['task_no']}")
    assert row["record_id"] in text
    assert "现住址" not in text


def test_the_print_out_holds_the_whole_list_and_is_traced(office: Office) -> None:
    clerk, rows = office.clerk(), office.items()
    text = clerk.get("/desk/print")
    assert [number for number in rows["task_no"] if number not in text] == []
    look = log_of(office).iloc[-1]
    assert (look["look"], look["item_count"]) == ("exported", len(rows))
