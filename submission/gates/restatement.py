"""G14: a month that was sealed changes only with a reason, and a great change is asked about."""

from __future__ import annotations

from collections.abc import Iterator

from submission.gates.evidence import Evidence
from submission.gates.limits import limit
from submission.gates.objection import Objection, Severity
from submission.monthly.revisions import VANISHED
from submission.monthly.table import TOTAL


def restated_with_reason(evidence: Evidence) -> Iterator[Objection]:
    """A second version, or births of a sealed month that are no longer known, need a person's reason; the rest explains itself."""
    has_reason = bool((evidence.reason or "").strip())
    if evidence.version > 1 and not has_reason:
        yield Objection("G14", "version_without_reason", Severity.BLOCK, str(evidence.month), {"version": evidence.version})
    whole = evidence.changes[evidence.changes["level"].eq(TOTAL)]
    births = whole[whole["column"].eq("live_births")]
    for row in births.to_dict("records"):
        was, gone = int(row["was"]), int(row["causes"].get(VANISHED, 0))
        if was and gone / was > limit("restated") and not has_reason:
            yield Objection("G14", "births_vanished", Severity.BLOCK, str(row["month"]), {"gone": gone, "was": was})
        elif was and abs(int(row["difference"])) / was > limit("restated"):
            yield Objection("G14", "restated", Severity.WARNING, str(row["month"]), {"was": was, "is_now": int(row["is"])})
