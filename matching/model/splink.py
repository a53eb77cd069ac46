"""A model that has learnt, as settings of Splink 4 and 5 on DuckDB; and settings of Splink as a model of ours (`from_splink`).

Splink knows two classes of pairs. Ours that are neither match nor stranger (twins, other deliveries of the family) are folded into the
stranger side as a mixture: u is the share of a level among all possible pairs that are no match, each class weighing as much as its prior.
What such a mixture loses is that parents' fields agree together in them, so that Splink takes most twins for matches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa

from matching.arrays import Floats
from matching.estimate.frequencies import MOST
from matching.estimate.weights import log_priors
from matching.forms.kinds import KINDS
from matching.kernel.layout import TEST
from matching.model.learned import Model
from matching.model.spec import Comparison, Rule
from matching.model.splink_import import from_splink
from matching.model.splink_tables import derived
from matching.model.splink_tests import PLAIN, TOLD_LATER, Columns, condition, missing, quoted
from matching.pair_kinds import PairKinds, pair_kinds

__all__ = ["Exported", "Note", "derived_table", "exported", "from_splink", "splink_settings"]

REGISTRY, RECORD = "registry", "record_id"
APART = f'"{REGISTRY}_l" <> "{REGISTRY}_r"'
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
    """One level on its way: its condition (None: what is left), and its shares among matches and among all other pairs."""

    name: str
    test: tuple[str, ...] | None
    sql: str | None
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
    comparisons = [comparison_settings(told, model, kinds, prior, one) for one in model.spec.comparisons]
    told.settings = {
        "link_type": link_type(model),
        "probability_two_random_records_match": float(prior[:, 0].sum() / prior.sum()),
        "unique_id_column_name": RECORD,
        "source_dataset_column_name": REGISTRY,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "sql_dialect": "duckdb",
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": sql, "sql_dialect": "duckdb"} for rule in model.spec.rules for sql in rule_sql(told, rule)
        ],
        "comparisons": [one for one in comparisons if one is not None],
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


def comparison_settings(told: Exported, model: Model, kinds: PairKinds, prior: Floats, one: Comparison) -> dict[str, Any] | None:
    """A comparison; None where Splink can tell fewer than two of its levels."""
    apart = one.within and len(model.sizes) != 1
    if apart and not model.spec.duplicates:
        told.notes.append(Note("comparison_left_out", {"comparison": one.name}))
        return None
    match, other = mixed_shares(model, kinds, prior, one)
    levels = [
        Told(level.name, level.test, None if level.test is None else condition(told.columns, one, level.test), float(m), float(u))
        for level, m, u in zip(one.levels, match, other, strict=True)
    ]
    kept = kept_levels(told, one, levels)
    if len(kept) < 2:
        told.notes.append(Note("comparison_left_out", {"comparison": one.name}))
        return None
    conditions = [level.sql for level in kept if level.sql is not None]
    of_two = [level.sql for level in kept if level.sql is not None and level.test is not None and level.test[0] in ("any_same", "crossed")]
    silent = missing(told.columns, one, conditions, of_two, rest=kept[-1].test is None)
    nothing = {
        "sql_condition": f"{APART} OR {silent}" if apart else silent,
        "label_for_charts": "missing",
        "is_null_level": True,
    }
    return {
        "output_column_name": one.name,
        "comparison_description": one.name,
        "comparison_levels": [nothing, *level_settings(told, one, kept)],
    }


def kept_levels(told: Exported, one: Comparison, levels: list[Told]) -> list[Told]:
    """The levels that SQL can ask, with the shares of the others added to the last; shares add up to one."""
    lost = [level for level in levels if level.test is not None and level.sql is None and level.test[0] != TOLD_LATER]
    later = [level for level in levels if level.test is not None and level.test[0] == TOLD_LATER]
    kept = [level for level in levels if level not in lost and level not in later]
    names = {"comparison": one.name, "levels": ", ".join(level.name for level in lost)}
    if lost and kept and kept[-1].test is None:
        rest = kept[-1]
        match, other = (sum(getattr(level, side) for level in (rest, *lost)) for side in ("match", "other"))
        kept[-1] = replace(rest, match=match, other=other)
        told.notes.append(Note("levels_joined", names | {"rest": rest.name}))
    elif lost:
        told.notes.append(Note("levels_left_out", names))
    told.notes += [Note("level_told_elsewhere", {"comparison": one.name, "level": level.name}) for level in later]
    match, other = sum(level.match for level in kept), sum(level.other for level in kept)
    return [Told(level.name, level.test, level.sql, level.match / match, level.other / other) for level in kept]


def level_settings(told: Exported, one: Comparison, kept: list[Told]) -> Iterator[dict[str, Any]]:
    """Splink's levels; agreement on the value itself counts by how common the value is, where the model says so.

    Weaker forms keep their average worth: Splink would count everybody of that form, those who are written alike too.
    """
    kind = KINDS[told.columns.spec.field(one.fields[0]).kind]
    for place, level in enumerate(kept):
        settings: dict[str, Any] = {
            "sql_condition": "ELSE" if place == len(kept) - 1 else level.sql,
            "label_for_charts": level.name,
            "m_probability": level.match,
            "u_probability": level.other,
        }
        if one.frequency and level.test is not None and kind.tests[level.test[0]] == TEST.same and kind.forms[level.test[1]][0] == 0:
            settings |= {
                "tf_adjustment_column": told.columns.name((one.fields[0], level.test[1])),
                "tf_adjustment_weight": 1.0,
                "tf_minimum_u_value": level.other / 2**MOST,
                "disable_tf_exact_match_detection": True,
            }
        yield settings


def rule_sql(told: Exported, rule: Rule) -> Iterator[str]:
    """A blocking rule as equalities: one of Splink's a reading of its parts, and a side where the sides differ."""
    against = rule.where if rule.against is None else rule.against
    columns, fields = told.columns, told.columns.spec
    for way in product(*(readings(fields.field(name).kind, form) for name, form in rule.where)):
        left = [columns.name((name, form)) for (name, _), form in zip(rule.where, way, strict=True)]
        right = left if rule.against is None else [columns.name(part) for part in against]
        yield equalities(left, right)
        if left != right:
            yield equalities(right, left)


def readings(kind: str, form: str) -> list[str]:
    """The columns of a form: a date has several lunar ones."""
    told = form or next(iter(KINDS[kind].forms))
    if (kind, told) != ("day", "lunar"):
        return [told]
    return ["lunar", "lunar_leap", "lunar_early", "lunar_early_leap"]


def equalities(left: Sequence[str], right: Sequence[str]) -> str:
    """Agreement on every column."""
    return " AND ".join(f"(l.{quoted(one)} = r.{quoted(two)})" for one, two in zip(left, right, strict=True))


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
