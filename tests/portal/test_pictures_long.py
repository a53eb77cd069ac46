"""The pictures of the two READMEs, taken from the portal of the sample county: `PORTAL_PICTURES=docs/pictures make test-long` keeps them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.portal.served import COUNTY, DESK, MONTH, Served, logged_in

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
