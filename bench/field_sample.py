"""Does the interval of a field sample hold the true share 95 times in a hundred? Counties drawn once, sampled again and again.

`python -m bench.field_sample [--samples 1000] [--seed 31]` prints a row a situation, as a table in Markdown. Births are omitted by village (some villages
omit many, most none), records are wrong one by one; the sample is drawn and estimated by hedui's own code. `plain` is Clopper and Pearson's interval of
the counted births, as if they had been drawn singly, and without weights.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
import pandas as pd

from submission.field_sample.draw import drawn
from submission.field_sample.estimates import Observed, clopper_pearson, share

TOWNSHIPS = 12


@dataclass(frozen=True)
class Situation:
    """`units` in the county, `drawn` of them; `births` a unit on average; `rate` of hits, and how unlike units are (0: not at all)."""

    name: str
    units: int
    drawn: int
    births: int
    rate: float
    unlike: float


SITUATIONS = (
    Situation("villages, 2 % omitted, evenly", 240, 40, 23, 0.02, 0.0),
    Situation("villages, 2 % omitted, few villages most", 240, 40, 23, 0.02, 0.05),
    Situation("villages, 8 % omitted, few villages most", 240, 40, 23, 0.08, 0.05),
    Situation("villages, half of all visited", 120, 60, 23, 0.05, 0.05),
    Situation("records, 1 % wrong", 5000, 300, 1, 0.01, 0.0),
    Situation("records, 5 % wrong", 5000, 300, 1, 0.05, 0.0),
    Situation("records, 0.1 % wrong", 5000, 300, 1, 0.001, 0.0),
)


def county(situation: Situation, random: np.random.Generator) -> pd.DataFrame:
    """One row a unit: unit, stratum, of, hits; townships differ in size and in their rate."""
    sizes = random.dirichlet(np.full(TOWNSHIPS, 6.0))
    stratum = random.choice(TOWNSHIPS, situation.units, p=sizes)
    of = np.ones(situation.units, int) if situation.births == 1 else 1 + random.poisson(situation.births - 1, situation.units)
    township = situation.rate * random.gamma(4, 0.25, TOWNSHIPS)
    rate = np.minimum(township[stratum], 0.5)
    if situation.unlike:
        spread = 1 / situation.unlike - 1
        rate = random.beta(rate * spread, (1 - rate) * spread)
    hits = random.binomial(of, rate)
    return pd.DataFrame(
        {"unit": [f"{n:06d}" for n in range(situation.units)], "stratum": [f"{t:02d}" for t in stratum], "of": of, "hits": hits}
    )


def row(situation: Situation, samples: int, seed: int) -> str:
    """One situation, over so many samples of twenty counties."""
    random = np.random.default_rng(seed)
    held, plain, wide, above, below = [], [], [], [], []
    for place in range(samples):
        if place % max(samples // 20, 1) == 0:
            frame = county(situation, random)
            truth = frame["hits"].sum() / frame["of"].sum()
            populations = {str(code): int(size) for code, size in frame["stratum"].value_counts().items()}
        taken, _ = drawn(frame, situation.drawn, seed * 1_000_003 + place)
        seen = [Observed(one.stratum, one.hits, one.of) for one in taken.itertuples()]
        told = share(seen, populations)
        assert told.low is not None and told.high is not None
        held.append(told.low <= truth <= told.high)
        below.append(told.low > truth)
        above.append(told.high < truth)
        wide.append(told.high - told.low)
        low, high = clopper_pearson(told.hits, told.of)
        plain.append(low <= truth <= high)
    shares = f"{np.mean(held):.1%} | {np.mean(below):.1%} / {np.mean(above):.1%} | {np.median(wide):.2%} | {np.mean(plain):.1%}"
    return f"| {situation.name} | {situation.drawn} of {situation.units:,} | {shares} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=31)
    asked = parser.parse_args()
    print("| situation | drawn | interval holds | too high / too low | its median width | plain interval holds |")
    print("|---|---|---|---|---|---|")
    for situation in SITUATIONS:
        print(row(situation, asked.samples, asked.seed), flush=True)


if __name__ == "__main__":
    main()
