"""What the page says once a truth is there: quality of links, recall of blocking, reliability of probabilities, equality of errors."""

from __future__ import annotations

from typing import Any

import pandas as pd

from matching import parity as rule
from matching.arrays import Bools
from matching.evaluate import Quality, evaluate
from matching.parity import GROUPS, Error, Verdict, error_parity, rows_of
from matching.recall import MISSING, BlockingRecall, rule_recall
from matching.reliability import Bin, reliability
from matching.report import numbers
from matching.report.drawing import drawn
from matching.report.evidence import DECISIONS, Evidence
from matching.report.sections import Section
from matching.report.truth_charts import parity_chart, reliability_chart
from matching.report.words import Words
from matching.truth import Truth


def quality(evidence: Evidence, words: Words) -> Section | None:
    """Precision and recall of pairs, by pair of registries."""
    if evidence.truth is None:
        return None
    told = evaluate(evidence.record, evidence.truth.record, "true_birth_id")
    rows = [(words.kind(*kind), _quality(one)) for kind, one in told.by_kind.items() if one.true or one.linked]
    return {"rows": rows, "all": _quality(told.across)}


def _quality(one: Quality) -> tuple[str, ...]:
    shares = (numbers.percent(told) for told in (one.precision, one.recall, one.f1))
    return (*shares, *(numbers.count(told) for told in (one.right, one.linked - one.right, one.true - one.right)))


def blocking(evidence: Evidence, words: Words) -> Section | None:
    """What each rule did, and with a truth what it lets through. None where nothing tells."""
    if not evidence.rules:
        return None
    recall = _recall(evidence)
    rows = [
        {
            "title": words.code("rule", one.rule),
            "counts": [numbers.count(told) for told in (one.pairs, one.new_pairs, one.records_left_out)],
        }
        for one in evidence.rules
    ]
    possible, looked = sum(evidence.kinds.possible), sum(one.new_pairs for one in evidence.rules)
    share = numbers.percent(looked / possible if possible else 0.0, 4)
    return {
        "rows": rows,
        "all": numbers.count(looked),
        "size": words("rules", "possible", possible=numbers.count(possible), looked=numbers.count(looked), share=share),
        "recall": None if recall is None else _recalls(recall),
        "note": ""
        if recall is None
        else words("rules", "recall_note", across=numbers.count(recall.across), within=numbers.count(recall.within)),
        "unmet": None if recall is None else _unmet(recall, evidence, words),
        "needs": "" if recall is not None else words("page", "needs_truth" if evidence.truth is None else "needs_records"),
    }


def _recall(evidence: Evidence) -> BlockingRecall | None:
    if evidence.truth is None or evidence.ready is None:
        return None
    truth = {str(name): column.tolist() for name, column in evidence.truth.record.items()}
    return rule_recall(evidence.ready, truth, evidence.model.spec)


def _recalls(told: BlockingRecall) -> list[list[str]]:
    """Per rule: recall alone, so far, so far inside a registry, and what only it meets."""
    across, within = max(told.across, 1), max(told.within, 1)
    return [
        [
            *(numbers.percent(count / across) for count in (one.across, one.across_so_far)),
            numbers.percent(one.within_so_far / within) if told.within else numbers.NONE,
            numbers.count(one.only),
        ]
        for one in told.rules
    ]


def _unmet(told: BlockingRecall, evidence: Evidence, words: Words) -> Section:
    """By comparison: missing, different, agreeing in part, the same."""
    rows = []
    for one in evidence.model.spec.comparisons if told.unmet_pairs else ():
        counts = dict(told.unmet[one.name])
        left = one.level_names[-1] if one.levels[-1].test is None else ""
        missing, same, different = (counts.pop(name, 0) for name in (MISSING, one.level_names[0], left))
        parts = [f"{words.level(one.name, name)} {count}" for name, count in counts.items()]
        rows.append((words.code("comparison", one.name), missing, different, sum(counts.values()), same, words.joined(parts)))
    return {"count": told.unmet_pairs, "title": words("rules", "unmet", count=numbers.count(told.unmet_pairs)), "rows": rows}


def truth_of_pairs(evidence: Evidence, truth: Truth) -> tuple[Bools, Bools]:
    """Per pair: whether it is one birth, and whether the truth knows both records."""
    births, ids = truth.record.set_index(["registry", "record_id"])["true_birth_id"], evidence.pair_ids
    left, right = (
        births.reindex(pd.MultiIndex.from_arrays([ids[f"registry_{side}"], ids[f"record_id_{side}"]])).to_numpy()
        for side in ("left", "right")
    )
    known = ~(pd.isna(left) | pd.isna(right))
    return (left == right) & known, known


