"""The verdict as one plain page: Chinese first, English under it; opens without a network, prints on A4, needs no colour."""

from __future__ import annotations

from collections.abc import Mapping
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
    return environment.get_template("verdict.html").render(verdict=verdict, status=STATUS, todo=what_to_do, change=change)


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
