"""The reference says what the code has: no text without Chinese, no setting that is not listed, no objection without its gate."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT

sys.path.insert(0, str(ROOT / "docs"))  # as MkDocs does for the hooks

from generate import CHAPTERS, commands, disclosure, errors, findings, gates, repository, settings, words

from submission.gates.objection import wordings
from vocabulary.errors import FAULT_FOLDER
from vocabulary.registries import REGISTRIES
from vocabulary.settings import source_variable

PACKAGES = (
    "vocabulary",
    "sql",
    "connectors",
    "expectations",
    "matching",
    "reconciliation",
    "submission",
    "portal",
    "dags",
    "hedui",
    "watching",
)
PARTS = {"commands": commands, "gates": gates, "disclosure": disclosure, "findings": findings}
EXAMPLES = ("findings",)
"""Chapters that need the sample county's night: test_docs_long.py."""


@pytest.mark.parametrize("part", PARTS)
def test_every_text_of_the_reference_has_its_chinese_and_no_line_is_left_over(part):
    english, told = PARTS[part].texts(), set(words.chinese()[part])
    assert english - told == set()
    assert told - english == set()


def variables_in_code() -> set[str]:
    found = set()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            found |= set(re.findall(r"[\"'](HEDUI_[A-Z_]+|AIRFLOW__HEDUI__[A-Z_]+)[\"']", path.read_text(encoding="utf-8")))
    asked = re.findall(r'conf\.get\("hedui", "(\w+)"', (ROOT / "dags" / "when.py").read_text(encoding="utf-8"))
    return found | {source_variable(name) for name in REGISTRIES} | {f"AIRFLOW__HEDUI__{name.upper()}" for name in asked}


def test_every_variable_that_the_code_reads_is_in_the_reference_and_no_other():
    assert set(settings.all_settings()) == variables_in_code()


@pytest.mark.parametrize("name", settings.all_settings())
def test_a_setting_is_told_in_both_languages(name):
    told = settings.all_settings()[name]
    assert set(told) == {"part", "en", "zh", "without_en", "without_zh"}
    assert told["part"] in settings.PARTS


def test_every_objection_has_its_gate_and_severity():
    assert set(gates.raised()) == set(wordings())
    assert {severity for _, severity in gates.raised().values()} == set(gates.SEVERITIES)
    assert gates.raised()["keys_repeated_block"] == ("G3", "BLOCK")
    assert gates.raised()["keys_repeated"] == ("G3", "WARNING")
    assert gates.raised()["copied"] == ("copies", "WARNING")


def test_every_stage_of_the_faults_has_its_title():
    assert {path.stem for path in FAULT_FOLDER.glob("*.toml")} == set(errors.STAGES)


@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize("name", [name for name in CHAPTERS if name not in EXAMPLES])
def test_a_chapter_is_written(name, locale, tmp_path):
    text = CHAPTERS[name](locale, tmp_path)
    assert "| --- |" in text
    headers = re.findall(r"^(\| .+)\n\| --- \|", text, flags=re.MULTILINE)
    assert {bool(re.search(r"[\u4e00-\u9fff]", header)) for header in headers} == {locale == "zh"}


def test_a_command_is_told_with_every_option():
    text = commands.chapter("en", Path())
    assert "## `hedui user add`" in text
    assert "hedui demo [--births N]" in text
    assert "--severity normal\\|hard\\|clerks" in text


def test_pages_mark_every_chapter_once_in_each_language():
    for ending in (".md", ".zh.md"):
        pages = [path for path in (ROOT / "docs" / "reference").glob("*.md") if path.name.endswith(".zh.md") == (ending == ".zh.md")]
        marked = [
            name
            for path in pages
            for name in re.findall(r"^<!-- generated: (\w+) -->$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        ]
        assert sorted(marked) == sorted(CHAPTERS)


def test_a_file_that_a_page_names_gets_a_page_and_what_is_generated_does_not():
    assert {"sql/source_views", "portal/pages.toml"} <= repository.named_files()
    assert not [path for path in repository.named_files() if path.startswith("docs/") and path.endswith(".md")]