def reliable(evidence: Evidence, words: Words) -> Section | None:
    """Stated probabilities against the truth. None without a truth or a pair."""
    if evidence.truth is None or not len(evidence.pairs):
        return None
    true, known = truth_of_pairs(evidence, evidence.truth)
    if not known.any():
        return None
    stated, decided = evidence.pairs.probability[known], evidence.pairs.decision[known]
    told = reliability(stated, true[known])
    by_decision = [
        (words("decision", name), _bin_row(one, words))
        for place, name in enumerate(DECISIONS)
        for one in reliability(stated[decided == place], true[known][decided == place], (0.0, 1.0)).bins
    ]
    return {
        "picture": drawn("reliability", words("reliability", "chart_alt"), words, lambda spoken: reliability_chart(told, spoken)),
        "rows": [(f"{one.low:.4g}{numbers.NONE}{one.high:.4g}", _bin_row(one, words)) for one in told.bins],
        "decisions": by_decision,
        "summary": words(
            "reliability",
            "summary",
            error=f"{told.calibration_error:.4f}",
            brier=f"{told.brier:.4f}",
            expected=numbers.count(round(told.expected)),
            true=numbers.count(told.true),
        ),
        "left_out": words("reliability", "left_out", count=numbers.count(int((~known).sum()))) if (~known).any() else "",
    }


def _bin_row(one: Bin, words: Words) -> tuple[str, ...]:
    verdict = "yes" if one.holds else "low" if one.stated < one.share else "high"
    shares = (numbers.percent(one.stated), numbers.percent(one.share), numbers.interval(*one.interval))
    return (numbers.count(one.pairs), numbers.count(one.true), *shares, words("reliability", verdict))


def equal_error(evidence: Evidence, words: Words) -> Section | None:
    """Error parity by docs/rights.md R10. None without a truth, or where it knows none of the groups."""
    if evidence.truth is None:
        return None
    told = error_parity(evidence.record, evidence.truth.record, evidence.truth.birth, evidence.pair_ids)
    lacking = [words.code("attribute", name) for name in GROUPS if name not in evidence.truth.birth]
    if told.empty:
        return None
    held, unclear = rule.held(told), rule.undecided(told)
    names = [f"{words.group(one.attribute, one.group)}{words('page', 'colon')}{words('parity', one.error)}" for one in rows_of(held)]
    return {
        "picture": drawn("error_parity", words("parity", "chart_alt"), words, lambda spoken: parity_chart(told, spoken)),
        "table": told,
        "tables": [_parity_table(told[told["error"] == error], error, words) for error in Error],
        "held": words("parity", "held_all", groups=words.joined(names)) if names else words("parity", "held_none"),
        "holds": bool(names),
        "unclear": words("parity", "unclear_all", count=len(unclear)) if len(unclear) else words("parity", "unclear_none"),
        "rule": words("parity", "rule", **_limits()),
        "lacking": words("parity", "lacking", columns=words.joined(lacking)) if lacking else "",
    }


def _limits() -> dict[str, Any]:
    return {
        "times": rule.MOST_TIMES, "more": numbers.percent(rule.MOST_MORE, 1), "least": rule.LEAST_MISHAPS, "success": rule.LEAST_SUCCESS,
        "doubt": numbers.percent(rule.DOUBT, 0),
    }  # fmt: skip


def _parity_table(told: pd.DataFrame, error: Error, words: Words) -> Section:
    """One sort of error. The errors of one kind of group are those of all children."""
    errors = told.loc[told["attribute"].eq(told["attribute"].iloc[0]), "errors"].sum()
    facts = {"errors": numbers.count(errors), "mishaps": numbers.count(told["mishaps"].iloc[0])}
    return {
        "title": words("parity", error),
        "with_review": error == Error.MISSED,
        "mishaps": words("parity", "mishaps", **facts),
        "rows": _parity_rows(told, words),
    }


def _parity_rows(told: pd.DataFrame, words: Words) -> list[Section]:
    return [
        {
            "attribute": words.code("attribute", one.attribute),
            "first": bool(told["attribute"].eq(one.attribute).idxmax() == one.Index),
            "group": words.group(one.attribute, one.group),
            "counts": [numbers.count(one.children), numbers.count(one.errors), numbers.count(one.in_review)],
            "rate": numbers.percent(one.rate),
            "interval": numbers.interval(one.rate_low, one.rate_high),
            "others": f"{one.others_errors:,} / {one.others_children:,}",
            "ratio": numbers.times(one.ratio),
            "ratio_interval": f"{numbers.times(one.ratio_low)}{numbers.NONE}{numbers.times(one.ratio_high)}",
            "difference": numbers.signed(100 * one.difference, 2),
            "verdict": str(one.verdict),
            "said": words("verdict", one.verdict),
            "enough": _enough(one, words),
        }
        for one in rows_of(told)
    ]


def _enough(one: Any, words: Words) -> str:
    if one.verdict != Verdict.UNCLEAR:
        return ""
    return words("parity", "enough", times=numbers.count(one.enough)) if one.enough else words("parity", "never")
