"""recordlinkage 0.16 on the files of `bench.febrl_like`, with the blocks and fields that `bench.splink_febrl` has.

`python -m bench.recordlinkage_febrl FOLDER --rules tight` reads, pairs, compares, trains, classifies, links one to one and prints one
JSON object. The toolkit holds every pair in memory: 10 million of them take about 8 GiB.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.febrl_figures import COMPARED, RULES, Stopwatch, figures, peak_gib, person_numbers, rates, true_pairs

# One edit still counts as agreement. The toolkit's Levenshtein takes four times as long as its Jaro and finds no more.
ALIKE = {
    "given_name": ("jarowinkler", 0.85),
    "surname": ("jarowinkler", 0.85),
    "date_of_birth": ("jaro", 0.88),
    "soc_sec_id": ("jaro", 0.88),
    "address_1": ("jarowinkler", 0.85),
}
# The classifier knows agreement and disagreement, no levels: that a field agrees to the letter has to be a feature of its own. The
# two features are not independent, which costs 0.2 points of F1 at 0.5 and gains 0.7 once links are one to one.
EXACT = ("given_name", "surname", "date_of_birth", "soc_sec_id", "address_1", "postcode", "street_number")
LINKED_FROM = 0.01


def load(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Left and right by the number of the row."""
    left, right = (pd.read_parquet(folder / f"{side}.parquet", columns=list(COMPARED)) for side in ("left", "right"))
    return left, right


def blocked(left: pd.DataFrame, right: pd.DataFrame, rules: str) -> pd.MultiIndex:
    """The pairs that agree on all fields of one rule."""
    import recordlinkage

    index = recordlinkage.Index()
    for fields in RULES[rules]:
        index.block(list(fields), list(fields))
    pairs: pd.MultiIndex = index.index(left, right)
    return pairs


def compared(pairs: pd.MultiIndex, left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """A row of agreements and disagreements for each pair; missing is disagreement. A second job makes it slower."""
    import recordlinkage

    compare = recordlinkage.Compare(n_jobs=1)
    for field, (method, threshold) in ALIKE.items():
        compare.string(field, field, method=method, threshold=threshold, label=field)
    for field in EXACT:
        compare.exact(field, field, label=f"same_{field}")
    features: pd.DataFrame = compare.compute(pairs, left, right)
    return features


def probabilities(features: pd.DataFrame) -> np.ndarray:
    """How probable each pair is one person, by expectation maximisation."""
    import recordlinkage

    classifier = recordlinkage.ECMClassifier()
    classifier.fit(features)
    return np.asarray(classifier.prob(features))


def one_to_one(pairs: pd.MultiIndex, probability: np.ndarray, threshold: float) -> pd.MultiIndex:
    """Links in which no record stands twice. The toolkit takes them as they come, so the most probable come first."""
    import recordlinkage

    order = np.argsort(-probability, kind="stable")
    wanted = order[: int(np.count_nonzero(probability >= threshold))]
    links: pd.MultiIndex = recordlinkage.OneToOneLinking(method="greedy").compute(pairs[wanted])
    return links


def same_person(pairs: pd.MultiIndex, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Which pairs are truly of one person."""
    same: np.ndarray = left[pairs.get_level_values(0)] == right[pairs.get_level_values(1)]
    return same


def measure(folder: Path, rules: str) -> dict[str, Any]:
    """The whole job, and what came of it."""
    watch = Stopwatch()
    import recordlinkage

    left, right = load(folder)
    watch.lap("load")
    pairs = blocked(left, right, rules)
    watch.lap("block")
    features = compared(pairs, left, right)
    watch.lap("compare")
    probability = probabilities(features)
    watch.lap("em")
    low = one_to_one(pairs, probability, LINKED_FROM)
    watch.lap("one_to_one")
    told = {"engine": "recordlinkage", "rules": rules, **watch.told(), "peak_gib": peak_gib(), "pairs": len(pairs)}
    true, people = true_pairs(folder), [person_numbers(folder / f"{side}.parquet") for side in ("left", "right")]
    half = one_to_one(pairs, probability, 0.5)
    links = {0.5: half, LINKED_FROM: low}
    judged = {at: rates(int(same_person(found, *people).sum()), len(found), true) for at, found in links.items()}
    return {
        **told,
        **figures(same_person(pairs, *people), probability, true),
        "one_to_one_at_half": judged[0.5],
        "one_to_one_low": {"threshold": LINKED_FROM, **judged[LINKED_FROM]},
        "versions": {"recordlinkage": recordlinkage.__version__, "pandas": pd.__version__},
    }


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rules", choices=sorted(RULES), default="tight")
    wanted = parser.parse_args()
    print(json.dumps(measure(wanted.folder, wanted.rules)))


if __name__ == "__main__":
    main()
