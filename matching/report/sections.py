"""What the page says of a model and its pairs: plain values for the template, a function a section."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from matching.estimate.weights import probability
from matching.model.learned import Model
from matching.model.limits import limits_of
from matching.model.spec import Costs
from matching.report import numbers
from matching.report.charts import LIMIT_NAMES, score_chart, score_edges, step_words, waterfall_chart, weight_chart
from matching.report.drawing import Picture, drawn
from matching.report.evidence import DECISIONS, Evidence
from matching.report.levels import BondWeights, ComparisonWeights, LevelWeight, bond_weights, care_weights, differing, level_weights
from matching.report.waterfall import Step, checked, nearest_pair, steps_of
from matching.report.words import Words

Section = Mapping[str, Any]


def summary(evidence: Evidence, words: Words) -> Section:
    """Records by registry, what they make up, pairs by decision."""
    decided = np.bincount(evidence.pairs.decision, minlength=len(DECISIONS)).tolist()
    return {
        "registries": [(words.registry(name), count) for name, count in evidence.sizes.items()],
        "records": len(evidence.record),
        "entities": int(evidence.record["birth_id"].nunique()),
        "decisions": [(words("decision", name), count) for name, count in zip(DECISIONS, decided, strict=True)],
    }


def weights(evidence: Evidence, words: Words) -> Section:
    """Match weights of all levels, and those by pair of registries that differ."""
    model, kinds = evidence.model, evidence.kinds.names
    told = level_weights(model, kinds)
    picture = drawn("match_weights", words("weights", "chart_alt"), words, lambda spoken: weight_chart(model, kinds, spoken))
    return {
        "picture": picture,
        "tables": [_weight_table(one, words) for one in told],
        "frequency": any(one.frequency for one in told),
        "twins": any(level.twin is not None for one in told for level in one.levels),
        "bonds": [_bond_row(one, words) for one in bond_weights(model)],
        "care": _care(model, words),
        "kinds": [words.kind(*kind) for kind in kinds],
        "by_kind": [
            (words.code("comparison", name), [_kind_row(name, level, words) for level in levels])
            for name, levels in (differing(told) if len(kinds) > 1 else [])
        ],
    }


def _bond_row(one: BondWeights, words: Words) -> tuple[str, list[str]]:
    names = [words.code("comparison", name) for name in (one.one, one.two)]
    return words("weights", "bond", one=names[0], two=names[1]), [_range(*told) for told in one.bits]


def _range(low: float, high: float) -> str:
    least, most = numbers.signed(low), numbers.signed(high)
    return least if least == most else f"{least} … {most}"


def _care(model: Model, words: Words) -> str:
    """The mixture of careful and careless forms, in a sentence; empty without one."""
    told = care_weights(model)
    if model.care is None or not told:
        return ""
    names = words.joined([words.code("comparison", name) for name in model.care.comparisons])
    bits = words.joined([f"{words.level('care', f'errors_{count}')} {numbers.signed(one)}" for count, one in enumerate(told)])
    return words("weights", "care", share=numbers.percent(model.care.share, 0), factor=f"{model.care.factor:g}", names=names, bits=bits)


def _kind_row(name: str, level: LevelWeight, words: Words) -> tuple[str, str, list[str]]:
    return words.level(name, level.level), numbers.signed(level.weight), [numbers.signed(one) for one in level.by_kind]


def _weight_table(one: ComparisonWeights, words: Words) -> Section:
    title = words.code("comparison", one.name)
    title += words("weights", "frequency") if one.frequency else ""
    title += words("weights", "only_within") if one.within else ""
    rows = [
        (
            words.level(one.name, level.level),
            numbers.share(level.match),
            numbers.share(level.stranger),
            numbers.signed(level.weight),
            None if level.twin is None else numbers.signed(level.twin),
        )
        for level in one.levels
    ]
    return {"title": title, "rows": rows}


def waterfall(evidence: Evidence, row: int | None, words: Words) -> Section | None:
    """One pair: the one that was asked for, or the nearest to the limit of linking. None without pairs."""
    chosen = nearest_pair(evidence) if row is None else row
    if chosen is None:
        return None
    pairs, steps, spec = evidence.pairs, steps_of(evidence, chosen), evidence.model.spec
    left, right = (pairs.registries[side[chosen]] for side in (pairs.left, pairs.right))
    limits = limits_of(spec.costs)
    lines = {"review": limits.review, **({"link": limits.link} if left != right else {"duplicate": limits.duplicate})}
    shown = {step.name for step in steps}
    missing = [words.code("comparison", one.name) for one in spec.comparisons if one.name not in shown]
    return {
        "picture": drawn("waterfall", words("waterfall", "chart_alt"), words, lambda spoken: waterfall_chart(steps, lines, spoken)),
        "title": words("waterfall", "nearest" if row is None else "chosen", row=chosen),
        "between": words(
            "waterfall",
            "between",
            kind=words.kind(left, right),
            weight=numbers.signed(pairs.weight[chosen], 2),
            probability=numbers.probability(pairs.probability[chosen]),
            decision=words("decision", DECISIONS[pairs.decision[chosen]]),
        ),
        "rows": _running(evidence, steps, words),
        "total": numbers.signed(sum(step.bits for step in steps), 2),
        "missing": words("waterfall", "missing", names=words.joined(missing)) if missing else "",
        "check": _check(evidence, words),
    }


def _running(evidence: Evidence, steps: tuple[Step, ...], words: Words) -> list[tuple[str, str, str]]:
    """Each bar with what it adds and where it ends."""
    ends = np.cumsum([step.bits for step in steps])
    titles = [
        words("waterfall", "rest_differs") if step.kind == "rest" and evidence.records is not None else step_words(step, words)
        for step in steps
    ]
    return [(title, numbers.signed(step.bits, 2), numbers.signed(end, 2)) for title, step, end in zip(titles, steps, ends, strict=True)]


def _check(evidence: Evidence, words: Words) -> str:
    """What came of adding up every pair."""
    told = checked(evidence)
    facts = {"pairs": numbers.count(told.pairs), "differing": numbers.count(told.differing), "furthest": numbers.share(told.furthest)}
    return words("waterfall", "check_none" if not told.complete else "check_bad" if told.differing else "check_good", **facts)


def scores(evidence: Evidence, words: Words) -> Section:
    """Match weights by decision, the limits, and what follows from other records."""
    pairs, limits = evidence.pairs, limits_of(evidence.model.spec.costs)
    edges = score_edges(pairs, limits)
    counts = [np.histogram(pairs.weight[pairs.decision == place], edges)[0].tolist() for place in range(len(DECISIONS))]
    intervals = [f"{numbers.signed(low, 0)} … {numbers.signed(high, 0)}" for low, high in pairwise(edges.tolist())]
    rows = [(interval, told) for interval, *told in zip(intervals, *counts, strict=True) if any(told)]
    third = -(-len(rows) // 3) or 1
    reached = pairs.weight >= np.where(pairs.left != pairs.right, limits.link, limits.duplicate)
    link, apart = (pairs.decision == DECISIONS.index(name) for name in ("link", "apart"))
    return {
        "picture": drawn("scores", words("scores", "chart_alt"), words, lambda spoken: score_chart(pairs, limits, spoken)),
        "limits": [
            (
                words("scores", name),
                numbers.signed(getattr(limits, name), 2),
                numbers.probability(float(probability(np.array(getattr(limits, name))))),
                cost,
            )
            for name, cost in zip(LIMIT_NAMES, _costs(evidence.model.spec.costs, words), strict=True)
        ],
        "columns": [rows[start : start + third] for start in range(0, len(rows), third)],
        "heads": [words("decision", name) for name in DECISIONS],
        "better": words("scores", "better", count=numbers.count((apart & reached).sum())),
        "drawn_in": words("scores", "drawn_in", count=numbers.count((link & ~reached).sum())),
    }


def _costs(costs: Costs, words: Words) -> list[str]:
    """In the order of LIMIT_NAMES: what each limit follows from."""
    return [
        words("scores", "floor_cost"),
        words("scores", "review_cost", review=f"{costs.review:g}", missed=f"{costs.missed_link:g}"),
        words("scores", "link_cost", false=f"{costs.false_link:g}", missed=f"{costs.missed_link:g}"),
        words("scores", "duplicate_cost", false=f"{costs.false_duplicate:g}", missed=f"{costs.missed_duplicate:g}"),
    ]


def pictures_of(page: Mapping[str, Any]) -> list[Picture]:
    """Every chart of a page's sections, in order."""
    return [section["picture"] for section in page.values() if isinstance(section, Mapping) and isinstance(section.get("picture"), Picture)]
