"""hedui beside its peers on the files of `bench.febrl_like`: the same data, rules, fields and machine, in turn, so that noise falls on all alike.

`python -m bench.febrl_side_by_side FOLDER --peer PYTHON --rules tight loose --rounds 5 [--engines hedui typed best stock recordlinkage]` prints a row an engine
as a table in Markdown: medians over the rounds. `ratio`: the median of the rounds' own ratios to hedui. PYTHON is that of an environment with splink==5.0.0 and
duckdb==2.0.1. Every run is a process of its own, from its imports to its links; what hedui compiles at its first run on a machine is compiled before.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

ENGINES = {
    "hedui": ("hedui", ["bench.hedui_febrl"]),
    "typed": ("Splink 5, typed dates, Levenshtein, u on 1e6", ["bench.splink_febrl", "--mode", "typed"]),
    "best": ("Splink 5, the best found", ["bench.splink_febrl", "--mode", "best"]),
    "stock": ("Splink 5, as documented", ["bench.splink_febrl", "--mode", "stock"]),
    "recordlinkage": ("recordlinkage 0.16", ["bench.recordlinkage_febrl"]),
}


def run(python: str, module: list[str], folder: Path, rules: str) -> dict[str, Any]:
    """One engine once."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [python, "-m", module[0], str(folder), "--rules", rules, *module[1:]]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if ran.returncode:
        raise SystemExit(ran.stderr[-2000:])
    told: dict[str, Any] = json.loads(next(line for line in ran.stdout.splitlines() if line.startswith("{")))
    return told


def f1_of(told: dict[str, Any]) -> float:
    """Of the one-to-one links that the engine is at its best with."""
    found = [told[name]["f1"] for name in ("one_to_one", "one_to_one_at_half", "one_to_one_low") if name in told]
    return float(max(found) if found else told["best"]["f1"])


def table(folder: Path, rules: str, engines: list[str], peer: str, rounds: int) -> None:
    """Measure and print one table."""
    told: dict[str, list[dict[str, Any]]] = {name: [] for name in engines}
    for turn in range(rounds):
        for name in engines if turn % 2 == 0 else reversed(engines):
            told[name].append(run(sys.executable if name == "hedui" else peer, ENGINES[name][1], folder, rules))
    print(
        f"\n| {rules} | pairs | seconds, median | ratio to hedui | processor s | peak GiB | F1 one-to-one |\n|---|---|---|---|---|---|---|"
    )
    for name in engines:
        mine, own = [one["total_seconds"] for one in told[name]], [one["total_seconds"] for one in told["hedui"]]
        ratio = statistics.median(one / other for one, other in zip(mine, own, strict=True))
        seconds, spent = statistics.median(mine), statistics.median(one["total_processor_seconds"] for one in told[name])
        peak, last = statistics.median(one["peak_gib"] for one in told[name]), told[name][-1]
        cells = (f"{last['pairs']:,}", f"{seconds:.1f}", f"{ratio:.2f}", f"{spent:.1f}", f"{peak:.2f}", f"{f1_of(last):.5f}")
        print(f"| {ENGINES[name][0]} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peer", default=sys.executable)
    parser.add_argument("--rules", nargs="+", default=["tight", "loose"])
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), default=["hedui", "typed", "best"])
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    for rules in wanted.rules:
        table(wanted.folder, rules, wanted.engines, wanted.peer, wanted.rounds)


if __name__ == "__main__":
    main()
