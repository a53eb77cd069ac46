"""G9, G13: may the links be trusted, and may an estimate be printed?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from submission.gates.evidence import Evidence
from submission.gates.limits import limit
from submission.gates.objection import Objection, Severity
from submission.gates.small_numbers import surely_above


def links_hold(evidence: Evidence) -> Iterator[Objection]:
    """Precision and recall by the steward's labelled sample (G9); without one, that nobody has judged it stands on record."""
    judged = sum(band.judged for band in evidence.sample)
    if judged < limit("linkage_judged"):
        yield Objection("G9", "linkage_not_judged", Severity.NOTE, "", {"judged": judged, "needed": int(limit("linkage_judged"))})
        return
    linked = sum(band.pairs for band in evidence.sample if band.linked)
    right = sum(band.pairs * band.same / band.judged for band in evidence.sample if band.linked)
    all_same = sum(band.pairs * band.same / band.judged for band in evidence.sample)
    precision, recall = right / linked if linked else 0.0, right / all_same if all_same else 0.0
    if precision < limit("linkage_precision") or recall < limit("linkage_recall"):
        facts = {"precision": f"{precision:.3f}", "recall": f"{recall:.3f}", "judged": judged}
        yield Objection("G9", "linkage_errs", Severity.BLOCK, "", facts)


def pairs_are_decided(evidence: Evidence) -> Iterator[Objection]:
    """Few births of the month wait for the steward's word."""
    month = str(evidence.month)
    waiting = int(evidence.open_pair.loc[evidence.open_pair["born_in"].eq(month), "waiting"].sum())
    births = int(evidence.births["born_in"].eq(month).sum())
    if surely_above(waiting, births, limit("pairs_waiting"), limit("sure")):
        yield Objection("G9", "pairs_waiting", Severity.WARNING, month, {"waiting": waiting, "births": births})


def estimate_is_narrow(evidence: Evidence) -> Iterator[Objection]:
    """Where the interval is too wide or the rules forbid an estimate, the return prints the lower bound alone (G13)."""
    estimate = evidence.coverage.get("estimate")
    if estimate is None:
        yield Objection("G13", "lower_bound_only", Severity.NOTE, str(evidence.month), {"lower": round(evidence.coverage["lower_bound"])})


def too_wide(estimate: dict[str, Any] | None, union: float) -> bool:
    """Whether an estimate's interval is wider than the rule allows."""
    if estimate is None or not estimate.get("interval"):
        return True
    low, high = estimate["interval"]
    return bool((high - low) / 2 > limit("estimate_width") * union)
