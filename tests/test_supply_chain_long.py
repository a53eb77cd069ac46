"""The wheel: twice the same, and whole. `.ci/wheel` runs it where the checkout cannot be seen."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from deploy import wheel

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


def test_two_wheels_of_one_tree_are_the_same_and_hold_all_of_it(tmp_path):
    tree = wheel.snapshot(tmp_path / "tree")
    first, second = (wheel.build(tree, tmp_path / name) for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()
    assert wheel.left_out(first, tree) == []
    with ZipFile(first) as file:
        told = json.loads(file.read(f"vocabulary/{wheel.BAKED}"))
        assert set(told) == {"commit", "dirty"}
        assert {oct(one.external_attr >> 16 & 0o777) for one in file.infolist()} <= {"0o644", "0o664"}
    (tree / "vocabulary" / "forgotten.toml").write_text("")
    assert wheel.left_out(first, tree) == ["vocabulary/forgotten.toml"]


def test_what_is_packed_is_every_folder_that_is_imported():
    import tomllib

    told = tomllib.loads((wheel.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(wheel.packages()) == set(told["tool"]["importlinter"]["root_packages"])
    assert Path(wheel.ROOT / "vocabulary" / wheel.BAKED).exists() is False
