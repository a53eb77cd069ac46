"""What desks' answers do to the figures (domain.md 6.3): one table for what is told back to a desk and for the monthly return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FIGURES: Final[Mapping[str, tuple[str, ...]]] = {
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
