"""The compiled kernel against the plain-Python reference of the tests: how many pairs, and how many levels that differ.

`python -m bench.kernel_reference [--pairs 90000] [--alone 20000]` draws so many pairs for each comparison of the ready models, and for each kind of value
with every one of its tests alone: random names, numbers, dates and texts, and what goes wrong with them (characters outside the BMP, empty, 50 letters,
look-alikes, slips, limits met exactly). Prints a table, and every difference after it; the exit code is 1 where there is one.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from time import perf_counter

from tests.matching.agreement import COMPARISONS, TESTS, Compared, of_comparison, of_tests


def measured(pairs: int, alone: int) -> Iterator[tuple[str, Compared]]:
    """What is compared, and what came of it."""
    for model, name in COMPARISONS:
        yield f"{model} · {name}", of_comparison(model, name, pairs)
    for name, (_, _, tests) in TESTS.items():
        yield f"{name}: {len(tests)} tests, each alone", of_tests(name, alone)


def main() -> int:
    """Print the table; 1 where kernel and reference differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=90_000, help="of each comparison of a model")
    parser.add_argument("--alone", type=int, default=20_000, help="of each kind, through every test alone")
    wanted = parser.parse_args()
    start, total, odd = perf_counter(), 0, []
    print("| comparison | pairs | levels that occurred | differences |\n|---|---|---|---|")
    for name, found in measured(wanted.pairs, wanted.alone):
        total, odd = total + found.pairs, odd + found.odd
        print(f"| {name} | {found.pairs:,} | {len(found.told)} | {len(found.odd)} |", flush=True)
    print(f"| all, in {perf_counter() - start:.0f} s | {total:,} | | {len(odd)} |")
    print(*odd, sep="\n", end="", file=sys.stderr)
    return int(bool(odd))


if __name__ == "__main__":
    sys.exit(main())
