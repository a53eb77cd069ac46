"""The verdict as one plain page: Chinese first, English under it; opens without a network, prints on A4, needs no colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from expectations.acceptance import ABSENT, FRESH, LAST_GOOD
from expectations.reasons import column_words, reason_words

TEMPLATES: Final = Path(__file__).parent / "templates"
STATUS: Final = {
    FRESH: ("可用", "used"),
    LAST_GOOD: ("沿用上一次", "last good night used"),
    ABSENT: ("缺", "absent"),
}
WHOLE: Final[dict[str, Any]] = {"county": "", "county_name": "", "offices": 0, "fresh": 0, "sayable": 0}
"""What a line says that is of no county's part."""
WHAT_TO_DO: Final = {
    "used": ("无需处理。", "Nothing to do."),
    "rows": (
        "请将下列“暂存待核”的记录退回来源更正；这些儿童仍参与比对，不会因此被列为未见登记。",
        "Give the rows set aside back to their registry; the children are still matched, and none is listed as absent because of them.",
    ),
    "noted": (
        "无需处理；下列号码会列入该登记自己的核对清单。",
        "Nothing to do here; the numbers below go onto the registry's own list.",
    ),
    "engineer": ("有检查未能执行，请技术人员查看 data_docs。", "A check could not run: an engineer looks at data_docs."),
}


def verdict_page(verdict: Mapping[str, Any]) -> str:
    """The page of `verdict.verdict_of`."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["column"] = column_words
    environment.filters["reason"] = reason_words
    environment.filters["count"] = lambda number: "–" if number is None else f"{number:,}"
    listed = [WHOLE | dict(one) for one in listed_rows(verdict["registries"])]
    sections = [WHOLE | one for one in verdict["registries"] if not one.get("county") or in_trouble(one)]
    return environment.get_template("verdict.html").render(
        verdict=verdict,
        listed=listed,
        sections=sections,
        set_aside=set_aside(verdict["registries"]),
        status=STATUS,
        todo=what_to_do,
        change=change,
    )


def in_trouble(registry: Mapping[str, Any]) -> bool:
    """A county's part that somebody has to look at; the others fill no page."""
    return registry["status"] != FRESH or bool(registry["faults"]) or bool(registry["could_not_be_checked"])


def listed_rows(registries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The lines of the table: a registry each; of one that comes in parts their sum, and each county that is in trouble."""
    told: list[Mapping[str, Any]] = []
    for name in dict.fromkeys(one["registry"] for one in registries):
        parts = [one for one in registries if one["registry"] == name]
        if any(one.get("county") for one in parts):
            told += [summed(parts), *(one for one in parts if in_trouble(one))]
        else:
            told += parts
    return told


def summed(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A registry's parts as one line: `97 of 100`, their rows together, the longest silence."""
    rows = {name: sum(one[name] or 0 for one in parts) for name in ("rows_tonight", "rows_accepted", "rows_quarantined", "rows_before")}
    silent = [one["days_since_update"] for one in parts if one["days_since_update"] is not None]
    whole = all(one["absence_may_be_said"] for one in parts)
    fresh = sum(one["status"] == FRESH for one in parts)
    counted = {"offices": len(parts), "fresh": fresh, "sayable": sum(one["absence_may_be_said"] for one in parts)}
    told = {"title": parts[0]["title"], "status": FRESH if fresh == len(parts) else LAST_GOOD, "absence_may_be_said": whole}
    told |= {"absence_is_asked": False} if "absence_is_asked" in parts[0] else {}
    return told | rows | counted | {"days_since_update": max(silent, default=None)}


def set_aside(registries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Counties whose rows were set aside, most rows first: each gives its own back to its office."""
    parts = [one for one in registries if one.get("county") and one["status"] == FRESH and one["rows_quarantined"]]
    return sorted(parts, key=lambda one: (-one["rows_quarantined"], one["county"], one["registry"]))


def what_to_do(registry: Mapping[str, Any], locale: str) -> list[str]:
    """Sentences: the faults say theirs, then the rows set aside, then checks that could not run."""
    place = 0 if locale == "zh" else 1
    sentences = [str(fault["text"][locale]) for fault in registry["faults"]]
    if registry["status"] == FRESH and registry["quarantined"]:
        sentences.append(WHAT_TO_DO["rows"][place])
    if registry["could_not_be_checked"]:
        sentences.append(WHAT_TO_DO["engineer"][place])
    return sentences or [WHAT_TO_DO["noted" if registry["noted"] else "used"][place]]


def change(registry: Mapping[str, Any]) -> str:
    """Rows against the last good night, with both figures' difference in per cent; a dash on a first night."""
    before, tonight = registry["rows_before"], registry["rows_tonight"]
    if not before or tonight is None:
        return "–"
    return f"{100 * (tonight - before) / before:+.1f} %"
