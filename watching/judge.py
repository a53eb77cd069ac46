"""Tonight held against the nights before: which figures have moved, and whether that is more than chance (watching/drift.py)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from watching.drift import Drift, Verdict, drift, share_drift
from watching.nights import Night

BASELINE = 14
"""Nights that make up what is usual."""
BIT, TWO_BITS = 1.0, 2.0
"""A weight that moved by one bit halves or doubles the odds; by two, quarters or quadruples them. hedui's own limits."""
COMMON = 0.005
"""Share of matches from which a level's weight is looked at: rarer ones move by chance."""


@dataclass(frozen=True)
class Share:
    """Of a registry: the share of records that have a column (`filled`) or bear a code (`code`), and what was usual; None before there were nights."""

    registry: str
    what: str
    name: str
    have: int
    rows: int
    usual: float | None
    drift: Drift

    @property
    def share(self) -> float:
        """Tonight."""
        return self.have / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class Weight:
    """Of a comparison: whether linked pairs show its levels as often as the model expects, and how far its weights are from the nights before.

    `level`: the one whose weight moved most, by `bits`; None before there were nights.
    """

    comparison: str
    pairs: int
    drift: Drift
    level: str | None
    bits: float | None

    @property
    def verdict(self) -> Verdict:
        """The worse of the two."""
        moved = (
            Verdict.STEADY if self.bits is None or abs(self.bits) < BIT else Verdict.LOOK if abs(self.bits) < TWO_BITS else Verdict.MOVED
        )
        return worst((moved, self.drift.verdict))


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of several."""
    order = list(Verdict)
    return max(verdicts, key=order.index, default=Verdict.STEADY)


def shares(night: Night, before: Sequence[Night]) -> list[Share]:
    """Every registry's columns, then its codes. Nights of which nothing was measured are no baseline."""
    filled, codes = night.measured.get("filled", {}), night.measured.get("codes", {})
    found = [
        _share((registry, "filled", name), have, rows, before)
        for registry, columns in filled.items()
        for name, (have, rows) in columns.items()
    ]
    for registry, columns in filled.items():
        rows = max((among for _, among in columns.values()), default=0)
        known = {name for one in before for name in one.measured.get("codes", {}).get(registry, {})}
        told = codes.get(registry, {})
        found += [_share((registry, "code", name), told.get(name, 0), rows, before) for name in sorted(known | set(told))]
    return found


def _share(figure: tuple[str, str, str], have: int, rows: int, before: Sequence[Night]) -> Share:
    past = [told for night in before if (told := _counts(night, *figure)) is not None and told[1]]
    if not past:
        return Share(*figure, have, rows, None, Drift(0.0, 0.0))
    usual = median(told / among for told, among in past)
    # Two nights hold mostly the same records: as many as one night has vouch for what is usual, not the sum of all.
    return Share(*figure, have, rows, usual, share_drift(have, rows, usual, past[-1][1]))


def _counts(night: Night, registry: str, what: str, name: str) -> tuple[int, int] | None:
    filled = night.measured.get("filled", {}).get(registry)
    if not filled:
        return None
    if what == "filled":
        return (filled[name][0], filled[name][1]) if name in filled else None
    rows = max(counts[1] for counts in filled.values())
    return int(night.measured.get("codes", {}).get(registry, {}).get(name, 0)), rows


def weights(night: Night, before: Sequence[Night]) -> list[Weight]:
    """Every comparison that linked pairs say anything of, or whose weights the nights before knew."""
    found = []
    for name, told in night.measured.get("levels", {}).items():
        now, expected = ([counts[place] for counts in told.values()] for place in (0, 1))
        level, bits = _moved(name, night.measured.get("weights", {}).get(name, {}), before)
        if sum(now):
            found.append(Weight(name, int(sum(now)), drift(now, expected), level, bits))
    return found


def _moved(name: str, told: dict[str, Any], before: Sequence[Night]) -> tuple[str | None, float | None]:
    """The common level whose weight is furthest from its median of the nights before."""
    past = [weights[name] for night in before if name in (weights := night.measured.get("weights", {}))]
    moved = {
        level: bits - median(usual)
        for level, (bits, share) in told.items()
        if share >= COMMON and (usual := [one[level][0] for one in past if level in one])
    }
    furthest = max(moved, key=lambda level: abs(moved[level]), default=None)
    return furthest, None if furthest is None else round(moved[furthest], 3)
