"""Sample coverage (Chao and Tsay 1998): births that one list alone holds tell how much all lists miss, and overlaps how the lists depend on each other."""

from __future__ import annotations

from dataclasses import dataclass

from submission.coverage.histories import Cells, pairs

LOWEST_COVERAGE = 0.55
"""Below this only a lower bound can be stated (Chao et al. 2001)."""


@dataclass(frozen=True)
class SampleCoverage:
    """`coverage`: the mean share of a list that another list holds too, 0..1. `shared`: D, births found by the lists on average if one were left out.

    `independent`: the estimate if lists did not depend on each other; `dependent`: corrected for it (for three lists only); `one_step`: a smaller
    correction, for low coverage. None where nothing is held twice, or the correction has no solution at or above what was seen.
    """

    coverage: float
    shared: float
    independent: float | None
    dependent: float | None
    one_step: float | None


def sample_coverage(cells: Cells) -> SampleCoverage | None:
    """None where a list is empty: the share of nothing that another list holds cannot be told."""
    sizes, alone, lists = cells.sizes, cells.alone, cells.lists
    if not sizes.all():
        return None
    coverage = 1 - float((alone / sizes).sum()) / lists
    shared = cells.union - float(alone.sum()) / lists
    if coverage <= 0:
        return SampleCoverage(0.0, shared, None, None, None)
    independent = shared / coverage
    dependent, one_step = _corrected(cells, coverage, independent) if lists == 3 else (None, None)
    return SampleCoverage(coverage, shared, independent, dependent, one_step)


def _corrected(cells: Cells, coverage: float, independent: float) -> tuple[float | None, float | None]:
    """Three lists. Every two lists hold more of the same births than chance would let them, by a factor that itself rests on the number sought."""
    rates = []
    for one, other in pairs(3):
        third = 3 - one - other
        unseen = sum(float(cells.sizes[place]) - cells.both(place, third) for place in (one, other))
        rates.append((unseen, cells.both(one, other) / float(cells.sizes[one] * cells.sizes[other])))
    slope = sum(weight * rate for weight, rate in rates) / (3 * coverage)
    offset = independent - sum(weight for weight, _ in rates) / (3 * coverage)
    solved = offset / (1 - slope) if slope < 1 else None
    stepped = offset + slope * (offset + slope * independent)
    return _possible(solved, cells), _possible(stepped, cells)


def _possible(number: float | None, cells: Cells) -> float | None:
    """None for fewer births than were seen: then the overlaps are too few for a correction."""
    return None if number is None or number < cells.union else number
