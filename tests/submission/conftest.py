"""A night that is drawn as tables, as the reconciliation tests draw it."""

from __future__ import annotations

import pytest

from tests.nights import Night
from vocabulary.settings import Settings


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch) -> Night:
    monkeypatch.setenv("HEDUI_AREA", "990101")
    return Night(Settings.from_environment())
