"""Front door: which records are the same birth?"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from matching.birth_ids import birth_ids
from matching.births import Births, births_of
from matching.blocking import BlockingRule, RuleCount
from matching.comparisons import BIRTH_COMPARISONS
from matching.decisions import BOUND, Bindings, decided
from matching.deliveries import deliveries_of, informed
from matching.dictionary import Floats
from matching.encoding import encode
from matching.groups import connected
from matching.kinds import Kinds, kinds_of
from matching.model import Model
from matching.pairs import candidates, compare, together
from matching.rules import BIRTH_RULES
from matching.scoring import Scored, completed, score
from matching.train import trained
from matching.weights import match_weight
from vocabulary.findings import Decision
from vocabulary.runs import Run, stage_report, write_parquet
from vocabulary.settings import Settings


@dataclass(frozen=True)
class Linked:
    """`birth_record`: one row a record, (registry, record_id) order. `pair`: one row a pair worth knowing. `counts` per blocking rule."""

    birth_record: pd.DataFrame
    pair: pd.DataFrame
    model: Model
    counts: tuple[RuleCount, ...] = ()


def night(run_id: str) -> str:
    """Link the accepted records of a run and write `linked/`; does nothing where it stands. Returns the run id.

    Raises ConfigurationError for an unknown run, or one whose records are not accepted yet.
    """
    run = Run.load(Settings.from_environment(), run_id)
    if run.has("linked"):
        return run_id
    started = time.monotonic()
    accepted = run.require("accepted")
    records = pd.read_parquet(accepted / "record.parquet")
    linked = link(
        records, known_births=_if_there(accepted / "known_birth.parquet"), decisions=_if_there(accepted / "known_decision.parquet")
    )
    with run.writing("linked") as folder:
        write_parquet(linked.birth_record, folder / "birth_record.parquet")
        write_parquet(linked.pair, folder / "pair.parquet")
        linked.model.write(folder / "model.json")
        stage_report(folder, "link", time.monotonic() - started, counts_of(linked))
    return run_id


def link(
    records: pd.DataFrame,
    model: Model | None = None,
    known_births: pd.DataFrame | None = None,
    decisions: pd.DataFrame | None = None,
    rules: Sequence[BlockingRule] = BIRTH_RULES,
) -> Linked:
    """Births of any number of registries.

    `records`: one row a record; registry, record_id and whichever columns of the common record there are. `model`: None trains
    one on these records. `known_births`: registry, record_id, birth_id of earlier nights. `decisions`: pairs that people decided.
    `pair` holds every pair whose match probability reaches 1e-4, and all pairs inside a birth.
    """
    coded = encode(records)
    comparisons = model.comparisons if model is not None else BIRTH_COMPARISONS
    pairs = candidates(coded, comparisons, rules)
    model = model or trained(coded, pairs, comparisons)
    kinds, bindings = kinds_of(coded), Bindings.read(coded, decisions)
    scored = score(model, coded, kinds, pairs, floor=model.thresholds.floor)
    scored = with_decided(scored, model, coded, kinds, bindings)
    weight = bindings.applied(scored.pairs.first, scored.pairs.second, match_weight(scored.total, 0.0))
    near = weight > model.thresholds.link
    scored = completed(scored, model, coded, kinds, connected(len(coded), scored.pairs.first[near], scored.pairs.second[near]))
    order = next((comparison for comparison in comparisons if comparison.name == "twin"), None)
    deliveries = deliveries_of(scored, coded)
    if order is not None:
        scored = informed(scored, deliveries, order, model, kinds)
    births = births_of(scored, coded, deliveries, model.thresholds, bindings)
    return Linked(birth_table(coded, births, scored, known_births), pair_table(coded, births, scored, model, bindings), model, pairs.counts)


def with_decided(scored: Scored, model: Model, coded: pd.DataFrame, kinds: Kinds, bindings: Bindings) -> Scored:
    """With the pairs that people decided, even where no rule finds them."""
    first, second = bindings.pairs()
    new = ~np.isin(first * len(coded) + second, scored.pairs.first * len(coded) + scored.pairs.second)
    if not new.any():
        return scored
    more = score(model, coded, kinds, compare(coded, first[new], second[new], model.comparisons))
    both = together(scored.pairs, more.pairs)
    order = np.lexsort((np.append(scored.pairs.second, more.pairs.second), np.append(scored.pairs.first, more.pairs.first)))
    return Scored(both, np.concatenate([scored.total, more.total])[order])


def birth_table(coded: pd.DataFrame, births: Births, scored: Scored, known: pd.DataFrame | None) -> pd.DataFrame:
    """birth_id, registry, record_id, match_probability: of the best link inside the birth, 1.0 for a record alone."""
    first, second = scored.pairs.first, scored.pairs.second
    inside = births.birth[first] == births.birth[second]
    best = np.full(len(coded), -np.inf)
    for side in (first, second):
        np.maximum.at(best, side[inside], births.weight[inside])
    alone = np.bincount(births.birth, minlength=len(coded))[births.birth] == 1
    table = pd.DataFrame({"registry": coded["registry"].astype(str), "record_id": coded["record_id"], "birth": births.birth})
    table.insert(0, "birth_id", birth_ids(table, known))
    table["match_probability"] = np.where(alone, 1.0, probability(best))
    named: pd.DataFrame = table[["birth_id", "registry", "record_id", "match_probability"]]
    return named


def pair_table(coded: pd.DataFrame, births: Births, scored: Scored, model: Model, bindings: Bindings) -> pd.DataFrame:
    """The pairs worth knowing with weight, probability, decision, and a level in words per comparison."""
    first, second = scored.pairs.first, scored.pairs.second
    linked = births.birth[first] == births.birth[second]
    evidence = np.where(linked, births.weight, match_weight(scored.total))
    weight = np.where(np.abs(births.weight) >= BOUND, match_weight(scored.total), evidence)
    decision = decided(scored.pairs, evidence, births.birth, coded, model.thresholds, bindings)
    decision[bindings.bound(first, second)] = str(Decision.LINK)
    table = pd.DataFrame(
        {
            "registry_left": coded["registry"].astype(str).to_numpy()[first],
            "record_id_left": coded["record_id"].to_numpy()[first],
            "registry_right": coded["registry"].astype(str).to_numpy()[second],
            "record_id_right": coded["record_id"].to_numpy()[second],
            "match_weight": weight,
            "match_probability": probability(weight),
            "decision": decision,
        }
    )
    for column, comparison in enumerate(model.comparisons):
        words = np.array([*comparison.levels, "missing"], dtype=object)
        table[comparison.name] = words[scored.pairs.levels[:, column]]
    told = linked | (table["match_probability"].to_numpy() >= 1e-4) | np.isinf(births.weight)
    worth: pd.DataFrame = table[told].reset_index(drop=True)
    return worth


def probability(weight: Floats) -> Floats:
    """Of a match weight in bits."""
    found: Floats = 1.0 / (1.0 + np.exp2(-np.clip(weight, -60, 60)))
    return found


def counts_of(linked: Linked) -> dict[str, int]:
    """What the night did: records, births, pairs by decision, pairs by blocking rule."""
    counts = {"records": len(linked.birth_record), "births": int(linked.birth_record["birth_id"].nunique())}
    counts |= {f"pairs_{decision}": int((linked.pair["decision"] == str(decision)).sum()) for decision in Decision}
    return counts | {f"rule_{count.rule}": count.pairs for count in linked.counts}


def _if_there(path: Path) -> pd.DataFrame | None:
    return pd.read_parquet(path) if path.is_file() else None
