"""The documents say what is so: codes, links, commands, variables, dependencies and tests that they name exist."""

import os
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

from vocabulary import errors
from vocabulary.registries import REGISTRIES
from vocabulary.settings import source_variable

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")
PICTURES_AND_TABLES = {".png", ".jpg", ".svg", ".xlsx", ".parquet", ".db", ".gz"}
LEFT_BY_TOOLS = {".git", ".venv", "var", "build", "dist", "__pycache__", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"}


@cache
def repository_files() -> list[Path]:
    """What a clone would hold, with new files that are not ignored; every file where this is no checkout."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if asked.returncode == 0:
        return sorted(path for name in asked.stdout.decode().split("\0") if name and (path := ROOT / name).is_file())
    found = []
    for folder, inner, names in os.walk(ROOT):
        inner[:] = [name for name in inner if name not in LEFT_BY_TOOLS and not name.endswith(".egg-info")]
        found += [Path(folder) / name for name in names]
    return sorted(found)


def documents() -> list[Path]:
    return [path for path in repository_files() if path.suffix == ".md"]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def without_code(text: str) -> str:
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


def code_blocks(text: str) -> list[str]:
    return re.findall(r"```\w*\n(.*?)```", text, flags=re.DOTALL)


def heading_levels(text: str) -> list[int]:
    return [len(marks) for marks in re.findall(r"^(#+) ", without_code(text), flags=re.MULTILINE)]


def headings(text: str) -> list[str]:
    return re.findall(r"^#+ (.+)$", without_code(text), flags=re.MULTILINE)


def rows_of(text: str) -> list[list[str]]:
    """The cells of every table row but headers and rules."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line, below in zip(lines, [*lines[1:], ""], strict=True)
        if not set(line) <= set("|-: ") and not (below and set(below) <= set("|-: "))
    ]


