"""What `hedui link` prints for people: what was found, what each blocking rule did, and how near the machine's limits it ran."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from matching.threads import threads
from vocabulary.errors import reader_locale

WORDS = {
    "found": ("结果", "found"),
    "count": ("数目", "count"),
    "records": ("记录", "records"),
    "entities": ("归并后", "entities"),
    "pairs_link": ("判为同一", "pairs linked"),
    "pairs_review": ("留待人工", "pairs left to a person"),
    "rule": ("分组规则", "blocking rule"),
    "pairs": ("记录对", "pairs"),
    "new": ("其中新增", "of them new"),
    "left_out": ("因过于常见未用", "records left out, key too common"),
    "where": ("结果在", "Written to"),
    "speed": ("读取 {mib:.0f} MiB，比对 {pairs:,} 对，每秒 {rate:.2f} 百万对（{cores} 核），共 {all:.1f} 秒，内存峰值 {peak} GiB",
              "{mib:.0f} MiB read, {pairs:,} pairs compared, {rate:.2f} million a second on {cores} cores, {all:.1f} s in all, {peak} GiB at most"),
}  # fmt: skip


def said(name: str) -> str:
    """The words for the reader's locale."""
    return WORDS[name][0 if reader_locale() == "zh" else 1]


def show(told: dict[str, Any]) -> None:
    """Print two tables and a line."""
    console = Console(highlight=False, soft_wrap=True)
    counts = told["counts"]
    found = Table(said("found"), said("count"))
    for name in ("records", "entities", "pairs_link", "pairs_review"):
        found.add_row(said(name), f"{counts[name]:,}")
    rules = Table(said("rule"), *(said(name) for name in ("pairs", "new", "left_out")))
    for one in told["rules"]:
        rules.add_row(one["rule"], *(f"{one[name]:,}" for name in ("pairs", "new_pairs", "left_out")))
    console.print(found, rules)
    pairs, seconds = sum(one["new_pairs"] for one in told["rules"]), told["seconds"]
    rate = pairs / max(seconds.get("score", 0.0), 0.01) / 1e6
    line = said("speed").format(
        mib=told["read"]["bytes"] / 2**20, pairs=pairs, rate=rate, cores=threads(), all=seconds["all"], peak=told["peak_gib"]
    )
    console.print(line)
    console.print(f"{said('where')} {told['folder']}", markup=False)
