"""Whether a model may be adopted without a look: rules with their reasons, each of which can hold it (docs/backfill.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hedui.comparison.groups import facts


class Advice(StrEnum):
    """`adopt`: nothing speaks against it. `look`: not before a person looked, and says why. `refuse`: it errs unequally (docs/rights.md R10)."""

    ADOPT = "adopt"
    LOOK = "look"
    REFUSE = "refuse"


MOST_BIRTHS = 0.005
"""Share of births that may be joined or split: what a month's new learning moves on the invented counties is a tenth of that."""
MOST_ASKED = 0.01
"""Share of the list of children without registration that may come or go: each one is a visit that is made, or is not made any more."""
LEAST_ASKED = 3
"""Fewer children than these are no reason by themselves: a county's list has three hundred."""
MOST_REVIEW = 1.2
"""Pairs for the steward may grow by a fifth …"""
LEAST_REVIEW = 10
"""… if they are ten and more."""


@dataclass(frozen=True)
class Reason:
    """A code of the words of the page, and its counts."""

    code: str
    facts: Mapping[str, Any]


def reasons(nights: Sequence[Mapping[str, Any]], groups: Sequence[Mapping[str, Any]], judged: Mapping[str, Any] | None) -> list[Reason]:
    """Everything that speaks against adopting without a look, of all nights together; `judged` as `errors.judged_by` gives it."""
    found = list(of_errors(judged))
    for night in nights:
        found += of_night(night)
    found += [Reason("group", {"attribute": one["attribute"], "group": one["group"]}) for one in groups if one["stands_out"]]
    if judged is None and any(changes(night) for night in nights):
        found.append(Reason("unjudged", {}))
    return list({(one.code, str(sorted(one.facts.items()))): one for one in found}.values())


def of_errors(judged: Mapping[str, Any] | None) -> Iterator[Reason]:
    """What a truth or decided pairs say: R10 first, then whether the same children fare worse than under the old model."""
    if judged is None:
        return
    if judged["held"]:
        yield Reason("unequal", {"count": len(judged["held"])})
    if judged["new_errors"] > judged["old_errors"]:
        yield Reason("errors", {"old": judged["old_errors"], "new": judged["new_errors"]})
    if judged["worse"]:
        yield Reason("worse_unclear", {"count": len(judged["worse"])})


def of_night(night: Mapping[str, Any]) -> Iterator[Reason]:
    """One night's counts against the limits."""
    if (share := facts(night["births"])) > MOST_BIRTHS:
        yield Reason("births", {"run_id": night["run_id"], "count": night["births"]["changed"], "share": f"{share * 100:.2f} %"})
    asked = night["findings"]["not_registered"]
    moved = asked["gained"] + asked["lost"]
    if moved >= LEAST_ASKED and moved > MOST_ASKED * asked["old"]:
        yield Reason("asked", {"run_id": night["run_id"], "gained": asked["gained"], "lost": asked["lost"]})
    before, after = (review_of(night["decisions"], by_row=by_row) for by_row in (True, False))
    if after >= LEAST_REVIEW and after > MOST_REVIEW * before:
        yield Reason("review", {"run_id": night["run_id"], "old": before, "new": after})


def review_of(table: Mapping[str, Mapping[str, int]], *, by_row: bool) -> int:
    """Pairs that the old model (rows) or the new one (columns) leaves to a person."""
    return sum(table["review"].values()) if by_row else sum(row["review"] for row in table.values())


def changes(night: Mapping[str, Any]) -> bool:
    """Whether a night says anything otherwise: a pair, a birth or a finding."""
    moved = any(count for before, row in night["decisions"].items() for after, count in row.items() if before != after)
    found = any(one["gained"] or one["lost"] for one in night["findings"].values())
    return bool(moved or found or night["births"]["changed"])


def advice(found: Sequence[Reason]) -> Advice:
    """The sum of the reasons."""
    if any(one.code == "unequal" for one in found):
        return Advice.REFUSE
    return Advice.LOOK if found else Advice.ADOPT
