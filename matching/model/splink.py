"""A model that has learnt, as settings of Splink 4 and 5 on DuckDB; and settings of Splink as a model of ours (`from_splink`).

Splink knows two classes of pairs. Ours that are neither match nor stranger (twins, other deliveries of the family) are folded into the
stranger side as a mixture: u is the share of a level among all possible pairs that are no match, each class weighing as much as its prior.
What such a mixture loses is that parents' fields agree together in them, so that Splink takes most twins for matches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from matching.arrays import Floats
from matching.estimate.frequencies import MOST
from matching.estimate.weights import log_priors
from matching.forms.kinds import KINDS
from matching.kernel.layout import TEST
from matching.model.learned import Model
from matching.model.spec import Comparison, Level
from matching.model.splink_described import KEPT_IN, described
from matching.model.splink_import import from_splink
from matching.model.splink_tables import derived
from matching.model.splink_tests import PLAIN, REGISTRY, TOLD_LATER, Columns, asked_of, condition, rule_sql, silence
from matching.pair_kinds import PairKinds, pair_kinds

__all__ = ["Exported", "Note", "derived_table", "exported", "from_splink", "splink_settings"]

RECORD = "record_id"
UNKNOWN_SIZE = 5_000
"""Records of each of two registries, for a model that does not know what it learnt from."""


@dataclass(frozen=True)
class Note:
    """Something that Splink does otherwise than we do. `code` stands for a sentence (hedui.model), `facts` fill it."""

    code: str
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass
class Exported:
    """`settings`: what Splink loads. `columns`: those that it names. `notes`: what Splink does otherwise."""

    settings: dict[str, Any]
    columns: Columns
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True)
class Told:
    """One level on its way, and its shares among matches and among all other pairs."""

    level: Level
    match: float
    other: float


def splink_settings(model: Model) -> dict[str, Any]:
    """A model as Splink's settings, which `splink.Linker` takes as they are; they run on `derived_table`."""
    return exported(model).settings


def derived_table(table: pa.Table, model: Model) -> pa.Table:
    """A table of records (columns registry, record_id and the model's) with all columns that the exported settings name."""
    return derived(table, model.spec, exported(model).columns.named)


def exported(model: Model) -> Exported:
    """Settings, columns and notes.

    A level whose test SQL cannot ask is joined to the level that its pairs fall to: the last, since no weaker form of such names agrees.
    """
    told = Exported({}, Columns(model.spec))
    kinds = kinds_of(model)
    prior = np.exp(log_priors(model, kinds)) * np.array(kinds.possible)[:, None]
    asked = {one.name: kept_levels(told, model, kinds, prior, one) for one in model.spec.comparisons}
    comparisons = [replace(one, levels=tuple(each.level for each in asked[one.name])) for one in model.spec.comparisons if asked[one.name]]
    told.settings = {
        "link_type": link_type(model),
        "probability_two_random_records_match": float(prior[:, 0].sum() / prior.sum()),
        "unique_id_column_name": RECORD,
        "source_dataset_column_name": REGISTRY,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "sql_dialect": "duckdb",
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": sql, "sql_dialect": "duckdb"} for rule in model.spec.rules for sql in rule_sql(told.columns, rule)
        ],
        "comparisons": [comparison_settings(told.columns, one, asked[one.name], apart=is_apart(model, one)) for one in comparisons],
        KEPT_IN: described(model.spec, comparisons),
    }
    told.notes += general_notes(model, kinds)
    return told


def kinds_of(model: Model) -> PairKinds:
    """The pairs of registries that the model learnt from."""
    return pair_kinds(model.sizes or {"left": UNKNOWN_SIZE, "right": UNKNOWN_SIZE}, model.spec.duplicates)


def link_type(model: Model) -> str:
    """As Splink calls it."""
    if len(model.sizes) == 1:
        return "dedupe_only"
    return "link_and_dedupe" if model.spec.duplicates else "link_only"


def mixed_shares(model: Model, kinds: PairKinds, prior: Floats, one: Comparison) -> tuple[Floats, Floats]:
    """Shares of a comparison's levels among all matches, and among all other pairs, of all pairs of registries that it looks at.

    `prior`: pairs by kind and class.
    """
    looked_at = [place for place, (left, right) in enumerate(kinds.names) if left == right or not one.within]
    shares, prior = np.stack([model.shares(kinds.names[place], one) for place in looked_at]), prior[looked_at]
    match = np.einsum("k,kl->l", prior[:, 0], shares[:, 0]) / prior[:, 0].sum()
    other = np.einsum("kc,kcl->l", prior[:, 1:], shares[:, 1:]) / prior[:, 1:].sum()
    return match, other


