"""Splink 5 on DuckDB at its best on the births of one county (bench.splink_births says what for).

`python -m bench.splink_births_run FOLDER` takes a county as `bench.one_night` leaves it (FOLDER/runs/*/accepted, FOLDER/demo/truth) and prints one
JSON object. Splink gets hedui's own standardisation (bench.splink_columns), its blocking keys, its comparisons as near as SQL comes to them, term
frequencies of names, and for what training cannot show hedui's beliefs. Two models come of one training: `features` stops there; `delivery` adds
what no user of Splink's is known to do and what hedui's model rests on (bench.splink_births_model).

Thresholds were tuned on seeds 1-3, normal and hard. What helped:
- EM blocked on the mother's number, then on her name and the day, so that each comparison is trained by one of the two;
- u of numbers given: one random pair in ten thousand is a match, and of the pairs that share a number nearly all are;
- the delivery: without it nearly all errors are twins (250 of 257 false pairs of a hard county);
- duplicates inside a registry joined first, at a high weight; then Splink's single best links between what is left, by a weight that does
  not round to 1 (beyond 53 bits all probabilities tie); then records that stand alone joined to the birth that they fit.
Tried and no better: no training at all (hedui's beliefs are as good), u from more pairs, connected components, ties dropped.
"""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bench.febrl_figures import Stopwatch, peak_gib
from bench.splink_births_model import named_columns, plain_comparisons, with_delivery
from bench.splink_columns import columns_of
from bench.splink_judge import best_fixed, list_figures, pair_figures, pair_table
from matching.model.files import MODELS, read_spec
from matching.records import read_records

PRIOR_RULES = (
    "l.mother_number_person = r.mother_number_person AND l.born_on_day = r.born_on_day",
    "l.certificate_no = r.certificate_no",
    "l.mother_name_written = r.mother_name_written AND l.father_name_written = r.father_name_written AND l.born_on_day = r.born_on_day",
)
PRIOR_RECALL = 0.9
TRAINING_RULES = (
    "l.mother_number_person = r.mother_number_person",
    "l.mother_name_simplified = r.mother_name_simplified AND l.born_on_day = r.born_on_day",
)
PAIRS_FOR_U, SEED = 1e6, 1
ODDS = {"within": 1.0, "across": 5.4}
"""Bits of one birth against two babies of one delivery: 0.85 of records have a partner in another registry, 0.02 a twin there."""
SCORED_FROM = -10.0
GENTLE = 8.0
"""Bits that count as one, so that no two weights round to the same probability."""


@dataclass(frozen=True)
class Thresholds:
    """Bits from which a pair is a link, a duplicate inside a registry, a duplicate that only another registry shows."""

    link: float
    duplicate: float
    orphan: float


MODELS_OF_SPLINK = {"features": Thresholds(-2.0, 40.0, 25.0), "delivery": Thresholds(-3.0, 6.0, 4.0)}


@contextmanager
def quiet() -> Iterator[None]:
    """Splink prints as it goes; one JSON object is all that should stand on the page."""
    logging.disable(logging.CRITICAL)
    with redirect_stdout(StringIO()):
        yield
    logging.disable(logging.NOTSET)


def linker_of(table: pa.Table, settings: dict[str, Any]) -> tuple[Any, Any]:
    """A linker on an empty DuckDB of two threads, and the interface that it talks through."""
    import duckdb
    from splink import DuckDBAPI, Linker

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    interface = DuckDBAPI(connection)
    return Linker(interface.register(table, dataset_display_name="births"), settings), interface


def settings_of(comparisons: list[dict[str, Any]], rules: list[str], prior: float) -> dict[str, Any]:
    """Splink's settings."""
    return {
        "link_type": "link_and_dedupe",
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": [{"blocking_rule": rule} for rule in rules],
        "probability_two_random_records_match": prior,
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
    }


