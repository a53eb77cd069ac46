"""A desk clerk's morning in a real browser, against a real server on PostgreSQL: `make test-long`.

The pictures of the two READMEs are taken here; `PORTAL_PICTURES=docs/pictures` keeps them.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.portal.served import AS_OF, COUNTY, DESK, MONTH, Served, logged_in

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
CLEAR_ENOUGH = 20_000
"""Bytes: an empty page makes a smaller picture."""


def test_every_part_has_its_picture(served: Served, chromium: Any, tmp_path: Path) -> None:
    folder = Path(os.environ.get("PORTAL_PICTURES") or tmp_path)
    clerk = logged_in(served, chromium, "zhang.min", "desk", "--desk", DESK)
    steward = logged_in(served, chromium, "chen.jie", "steward", "--area", COUNTY)
    office = logged_in(served, chromium, "sun.yan", "statistician", "--area", COUNTY)
    number = served.items(DESK).query("kind == 'not_registered'")["task_no"].iloc[0]
    steward.goto(f"{served.url}/review")
    steward.click("#start")
    steward.wait_for_selector("#pair")
    shots = [
        ("portal-desk", clerk, "/desk?sheet=register", 760),
        ("portal-item", clerk, f"/desk/{number}", 1000),
        ("portal-review", steward, None, 1100),
        ("portal-progress", office, "/progress", 900),
        ("portal-month", office, f"/month/{MONTH}-v1", 1000),
    ]
    for name, page, path, height in shots:
        page.set_viewport_size({"width": 1180, "height": height})
        if path:
            page.goto(served.url + path)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}.png")
        assert (folder / f"{name}.png").stat().st_size > CLEAR_ENOUGH, name


def answered(served: Served) -> list[tuple[str, str]]:
    rows = served.table("SELECT task_no, code FROM outcome ORDER BY outcome_id")
    return list(rows.itertuples(index=False, name=None))


def test_a_clerks_morning(served: Served, chromium: Any, tmp_path: Path) -> None:
    """Log in, answer ten items by keyboard, print, download the list, fill it in, hand it in."""
    page = logged_in(served, chromium, "zhang.min", "desk", "--desk", DESK)
    page.goto(f"{served.url}/desk?sheet=register")
    waiting = served.items(DESK).query("kind == 'not_registered'")
    assert page.locator("tbody tr").count() == min(25, len(waiting))
    page.locator("tbody a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#code-A1")
    done = []
    for number, code in enumerate(["A1", "A3", "B1", "B2", "B3", "A2", "C6", "D2", "A3", "B1"]):
        done.append((page.locator("h1 + p code").inner_text(), code))
        page.focus(f"#code-{code}")
        page.keyboard.press("Space")
        assert page.locator(f"#code-{code}").is_checked()
        if code in ("A1", "A3"):
            page.fill("#registered_on", AS_OF.isoformat())
            page.fill("#station", "清岭派出所")
        page.focus("form[action^='/desk/'] button.main")
        page.keyboard.press("Enter")
        page.wait_for_selector(f"text=已记录：{done[number][0]} {code}")
    assert answered(served) == done
    page.goto(f"{served.url}/desk/print")
    assert page.locator("section.sheet tbody tr").count() == len(served.items(DESK)) - len(done)
    page.goto(f"{served.url}/desk")
    with page.expect_download() as told:
        page.click("a[href='/desk/worklist.xlsx']")
    assert told.value.suggested_filename == f"{DESK}.xlsx"
    number = fill_in(Path(told.value.path()), tmp_path / "filled.xlsx", "B1 未登记·办理中")
    assert number not in dict(done)
    page.goto(f"{served.url}/desk/upload")
    page.set_input_files("#file", tmp_path / "filled.xlsx")
    page.focus("main form button.main")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=采用 1 行")
    assert answered(served) == [*done, (number, "B1")]
    kinds = served.table("SELECT look, count(*) AS many FROM access_log WHERE actor = 'zhang.min' GROUP BY look").set_index("look")["many"]
    assert kinds["viewed"] >= 11
    assert kinds["exported"] == 2


def fill_in(file: Path, target: Path, answer: str) -> str:
    """Answer the first row of the workbook; its task number."""
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    sheet = book["待协助登记"]
    head = next(row for row in sheet.iter_rows() if any(cell.value == "任务编号" for cell in row))
    at = {cell.value: cell.column for cell in head}
    sheet.cell(head[0].row + 1, at["核查结果"]).value = answer
    book.save(target)
    return str(sheet.cell(head[0].row + 1, at["任务编号"]).value)
