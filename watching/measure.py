"""What a night measures of itself: how full each registry is, which codes its records bear, what linking saw, what changed. As watch.json.

Read from the snapshots once, in Arrow, a few columns each; later nights read the result. Counts by code only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import log2
from pathlib import Path
from typing import Any

from vocabulary.parquet_files import read_columns, read_table
from vocabulary.registries import REGISTRIES
from watching.changes import changes

TINY = 1e-12
"""For a share that a model holds to be nought."""


def measured(folder: Path, before: Path | None) -> dict[str, Any]:
    """`filled`: registry -> column -> [filled, rows]; `codes`: registry -> code -> rows; `levels`, `weights`: see below; `changed`: see `changes`.

    `before`: the folder of the night to hold it against, None for the first. What a night that broke down never made is left out.
    """
    told: dict[str, Any] = {}
    if (folder / "accepted" / "record.parquet").is_file():
        told["filled"] = filled(folder / "accepted" / "record.parquet")
    if (folder / "accepted" / "verdict.json").is_file():
        told["codes"] = codes(_json(folder / "accepted" / "verdict.json"))
    if (folder / "linked" / "model.json").is_file() and (folder / "linked" / "pair.parquet").is_file():
        learned = _json(folder / "linked" / "model.json")
        told |= {"levels": levels(folder / "linked" / "pair.parquet", learned), "weights": weights(learned)}
    return told | {"changed": changes(folder, before)}


def filled(path: Path) -> dict[str, dict[str, list[int]]]:
    """How many records have each column of their registry's contract."""
    have = set(read_columns(path))
    found: dict[str, dict[str, list[int]]] = {}
    wanted = {name: [column.name for column in one.columns if column.name in have] for name, one in REGISTRIES.items()}
    table = read_table(path, ["registry", *sorted({name for names in wanted.values() for name in names})])
    rows = table.group_by("registry").aggregate(
        [(name, "count") for name in table.column_names if name != "registry"] + [([], "count_all")]
    )
    for row in rows.to_pylist():
        names = wanted.get(row["registry"], [])
        found[row["registry"]] = {name: [row[f"{name}_count"], row["count_all"]] for name in names}
    return found


def codes(verdict: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Records that bear a code, by `column:code`, whether they were only noted or set aside."""
    found: dict[str, dict[str, int]] = {}
    for one in verdict["registries"]:
        told = found.setdefault(one["registry"], {})
        for row in (*one.get("noted", ()), *one.get("quarantined", ())):
            name = f"{row.get('column') or ''}:{row['code']}".lstrip(":")
            told[name] = told.get(name, 0) + int(row["rows"])
    return found


def levels(path: Path, learned: Mapping[str, Any]) -> dict[str, dict[str, list[float]]]:
    """Comparison -> level -> [linked pairs tonight, linked pairs that the model expects].

    Expected is what it learnt of matches, by pair of registries, for as many pairs as there are tonight. A missing value is no level.
    """
    names = {one["name"]: [level.partition(":")[0] for level in one["levels"]] for one in learned["comparisons"]}
    sides = ["registry_left", "registry_right"]
    table = read_table(path, [*sides, "decision", *(name for name in names if name in read_columns(path))])
    import pyarrow.compute as pc

    linked = table.filter(pc.equal(table["decision"].cast("string"), "link"))
    found: dict[str, dict[str, list[float]]] = {}
    for name in (name for name in names if name in linked.column_names):
        counts = linked.group_by([*sides, name]).aggregate([([], "count_all")]).to_pylist()
        told = found[name] = {level: [0.0, 0.0] for level in names[name]}
        for row in counts:
            level, count = str(row[name]), row["count_all"]
            shares = (
                learned["learned"]["match"].get(f"{row['registry_left']}|{row['registry_right']}", learned["learned"]["shared"]).get(name)
            )
            if level not in told or shares is None:
                continue
            told[level][0] += count
            for each, share in zip(names[name], shares, strict=True):
                told[each][1] = round(told[each][1] + share * count, 3)
    return found


def weights(learned: Mapping[str, Any]) -> dict[str, dict[str, list[float]]]:
    """Comparison -> level -> [match weight in bits, share of matches that show it], as tonight's model has them."""
    shared, stranger = learned["learned"]["shared"], learned["learned"]["stranger"]
    return {
        one["name"]: {
            level.partition(":")[0]: [round(log2(max(match, TINY) / max(chance, TINY)), 3), round(match, 6)]
            for level, match, chance in zip(one["levels"], shared[one["name"]], stranger[one["name"]], strict=True)
        }
        for one in learned["comparisons"]
        if one["name"] in shared and one["name"] in stranger
    }


def _json(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told
