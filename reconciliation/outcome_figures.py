"""What answers do to the figures (domain.md 6.3), counted in children: the first of them is children registered with help (R12)."""

from __future__ import annotations

from collections.abc import Iterable

from reconciliation.outcome_judge import Verdict

FIGURES = {
    "registered_with_help": ("A3",),
    "registered": ("A1", "A3"),
    "registered_elsewhere": ("A2",),
    "not_yet_registered": ("B1", "B2", "B3", "D1", "D3"),
    "died": ("C1",),
    "removed": ("C2", "C3"),
    "transferred": ("C4",),
    "corrected": ("C5",),
    "second_check": ("C6", "E9"),
    "excluded": ("D2",),
    "decided_pairs": ("S1", "S2"),
}
"""Figure -> the codes that count for it. A wish not to be called on (D1) is no refusal to register: the child is not yet registered."""


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
