"""How good Splink's births are: pairs at the best threshold, births after clustering, and the not-registered list that they would give."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.splink_births_model import OF_DELIVERY
from matching.estimate.weights import probability
from vocabulary.findings import Decision
from vocabulary.runs import Run

REVIEWED_FROM = 0.03
"""The probability from which hedui asks a person."""
SIDES = {"l": "left", "r": "right"}


def best_fixed(edges: pd.DataFrame, truth: Path) -> dict[str, float]:
    """Pairs across registries from one weight on: that of the best F1, chosen with the truth at hand, which no user has."""
    record = pd.read_parquet(truth / "record.parquet")
    person = record.set_index(["registry", "record_id"])["true_birth_id"]
    sides = [person.reindex(pd.MultiIndex.from_frame(edges[[f"source_dataset_{side}", f"unique_id_{side}"]])).to_numpy() for side in "lr"]
    known = edges["source_dataset_l"].ne(edges["source_dataset_r"]).to_numpy() & ~pd.isna(sides[0]) & ~pd.isna(sides[1])
    order = np.argsort(-edges["match_weight"].to_numpy()[known], kind="stable")
    right = np.cumsum((sides[0] == sides[1])[known][order])
    linked, true = np.arange(1, len(order) + 1), pairs_across(record)
    best = int(np.argmax(2 * right / (linked + true)))
    return {
        **rates(int(right[best]), best + 1, true),
        "weight": round(float(edges["match_weight"].to_numpy()[known][order][best]), 2),
        "reach": round(float(right[-1] / true), 4),
    }


def pairs_across(record: pd.DataFrame) -> int:
    """True pairs of two registries."""
    counts = pd.crosstab(record["true_birth_id"], record["registry"]).to_numpy()
    return int(((counts.sum(axis=1) ** 2 - (counts**2).sum(axis=1)) // 2).sum())


def rates(right: int, linked: int, true: int) -> dict[str, float]:
    """Precision, recall, F1."""
    return {
        "precision": round(right / max(linked, 1), 4),
        "recall": round(right / max(true, 1), 4),
        "f1": round(2 * right / max(linked + true, 1), 4),
    }


def pair_figures(found: pd.DataFrame, truth: Path) -> dict[str, Any]:
    """Pairs across registries in one birth, and in all, as hedui is judged."""
    from matching.evaluate import evaluate

    quality = evaluate(found, pd.read_parquet(truth / "record.parquet"), "true_birth_id")
    return {
        **rates(quality.across.right, quality.across.linked, quality.across.true),
        "in_all_f1": round(quality.in_all.f1, 4),
    }


def list_figures(run: Path, truth: Path, found: pd.DataFrame, pair: pd.DataFrame, place: Path) -> dict[str, float]:
    """The not-registered list that reconciliation makes of Splink's births and pairs, in a copy of the run at `place`."""
    from reconciliation.evaluate import list_quality
    from reconciliation.find import found_in

    told = json.loads((run / "run.json").read_text(encoding="utf-8"))
    copy = Run("splink", date.fromisoformat(told["as_of"]), place, tuple(told["area"]))
    shutil.copytree(run / "accepted", copy.accepted)
    copy.linked.mkdir()
    birth_record = found.assign(match_probability=1.0)[["birth_id", "registry", "record_id", "match_probability"]]
    birth_record.to_parquet(copy.linked / "birth_record.parquet")
    pair.to_parquet(copy.linked / "pair.parquet")
    tables = [pd.read_parquet(truth / f"{name}.parquet") for name in ("record", "birth")]
    quality = list_quality(found_in(copy), birth_record, *tables)
    return {name: round(value, 4) for name, value in quality.as_record().items()}


def pair_table(found: pd.DataFrame, edges: pd.DataFrame, comparisons: list[dict[str, Any]], link: float) -> pd.DataFrame:
    """Splink's pairs as `linked/pair.parquet` holds them: weights and levels are Splink's own."""
    label = found.set_index(["registry", "record_id"])["birth_id"]
    one, two = (label.loc[pd.MultiIndex.from_frame(edges[[f"source_dataset_{side}", f"unique_id_{side}"]])].to_numpy() for side in "lr")
    weight = edges["match_weight"].to_numpy()
    share = probability(weight)
    columns: dict[str, Any] = {f"registry_{name}": edges[f"source_dataset_{side}"] for side, name in SIDES.items()}
    columns |= {f"record_id_{name}": edges[f"unique_id_{side}"] for side, name in SIDES.items()}
    decision = np.where(one == two, Decision.LINK, np.where((share >= REVIEWED_FROM) & (weight < link), Decision.REVIEW, Decision.APART))
    told = pd.DataFrame(columns | {"match_weight": weight, "match_probability": share, "decision": [str(each) for each in decision]})
    for one_comparison in comparisons:
        column = one_comparison["output_column_name"]
        name, levels = column.removesuffix(OF_DELIVERY), levels_in_words(one_comparison, edges[f"gamma_{column}"])
        told[name] = levels if name not in told else told[name].where(told[name].ne("missing").to_numpy(), levels)
    return told


def levels_in_words(comparison: dict[str, Any], gamma: pd.Series) -> np.ndarray:
    """Levels by name, `missing` for what says nothing."""
    labels = [level["label_for_charts"] for level in comparison["comparison_levels"][1:]]
    words = {-1: "missing"} | {len(labels) - 1 - place: label for place, label in enumerate(labels)}
    told: np.ndarray = gamma.astype(int).map(words).to_numpy()
    return told
