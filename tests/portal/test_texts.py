"""Every text of the portal is Chinese first and has its English; none blames anybody (rights.md R6)."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from portal import language
from portal.language import CATALOGUES, LOCALES, say_in
from portal.parts import parts
from tests.test_docs import ROOT
from vocabulary.roles import TITLES
from vocabulary.wording import FORBIDDEN

PORTAL = ROOT / "portal"
TEMPLATES = sorted((PORTAL / "templates").rglob("*.html"))
CODE = sorted(PORTAL.rglob("*.py"))
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
CHINESE = re.compile(r"[㐀-䶿一-鿿豈-﫿，。：；？！（）「」《》]")
SAID_AS_IT_IS = {"hedui 核对", "核对", LOCALES["zh"], "文件过大。 The file is too large."}
"""The project's own name, a language's own name, and what is said before anybody's language is known."""
SOURCES_OF_TEXTS = ("vocabulary", "reconciliation", "submission")
"""What pages show by a code has its Chinese there."""


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


def extracted() -> dict[str, set[str]]:
    """Text -> where it is said: in templates as Babel finds it; in Python whatever literal is handed to `say` (Babel would join a call's parts)."""
    found: dict[str, set[str]] = defaultdict(set)
    options = {"encoding": "utf-8", "newstyle_gettext": "true", "trimmed": "false", "silent": "false"}
    for path in TEMPLATES:
        for line, message, *_ in extract_from_file("jinja2.ext.babel_extract", str(path), keywords=KEYWORDS, options=options):
            for text in message if isinstance(message, tuple) else (message,):
                found[text].add(f"{place(path)}:{line}")
    for path in CODE:
        for line, text in said_in(path):
            found[text].add(f"{place(path)}:{line}")
    return found


def said_in(path: Path) -> Iterator[tuple[int, str]]:
    """What Python code hands to a function `say`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "say":
            yield from (
                (told.lineno, told.value) for told in node.args[:1] if isinstance(told, ast.Constant) and isinstance(told.value, str)
            )


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Every string in Python code that is no docstring, and no part of an f-string's frame."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    spared = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spared:
            yield node.lineno, node.value


def strings_in(told: Any) -> Iterator[str]:
    """Every string in what a TOML file holds."""
    if isinstance(told, dict):
        yield from (text for key, value in told.items() for text in (key, *strings_in(value)))
    elif isinstance(told, list):
        yield from (text for value in told for text in strings_in(value))
    elif isinstance(told, str):
        yield told


def catalogues() -> dict[str, dict[str, str]]:
    """Catalogue -> text -> its English."""
    found = {}
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as lines:
            found[path.name] = {
                str(message.id): str(message.string) for message in read_po(lines, locale="en", abort_invalid=True) if message.id
            }
    return found


def needed() -> dict[str, set[str]]:
    """Every text that a page may show in the reader's language -> where it comes from."""
    found = extracted()
    for part in parts().values():
        found[part.title].add("portal/pages.toml")
    for title in TITLES.values():
        found[title].add("vocabulary/roles.py")
    for path in CODE:
        for line, text in literals(path):
            if re.search(r"[一-鿿]", text) and text not in SAID_AS_IT_IS:
                found[text].add(f"{place(path)}:{line}")
    return {text: places for text, places in found.items() if CHINESE.search(text)}


def test_the_search_finds_texts_in_templates_in_code_and_in_the_menu():
    found = needed()
    assert {"登录", "密码已更改，请用新密码登录。", "查阅记录", "数据管理员", "开通账户"} <= set(found)


def test_every_text_has_its_english():
    told = {text: english for catalogue in catalogues().values() for text, english in catalogue.items()}
    assert {text: sorted(places)[:2] for text, places in needed().items() if not told.get(text, "").strip()} == {}


def test_every_text_is_chinese():
    """A key that is English would be shown to everybody as it is."""
    shown = {text: places for text, places in extracted().items() if not CHINESE.search(text) and re.search(r"[A-Za-z]{3}", text)}
    assert shown == {}


@pytest.mark.parametrize("path", TEMPLATES, ids=place)
def test_no_template_shows_a_text_that_cannot_be_translated(path):
    text = path.read_text(encoding="utf-8")
    without = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    without = re.sub(r"_\(\s*('[^']*'|\"[^\"]*\")", "_(", without)
    without = re.sub(r"\{%-?\s*trans.*?endtrans\s*-?%\}", "", without, flags=re.DOTALL)
    assert [line.strip() for line in without.splitlines() if re.search(r"[一-鿿]", line)] == []


def test_no_english_is_left_of_a_text_that_is_said_no_more():
    used = set(needed()) | set(extracted())
    for folder in SOURCES_OF_TEXTS:
        for path in (ROOT / folder).rglob("*.toml"):
            used |= set(strings_in(tomllib.loads(path.read_text(encoding="utf-8"))))
        for path in (ROOT / folder).rglob("*.py"):
            used |= {text for _, text in literals(path)}
    left = {name: sorted(set(catalogue) - used) for name, catalogue in catalogues().items()}
    assert {name: texts for name, texts in left.items() if texts} == {}


def test_no_text_has_two_englishes():
    told: dict[str, dict[str, str]] = defaultdict(dict)
    for name, catalogue in catalogues().items():
        for text, english in catalogue.items():
            told[text][name] = english
    assert {text: places for text, places in told.items() if len(set(places.values())) > 1} == {}


def test_the_english_keeps_every_placeholder():
    def places(text: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)[sd]|\{(\w+)\}", text))

    wrong = {
        text: english
        for catalogue in catalogues().values()
        for text, english in catalogue.items()
        if english and places(text) != places(english)
    }
    assert wrong == {}


def test_no_english_holds_chinese_but_what_is_to_be_typed_as_it_stands():
    def quoted(text: str) -> set[str]:
        return {"中文", *re.findall(r"“([^”]+)”", text)}

    wrong = {}
    for catalogue in catalogues().values():
        for text, english in catalogue.items():
            without = english
            for typed in quoted(text):
                without = without.replace(typed, "")
            if re.search(r"[一-鿿]", without):
                wrong[text] = english
    assert wrong == {}


def test_the_pages_say_the_english_of_the_catalogues():
    assert say_in("en")("登录") == "Log in"
    assert say_in("zh")("登录") == "登录"
    assert len(list(language.english())) > 100


TEXTS = [
    *TEMPLATES,
    *sorted(CATALOGUES.glob("*.po")),
    PORTAL / "pages.toml",
    *(path for path in (PORTAL / "static").glob("*.js") if "htmx" not in path.name),
]


@pytest.mark.parametrize("path", [*TEXTS, *CODE], ids=place)
def test_no_text_of_the_portal_blames_anybody(path):
    text = "\n".join(text for _, text in literals(path)) if path.suffix == ".py" else path.read_text(encoding="utf-8")
    assert [word for word in FORBIDDEN if word.lower() in text.lower()] == []
