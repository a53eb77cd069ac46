"""Blocking that misses nobody, on invented counties: how many true pairs each rule meets, all together, and of children for whom little speaks.

`python -m bench.blocking --seeds 31-40 --severity normal,hard [--births 5493] [--folder KEPT]` prints a row a rule and a row a kind of pair, as tables in Markdown.
A pair is two records of one birth in two registries. `no number`: no number of mother, father or certificate stands on both sides. `lunar`: the day is the
other's read by the lunar calendar. `variant`: a parent's or the child's name is written in another way. `other county`: the addresses are in two counties.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from bench.counties import counties
from bench.nights import seeds_of
from matching.engine import prepared
from matching.estimate.patterns import levels_of
from matching.estimate.worth import everything
from matching.kernel.run import compared
from matching.model.files import model_path, read_spec
from matching.model.learned import Model
from matching.model.spec import Spec
from matching.recall import rule_recall, shares_key, true_pairs
from matching.records import read_records

NUMBERS, NAMES = ("certificate_no", "mother_id", "father_id"), ("child_name", "mother_name", "father_name")


def measure(table: Any, truth: Any, spec: Spec, rules: Counter[str], kinds: Counter[str]) -> None:
    """Add one county to the counts: rule -> pairs (alone, so far, only by it), kind of pair -> pairs, and those that some rule meets."""
    ready = prepared(read_records(table, spec), spec)
    told = rule_recall(ready, truth[["registry", "record_id", "true_birth_id"]].to_dict("list"), spec)
    rules["all"] += told.across
    for one in told.rules:
        rules[f"{one.rule} alone"] += one.across
        rules[f"{one.rule} so far"] += one.across_so_far
        rules[f"{one.rule} only"] += one.only
    first, second = true_pairs(ready, truth[["registry", "record_id", "true_birth_id"]].to_dict("list"))
    across = ready.records.registry[first] != ready.records.registry[second]
    first, second = first[across], second[across]
    met = np.zeros(len(first), dtype=bool)
    for route in ready.blocks.routes:
        met |= shares_key(ready, route, first, second)
    for name, mask in hard_pairs(ready, spec, first, second).items():
        kinds[f"{name} pairs"] += int(mask.sum())
        kinds[f"{name} met"] += int((mask & met).sum())


def hard_pairs(ready: Any, spec: Spec, first: np.ndarray, second: np.ndarray) -> dict[str, np.ndarray]:
    """Which pairs are of each kind, told by the levels of their comparisons."""
    found = compared(ready.plan, ready.store, everything(ready.kinds, Model.prior(spec)), first, second)
    levels = levels_of(found.pattern, spec.comparisons)

    def shows(comparison: str, *names: str) -> np.ndarray:
        one = spec.comparisons[spec.place(comparison)]
        places = [place for place, name in enumerate((*one.level_names, "missing")) if name in names]
        told: np.ndarray = np.isin(levels[:, spec.place(comparison)], places)
        return told

    numberless = np.logical_and.reduce([shows(name, "missing") for name in NUMBERS])
    same = dict.fromkeys(NAMES, ("missing", "exact", "different"))
    variant = np.logical_or.reduce([~shows(name, *same[name]) for name in NAMES])
    lunar, elsewhere = shows("born_on", "lunar"), shows("area", "different", "prefecture")
    return {
        "every pair": np.ones(len(first), dtype=bool),
        "no number": numberless,
        "lunar": lunar,
        "variant": variant,
        "no number, variant": numberless & variant,
        "no number, lunar": numberless & lunar,
        "no number, lunar, variant": numberless & lunar & variant,
        "other county": elsewhere,
        "other county, no number": elsewhere & numberless,
    }


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--births", type=int, default=5493)
    parser.add_argument("--seeds", type=seeds_of, default=[31])
    parser.add_argument("--severity", default="normal")
    parser.add_argument("--folder", type=Path)
    wanted = parser.parse_args()
    spec = read_spec(model_path("births"))
    with tempfile.TemporaryDirectory(prefix="hedui-bench-") as folder:
        for severity in wanted.severity.split(","):
            rules: Counter[str] = Counter()
            kinds: Counter[str] = Counter()
            for _, table, truth in counties(wanted.folder or Path(folder), wanted.births, severity, wanted.seeds):
                measure(table, truth, spec, rules, kinds)
            print(f"\n| rule, {severity} | recall alone | recall so far | pairs only by it |\n|---|---|---|---|")
            for rule in spec.rules:
                alone, so_far = rules[f"{rule.name} alone"] / rules["all"], rules[f"{rule.name} so far"] / rules["all"]
                print(f"| `{rule.name}` | {alone:.4f} | {so_far:.5f} | {rules[f'{rule.name} only']} |")
            print(f"\n| kind of pair, {severity} | true pairs | met by a rule | recall |\n|---|---|---|---|")
            for name in dict.fromkeys(key.rpartition(" ")[0] for key in kinds):
                pairs, met = kinds[f"{name} pairs"], kinds[f"{name} met"]
                print(f"| {name} | {pairs:,} | {met:,} | {met / max(pairs, 1):.4f} |", flush=True)


if __name__ == "__main__":
    main()
