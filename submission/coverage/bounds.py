"""What is certain without any model: a registry holds so many of the births that all of them together hold (domain.md 3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from submission.coverage.histories import Cells


@dataclass(frozen=True)
class Held:
    """One list against all of them. Births nobody holds are missing from `union`, so that `share` is the most that coverage can be."""

    list: int
    held: float
    union: float

    @property
    def share(self) -> float | None:
        """Observed coverage, 0..1: an upper bound. None where there is no birth."""
        return self.held / self.union if self.union else None


def held(cells: Cells) -> tuple[Held, ...]:
    """Every list, counted from 1, with numerator and denominator."""
    return tuple(Held(place + 1, float(size), cells.union) for place, size in enumerate(cells.sizes))


def held_by_area(cells: Mapping[Any, Cells]) -> dict[Any, tuple[Held, ...]]:
    """The same of every area."""
    return {area: held(one) for area, one in cells.items()}
