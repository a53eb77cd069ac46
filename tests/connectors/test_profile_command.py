"""The command: pages in both languages, for their owner only; a password stays where it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from hedui.profile import Wanted, run
from tests.connectors.conftest import fill
from tests.connectors.deliveries import HUKOU, grid_of, rows_of, save_csv
from vocabulary.errors import ConfigurationError, Unreachable

TEXT = dict.fromkeys(HUKOU.column_names, sa.Text())


def test_pages_and_counts_are_kept_for_their_owner_only(drop, tmp_path, capsys):
    assert run(Wanted(str(save_csv(drop / "hukou.csv", grid_of(HUKOU, rows_of(HUKOU, 9))))), as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    folder = tmp_path / "home" / "profiles" / "hukou"
    assert {path.name for path in folder.iterdir()} == {"profile.zh.html", "profile.en.html", "profile.json"}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (folder, folder.parent, folder.parent.parent)} == {0o700}
    assert (told["registry"], told["rows"], told["refused"]) == ("hukou", 9, False)
    assert Path(told["pages"][0]).is_file()


@pytest.mark.parametrize(("locale", "words"), [("zh", "按约定可以接收"), ("en", "would be taken")])
def test_a_view_is_named_behind_the_url_that_a_variable_holds(tmp_path, monkeypatch, capsys, locale, words):
    monkeypatch.setenv("HEDUI_LOCALE", locale)
    monkeypatch.setenv("HUKOU_URL", f"sqlite:///{tmp_path / 'registry.db'}#birth_view")
    fill(f"sqlite:///{tmp_path / 'registry.db'}", "birth_view", TEXT, rows_of(HUKOU, 9))
    assert run(Wanted("env:HUKOU_URL", out=tmp_path / "out"), as_json=False) == 0
    assert words in capsys.readouterr().out
    assert (tmp_path / "out" / f"profile.{locale}.html").is_file()


def test_a_password_is_told_nowhere(capsys):
    with pytest.raises(Unreachable) as caught:
        run(Wanted("postgresql+psycopg://hedui:right99@127.0.0.1:1/registry", "hukou"), as_json=False)
    assert "right99" not in caught.value.text() + str(caught.value) + capsys.readouterr().out


def test_a_variable_that_is_not_set_is_said():
    with pytest.raises(ConfigurationError) as caught:
        run(Wanted("env:NOWHERE_99"), as_json=False)
    assert [fault.code for fault in caught.value.faults] == ["link.environment"]
