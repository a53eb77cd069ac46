"""A sample county with a fourth registry, for trying docs/add-a-registry.md: `HEDUI_REGISTRIES=examples/immunisation python examples/county_of_four.py FOLDER`.

Prints the variables by which a night reads it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import demo
from demo.immunisation import NAME, add
from vocabulary.registries import REGISTRIES


def main() -> None:
    """Build it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--births", type=int, default=5493)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--severity", default="normal", choices=["normal", "hard", "clerks"])
    told = asked.parse_args()
    if NAME not in REGISTRIES:
        asked.error("set HEDUI_REGISTRIES to a folder with immunisation.py in it, such as examples/immunisation")
    county = add(demo.build(told.folder, told.births, seed=told.seed, severity=told.severity), REGISTRIES[NAME])
    for name, value in county.environment().items():
        print(f"export {name}='{value}'")  # noqa: T201


if __name__ == "__main__":
    main()
