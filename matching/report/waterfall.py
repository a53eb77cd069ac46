"""Where the weight of a pair comes from: levels and weights only, never what the records say (docs/rights.md R2, R11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.arrays import Floats, Ints, Levels
from matching.decide.deliveries import twin_class
from matching.decide.entities import ACCOUNTED
from matching.estimate.frequencies import count_values, surprises
from matching.estimate.weights import LN2, bound_classes, log_likelihoods, log_priors, log_shares, match_weight
from matching.model.learned import Model
from matching.model.limits import limits_of
from matching.records import Records
from matching.report.evidence import Evidence, Pairs
from vocabulary.errors import ConfigurationError, Fault

EXACT = 1e-6
"""Bits: what a saved model loses by rounding is a thousandth of this."""
PIECE = 500_000
"""Pairs that are explained at a time."""


@dataclass(frozen=True)
class Step:
    """One bar. `kind`: prior, comparison (`name`, `level`), rarity (`name`: of the values that agree), bond (`name`, `other`: two comparisons that err
    together), care (errors gather in some forms), others (explanations beside strangers), or rest (what cannot be told apart without the records, or
    was linked by other means).
    """

    kind: str
    bits: float
    name: str = ""
    level: str = ""
    other: str = ""


@dataclass(frozen=True)
class Explained:
    """Bits of pairs: a row a pair, a column a comparison (`bonds`: a bond) where there are columns. All but `stated` add up to `stated`."""

    prior: Floats
    gains: Floats
    rarity: Floats
    bonds: Floats
    care: Floats
    others: Floats
    rest: Floats
    stated: Floats


def nearest_pair(evidence: Evidence) -> int | None:
    """The row of the pair nearest to where links begin: between registries, or inside the only one. None without pairs."""
    pairs, limits = evidence.pairs, limits_of(evidence.model.spec.costs)
    if not len(pairs):
        return None
    across = pairs.left != pairs.right
    distance = np.abs(pairs.weight - np.where(across, limits.link, limits.duplicate))
    return int(np.argmin(np.where(across, distance, np.inf) if across.any() else distance))


def steps_of(evidence: Evidence, row: int) -> tuple[Step, ...]:
    """The bars of one pair, in the order of the model; comparisons of which a side is missing add nothing and have none."""
    told, spec = explained(evidence, np.array([row])), evidence.model.spec
    levels = evidence.pairs.levels[row]
    steps = [Step("prior", float(told.prior[0]))]
    for place, one in enumerate(spec.comparisons):
        if levels[place] < len(one.levels):
            steps.append(Step("comparison", float(told.gains[0, place]), one.name, one.level_names[levels[place]]))
            steps += [Step("rarity", float(told.rarity[0, place]), one.name)] if told.rarity[0, place] else []
    for place, bond in enumerate(evidence.model.bonds):
        steps += [Step("bond", float(told.bonds[0, place]), bond.one, other=bond.two)] if told.bonds[0, place] else []
    ends = [("care", told.care), ("others", told.others), ("rest", told.rest)]
    return (*steps, *(Step(kind, float(bits[0])) for kind, bits in ends if abs(bits[0]) > EXACT))


def explained(evidence: Evidence, rows: Ints) -> Explained:
    """The parts of these pairs' weights.

    The weight compares a match with everything else. `prior`, `gains` and `rarity` compare it with strangers; `others` is what it loses because the pair
    may also be twins or of one family. A linked pair whose delivery is complete in a registry has twins accounted for: whichever reading fits is taken.
    """
    pairs, model, kinds = evidence.pairs, evidence.model, evidence.kinds
    kind, levels, stated = kinds.table[pairs.left[rows], pairs.right[rows]], pairs.levels[rows], pairs.weight[rows]
    priors = log_priors(model, kinds)[kind]
    tables = [log_shares(model, kinds, place)[kind, :, levels[:, place]] for place in range(levels.shape[1])]
    gains = np.column_stack([(one[:, 0] - one[:, -1]) / LN2 for one in tables])
    prior = (priors[:, 0] - priors[:, -1]) / LN2
    total = log_likelihoods(model, kinds, levels, kind)
    plain = (total[:, 0] - total[:, -1]) / LN2
    bonds = bonds_of_pairs(model, levels)
    care = plain - prior - gains.sum(axis=1) - bonds.sum(axis=1)
    if evidence.records is None:
        nothing = np.zeros(len(rows))
        return Explained(prior, gains, np.zeros_like(gains), bonds, care, nothing, stated - plain, stated)
    rarity = rarity_of(evidence, evidence.records, rows)
    total[:, -1] -= rarity.sum(axis=1) * LN2
    weight = _as_decided(total, stated, twin_class(model.spec))
    others = weight - (total[:, 0] - total[:, -1]) / LN2
    return Explained(prior, gains, rarity, bonds, care, others, stated - weight, stated)


def bonds_of_pairs(model: Model, levels: Levels) -> Floats:
    """Bits that each bond adds to a match against a stranger: a row a pair, a column a bond."""
    bits = np.zeros((len(levels), len(model.bonds)))
    for column, bond in enumerate(model.bonds):
        one, two = model.spec.place(bond.one), model.spec.place(bond.two)
        if len(model.spec.classes) - 1 not in bound_classes(model, one, two):
            bits[:, column] = bond.together[levels[:, one], levels[:, two]] / LN2
    return bits


def _as_decided(total: Floats, stated: Floats, twins: int) -> Floats:
    """The weight with twins fully in account or accounted for, whichever is nearer to what is stated."""
    free = match_weight(total)
    if twins <= 0:
        return free
    accounted = match_weight(total, twins, ACCOUNTED)
    nearer: Floats = np.where(np.abs(stated - accounted) < np.abs(stated - free), accounted, free)
    return nearer


def rarity_of(evidence: Evidence, records: Records, rows: Ints) -> Floats:
    """Bits that the frequency of the very values adds, a column a comparison. Raises ConfigurationError where the records are not those of the pairs."""
    spec, levels = evidence.model.spec, evidence.pairs.levels[rows]
    first, second = rows_of_pairs(evidence, records, rows)
    surprise, at, _ = surprises(records, evidence.model, count_values(records, spec))
    bits = np.zeros((len(rows), len(spec.comparisons)))
    for place, one in enumerate(spec.comparisons):
        start, codes = at[place, levels[:, place]], records.column(one.fields[0])
        left, right = codes[first], codes[second]
        told = (start >= 0) & (left >= 0) & (right >= 0)
        larger = np.maximum(surprise[np.where(told, start + left, 0)], surprise[np.where(told, start + right, 0)])
        bits[:, place] = np.where(told, -larger.astype(np.float64) / LN2, 0.0)
    return bits


def rows_of_pairs(evidence: Evidence, records: Records, rows: Ints) -> tuple[Ints, Ints]:
    """Where the two records of each pair stand among the records."""
    ids = evidence.pair_ids.iloc[rows]
    first, second = (records.rows_of(ids[f"registry_{side}"].tolist(), ids[f"record_id_{side}"].tolist()) for side in ("left", "right"))
    if unknown := int(((first < 0) | (second < 0)).sum()):
        raise ConfigurationError(Fault("report.records_differ", "pair.parquet", {"count": unknown}))
    return first, second


@dataclass(frozen=True)
class Check:
    """Of all pairs: how many add up to what is stated, and the furthest that one is off, in bits. `complete`: the records were at hand."""

    pairs: int
    differing: int
    furthest: float
    complete: bool


def checked(evidence: Evidence) -> Check:
    """Whether the parts of every pair add up to its weight, worked out from the records anew."""
    if evidence.records is None:
        return Check(len(evidence.pairs), 0, 0.0, False)
    differing, furthest = 0, 0.0
    for rows in _pieces(evidence.pairs):
        rest = np.abs(explained(evidence, rows).rest)
        differing += int((rest > EXACT).sum())
        furthest = max(furthest, float(rest.max(initial=0.0)))
    return Check(len(evidence.pairs), differing, furthest, True)


def _pieces(pairs: Pairs) -> Iterator[Ints]:
    for low in range(0, len(pairs), PIECE):
        yield np.arange(low, min(low + PIECE, len(pairs)), dtype=np.int64)
