"""Nights of invented counties: how good, how fast, how large.

`python -m bench.nights --births 5493 --seeds 11-15 --severity normal,hard` prints a row a county and the medians.
Seeds 1-10 are those that thresholds may be tuned on; report on others.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HEADER = ("severity", "seed", "links F1", "list precision", "list recall", "bereaved", "outsiders", "seconds", "GiB")


def seeds_of(text: str) -> list[int]:
    """`11-15` or `3,5`."""
    first, dash, last = text.partition("-")
    return list(range(int(first), int(last) + 1)) if dash else [int(part) for part in text.split(",")]


def row_of(told: dict[str, Any]) -> tuple[Any, ...]:
    """One line of the table."""
    listed = told["list"]
    rates = (f"{told['links']['f1']:.4f}", f"{listed['precision']:.4f}", f"{listed['recall']:.4f}")
    return (
        told["severity"],
        told["seed"],
        *rates,
        told["bereaved"],
        told["outsiders"],
        round(sum(told["seconds"].values()), 1),
        told["peak_gib"],
    )


def measure(births: int, seed: int, severity: str, folder: Path) -> dict[str, Any]:
    """One night in a process of its own."""
    command = [sys.executable, "-m", "bench.one_night", str(folder / f"{severity}-{seed}"), str(births), str(seed), severity]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(ran.stderr)
    told: dict[str, Any] = json.loads(ran.stdout.strip().splitlines()[-1])
    return told


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--births", type=int, default=5493)
    parser.add_argument("--seeds", type=seeds_of, default=[11])
    parser.add_argument("--severity", default="normal")
    wanted = parser.parse_args()
    print(" | ".join(HEADER))
    with tempfile.TemporaryDirectory(prefix="hedui-bench-") as folder:
        for severity in wanted.severity.split(","):
            all_told = []
            for seed in wanted.seeds:
                all_told.append(measure(wanted.births, seed, severity, Path(folder)))
                print(" | ".join(map(str, row_of(all_told[-1]))), flush=True)
            stages = {stage: statistics.median(told["seconds"][stage] for told in all_told) for stage in all_told[0]["seconds"]}
            print(f"{severity}: median seconds {stages}; findings of the last {all_told[-1]['findings']}", flush=True)


if __name__ == "__main__":
    main()