def comparison_settings(columns: Columns, one: Comparison, kept: list[Told], *, apart: bool) -> dict[str, Any]:
    """A comparison with a null level first."""
    nothing = {"sql_condition": silence(columns, one, apart=apart), "label_for_charts": "missing", "is_null_level": True}
    return {
        "output_column_name": one.name,
        "comparison_description": one.name,
        "comparison_levels": [nothing, *level_settings(columns, one, kept)],
    }


def is_apart(model: Model, one: Comparison) -> bool:
    """Whether a comparison says nothing of two registries, where there are two."""
    return one.within and len(model.sizes) != 1


def kept_levels(told: Exported, model: Model, kinds: PairKinds, prior: Floats, one: Comparison) -> list[Told]:
    """The levels that SQL can ask, with the shares of the others added to the last; shares add up to one. None where there are fewer than two."""
    never = is_apart(model, one) and not model.spec.duplicates
    kept = [] if never else told_levels(told, one, *mixed_shares(model, kinds, prior, one))
    if len(kept) > 1:
        return kept
    told.notes.append(Note("comparison_left_out", {"comparison": one.name}))
    return []


def told_levels(told: Exported, one: Comparison, match: Floats, other: Floats) -> list[Told]:
    """The levels that SQL can ask, with notes on the others."""
    levels = [Told(level, float(m), float(u)) for level, m, u in zip(one.levels, match, other, strict=True)]
    later = [each for each in levels if each.level.test is not None and each.level.test[0] == TOLD_LATER]
    lost = [
        each
        for each in levels
        if each.level.test is not None and each not in later and condition(told.columns, one, each.level.test) is None
    ]
    kept = [each for each in levels if each not in lost and each not in later]
    names = {"comparison": one.name, "levels": ", ".join(each.level.name for each in lost)}
    if lost and kept and kept[-1].level.test is None:
        rest = kept[-1]
        kept[-1] = Told(rest.level, *(sum(getattr(each, side) for each in (rest, *lost)) for side in ("match", "other")))
        told.notes.append(Note("levels_joined", names | {"rest": rest.level.name}))
    elif lost:
        told.notes.append(Note("levels_left_out", names))
    told.notes += [Note("level_told_elsewhere", {"comparison": one.name, "level": each.level.name}) for each in later]
    whole = Told(one.levels[-1], sum(each.match for each in kept), sum(each.other for each in kept))
    return [Told(each.level, each.match / whole.match, each.other / whole.other) for each in kept]


def level_settings(columns: Columns, one: Comparison, kept: list[Told]) -> Iterator[dict[str, Any]]:
    """Splink's levels; agreement on the value itself counts by how common the value is, where the model says so.

    Weaker forms keep their average worth: Splink would count everybody of that form, those who are written alike too.
    """
    kind = KINDS[columns.spec.field(one.fields[0]).kind]
    for each, sql in zip(kept, asked_of(columns, one), strict=True):
        test = each.level.test
        settings: dict[str, Any] = {
            "sql_condition": sql,
            "label_for_charts": each.level.name,
            "m_probability": each.match,
            "u_probability": each.other,
        }
        if one.frequency and test is not None and kind.tests[test[0]] == TEST.same and kind.forms[test[1]][0] == 0:
            settings |= {
                "tf_adjustment_column": columns.name((one.fields[0], test[1])),
                "tf_adjustment_weight": 1.0,
                "tf_minimum_u_value": each.other / 2**MOST,
                "disable_tf_exact_match_detection": True,
            }
        yield settings


def general_notes(model: Model, kinds: PairKinds) -> Iterator[Note]:
    """What holds of the whole model."""
    spec = model.spec
    if len(spec.classes) > 2:
        yield Note("classes_folded", {"classes": ", ".join(spec.classes[1:-1])})
    if len(kinds.names) > 1:
        yield Note("one_m", {"kinds": len(kinds.names)})
    if model.bonds:
        yield Note("bonds_left_out", {"count": len(model.bonds)})
    if model.care is not None:
        yield Note("care_left_out")
    if spec.rules:
        yield Note("rules_unbounded", {"rules": ", ".join(f"{rule.name} {rule.largest}" for rule in spec.rules)})
    if any(spec.field(one.fields[0]).kind in PLAIN for one in spec.comparisons):
        yield Note("bytes")
