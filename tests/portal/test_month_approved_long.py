"""A month is read, its warning signed away, and let out in a real browser; the command and the sealed folder agree: `make test-long`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.portal.served import COUNTY, DESK, MONTH, Served, logged_in

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
BIRTHS = 1500
DRAFT = f"/month/{MONTH}-v1"


def test_a_month_is_approved(served: Served, chromium: Any) -> None:
    page = logged_in(served, chromium, "sun.yan", "statistician", "--area", COUNTY)
    page.goto(served.url + DRAFT)
    folder = served.home / "returns" / MONTH
    objections = json.loads((folder / "draft-v1" / "objections.json").read_text(encoding="utf-8"))
    warnings = [one for one in objections if one["severity"] == "warning"]
    assert page.locator("input[name=seen]").count() == len(warnings)
    for place in range(len(warnings)):
        page.locator("input[name=seen]").nth(place).focus()
        page.keyboard.press("Space")
    page.fill("#reason", "已向填报单位核实，日期确系只知月份")
    page.focus("button[value=approved]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    manifest = json.loads((folder / "v1" / "manifest.json").read_text(encoding="utf-8"))
    assert {name: manifest["approval"][name] for name in ("answer", "by", "through")} == {
        "answer": "approved",
        "by": "sun.yan",
        "through": "portal",
    }
    assert len(manifest["signed_away"]) == len(warnings)
    status = served.table(f"SELECT status FROM monthly_return WHERE return_id = '{MONTH}-v1'")["status"].iloc[0]
    assert status == "sealed"
    page.goto(served.url + DRAFT)
    assert page.locator("button[value=approved]").count() == 0


def test_who_sees_named_rows_sees_no_draft(served: Served, chromium: Any) -> None:
    page = logged_in(served, chromium, "zhang.min", "desk", "--desk", DESK)
    for path in ("/month", DRAFT, f"{DRAFT}/return.xlsx"):
        answer = page.goto(served.url + path)
        assert answer.status == 404, path
