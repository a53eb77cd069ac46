"""Equal error over several invented counties (docs/rights.md R10): children and errors are added up before anything is judged.

`python -m bench.parity --seeds 31-34 --severity normal,hard` prints, for each severity, a row a group: children, errors, how many of the missed a person
will look at, rate per cent with its 95 % interval, ratio to all others with its interval, verdict. A county alone has too few children with rare characters
or names with a dot to tell. Exit code 1 where a group is held.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bench.nights import measure, seeds_of
from matching.parity import errors_by_child, group_counts, held, judged

HEADER = ("severity", "error", "group", "children", "errors", "in review", "rate %", "95 %", "ratio", "95 %", "verdict")


def counted(folder: Path) -> pd.DataFrame:
    """Children and errors by group of one county's night."""
    linked = next((folder / "runs").iterdir()) / "linked"
    truth = folder / "demo" / "truth"
    record, pair = (pd.read_parquet(linked / f"{name}.parquet") for name in ("birth_record", "pair"))
    children = errors_by_child(record, pd.read_parquet(truth / "record.parquet"), pair)
    return group_counts(children, pd.read_parquet(truth / "birth.parquet"))


def pooled(births: int, seeds: Sequence[int], severity: str) -> pd.DataFrame:
    """The table of all counties together; each is made, run and removed in turn."""
    counts = []
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="hedui-bench-") as folder:
            measure(births, seed, severity, Path(folder))
            counts.append(counted(Path(folder) / f"{severity}-{seed}"))
    return judged(pd.concat(counts))


def line_of(severity: str, one: pd.Series) -> tuple[str, ...]:
    """One line of the table."""
    rate, ratio = (f"{one[f'{name}_low'] * times:.2f}-{one[f'{name}_high'] * times:.2f}" for name, times in (("rate", 100), ("ratio", 1)))
    group = f"{one['attribute']} {one['group']}"
    counts = (f"{one[name]:,}" for name in ("children", "errors", "in_review"))
    return (
        severity,
        str(one["error"]),
        group,
        *counts,
        f"{one['rate'] * 100:.2f}",
        rate,
        f"{one['ratio']:.2f}",
        ratio,
        str(one["verdict"]),
    )


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--births", type=int, default=5493)
    parser.add_argument("--seeds", type=seeds_of, default=[31])
    parser.add_argument("--severity", default="normal")
    wanted = parser.parse_args()
    print(" | ".join(HEADER))
    found = 0
    for severity in wanted.severity.split(","):
        told = pooled(wanted.births, wanted.seeds, severity)
        for error in dict.fromkeys(told["error"]):
            for _, one in told[told["error"] == error].iterrows():
                print(" | ".join(line_of(severity, one)), flush=True)
        found += len(held(told))
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
