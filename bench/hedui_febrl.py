"""hedui on the files of `bench.febrl_like`, with the rules and fields that its peers are given.

`python -m bench.hedui_febrl FOLDER --rules tight` reads the two files, learns, scores, links one to one and prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.febrl_figures import COMPARED, RULES, Stopwatch, peak_gib, rates, true_pairs

UNLIMITED = 10**9
"""Largest block: the peers have no limit either."""


def model_of(rules: str) -> Any:
    """The FEBRL model with the peers' fields and the peers' rules."""
    from matching.model.files import model_path, read_spec
    from matching.model.spec import Rule

    spec = read_spec(model_path("febrl"))
    blocking = tuple(
        Rule(" ".join(fields), tuple((field, "day" if field == "date_of_birth" else "written") for field in fields), largest=UNLIMITED)
        for fields in RULES[rules]
    )
    return replace(
        spec,
        rules=blocking,
        comparisons=tuple(one for one in spec.comparisons if one.name in COMPARED),
        fields=tuple(one for one in spec.fields if one.name in COMPARED),
    )


def measure(folder: Path, rules: str) -> dict[str, Any]:
    """The whole job, and what came of it."""
    watch = Stopwatch()
    from hedui.tables import read_tables
    from matching.link import link

    spec, steps = model_of(rules), ["imports"]

    def told(step: str, pairs: int) -> None:
        if step not in (steps[-1], "pairs"):
            watch.lap(steps[-1])
            steps.append(step)

    told("load", 0)
    linked = link(lambda: read_tables([str(folder / f"{name}.parquet") for name in ("left", "right")], spec)[0], spec, told=told)
    watch.lap(steps[-1])
    found = {"engine": "hedui", "rules": rules, **watch.told(), "peak_gib": peak_gib()}
    return found | {"pairs": sum(count.new_pairs for count in linked.counts), "one_to_one": judged(linked, folder)}


def judged(linked: Any, folder: Path) -> dict[str, float]:
    """Rates of the one-to-one links: entities of two records."""
    import pyarrow as pa
    import pyarrow.compute as pc

    record = linked.record
    side = {name: record.filter(pc.equal(record["registry"].cast(pa.string()), name)).select([0, 2]) for name in ("left", "right")}
    pairs = side["left"].join(side["right"], record.column_names[0], join_type="inner", right_suffix="_right")
    persons = [pc.list_element(pc.split_pattern(pairs[name], "-"), 1) for name in ("record_id", "record_id_right")]
    return rates(int(pc.sum(pc.equal(*persons)).as_py()), pairs.num_rows, true_pairs(folder))


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rules", choices=sorted(RULES), default="tight")
    wanted = parser.parse_args()
    print(json.dumps(measure(wanted.folder, wanted.rules)))


if __name__ == "__main__":
    main()
