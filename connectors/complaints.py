"""Everything that is wrong with a delivery, gathered before it is refused: all faults at once, but no list that nobody reads."""

from __future__ import annotations

from collections import Counter

from vocabulary.errors import Fault

SHOWN_PER_CODE = 20
"""An office corrects a column, not a thousand cells: after this many places of one kind only their number is told."""


class Complaints:
    """Faults in the order of their finding, at most SHOWN_PER_CODE of a code; the rest is counted."""

    def __init__(self) -> None:
        self._shown: list[Fault] = []
        self._counts: Counter[str] = Counter()

    def add(self, code: str, where: str, **facts: str | int) -> None:
        """Note a fault; the same fault twice is one."""
        fault = Fault(code, where, facts)
        if fault in self._shown:
            return
        self._counts[code] += 1
        if self._counts[code] <= SHOWN_PER_CODE:
            self._shown.append(fault)

    def __bool__(self) -> bool:
        return bool(self._shown)

    def faults(self, where: str) -> tuple[Fault, ...]:
        """What was found, and for each code how many more there are."""
        more = [
            Fault("delivery.more", where, {"code": code, "count": count - SHOWN_PER_CODE})
            for code, count in self._counts.items()
            if count > SHOWN_PER_CODE
        ]
        return (*self._shown, *more)
