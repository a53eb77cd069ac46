"""What every test may use. Airflow's environment is set before anything imports it; nothing reads the machine's own settings."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from hedui.embedded import airflow_defaults

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(tempfile.mkdtemp(prefix="hedui-"))
AIRFLOW_HOME = HOME / "airflow"

for name in [name for name in os.environ if name.startswith(("HEDUI_", "AIRFLOW"))]:
    del os.environ[name]
os.environ.update(airflow_defaults(HOME))
os.environ["HEDUI_LOCALE"] = "en"
# Great Expectations imports pyspark where it finds it, and pyspark ends any process whose main module has no file, taking it for its own doctests: such are
# the workers of pytest-xdist.
vars(sys.modules["__main__"]).setdefault("__file__", __file__)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI nothing may be left untried: a skip is a failure that says what is missing."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"left out, and CI must try it: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _no_setting_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEDUI_HOME", str(tmp_path / "home"))
