"""What somebody has to do before the source can be used every night: first what would refuse it, then what to ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.profiling.words import Words

Told = dict[str, Any]
USUAL_HEAP = 2 * 12 / 365.25
"""Share of days that are a 1st or 15th; twice as much is a habit."""
WRONG_CHECK = 0.02
"""Typed by hand 1 % are wrong (domain.md 2.4); more is a fault of the system."""


def advice(told: Told, words: Words) -> list[tuple[str, str]]:
    """(`must` or `ask`, sentence)."""
    musts = [("must", sentence) for sentence in _musts(told, words)]
    return musts + [
        ("ask", sentence) for part in (_contract, _columns, _days, _numbers, _twice, _divisions) for sentence in part(told, words)
    ]


def would_be_refused(told: Told) -> bool:
    """Whether a delivery like this is not taken."""
    return bool(list(_musts_of(told["distance"])))


def _musts_of(distance: Told) -> Iterator[tuple[str, int]]:
    for name, found in (
        ("missing", distance["missing"]),
        ("strangers", distance["strangers"] if distance["by_file"] else []),
        ("faults", distance["faults"]),
    ):
        if found:
            yield name, len(found)


def _musts(told: Told, words: Words) -> Iterator[str]:
    for name, count in _musts_of(told["distance"]):
        yield words("advice", name, count=count)


def _contract(told: Told, words: Words) -> Iterator[str]:
    distance = told["distance"]
    problems = [row for row in distance["types"] if row["problem"] != "text_for_day"]
    found = {
        "blocked": distance["blocked"],
        "view_strangers": [] if distance["by_file"] else distance["strangers"],
        "types": [*problems, *distance["long_numbers"]],
    }
    for name, rows in found.items():
        if rows:
            yield words("advice", name, count=len(rows))


def _columns(told: Told, words: Words) -> Iterator[str]:
    for row in told.get("filled", ()):
        if row["required"] and row["empty"]["rows"]:
            yield words("advice", "empty_required", column=words.column(row["column"]), rows=words.rows(row["empty"]))
    for row in told.get("codes", ()):
        if row["unknown_rows"]["rows"]:
            yield words("advice", "unknown_codes", column=words.column(row["column"]), rows=words.rows(row["unknown_rows"]))
    for row in told.get("names", ()):
        if mark := row["marks"].get("unwritable"):
            yield words("advice", "unwritable", column=words.column(row["column"]), rows=words.rows(mark))


def _days(told: Told, words: Words) -> Iterator[str]:
    for row in told.get("days", ()):
        column = words.column(row["column"])
        for name in ("future", "placeholder"):
            if row["habits"][name]["rows"]:
                yield words("advice", name, column=column, rows=words.rows(row["habits"][name]))
        for name in ("lunar_day", "unreadable"):
            if name in row["layouts"]:
                yield words("advice", name, column=column, rows=words.rows(row["layouts"][name]))
        heap = sum(row["habits"][name]["share"] or 0.0 for name in ("first", "fifteenth"))
        if row["by_day"] and heap > 2 * USUAL_HEAP and isinstance(row["rows"], int):
            yield words("advice", "heaped", column=column, share=f"{100 * heap:.1f} %")


def _numbers(told: Told, words: Words) -> Iterator[str]:
    for row in told.get("numbers", ()):
        column = words.column(row["column"])
        if row["kinds"]["excel_truncated"]["rows"]:
            yield words("advice", "excel_truncated", column=column, rows=words.rows(row["kinds"]["excel_truncated"]))
        wrong = row["kinds"]["check_digit"]
        if isinstance(wrong["rows"], int) and (wrong["share"] or 0.0) > WRONG_CHECK:
            yield words("advice", "check_digit", column=column, share=words.share(wrong))


def _twice(told: Told, words: Words) -> Iterator[str]:
    for row in told.get("twice", ()):
        if row["kind"] in ("record", "certificate", "child_number") and row["again"]["rows"]:
            yield words("advice", row["kind"], rows=words.rows(row["again"]))


def _divisions(told: Told, words: Words) -> Iterator[str]:
    found = told.get("divisions")
    if not found or not found["rows"]:
        return
    if found["levels"]["malformed"]["rows"]:
        yield words("advice", "malformed", rows=words.rows(found["levels"]["malformed"]))
    if not found["table"]:
        yield words("advice", "no_table")
    elif found["table"]["unknown"]["rows"]:
        yield words("advice", "unknown", rows=words.rows(found["table"]["unknown"]))
