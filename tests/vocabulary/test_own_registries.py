"""Registries of an installation's own: what a file may say, and how it is told what it may not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from vocabulary.contracts import RECORD_COLUMNS, Role
from vocabulary.registries import BUILT_IN, OWN, REGISTRIES
from vocabulary.registries.own import contract_in, read_own

EXAMPLE = ROOT / "examples" / "immunisation" / "immunisation.py"
TEXT = EXAMPLE.read_text(encoding="utf-8")


def told(folder: Path, text: str, name: str = "immunisation.py") -> list[str]:
    """The codes of what is wrong with a folder of this one file."""
    (folder / name).write_text(text, encoding="utf-8")
    taken, faults = read_own(folder, BUILT_IN)
    for fault in faults:
        assert fault.text("zh")
        assert fault.text("en")
    assert bool(faults) != bool(taken)
    return [fault.code for fault in faults]


def test_without_a_folder_there_are_the_three():
    assert OWN == {}
    assert list(REGISTRIES) == ["family_planning", "hospital", "hukou"]
    assert read_own(None, BUILT_IN) == ({}, [])


def test_the_example_is_taken(tmp_path):
    assert told(tmp_path, TEXT) == []


def test_the_example_brings_no_vaccines_and_says_of_nobody_that_he_is_missing():
    contract = contract_in(EXAMPLE)
    assert contract is not None
    assert (contract.role, contract.absence) == (Role.HEALTH, None)
    assert {field for name in contract.column_names for field in contract.fields_of(name)} <= set(RECORD_COLUMNS)
    words = " ".join((*contract.column_names, *contract.headers))
    assert not [word for word in ("疫苗", "剂次", "接种日期", "禁忌", "乙肝", "vaccine", "dose", "phone", "电话") if word in words]


WRONG = [
    ('name="immunisation"', 'name="vaccines"', "registries.name"),
    ('table="immunisation_child"', 'table="hukou_registration"', "registries.twice"),
    ('title_zh="预防接种建档"', 'title_zh="户籍登记"', "registries.twice"),
    ('text("certificate_no", missing_ok=True),', 'text("certificate_no", missing_ok=True), text("vaccine_code"),', "registries.column"),
    ('text("certificate_no", missing_ok=True),', 'text("certificate_no", missing_ok=True), text("parity"),', "registries.column"),
    ('text("certificate_no", missing_ok=True),', 'text("certificate_no", missing_ok=True), text("mother_phone_no"),', "registries.column"),
    ('"儿童姓名": "child_name"', '"孩次": "child_name"', "registries.header"),
    ('moment("updated_at"),', "", "registries.file"),
    ("REGISTRY = ", "CONTRACT = ", "registries.file"),
    ("from vocabulary", "from nowhere", "registries.file"),
]


@pytest.mark.parametrize(("before", "after", "code"), WRONG)
def test_what_a_file_may_not_say(tmp_path, before, after, code):
    assert before in TEXT
    assert set(told(tmp_path, TEXT.replace(before, after))) == {code}


def test_a_column_that_every_record_needs(tmp_path):
    without = TEXT.replace('        day("born_on"),\n', "").replace('        "出生日期": "born_on",\n', "")
    assert told(tmp_path, without) == ["registries.missing"]


def test_a_folder_that_is_none_refuses_every_command_in_words():
    code = "from vocabulary.settings import Settings; Settings.from_environment()"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"HEDUI_REGISTRIES": "/nowhere", "HEDUI_LOCALE": "zh"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "[registries.folder] HEDUI_REGISTRIES" in ran.stderr


def test_every_contract_that_hedui_brings_keeps_the_same_rules(tmp_path):
    for name, contract in BUILT_IN.items():
        others = {other: told for other, told in BUILT_IN.items() if other != name}
        path = Path(sys.modules[f"vocabulary.registries.{name}"].__file__ or "")
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
        taken, faults = read_own(tmp_path, others)
        assert (list(taken), faults) == ([name], []), contract.name
        (tmp_path / path.name).unlink()
