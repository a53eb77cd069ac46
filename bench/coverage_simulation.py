"""Does a 95 % interval hold the true number of births 95 times in a hundred? Counties drawn with a known truth, lists that depend on each other, and links that err.

`python -m bench.coverage_simulation [--counties 500] [--seed 31]` prints a row a situation, as a table in Markdown. Births are drawn one by one, and linked
one by one; a steward looks at a sample of pairs. `adjusted` is what `hedui coverage --sample` says, `naive` the same models on the linked table as it is.
Not counted as printed: counties whose estimate the rules of `submission.coverage.judged` hold back.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np

from submission.coverage.histories import Cells, pairs
from submission.coverage.judged import judged
from submission.coverage.linkage_error import Band
from submission.coverage.loglinear import fitted_all
from submission.coverage.model_set import averaged

LISTS = 3


@dataclass(frozen=True)
class Situation:
    """`first`, `third`: P(a list holds a birth). `second`: the same of a birth that the first list does not hold, and does. `alone`: P(linking misses a record).

    `false`: false links expected. `looked`: pairs that a steward looks at, of linked and of open ones of every two lists.
    """

    name: str
    births: int
    first: float
    second: tuple[float, float]
    third: float
    alone: tuple[float, ...]
    false: int
    looked: int


SITUATIONS = (
    Situation("independent, no linkage errors", 5500, 0.75, (0.7, 0.7), 0.65, (0.0, 0.0, 0.0), 0, 400),
    Situation("independent, linkage errors", 5500, 0.75, (0.7, 0.7), 0.65, (0.01, 0.015, 0.005), 15, 400),
    Situation("two lists depend, no linkage errors", 5500, 0.75, (0.45, 0.85), 0.7, (0.0, 0.0, 0.0), 0, 400),
    Situation("two lists depend, linkage errors", 5500, 0.75, (0.45, 0.85), 0.7, (0.01, 0.015, 0.005), 15, 400),
    Situation("two lists depend, more linkage errors", 5500, 0.7, (0.4, 0.8), 0.6, (0.02, 0.03, 0.01), 40, 400),
    Situation("two lists depend, a district of 1,000", 1000, 0.75, (0.45, 0.85), 0.7, (0.01, 0.015, 0.005), 3, 200),
)


def county(situation: Situation, random: np.random.Generator) -> tuple[Cells, list[Band]]:
    """The linked table, and the steward's sample."""
    number = situation.births
    first, third = random.random(number) < situation.first, random.random(number) < situation.third
    second = random.random(number) < np.where(first, situation.second[1], situation.second[0])
    held = np.column_stack([first, second, third])
    entity = np.where(
        random.random((number, LISTS)) < situation.alone,
        np.arange(number)[:, None] * LISTS + np.arange(LISTS) + number,
        np.arange(number)[:, None],
    )
    groups: dict[int, set[tuple[int, int]]] = {}
    for birth, place in zip(*np.nonzero(held), strict=True):
        groups.setdefault(int(entity[birth, place]), set()).add((int(birth), int(place)))
    _link_falsely(groups, int(random.poisson(situation.false)), random)
    seen = ["".join("1" if any(place == one for _, one in group) else "0" for place in range(LISTS)) for group in groups.values()]
    counted = {history: float(count) for history, count in zip(*np.unique(seen, return_counts=True), strict=True)}
    return Cells.of(counted), _bands(held, list(groups.values()), situation.looked, random)


def _link_falsely(groups: dict[int, set[tuple[int, int]]], times: int, random: np.random.Generator) -> None:
    """Join two groups that share no list, some lists being left over in both, so many times."""
    names = [name for name, group in groups.items() if len(group) < LISTS]
    while times and len(names) > 1:
        one, other = (int(found) for found in random.choice(names, 2, replace=False))
        if {place for _, place in groups[one]} & {place for _, place in groups[other]}:
            continue
        groups[one] |= groups.pop(other)
        names.remove(other)
        times -= 1


def _bands(held: np.ndarray, groups: list[set[tuple[int, int]]], looked: int, random: np.random.Generator) -> list[Band]:
    """Of every two lists: pairs that are linked, and pairs left open, among which are those that linking missed and half as many again of strangers."""
    bands = []
    for one, other in pairs(LISTS):
        linked = [{place: birth for birth, place in group} for group in groups]
        same = [group[one] == group[other] for group in linked if one in group and other in group]
        missed = int((held[:, one] & held[:, other]).sum()) - sum(same)
        for which, pool in ((True, same), (False, [True] * missed + [False] * (missed // 2 + 20))):
            drawn = random.choice(pool, min(looked, len(pool)), replace=False)
            bands.append(Band((one, other), which, len(pool), len(drawn), int(drawn.sum())))
    return bands


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counties", type=int, default=500)
    parser.add_argument("--seed", type=int, default=31)
    asked = parser.parse_args()
    print(
        "| situation | births | adjusted interval holds | its median width | naive interval holds | mean error, adjusted | naive | printed |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for situation in SITUATIONS:
        print(row(situation, asked.counties, asked.seed), flush=True)


def row(situation: Situation, counties: int, seed: int) -> str:
    """One situation, over so many counties."""
    random, truth = np.random.default_rng(seed), situation.births
    held, wide, naive_held, errors, naive_errors, printed = [], [], [], [], [], []
    for _ in range(counties):
        cells, bands = county(situation, random)
        told = judged(cells, bands, random=random)
        naive = averaged(fitted_all(cells), cells.union)
        assert told.candidate is not None and naive is not None
        low, high = told.candidate.interval or (0.0, np.inf)
        held.append(low <= truth <= high)
        wide.append(high - low)
        naive_held.append(naive.interval[0] <= truth <= naive.interval[1])
        errors.append(told.candidate.number / truth - 1)
        naive_errors.append(naive.number / truth - 1)
        printed.append(told.estimate is not None)
    shares = [f"{np.mean(one):.1%}" for one in (held, naive_held)]
    mean = [f"{np.mean(one):+.2%}" for one in (errors, naive_errors)]
    return f"| {situation.name} | {truth:,} | {shares[0]} | {np.median(wide):,.0f} | {shares[1]} | {mean[0]} | {mean[1]} | {np.mean(printed):.0%} |"


if __name__ == "__main__":
    main()
