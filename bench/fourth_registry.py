"""A county's night with three registries and with four: what linking makes of a registry that it has never seen, and whom it finds.

python -m bench.fourth_registry --births 5493 --seeds 1 2 3 --severity normal hard
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
EXAMPLE = ROOT / "examples" / "immunisation"
ONLY = "seen:immunisation"


def ran(command: list[str], environment: dict[str, str]) -> str:
    """A command of the installation; its output."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HEDUI_", "AIRFLOW"))}
    return subprocess.run(command, cwd=ROOT, env=clean | environment, check=True, capture_output=True, text=True).stdout


def truth_of(whole: Path, folder: Path, with_clinics: bool) -> Path:
    """The truth of the registries that are asked, and of no other."""
    shutil.copytree(whole, folder)
    if not with_clinics:
        told = pd.read_parquet(whole / "record.parquet")
        told[told["registry"] != "immunisation"].to_parquet(folder / "record.parquet", index=False)
    return folder


def night(truth: Path, environment: dict[str, str]) -> dict[str, Any]:
    """One night, judged."""
    started = time.perf_counter()
    told = json.loads(ran([str(BIN / "hedui"), "nightly", "--as-of", "2026-10-31", "--json"], environment))
    seconds = time.perf_counter() - started
    judged = json.loads(ran([str(BIN / "hedui"), "evaluate", told["folder"], str(truth), "--json"], environment))
    findings = pd.read_parquet(Path(told["folder"]) / "findings" / "finding.parquet")
    unregistered = findings[findings["kind"] == "not_registered"]
    return told["counts"] | judged | {"seconds": seconds, "only": int(unregistered["evidence"].eq(ONLY).sum()), "folder": told["folder"]}


def main() -> None:
    """Print a row a county and number of registries."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--births", type=int, default=5493)
    asked.add_argument("--seeds", type=int, nargs="+", default=[1])
    asked.add_argument("--severity", nargs="+", default=["normal"])
    told = asked.parse_args()
    print(
        "| county | registries | records | pairs wrong | pairs missed | F1 | list precision | list recall | found | known to a clinic alone | s |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for severity in told.severity:
        for seed in told.seeds:
            with tempfile.TemporaryDirectory() as folder:
                for row in of_county(Path(folder), told.births, seed, severity):
                    print(f"| {severity}, seed {seed} | {row} |", flush=True)


def of_county(folder: Path, births: int, seed: int, severity: str) -> list[str]:
    """The rows of one county: without and with its clinics."""
    own = {"HEDUI_REGISTRIES": str(EXAMPLE), "PYTHONPATH": str(ROOT)}
    made = [sys.executable, "examples/county_of_four.py", str(folder / "county"), "--births", str(births), "--seed", str(seed)]
    lines = ran([*made, "--severity", severity], own).splitlines()
    sources = dict(line.removeprefix("export ").replace("'", "").split("=", 1) for line in lines)
    rows = []
    for number in (3, 4):
        environment = sources | {"HEDUI_HOME": str(folder / f"home{number}")} | (own if number == 4 else {})
        found = night(truth_of(folder / "county" / "truth", folder / f"truth{number}", number == 4), environment)
        links, listed = found["links"], found["not_registered"]
        rows.append(
            f"{number} | {found['records']:,} | {links['wrong']} | {links['missed']} | {links['f1']:.4f} | {listed['precision']:.4f} | "
            f"{listed['recall']:.4f} | {listed['right'] + listed['wrong']} | {found['only']} | {found['seconds']:.0f}"
        )
    return rows


if __name__ == "__main__":
    main()
