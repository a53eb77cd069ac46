"""The commands of the documents are given, page by page, on one county; then the site is built on it, followed link by link, and searched without a network."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import psycopg
import pytest

from tests.docs.blocks import FENCE, ROOT, blocks
from tests.postgres import BINARIES, postgres_server

pytestmark = pytest.mark.long

BIRTHS = 200
"""`make demo` has 5,493; that is the only difference between what is read and what is run."""
INSTEAD = {"make demo": f".venv/bin/hedui demo --births {BIRTHS} --quiet"}
TOUR = "docs/tour.md"
ELSEWHERE = {"docs/postgresql.md"}
"""Pages that have a test of their own below."""
SITES = ("mkdocs.yml", "mkdocs.zh.yml")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def clean_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HEDUI_", "AIRFLOW", "PYTEST_"))}
    return kept | {"HEDUI_LOCALE": "en", "NO_MKDOCS_2_WARNING": "1"}


def run_page(page: str, folder: Path, before: str = "") -> str:
    """Give the commands of a page in order, in one shell; what they said. Fails with the block at which it stopped."""
    script = ["set -euo pipefail", before]
    for number, block in enumerate(block for block in blocks() if block.page == page and block.reason is None):
        text = block.text
        for written, instead in INSTEAD.items():
            text = re.sub(rf"^{re.escape(written)}$", instead, text, flags=re.MULTILINE)
            script += [f"echo {shlex.quote(f'== block {number}: {block.first[:50]}')}", text]
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)], cwd=folder, env=clean_environment(), capture_output=True, text=True, check=False, timeout=1150
    )
    assert done.returncode == 0, f"{page} ended with {done.returncode}\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}"
    return done.stdout


def settings_of_the_tour() -> str:
    """The lines by which the tour sets hedui to its county."""
    return "\n".join(
        line for block in blocks() if block.page == TOUR for line in block.text.splitlines() if line.startswith("export HEDUI_")
    )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A folder that looks like a checkout: the code is this one's, `var` its own."""
    folder = tmp_path_factory.mktemp("checkout")
    for path in ROOT.iterdir():
        if path.name not in ("var", "site", ".git", ".venv"):
            (folder / path.name).symlink_to(path)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.fixture(scope="module")
def toured(checkout) -> tuple[Path, str]:
    """The checkout after the tour, and what the tour said."""
    return checkout, run_page(TOUR, checkout)


@pytest.mark.weekly
def test_the_tour_says_what_its_page_says(toured):
    folder, said = toured
    assert "Children registered after follow-up: 1" in said
    assert "no registration found (f" in said
    assert "a person decides. Not matched does not mean that anybody did wrong." in said
    assert (folder / "var" / "returns" / "2026-10" / "v1" / "manifest.json").is_file()
    assert {"tour.admin", "tour.desk"} <= set(said.split())


RUN = sorted({block.page for block in blocks() if block.reason is None and not block.page.endswith(".zh.md")} - {TOUR} - ELSEWHERE)


@pytest.mark.weekly
@pytest.mark.parametrize("page", RUN)
def test_the_commands_of_a_page_run_after_the_tour(page, toured):
    run_page(page, toured[0], settings_of_the_tour())


@pytest.mark.skipif(not BINARIES, reason="no PostgreSQL on this machine")
def test_the_page_on_postgresql_makes_a_state_that_a_night_may_work_in(tmp_path, checkout, monkeypatch):
    monkeypatch.delenv("TEST_PG_URL", raising=False)  # roles belong to a server: it must be one of its own
    with postgres_server() as server:
        folder = server.query["host"]

        def statements(text: str, user: str, database: str) -> None:
            with psycopg.connect(host=folder, user=user, dbname=database, autocommit=True) as connection:
                for statement in filter(str.strip, text.split(";")):
                    connection.execute(statement)

        who = [("hedui", "postgres"), ("hedui_owner", "hedui_state")]
        address = f"postgresql://hedui_owner@/hedui_state?host={folder}"
        for _, language, text in FENCE.findall((ROOT / "docs" / "postgresql.md").read_text(encoding="utf-8")):
            if language == "sql":
                statements(text, *who.pop(0))
            elif language == "bash":
                local = re.sub(r"postgresql://hedui_owner@db\.example\.cn[^']*", address, text)
                assert address in local
                environment = clean_environment() | {"HEDUI_HOME": str(tmp_path)}
                done = subprocess.run(["bash", "-euc", local], cwd=checkout, env=environment, capture_output=True, text=True, check=False)
                assert done.returncode == 0, done.stderr
        statements("SET ROLE hedui_night; SELECT count(*) FROM run", "hedui_nights", "hedui_state")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            statements("SELECT count(*) FROM run", "hedui_nights", "hedui_state")


