"""`hedui train TABLE… --model NAME --out FILE`: a model learnt from tables; one whose errors are unequal is not written (docs/rights.md R10)."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hedui.link import read_any
from hedui.link_progress import Steps
from hedui.tables import read_file, read_tables
from matching.model.learned import Model
from matching.model.saved import write_model
from matching.parity import MOST_MORE, MOST_TIMES, Verdict, held, rows_of, undecided
from matching.report.levels import level_weights
from matching.train import parity, train
from matching.truth import Truth, read_truth, truth_of_labels
from vocabulary.errors import ConfigurationError, Fault, GateRefused
from vocabulary.findings import Decision
from vocabulary.runs import private_folder

LABELS = ("registry_left", "record_id_left", "registry_right", "record_id_right", "decision")
DECIDED = (str(Decision.LINK), str(Decision.APART))
GROUPED_BY = ("registry", "record_id", "child_name", "child_sex")


@dataclass(frozen=True)
class Wanted:
    """What the command line asked for."""

    tables: Sequence[str]
    model: str
    out: Path
    key: str | None = None
    labels: Path | None = None
    truth: Path | None = None


def run(wanted: Wanted, *, as_json: bool, quiet: bool) -> int:
    """Learn, judge where there is something to judge by, write the model, say what it learnt. Raises GateRefused for a model that errs unequally."""
    started = time.perf_counter()
    asked = read_any(wanted.model)
    spec = asked.spec if isinstance(asked, Model) else asked
    truth = None if wanted.truth is None else read_truth(wanted.truth)
    labels = None if wanted.labels is None else read_labels(wanted.labels)
    with Steps(sys.stderr, quiet=quiet or as_json) as steps:
        steps.step("tables", 0)
        table, _ = read_tables(wanted.tables, spec, wanted.key)
        labels = None if labels is None else of_these_tables(labels, table, str(wanted.labels))
        decided = None if labels is None else {name: labels[name].tolist() for name in LABELS}
        model = train(table, spec, decided, steps.step)
        judged = judged_by(table, model, truth, labels, steps)
        if judged is not None and (faults := objections(judged)):
            raise GateRefused(faults)
        steps.step("write", 0)
        _written(model, wanted.out)
    told = as_record(model, wanted.out, labels, judged)
    told["seconds"] = steps.seconds | {"all": round(time.perf_counter() - started, 2)}
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        from hedui.show_train import show

        show(told)
    return 0


def read_labels(path: Path) -> pd.DataFrame:
    """Pairs that stewards decided, as texts. Raises ConfigurationError where columns are missing, or a decision is neither link nor apart."""
    if not path.is_file():
        raise ConfigurationError(Fault("link.file_missing", path.name))
    table = read_file(path, LABELS)
    if lacking := [name for name in LABELS if name not in table.column_names]:
        raise ConfigurationError(Fault("train.labels_column", path.name, {"columns": ", ".join(lacking)}))
    labels = pd.DataFrame({name: table[name].cast(pa.string()).to_pandas() for name in LABELS})
    if wrong := int((~labels["decision"].isin(DECIDED) | labels.isna().any(axis=1)).sum()):
        raise ConfigurationError(Fault("train.labels_decision", path.name, {"count": wrong, "known": ", ".join(DECIDED)}))
    return labels


def of_these_tables(labels: pd.DataFrame, table: pa.Table, path: str) -> pd.DataFrame:
    """The labels whose records stand in the tables. Raises ConfigurationError where none does: then a table has another name than its registry."""
    sides = [labels[[f"registry_{side}", f"record_id_{side}"]] for side in ("left", "right")]
    asked = pa.array(pd.concat([side.iloc[:, 1] for side in sides]).unique(), type=pa.large_string())
    there = table.filter(pc.is_in(table["record_id"].cast(pa.large_string()), value_set=asked))
    known = pd.MultiIndex.from_arrays([there[name].cast(pa.large_string()).to_pylist() for name in ("registry", "record_id")])
    here = pd.Series(True, index=labels.index)
    for side in sides:
        here &= pd.MultiIndex.from_frame(side).isin(known)
    if not here.any():
        raise ConfigurationError(Fault("train.labels_unknown", Path(path).name, {"count": len(labels)}))
    return labels[here]


def judged_by(table: pa.Table, model: Model, truth: Truth | None, labels: pd.DataFrame | None, steps: Steps) -> pd.DataFrame | None:
    """Error parity by the truth, else by the labels; None where there is neither, or nothing by which children can be grouped."""
    if truth is not None:
        told = parity(table, model, truth, told=steps.step)
    elif labels is not None:
        grouped_by = table.select([name for name in GROUPED_BY if name in table.column_names]).to_pandas()
        told = parity(table, model, truth_of_labels(labels, grouped_by), labels, steps.step)
    else:
        return None
    return None if told.empty else told


def objections(judged: pd.DataFrame) -> list[Fault]:
    """A fault for each group that holds the model back, with its rates and intervals; none is the permission to write it."""
    return [Fault("train.unequal", f"{one.attribute} {one.group}", _facts(one)) for one in rows_of(held(judged))]


def _facts(one: Any) -> dict[str, str | int]:
    rates = {"rate": one.rate, "rate_low": one.rate_low, "rate_high": one.rate_high, "others": one.others_rate, "more": MOST_MORE}
    ratios = {"ratio": one.ratio, "ratio_low": one.ratio_low, "ratio_high": one.ratio_high, "times": MOST_TIMES}
    facts = {name: f"{value * 100:.2f} %" for name, value in rates.items()} | {name: f"{value:.2f}" for name, value in ratios.items()}
    return {"error": str(one.error), "errors": int(one.errors), "children": int(one.children), **facts}


def _written(model: Model, out: Path) -> None:
    """Beside its place and then into it: an earlier model stands whole until the new one does."""
    if not out.parent.is_dir():
        private_folder(out.parent)
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    try:
        write_model(model, partial).replace(out)
    finally:
        partial.unlink(missing_ok=True)


def as_record(model: Model, out: Path, labels: pd.DataFrame | None, judged: pd.DataFrame | None) -> dict[str, Any]:
    """What was learnt: per comparison how often matches and strangers show its strongest level and what agreement and difference are worth in bits;
    matches per record of the smaller registry; what errs together; and what was judged.
    """
    comparisons = {}
    for one in level_weights(model, ()):
        first, last = one.levels[0], one.levels[-1]
        comparisons[one.name] = {"m": first.match, "u": first.stranger, "agreement": first.weight, "difference": last.weight}
    return {
        "model": str(out),
        "records": model.sizes,
        "pairs": sum(sum(counts.values()) for counts in model.histogram.values()) * model.sampled,
        "labels": None if labels is None else {name: int(labels["decision"].eq(name).sum()) for name in DECIDED},
        "match_rates": {"|".join(kind): round(float(rates[0]), 4) for kind, rates in model.rates.items()},
        "comparisons": {name: {key: float(f"{value:.6g}") for key, value in one.items()} for name, one in comparisons.items()},
        "bonds": [[bond.one, bond.two] for bond in model.bonds],
        "care": None if model.care is None else asdict(model.care),
        "parity": None if judged is None else _verdicts(judged),
    }


def _verdicts(judged: pd.DataFrame) -> dict[str, list[str]]:
    """Which groups are shown to be even, and which nobody can tell of."""
    even = judged[judged["verdict"] == Verdict.EVEN]
    return {
        name: [f"{one.error} {one.attribute} {one.group}" for one in rows_of(rows)]
        for name, rows in (("even", even), ("unclear", undecided(judged)))
    }
