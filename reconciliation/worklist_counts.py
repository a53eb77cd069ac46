"""Small cells never leave (rights.md R9): a count of 1 to 4 is printed as `<5`."""

from __future__ import annotations

from collections.abc import Iterable

SMALLEST_SHOWN = 5
"""k = 5 across units (domain.md 3.5)."""
SMALL = "<5"
HIDDEN = "*"
"""A larger cell that is hidden too, so that the only small one cannot be worked out from a total known elsewhere."""


def hide_small(counts: Iterable[int]) -> list[str]:
    """The cells of one table as they may be printed; with a single small cell among several, the smallest other one is hidden with it."""
    numbers = [int(count) for count in counts]
    shown = [SMALL if 0 < number < SMALLEST_SHOWN else str(number) for number in numbers]
    others = [place for place, text in enumerate(shown) if text != SMALL and numbers[place] > 0]
    if shown.count(SMALL) == 1 and others:
        shown[min(others, key=lambda place: (numbers[place], place))] = HIDDEN
    return shown
