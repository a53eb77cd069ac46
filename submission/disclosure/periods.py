"""Months and spans of months as nodes of a table: `2026-10`, or `2026-01/2026-10`, both ends included."""

from __future__ import annotations

import re

MONTHS_OF_YEAR = 12
PERIOD_NODE = re.compile(r"\d{4}-(0[1-9]|1[0-2])(/\d{4}-(0[1-9]|1[0-2]))?")


def is_period(node: str) -> bool:
    """Whether a node is a month or a span of months."""
    return PERIOD_NODE.fullmatch(node) is not None


def months(node: str) -> range:
    """Its months, counted from the year 0."""
    first, _, last = node.partition("/")
    return range(_number(first), _number(last or first) + 1)


def span(found: range) -> str:
    """The node of consecutive months."""
    first, last = _month(found.start), _month(found.stop - 1)
    return first if first == last else f"{first}/{last}"


def remainder(whole: str, part: str) -> str | None:
    """What is left of a span once a part at one of its ends is taken away; None where nothing or two pieces are left."""
    of, taken = months(whole), months(part)
    if not (of.start <= taken.start and taken.stop <= of.stop) or len(of) == len(taken):
        return None
    if of.start == taken.start:
        return span(range(taken.stop, of.stop))
    return span(range(of.start, taken.start)) if of.stop == taken.stop else None


def _number(month: str) -> int:
    return int(month[:4]) * MONTHS_OF_YEAR + int(month[5:7]) - 1


def _month(number: int) -> str:
    return f"{number // MONTHS_OF_YEAR:04d}-{number % MONTHS_OF_YEAR + 1:02d}"
