"""Every page as each role sees it, by axe-core: no violation of WCAG 2.1 AA, both languages, light and dark, 320 pixels wide and on a desk."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from portal.parts import parts
from tests.portal.served import COUNTY, DESK, Served, logged_in
from vocabulary.roles import Role

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
BIRTHS = 600
AXE = Axe()
LEVELS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}
OPTIONS = {
    Role.DESK: ("--desk", DESK),
    Role.STEWARD: ("--area", COUNTY),
    Role.SENIOR_OFFICER: ("--area", COUNTY),
}
LOOKS = [("zh", "light", 1280), ("en", "dark", 1280), ("zh", "dark", 320), ("en", "light", 320)]


def visited(page: Any, url: str, role: Role) -> list[str]:
    """The menu's pages, and every page of ours that these link to, one of each kind; what is downloaded is no page."""
    found: dict[str, str] = {part.path: part.path for part in parts().values() if role in part.roles}
    for start in list(found):
        page.goto(url + start)
        for href in page.eval_on_selector_all("main a[href^='/']", "links => links.map(link => link.getAttribute('href'))"):
            path = href.partition("?")[0]
            found.setdefault("/".join("*" if any(letter.isdigit() for letter in part) else part for part in path.split("/")), href)
    return [path for path in found.values() if "attachment" not in page.request.get(url + path).headers.get("content-disposition", "")]


@pytest.mark.parametrize("role", list(Role))
def test_no_page_of_a_role_breaks_a_rule_of_accessibility(served: Served, chromium: Any, role: Role) -> None:
    page = logged_in(served, chromium, f"axe.{role.value}", role.value, *OPTIONS.get(role, ()))
    paths, wrong = visited(page, served.url, role), []
    assert len(paths) >= 2
    for locale, scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{served.url}/language/{locale}")
        for path in paths:
            page.goto(served.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, locale, width)
            told = AXE.run(page, options=LEVELS).response["violations"]
            wrong += [(path, locale, scheme, width, one["id"], one["nodes"][0]["html"][:200]) for one in told]
    assert wrong == []


def test_the_pages_before_the_login_break_none_either(served: Served, chromium: Any) -> None:
    page = chromium.new_context(viewport={"width": 320, "height": 700}).new_page()
    wrong = []
    for path in ("/login", "/nowhere"):
        for locale in ("zh", "en"):
            page.goto(f"{served.url}/language/{locale}")
            page.goto(served.url + path)
            wrong += [
                (path, locale, one["id"], one["nodes"][0]["html"][:200]) for one in AXE.run(page, options=LEVELS).response["violations"]
            ]
    assert wrong == []