def trained(table: pa.Table, settings: dict[str, Any]) -> dict[str, Any]:
    """What Splink learns."""
    linker, _ = linker_of(table, settings)
    linker.training.estimate_probability_two_random_records_match(list(PRIOR_RULES), recall=PRIOR_RECALL)
    linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS_FOR_U, seed=SEED)
    for rule in TRAINING_RULES:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    learned: dict[str, Any] = linker.misc.save_model_to_json()
    return learned


@dataclass(frozen=True)
class Edges:
    """Pairs of records by their row, with their bits."""

    one: np.ndarray
    two: np.ndarray
    weight: np.ndarray

    def take(self, rows: np.ndarray) -> Edges:
        """Some of them."""
        return Edges(self.one[rows], self.two[rows], self.weight[rows])

    def between(self, head: np.ndarray) -> Edges:
        """Between the heads of their groups, with the weight of the best pair."""
        told = pd.DataFrame({"one": head[self.one], "two": head[self.two], "weight": self.weight}).query("one != two")
        told = told.groupby(["one", "two"], as_index=False)["weight"].max()
        return Edges(told["one"].to_numpy(), told["two"].to_numpy(), told["weight"].to_numpy())


def births(ids: pd.DataFrame, predicted: pd.DataFrame, limits: Thresholds) -> pd.DataFrame:
    """The birth of each record: duplicates by connected components, single best links between them, and those left alone."""
    row = pd.Series(np.arange(len(ids)), index=pd.MultiIndex.from_frame(ids))
    one, two = (row.loc[pd.MultiIndex.from_frame(predicted[[f"source_dataset_{side}", f"unique_id_{side}"]])].to_numpy() for side in "lr")
    edges, registry = Edges(one, two, predicted["match_weight"].to_numpy()), ids["source_dataset"].to_numpy()
    within = registry[one] == registry[two]
    head = clusters_of(ids, edges.take(within & (edges.weight >= limits.duplicate)), limits.duplicate)
    links = edges.take(~within & (edges.weight >= limits.link)).between(head)
    label = one_of_each(ids, registry, links, limits.link)[head]
    label = adopted(label, registry, edges.take(~within & (edges.weight >= limits.orphan)))
    return ids.set_axis(["registry", "record_id"], axis=1).assign(birth_id=label.astype(str))


def one_of_each(ids: pd.DataFrame, registry: np.ndarray, links: Edges, least: float) -> np.ndarray:
    """Single best links, one record of each registry. Groups without a rival go round them, with the same outcome: Splink's query for single best
    links takes minutes and 15 GB on all records of a county.
    """
    label = clusters_of(ids, links, least)
    used = np.unique(np.concatenate([links.one, links.two]))
    groups = pd.DataFrame({"label": label[used], "registry": registry[used]})
    crowded = groups.groupby("label")["registry"].agg(lambda told: told.duplicated().any())
    rivals = crowded.reindex(label[links.one]).to_numpy().astype(bool)
    best = clusters_of(ids, links.take(rivals), least, duplicate_free=sorted(set(registry)))
    touched = np.unique(np.concatenate([links.one[rivals], links.two[rivals]]))
    label[touched] = best[touched]
    return label


def clusters_of(ids: pd.DataFrame, edges: Edges, least: float, duplicate_free: list[str] | None = None) -> np.ndarray:
    """The lowest row of each record's cluster: connected components, or single best links where registries are free of duplicates."""
    label = np.arange(len(ids))
    if not len(edges.one):
        return label
    used = np.unique(np.concatenate([edges.one, edges.two]))
    nodes = pa.Table.from_pandas(ids.iloc[used].assign(row=used), preserve_index=False)
    sides = [ids.iloc[rows].reset_index(drop=True).add_suffix(suffix) for rows, suffix in ((edges.one, "_l"), (edges.two, "_r"))]
    table = pd.concat([*sides, pd.Series([gentle(bits) for bits in edges.weight], name="match_probability")], axis=1)
    linker, interface = linker_of(nodes, {"link_type": "link_and_dedupe", "comparisons": [same_row()]})
    told, wanted = interface.register(pa.Table.from_pandas(table, preserve_index=False)), {"threshold_match_probability": gentle(least)}
    if duplicate_free is None:
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(told, **wanted)
    else:
        found = linker.clustering.cluster_using_single_best_links(told, duplicate_free_datasets=duplicate_free, **wanted)
    clusters = found.as_pandas_dataframe()
    label[clusters["row"].to_numpy()] = clusters.groupby("cluster_id")["row"].transform("min").to_numpy()
    return label


