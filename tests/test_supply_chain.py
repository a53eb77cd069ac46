"""What is installed is what was tested: locks by hash, licences by a table, a bill of materials, and a hedui that says which it is."""

from __future__ import annotations

import json
import re
import subprocess
from email.message import Message

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from deploy.licences import licence_of, locked, objections, permits, table
from deploy.sbom import document, read_lock
from tests.conftest import ROOT
from vocabulary.version import UNKNOWN, baked, of_checkout

LOCKS = sorted([*ROOT.glob("requirements*.lock"), *(ROOT / "tests").glob("*.lock")])


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_package_of_a_lock_has_hashes_and_no_lock_has_an_address(path):
    text = path.read_text(encoding="utf-8")
    pins = read_lock(text)
    assert pins
    assert [pin.name for pin in pins if not pin.hashes] == []
    assert "://" not in text


def test_the_makefile_installs_nothing_without_a_hash():
    told = (ROOT / "Makefile").read_text(encoding="utf-8")
    installed = re.findall(r"(?:pip install|call INSTALL,)[^\n]*\.lock", told)
    assert installed
    assert [line for line in installed if "--require-hashes" not in line] == []


def package(**told: str | list[str]) -> Message:
    made = Message()
    for name, values in told.items():
        for value in [values] if isinstance(values, str) else values:
            made[name.replace("_", "-")] = value
    return made


@pytest.mark.parametrize(
    ("told", "may"),
    [
        ({"License_Expression": "MIT"}, True),
        ({"License_Expression": "Apache-2.0 OR GPL-2.0-only"}, True),
        ({"License_Expression": "Apache-2.0 AND GPL-2.0-only"}, False),
        ({"License_Expression": "BSD-2-Clause AND Apache-2.0 WITH LLVM-exception"}, True),
        ({"License_Expression": "AGPL-3.0-or-later"}, False),
        ({"License_Expression": "LGPL-3.0-only"}, False),
        ({"License_Expression": "SSPL-1.0"}, False),
        ({"License": "MIT License"}, True),
        ({"License": "Look into the file"}, False),
        ({"Classifier": "License :: OSI Approved :: BSD License"}, True),
        (
            {"Classifier": ["License :: OSI Approved :: MIT License", "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"]},
            False,
        ),
        ({}, False),
    ],
)
def test_a_licence_is_allowed_by_the_table_or_refused(told, may):
    allowed = table()
    assert permits(licence_of("anything", package(**told), allowed["words"], allowed["packages"]), allowed["allowed"]) is may


def test_every_licence_of_what_hedui_runs_on_is_allowed():
    wrong, seen = objections()
    assert wrong == []
    assert seen > 150


def test_the_table_holds_no_package_that_is_gone():
    assert {*table()["packages"]} <= {wanted.name for wanted in locked()}


def test_the_bill_of_materials_is_valid_and_always_the_same():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    made = json.dumps(document(read_lock(text)))
    assert made == json.dumps(document(read_lock(text)))
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(made) is None
    told = json.loads(made)
    assert {(one["name"], one["version"]) for one in told["components"]} == {(pin.name, pin.version) for pin in read_lock(text)}
    needs = {one["ref"]: one["dependsOn"] for one in told["dependencies"]}
    root = needs[told["metadata"]["component"]["bom-ref"]]
    assert any(ref.startswith("pkg:pypi/apache-airflow@") for ref in root)
    assert "timestamp" not in made
    assert "serialNumber" not in made
    assert not re.search(r"https?://(?!cyclonedx\.org/schema)", made)


def test_a_spoilt_bill_is_refused_by_the_schema():
    told = document(read_lock("a==1 \\\n    --hash=sha256:" + "0" * 64 + "\n    # via -r requirements.in\n"))
    told["components"][0]["hashes"][0]["content"] = "short"
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(told)) is not None


def test_a_checkout_says_its_commit_and_whether_it_was_changed(tmp_path):
    def git(*words: str) -> str:
        told = ["git", "-C", str(tmp_path), "-c", "user.name=x", "-c", "user.email=x@example.cn", *words]
        return subprocess.run(told, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q")
    (tmp_path / "a.py").write_text("1\n")
    git("add", "a.py")
    git("commit", "-q", "-m", "one")
    assert of_checkout(tmp_path) == (git("rev-parse", "HEAD"), False)
    (tmp_path / "a.py").write_text("2\n")
    assert of_checkout(tmp_path) == (git("rev-parse", "HEAD"), True)
    (tmp_path / "inside").mkdir()
    assert of_checkout(tmp_path / "inside") == (UNKNOWN, None)  # an installation inside somebody else's checkout


def test_a_wheel_says_what_was_written_into_it(tmp_path):
    assert baked(tmp_path / "none.json") is None
    (tmp_path / "told.json").write_text('{"commit": "abc", "dirty": false}')
    assert baked(tmp_path / "told.json") == ("abc", False)


def test_hedui_says_which_it_is(capsys):
    from hedui.version import lines

    told = dict(line.split(" ", 1) for line in lines())
    assert set(told) == {"hedui", "commit", "Python", "Airflow", "model"}
    assert re.fullmatch(r"([0-9a-f]{40}|unknown)( \(changed since\))?", told["commit"])
    assert re.fullmatch(r"births [0-9a-f]{12}", told["model"])
