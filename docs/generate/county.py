"""The county of invented people from which the reference takes its examples: made once, its night run once, kept under var/docs.

Another home is taken from `DOCS_HOME`, such as one that a test has filled already.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from generate.repository import ROOT

BIRTHS, SEED, SEVERITY = 600, 7, "hard"
"""Large and mistaken enough that every kind of finding occurs."""


def home(config_file: str | None = None) -> Path:
    """HEDUI_HOME of the county; the night is run where there is none yet. Raises RuntimeError where it cannot be."""
    where = Path(os.environ.get("DOCS_HOME") or ROOT / "var" / "docs")
    if not list(where.glob("runs/*/report.json")):
        command = [
            sys.executable,
            "-m",
            "hedui.main",
            "demo",
            "--births",
            str(BIRTHS),
            "--seed",
            str(SEED),
            "--severity",
            SEVERITY,
            "--quiet",
        ]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HEDUI_", "AIRFLOW"))}
        done = subprocess.run(command, cwd=ROOT, env=kept | {"HEDUI_HOME": str(where)}, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise RuntimeError(f"the sample county's night ended with {done.returncode}: {done.stderr[-600:]}")
    return where


def newest_run(where: Path) -> Path:
    """The folder of the newest night."""
    return max(where.glob("runs/*/report.json")).parent


def environment(where: Path) -> dict[str, str]:
    """The settings of the county, for a front door."""
    area = ",".join(json.loads((where / "demo" / "county.json").read_text(encoding="utf-8"))["area"])
    return {"HEDUI_HOME": str(where), "HEDUI_AREA": area, "HEDUI_AREAS": str(where / "demo" / "areas.csv")}
