"""The waterfall of a pair's weight as bars: each begins where the one before ended. The same numbers stand in the table around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.language import Say
from portal.review.wording import step_title
from reconciliation.review_weights import Step

WIDTH = 1000.0
"""Units of a bar's picture, which is as wide as its cell."""
THINNEST = 4.0


@dataclass(frozen=True)
class Bar:
    """One line: words, bits of this part, sum so far; and its picture: the bar, the line of nought, the line to the bar below."""

    title: str
    kind: str
    bits: str
    total: str
    x: float
    width: float
    zero: float
    ends: float


def bars_of(steps: Sequence[Step], weight: float, say: Say, locale: str) -> list[Bar]:
    """All bars, and the weight itself as the last one."""
    totals = [sum(step.bits for step in steps[:place]) for place in range(len(steps) + 1)]
    low, high = min(*totals, 0.0, weight), max(*totals, 0.0, weight)

    def at(bits: float) -> float:
        return round((bits - low) / max(high - low, 1e-9) * (WIDTH - 2 * THINNEST) + THINNEST, 1)

    def bar(title: str, kind: str, start: float, end: float, bits: float) -> Bar:
        left, right = sorted((at(start), at(end)))
        return Bar(title, kind, signed(bits), signed(end), left, round(max(right - left, THINNEST), 1), at(0.0), at(end))

    shown = [
        bar(step_title(step, say, locale), "up" if step.bits >= 0 else "down", totals[place], totals[place + 1], step.bits)
        for place, step in enumerate(steps)
    ]
    return [*shown, bar(say("合计：匹配权重"), "sum", 0.0, weight, weight)]


def signed(bits: float) -> str:
    """Two decimals with a sign, minus as it is printed."""
    text = f"{bits:+.2f}"
    return "0.00" if float(text) == 0 else text.replace("-", "−")