def anchor(heading: str) -> str:
    """As the usual renderers make it: lower case, without punctuation, spaces as hyphens."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_runbook_has_a_section_for_every_fault_code_and_for_no_other():
    sections = re.findall(r"^### `([\w.]+)`$", text_of("docs/runbook.md"), flags=re.MULTILINE)
    assert len(sections) == len(set(sections))
    assert set(errors.wordings()) - set(sections) == set()
    assert set(sections) - set(errors.wordings()) == set()


def test_no_two_stages_word_the_same_fault():
    codes = [code for path in sorted(errors.FAULT_FOLDER.glob("*.toml")) for code in tomllib.loads(path.read_text(encoding="utf-8"))]
    assert len(codes) == len(set(codes))


def test_both_readmes_are_in_step():
    english, chinese = (text_of(name) for name in READMES)
    assert heading_levels(english) == heading_levels(chinese)
    assert code_blocks(english) == code_blocks(chinese)
    codes = [[re.findall(r"`[^`]+`", row[0]) for row in rows_of(text)] for text in (english, chinese)]
    assert codes[0] == codes[1]


def links() -> list[tuple[Path, str]]:
    return [
        (document, target)
        for document in documents()
        for target in re.findall(r"\]\(([^)\s]+)\)", without_code(document.read_text(encoding="utf-8")))
    ]


def test_every_relative_link_resolves():
    broken = []
    for document, target in links():
        if re.match(r"[a-z]+:", target):
            continue
        path, _, part = target.partition("#")
        found = (document.parent / path).resolve() if path else document
        if not found.exists():
            broken.append(f"{document.relative_to(ROOT)}: {target}")
        elif part and part not in {anchor(heading) for heading in headings(found.read_text(encoding="utf-8"))}:
            broken.append(f"{document.relative_to(ROOT)}: no heading {target}")
    assert broken == []


# Written in pieces, so that this file does not hold them itself.
MACHINE_PATH = re.compile(r"(?<![\w.$}-])/(?:" + "|".join(("wo" + "rk", "ro" + "ot", "ho" + "me/\\w+", "Us" + "ers/\\w+")) + r")/")
INDEX_ADDRESS = re.compile("|".join(("py" + r"pi\.org", "python" + r"hosted\.org", r"//[\w./-]*/" + r"simple\b", "index" + "-url")))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MACHINE_PATH, "see /" + "work/main"),
        (MACHINE_PATH, '"/' + 'root/.cache"'),
        (MACHINE_PATH, "/ho" + "me/li/x"),
        (INDEX_ADDRESS, "https://py" + "pi.org/project/x"),
        (INDEX_ADDRESS, "--index" + "-url=http://mirror"),
        (INDEX_ADDRESS, "http://mirror.example.cn/sim" + "ple"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern, text):
    assert pattern.search(text)


@pytest.mark.parametrize("text", ["tests/work/flow", "$HEDUI_HOME/work/x", "a simple thing", "sqlite:////srv/hedui/hedui.db"])
def test_the_patterns_leave_other_texts_alone(text):
    assert not MACHINE_PATH.search(text)
    assert not INDEX_ADDRESS.search(text)


def test_no_file_holds_a_path_of_a_machine_or_the_address_of_an_index():
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in repository_files()
        if path.suffix not in PICTURES_AND_TABLES
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="ignore").splitlines(), start=1)
        if MACHINE_PATH.search(line) or INDEX_ADDRESS.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_lists_the_variables_that_hedui_reads(readme):
    read = set(
        re.findall(
            r'"(HEDUI_[A-Z_]+)"',
            text_of("vocabulary/settings.py") + text_of("vocabulary/errors.py") + text_of("vocabulary/registries/own.py"),
        )
    )
    listed = {row[0].strip("`") for row in rows_of(text_of(readme)) if row[0].startswith("`HEDUI_")}
    assert listed == read | {source_variable(name) for name in REGISTRIES}


def named_commands() -> set[tuple[str, str]]:
    """(document, command) of every `hedui command` that stands in code."""
    return {
        (str(document.relative_to(ROOT)), command)
        for document in documents()
        for code in re.findall(r"```\w*\n.*?```|`[^`\n]+`", document.read_text(encoding="utf-8"), flags=re.DOTALL)
        for command in re.findall(r"(?:^|[\s`/])hedui ([a-z][a-z-]+)", code)
    }


NOT_BUILT: set[tuple[str, str]] = set()


def test_documents_name_commands_that_exist():
    from hedui.main import app

    built = {command.name or command.callback.__name__ for command in app.registered_commands} | {
        group.name for group in app.registered_groups
    }
    assert {(document, command) for document, command in named_commands() if command not in built} == NOT_BUILT
    assert {command for document, command in named_commands() if document in READMES} == built


def required(name: str) -> set[str]:
    lines = [line.partition("#")[0].strip() for line in text_of(name).splitlines()]
    return {re.split(r"[\[=<>~! ]", line)[0] for line in lines if line and not line.startswith("-")}


def test_every_dependency_has_its_row_and_the_version_of_the_lock():
    rows = {row[0]: row[1] for row in rows_of(text_of("docs/dependencies.md")) if not row[0].startswith("`")}
    assert set(rows) == required("requirements.in") | required("requirements-dev.in")
    locks = text_of("requirements.lock") + text_of("requirements-dev.lock")
    locked = set(re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([^\s;]+)", locks, flags=re.MULTILINE))
    assert set(rows.items()) - locked == set()


def test_every_data_file_has_its_row():
    told = {row[0].strip("`") for row in rows_of(text_of("docs/dependencies.md")) if row[0].startswith("`")}
    assert told == {str(path.relative_to(ROOT)) for path in repository_files() if path.suffix in (".npz", ".npy")}


@pytest.mark.parametrize("column", [0, 1])
def test_the_glossary_has_each_term_once(column):
    terms = [row[column].lower() for row in rows_of(text_of("docs/glossary.md"))]
    assert {term for term in terms if terms.count(term) > 1} == set()


def limits() -> dict[str, str]:
    """R1 … R12 -> its section in docs/rights.md."""
    parts = re.split(r"^### (R\d+) · .+$", text_of("docs/rights.md").split("## Why, in law")[0], flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_all_twelve_limits_stand_there():
    assert list(limits()) == [f"R{number}" for number in range(1, 13)]


@pytest.mark.parametrize("limit", ["R1", "R2", "R3", "R4", "R6", "R11"])
def test_a_limit_of_the_night_names_a_test_that_guards_it(limit):
    assert re.search(r"`tests/[\w/]+\.py::test_\w+`", limits()[limit])


def test_each_guarding_test_exists():
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", text_of("docs/rights.md"))
    missing = [f"{path}::{name}" for path, name in named if not (ROOT / path).is_file() or f"def {name}(" not in text_of(path)]
    assert missing == []


def test_each_place_that_keeps_a_limit_exists():
    kept = [line for line in text_of("docs/rights.md").splitlines() if line.startswith("- Kept by")]
    named = [place for line in kept for place in re.findall(r"`([\w./-]+/[\w./-]*)`", line)]
    assert len(named) > 10
    assert [place for place in named if not (ROOT / place).exists()] == []


def test_decisions_are_numbered_without_a_gap_and_all_listed():
    pages = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("0*.md"))
    assert [name[:4] for name in pages] == [f"{number:04d}" for number in range(1, len(pages) + 1)]
    assert re.findall(r"\((0\d{3}-[\w-]+\.md)\)", text_of("docs/decisions/README.md")) == pages


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_shows_every_folder_of_the_house(readme):
    packages = tomllib.loads(text_of("pyproject.toml"))["tool"]["importlinter"]["root_packages"]
    section = next(part for part in text_of(readme).split("\n## ") if "| `vocabulary/` |" in part)
    shown = {folder for row in rows_of(section) for folder in re.findall(r"`(\w+)/`", row[0])}
    assert shown == {*packages, "tests", "bench", "docs"}


def test_the_changelog_has_an_unreleased_section():
    assert "## [Unreleased]" in text_of("CHANGELOG.md")
