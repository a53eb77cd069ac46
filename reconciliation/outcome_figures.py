"""What answers do to the figures (domain.md 6.3), counted in children: the first of them is children registered with help (R12)."""

from __future__ import annotations

from collections.abc import Iterable

from reconciliation.outcome_judge import Verdict
from vocabulary.figures import FIGURES


def figures(taken: Iterable[Verdict]) -> dict[str, int]:
    """Children by figure, each finding by its last answer among these; decided pairs are counted as pairs."""
    last: dict[tuple[str | None, str], str] = {}
    for verdict in taken:
        if verdict.task and verdict.told:
            last[verdict.task.birth_id, verdict.task.finding_id] = verdict.told.code
    return {
        figure: len(
            {finding_id if figure == "decided_pairs" else birth_id for (birth_id, finding_id), code in last.items() if code in codes}
        )
        for figure, codes in FIGURES.items()
    }