@pytest.fixture(scope="module")
def site(toured, tmp_path_factory) -> Path:
    """Both languages, in strict mode, with the tour's county for the examples."""
    folder = tmp_path_factory.mktemp("built") / "site"
    environment = clean_environment() | {"DOCS_HOME": str(toured[0] / "var")}
    for config, where in zip(SITES, (folder, folder / "zh"), strict=True):
        command = [sys.executable, "-m", "mkdocs", "build", "-q", "--strict", "-f", config, "-d", str(where)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, done.stderr[-3000:]
    return folder


LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src", "object": "data", "embed": "src"}
"""Element -> the attribute by which it loads something."""


class Page(HTMLParser):
    """What a page links to, loads, and is addressed by."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.parts: set[str] = {"", "__"}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.parts |= {told[name] for name in ("id", "name") if name in told}
        if tag in LOADED and (address := told.get(LOADED[tag])):
            self.loads.append(address)
        elif tag == "link" and told.get("rel") in ("stylesheet", "icon", "preload", "preconnect", "modulepreload"):
            self.loads.append(told["href"])
        elif tag == "a" and "href" in told:
            self.links.append(told["href"])


@pytest.fixture(scope="module")
def pages(site) -> dict[Path, Page]:
    return {path: Page(path) for path in site.rglob("*.html") if path.name != "404.html"}


def within(site: Path, pages: dict[Path, Page], here: Path, address: str) -> bool:
    """Whether an address of this site leads somewhere."""
    path, _, part = unquote(address).partition("#")
    target = (here.parent / path).resolve() if path else here
    if target not in pages:
        return target.is_file() and not part
    return part in pages[target].parts


def test_every_link_of_the_site_leads_somewhere(site, pages):
    broken = [
        f"{here.relative_to(site)}: {address}"
        for here, page in pages.items()
        for address in [*page.links, *page.loads]
        if not re.match(r"(?:https?|mailto|data):", address) and not within(site, pages, here, address)
    ]
    assert len(pages) > 150
    assert broken == []


def test_nothing_is_loaded_from_another_host(site, pages):
    outside = [f"{here}: {address}" for here, page in pages.items() for address in page.loads if re.match(r"(?:https?:)?//", address)]
    outside += [
        str(path)
        for path in site.rglob("*.css")
        if re.search(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//", path.read_text(encoding="utf-8"))
    ]
    outside += [
        str(path)
        for path in site.rglob("*.js")
        if path.parent.name != "search" and re.search(r"unpkg|jsdelivr|cdnjs|googleapis|gstatic", path.read_text(encoding="utf-8"))
    ]
    assert outside == []


def test_each_page_stands_in_both_languages_and_leads_to_its_other(site, pages):
    english = {
        path.relative_to(site)
        for path in pages
        if not path.is_relative_to(site / "zh") and "source" not in path.parts[len(site.parts) : -1]
    }
    chinese = {path.relative_to(site / "zh") for path in pages if path.is_relative_to(site / "zh")}
    assert english == chinese
    for name in ("index.html", "how-to/month.html", "reference/findings.html"):
        up = "../" * name.count("/")
        assert f"{up}zh/{name}" in pages[site / name].links
        assert f"{up}../{name}" in pages[site / "zh" / name].links


def test_the_reference_is_in_the_readers_language_with_an_example(site):
    for folder, words in ((site, "days since birth"), (site / "zh", "出生至今")):
        text = (folder / "reference" / "findings.html").read_text(encoding="utf-8")
        assert words in text
        assert "sayable_absence" in text
        assert "<!-- generated" not in text


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.parametrize(
    ("page", "asked", "found"),
    [
        ("index.html", "blocked column", "Contracts"),
        ("tour.html", "settings.area", "Errors"),
        ("zh/index.html", "户籍登记", "数据约定"),
        ("zh/how-to/month.html", "阻断", "月报审核关口"),
    ],
)
def test_the_search_answers_from_a_folder_without_a_network(site, browser, page, asked, found):
    opened, outside = browser.new_page(), []
    opened.on(
        "request",
        lambda request: outside.append(request.url) if not request.url.startswith(("file:", "data:", "about:", "blob:")) else None,
    )
    opened.goto((site / page).as_uri())
    box = opened.locator("[data-md-component=search-query]")
    box.click()
    box.press_sequentially(asked)
    opened.keyboard.press("End")  # an input method ends with a key as well
    opened.wait_for_selector(".md-search-result__item", timeout=30_000)
    titles = [each.inner_text().replace("\u200b", "") for each in opened.locator(".md-search-result__item h1").all()]
    opened.close()
    assert found in titles
    assert outside == []
