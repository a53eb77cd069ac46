"""What every test may use. Airflow's environment is set before anything imports it; nothing reads the machine's own settings."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
AIRFLOW_HOME = Path(tempfile.mkdtemp(prefix="hedui-airflow-"))

for name in [name for name in os.environ if name.startswith(("HEDUI_", "AIRFLOW"))]:
    del os.environ[name]
os.environ["HEDUI_LOCALE"] = "en"
os.environ["AIRFLOW_HOME"] = str(AIRFLOW_HOME)


@pytest.fixture(autouse=True)
def _no_setting_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEDUI_HOME", str(tmp_path / "home"))
