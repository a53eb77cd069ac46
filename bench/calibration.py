"""Are stated probabilities what they say, and does it help to know what errs together? The same pairs under two models, against the truth.

`python -m bench.calibration --seeds 31-40 --severity normal,hard,clerks [--births 5493] [--folder KEPT]` prints for each severity a row a model (`independent`: levels
err by themselves; `dependent`: with bonds and careless forms) and a row a bin of the second, as tables in Markdown. Pairs are all of two registries that
stand in either's `pair.parquet`, with the probabilities written there; a pair that one of them leaves out has half the floor in it. `bits`: log loss summed
over pairs. ECE: expected calibration error.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.counties import counties, same_birth
from bench.nights import seeds_of
from matching.engine import learnt, prepared
from matching.link import link
from matching.model.files import model_path, read_spec
from matching.model.spec import Spec
from matching.records import read_records
from matching.reliability import EDGES, reliability

LEAST = 1e-9
KEY = ["registry_left", "record_id_left", "registry_right", "record_id_right"]
MODELS = {"independent": False, "dependent": True}


def stated(table: Any, spec: Spec, *, dependent: bool) -> pd.Series:
    """Probability by pair of records, as linking writes it."""
    pair = link(table, learnt(prepared(read_records(table, spec), spec), spec, dependent=dependent)).pair.to_pandas()
    pair = pair[pair["registry_left"].astype(str) != pair["registry_right"].astype(str)]
    return pair.astype(dict.fromkeys(KEY, str)).set_index(KEY)["match_probability"]


def measure(table: Any, truth: Any, spec: Spec) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The probabilities that each model gives to one county's pairs, and which of them are one birth."""
    told = pd.DataFrame({name: stated(table, spec, dependent=dependent) for name, dependent in MODELS.items()})
    known = told.fillna(spec.costs.floor / 2).reset_index()
    sides = [list(zip(known[f"{name}_left"], known[f"{name}_right"], strict=True)) for name in ("registry", "record_id")]
    return {name: known[name].to_numpy() for name in MODELS}, same_birth(*sides, truth)


def row(severity: str, name: str, probability: np.ndarray, true: np.ndarray) -> str:
    """One line of the table of models."""
    told = reliability(probability, true)
    likely = np.clip(np.where(true, probability, 1 - probability), LEAST, 1)
    near = (probability >= 0.85) & (probability < 0.95)
    ninety = f"{true[near].mean():.3f} of {int(near.sum())}" if near.any() else "-"
    bits = float(-np.log2(likely).sum())
    return f"| {severity} | {name} | {told.pairs:,} | {told.expected:,.1f} | {told.true:,} | {bits:,.0f} | {told.calibration_error:.5f} | {told.brier:.5f} | {ninety} |"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--births", type=int, default=5493)
    parser.add_argument("--seeds", type=seeds_of, default=[31])
    parser.add_argument("--severity", default="normal")
    parser.add_argument("--folder", type=Path)
    wanted = parser.parse_args()
    spec, bins = read_spec(model_path("births")), []
    print(
        "| severity | model | pairs | expected true | true | bits | ECE | Brier | true of those said 0.85-0.95 |\n|---|---|---|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory(prefix="hedui-bench-") as folder:
        for severity in wanted.severity.split(","):
            told = [
                measure(table, truth, spec)
                for _, table, truth in counties(wanted.folder or Path(folder), wanted.births, severity, wanted.seeds)
            ]
            true = np.concatenate([one for _, one in told])
            for name in MODELS:
                print(row(severity, name, np.concatenate([one[name] for one, _ in told]), true), flush=True)
            bins += [(severity, one) for one in reliability(np.concatenate([one["dependent"] for one, _ in told]), true, EDGES).bins]
    print("\n| severity | stated | pairs | mean stated | share true | 95 % |\n|---|---|---|---|---|---|")
    for severity, one in bins:
        low, high = one.interval
        print(
            f"| {severity} | {one.low:g} to {one.high:g} | {one.pairs:,} | {one.stated:.4f} | {one.share:.4f} | {low:.4f} to {high:.4f} |"
        )


if __name__ == "__main__":
    main()
