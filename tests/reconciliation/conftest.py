"""A night that is drawn as tables: `night.given("hospital", ...)`, then `night.on("2026-11-01").due("not_registered")`."""

from __future__ import annotations

import pytest

from tests.nights import Night
from vocabulary.settings import Settings


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch) -> Night:
    monkeypatch.setenv("HEDUI_AREA", "990101")
    return Night(Settings.from_environment())