def same_row() -> dict[str, Any]:
    """A linker wants a comparison, though clustering asks none."""
    levels = [{"sql_condition": "row_l = row_r", "label_for_charts": "same"}, {"sql_condition": "ELSE", "label_for_charts": "different"}]
    return {"output_column_name": "row", "comparison_levels": levels}


def gentle(weight: float) -> float:
    """A probability that falls and rises with the weight and never rounds to 1."""
    return float(1 / (1 + 2 ** (-weight / GENTLE)))


def adopted(label: np.ndarray, registry: np.ndarray, edges: Edges) -> np.ndarray:
    """Records that stand alone, with the birth that holds their registry and that they fit best: duplicates that only another registry shows."""
    held = pd.DataFrame({"label": label, "registry": registry}).groupby("label")["registry"].agg(set).to_dict()
    home: dict[int, int] = {}
    for row in np.argsort(-edges.weight, kind="stable").tolist():
        first, second = int(label[edges.one[row]]), int(label[edges.two[row]])
        if first == second or not held[first] & held[second]:
            continue
        for alone, several in ((first, second), (second, first)):
            if len(held[alone]) == 1 and held[alone] <= held[several] and not {alone, several} & home.keys():
                home[alone] = several
                break
    return np.array([home.get(one, one) for one in label.tolist()])


def measure(folder: Path) -> dict[str, Any]:
    """The whole job, and what came of it: once for training, once a model for all else."""
    import duckdb
    import splink

    watch = Stopwatch()
    run = max(path.parent for path in folder.glob("runs/*/accepted"))
    spec = read_spec(MODELS / "births.toml")
    records = read_records(pq.read_table(run / "accepted" / "record.parquet"), spec)
    columns = named_columns(spec)
    comparisons = plain_comparisons(columns)
    table, rules = columns_of(records, spec, columns.named)
    watch.lap("columns")
    with quiet():
        learned = trained(table, settings_of(comparisons, rules, 1e-4))
    watch.lap("train")
    prior = learned["probability_two_random_records_match"]
    asked = {"features": learned["comparisons"], "delivery": with_delivery(columns, learned["comparisons"], prior, ODDS)}
    told = {
        name: linked(table, settings_of(one, rules, prior), MODELS_OF_SPLINK[name], run, folder / "demo" / "truth", watch)
        for name, one in asked.items()
    }
    versions = {"splink": splink.__version__, "duckdb": duckdb.__version__}
    return {"engine": "splink", **told, "training": watch.told(), "peak_gib": peak_gib(), "rules": len(rules), "versions": versions}


def linked(table: pa.Table, settings: dict[str, Any], limits: Thresholds, run: Path, truth: Path, shared: Stopwatch) -> dict[str, Any]:
    """Births by one model, and how good they are; seconds with those of the training that the models share."""
    watch = Stopwatch()
    with quiet():
        linker, _ = linker_of(table, settings)
        edges = linker.inference.predict(threshold_match_weight=SCORED_FROM).as_pandas_dataframe()
        watch.lap("predict")
        found = births(table.select(["source_dataset", "unique_id"]).to_pandas(), edges, limits)
        watch.lap("cluster")
    with tempfile.TemporaryDirectory(prefix="splink-births-") as place:
        listed = list_figures(run, truth, found, pair_table(found, edges, settings["comparisons"], limits.link), Path(place))
    return {
        "links": pair_figures(found, truth),
        "list": listed,
        "best_fixed": best_fixed(edges, truth),
        "pairs": len(edges),
        "thresholds": asdict(limits),
        "seconds": {**shared.seconds, **watch.seconds},
    }


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    print(json.dumps(measure(parser.parse_args().folder)))


if __name__ == "__main__":
    main()
