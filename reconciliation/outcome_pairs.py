"""What people decided of pairs of records, and whether a new decision can stand beside the others."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import pandas as pd

from vocabulary.findings import NOT_THE_SAME_CHILD, SAME_CHILD, Decision

DECISIONS = {SAME_CHILD: Decision.LINK, NOT_THE_SAME_CHILD: Decision.APART}
REVISES = "更改"
"""How a steward says that an earlier decision of the same pair is to be replaced."""
Record = tuple[str, str]


@dataclass(frozen=True, order=True)
class Pair:
    """Two records (registry, record_id), in this order whichever was written first."""

    left: Record
    right: Record

    @classmethod
    def of(cls, registry: str, record_id: str, other_registry: str, other_record_id: str) -> Pair:
        """The pair of two records."""
        one, other = sorted([(registry, record_id), (other_registry, other_record_id)])
        return cls(one, other)

    def as_row(self) -> dict[str, str]:
        """The columns by which the state knows it."""
        return {
            "registry_left": self.left[0], "record_id_left": self.left[1], "registry_right": self.right[0], "record_id_right": self.right[1],
        }  # fmt: skip


@dataclass
class Decisions:
    """Decided pairs -> decision, and the task on which each was decided (None: before tasks were kept)."""

    decided: dict[Pair, Decision] = field(default_factory=dict)
    tasks: dict[Pair, str | None] = field(default_factory=dict)
    _beside: dict[Record, set[Pair]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: pd.DataFrame) -> Decisions:
        """From `Ledger.decisions`, or `state.known_decisions`, which names no tasks."""
        told = cls()
        for row in rows.to_dict("records"):
            pair = Pair.of(*(str(row[name]) for name in ("registry_left", "record_id_left", "registry_right", "record_id_right")))
            told.add(pair, Decision(str(row["decision"])), row.get("task_no"))
        return told

    def add(self, pair: Pair, decision: Decision, task_no: str | None) -> None:
        """Keep a decision, in place of an earlier one of this pair."""
        self.decided[pair], self.tasks[pair] = decision, task_no
        for record in (pair.left, pair.right):
            self._beside.setdefault(record, set()).add(pair)

    def against(self, pair: Pair, decision: Decision) -> list[Pair]:
        """The other decided pairs that a decision of this one contradicts; empty where it can stand.

        What is one child through any chain of must-links cannot hold two records that are kept apart.
        """
        here, there = self._reached(pair.left, pair), self._reached(pair.right, pair)
        if decision == Decision.APART:
            return here.get(pair.right, [])
        for record in sorted(here):
            for other in sorted(self._beside.get(record, ())):
                far = other.right if other.left == record else other.left
                if other != pair and self.decided[other] == Decision.APART and far in there:
                    return [other, *here[record], *there[far]]
        return []

    def contradictions(self) -> list[Pair]:
        """Every decided pair that takes part in a contradiction: two records kept apart that must-links make one child, and these links."""
        found: set[Pair] = set()
        for pair, decision in self.decided.items():
            if decision == Decision.APART and (chain := self.against(pair, decision)):
                found |= {pair, *chain}
        return sorted(found)

    def _reached(self, start: Record, but: Pair) -> dict[Record, list[Pair]]:
        """Every record that is one child with a record, by must-links other than `but` -> the shortest chain of them."""
        ways: dict[Record, list[Pair]] = {start: []}
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            for link in sorted(self._beside.get(here, ())):
                there = link.right if link.left == here else link.left
                if link != but and self.decided[link] == Decision.LINK and there not in ways:
                    ways[there] = [*ways[here], link]
                    waiting.append(there)
        return ways
