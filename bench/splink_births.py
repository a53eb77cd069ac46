"""hedui and Splink side by side on births of invented counties: links, and the list of children without registration.

`python -m bench.splink_births --seeds 31-40 --severity normal hard --births 5493` prints a row a county, then means and the worst, as a table in
Markdown. Seeds 1-10 are those that thresholds may be tuned on; report on 31-40, which nothing was tuned on. Each engine links each county in a
process of its own. `features`: Splink with hedui's standardised features; `delivery`: with the other twin modelled too (bench.splink_births_run).

F1 is of pairs of records across registries, against the truth; precision and recall are of the list `not_registered`, every stage, made by the same
rules from either engine's births. Seconds are those of linking alone: reading accepted records, learning, scoring, deciding.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.nights import measure as night_of
from bench.nights import seeds_of

Figures = dict[str, tuple[float, ...]]
"""Engine or model -> F1, list precision, list recall, seconds."""
SHOWN = {"hedui": ("hedui",), "splink": ("Splink, features", "Splink, delivery")}
HEADINGS = ("F1", "list P", "list R", "s")


def hedui_figures(told: dict[str, Any]) -> Figures:
    """Of a night as `bench.one_night` measures it."""
    return {"hedui": (told["links"]["f1"], told["list"]["precision"], told["list"]["recall"], told["seconds"]["link"])}


def splink_figures(folder: Path) -> Figures:
    """Of both of Splink's models on the records of that night; none where Splink gives up (its last line goes to stderr)."""
    ran = subprocess.run([sys.executable, "-m", "bench.splink_births_run", str(folder)], capture_output=True, text=True, check=False)
    if ran.returncode:
        print((ran.stderr.strip().splitlines() or [f"Splink ended with {ran.returncode}"])[-1], file=sys.stderr)
        return {}
    told = json.loads(ran.stdout.strip().splitlines()[-1])
    found = ((name, told[name]) for name in ("features", "delivery"))
    return {
        f"Splink, {name}": (one["links"]["f1"], one["list"]["precision"], one["list"]["recall"], sum(one["seconds"].values()))
        for name, one in found
    }


def measure(births: int, seed: int, severity: str, folder: Path, only: str | None) -> Figures:
    """One county. Its night is run in any case: Splink links the records that it accepts."""
    told = night_of(births, seed, severity, folder)
    figures = {} if only == "splink" else hedui_figures(told)
    return figures if only == "hedui" else figures | splink_figures(folder / f"{severity}-{seed}")


def row(first: Iterable[object], shown: Sequence[str], figures: Figures) -> str:
    """One line of the table; a dash for what an engine did not finish."""
    cells = [str(cell) for cell in first]
    for name in shown:
        *shares, seconds = figures.get(name, ())[:4] or (None,) * len(HEADINGS)
        cells += ["-" if share is None else f"{share:.4f}" for share in shares]
        cells.append("-" if seconds is None else f"{seconds:.1f}")
    return f"| {' | '.join(cells)} |"


def summary(counties: list[Figures], shown: Sequence[str]) -> tuple[Figures, Figures]:
    """The mean of each figure, and the worst: the lowest share, the most seconds."""
    columns = {name: list(zip(*(one[name] for one in counties if name in one), strict=True)) for name in shown}
    mean = {name: tuple(map(statistics.mean, told)) for name, told in columns.items()}
    worst = {
        name: tuple(max(one) if place == len(told) - 1 else min(one) for place, one in enumerate(told)) for name, told in columns.items()
    }
    return mean, worst


def main() -> None:
    """Print the table, row by row as counties are done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--births", type=int, default=5493)
    parser.add_argument("--seeds", type=seeds_of, default=seeds_of("31-40"), help="31-40 or 31,35")
    parser.add_argument("--severity", nargs="+", choices=("normal", "hard", "clerks"), default=["normal", "hard"])
    parser.add_argument("--only", choices=tuple(SHOWN))
    wanted = parser.parse_args()
    shown = [name for engine, names in SHOWN.items() if wanted.only in (None, engine) for name in names]
    print(f"| severity | seed | {' | '.join(f'{name}: {heading}' for name in shown for heading in HEADINGS)} |")
    print(f"|{'---|' * (2 + len(shown) * len(HEADINGS))}", flush=True)
    for severity in wanted.severity:
        counties = []
        for seed in wanted.seeds:
            with tempfile.TemporaryDirectory(prefix="hedui-bench-") as folder:
                counties.append(measure(wanted.births, seed, severity, Path(folder), wanted.only))
            print(row((severity, seed), shown, counties[-1]), flush=True)
        for name, figures in zip(("mean", "worst"), summary(counties, shown), strict=True):
            print(row((severity, name), shown, figures), flush=True)


if __name__ == "__main__":
    main()
