"""The state on both databases that hedui is tested on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres import postgres_folder, postgres_url
from vocabulary.settings import Settings

__all__ = ["postgres_folder", "postgres_url"]


@pytest.fixture(params=["sqlite", "postgresql"])
def state_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def settings(state_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("HEDUI_DATABASE", state_url)
    return Settings.from_environment()
