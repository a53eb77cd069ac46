"""What the documentation site does beside MkDocs: pages in the reader's language, generated reference, files of the repository that pages name.

MkDocs calls the `on_*` functions (mkdocs.yml, `hooks`). A page is `docs/<name>.md`, its Chinese `docs/<name>.zh.md`; a place where something is generated
is marked `<!-- generated: name -->`. Why not a plugin for each of these: docs/decisions/0036.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from generate import CHAPTERS, county
from generate.repository import ROOT, named_files, source_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

PAGES_OF_THE_HOUSE = {"readme.md": "README.md", "changelog.md": "CHANGELOG.md", "contributing.md": "CONTRIBUTING.md"}
"""Page of the site -> file of the repository; its Chinese, where there is one, is `<stem>.zh-CN.md`."""
MARKER = re.compile(r"^<!-- generated: ([a-z_]+) -->$", re.MULTILINE)
LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)\s#]+)(#[^)\s]*)?(?=\))")
FENCE = re.compile(r"(^ *```.*?^ *```$)", re.MULTILINE | re.DOTALL)
PARKED = re.compile(r'(href|src)="(source|en|zh)://([^"]*)"')
OUTSIDE_HOSTS = re.compile(r"https://(?:unpkg\.com|fonts\.g\w+\.com)/[\w@./-]*")


def reader(config: MkDocsConfig) -> str:
    """`en` or `zh`: whose site this is."""
    return str(config.extra["reader"])


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Name the parts of the navigation in the reader's language."""
    if reader(config) == "zh":
        config.nav = translated(config.nav, config.extra["sections_zh"])
    return config


def translated(nav: Any, names: dict[str, str]) -> Any:
    """The same navigation with its titles in another language. Raises KeyError for one without."""
    if isinstance(nav, list):
        return [translated(entry, names) for entry in nav]
    if isinstance(nav, dict):
        return {names[title]: translated(inner, names) for title, inner in nav.items()}
    return nav


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Each page in the reader's language under one name, the README and its like, and in the English site each file that a page names."""
    locale = reader(config)
    for file in [file for file in files if file.src_uri.endswith(".zh.md")]:
        files.remove(file)
        english = file.src_uri.removesuffix(".zh.md") + ".md"
        if locale == "zh":
            files.remove(files.src_uris[english])
            files.append(File.generated(config, english, abs_src_path=str(file.abs_src_path)))
    for page, name in PAGES_OF_THE_HOUSE.items():
        chinese = ROOT / f"{Path(name).stem}.zh-CN.md"
        path = chinese if locale == "zh" and chinese.is_file() else ROOT / name
        files.append(File.generated(config, page, content=path.read_text(encoding="utf-8")))
    if locale == "en":
        for named in named_files():
            content = source_page(named)
            files.append(File.generated(config, f"source/{named}.md", content=content, inclusion=InclusionLevel.NOT_IN_NAV))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put in what is generated, and park links that leave this language's pages until the page's address is known."""
    if page.file.src_uri.startswith("source/"):
        return markdown
    locale = reader(config)
    written = MARKER.sub(lambda found: CHAPTERS[found[1]](locale, county.home(config.config_file_path)), markdown)
    folder = "" if page.file.src_uri in PAGES_OF_THE_HOUSE else posixpath.dirname(posixpath.join("docs", page.file.src_uri))
    parts = FENCE.split(written)
    parts[::2] = [LINK.sub(lambda found: parked(found, folder, page.file.src_uri, locale), part) for part in parts[::2]]
    return "".join(parts)


def parked(found: re.Match[str], folder: str, here: str, locale: str) -> str:
    """A link as MkDocs may see it: within this language's pages as it is, others as `source://`, `en://` or `zh://`."""
    target, part = posixpath.normpath(posixpath.join(folder, found[1])), found[2] or ""
    house = {name: page for page, name in PAGES_OF_THE_HOUSE.items()} | {"README.zh-CN.md": "readme.zh.md"}
    if target in house:
        inside = house[target]
    elif target.startswith("docs/") and not target.endswith((".py", ".toml", ".css", ".js")) and target != "docs/generate":
        inside = target.removeprefix("docs/")
    else:
        return f"source://{target}"
    other = "zh" if inside.endswith(".zh.md") else ""
    inside = inside.replace(".zh.md", ".md")
    if other and other != locale:
        return f"zh://{inside}{part}"
    if locale == "zh" and not other and chinese_of(inside) and (chinese_of(here) or part):
        return f"en://{inside}{part}"  # a Chinese page that names the English one means it; so does a part that only that one has
    return posixpath.relpath(inside, posixpath.dirname(here) or ".") + part


def chinese_of(page: str) -> bool:
    """Whether a page has a Chinese text of its own."""
    return page.endswith(".md") and (ROOT / "docs" / page).with_suffix(".zh.md").is_file()


def on_page_context(context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Any) -> dict[str, Any]:
    """The switch of languages leads to the same page; a file of the repository is shown in the English site alone."""
    twin = "index.md" if page.file.src_uri.startswith("source/") else page.file.src_uri
    for other in config.extra["alternate"]:
        other["link"] = page.url if other["lang"] == reader(config) else f"{other['lang']}://{twin}"
    return context


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Let parked links lead on, from where this page lies."""
    depth = page.url.count("/") + (reader(config) == "zh")
    top = "../" * depth

    def led(found: re.Match[str]) -> str:
        kind, where = found[2], found[3]
        if kind == "source":
            return f'{found[1]}="{top}source/{where}.html"'
        path, hash_sign, part = where.partition("#")
        address = re.sub(r"(^|/)README\.html$", r"\1index.html", path.removesuffix(".md") + ".html")
        return f'{found[1]}="{top}{"zh/" if kind == "zh" else ""}{address}{hash_sign}{part}"'

    return PARKED.sub(led, output)


def on_post_build(config: MkDocsConfig) -> None:
    """Nothing may be fetched from another host, even by a path that this site never takes: the theme's scripts name two."""
    for path in Path(config.site_dir, "assets").rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        if OUTSIDE_HOSTS.search(text):
            path.write_text(OUTSIDE_HOSTS.sub("about:blank", text), encoding="utf-8")
