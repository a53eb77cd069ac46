"""What `hedui monthly` prints for people: where the return stands, its figures, every objection, what to do next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from submission.monthly.form import columns
from vocabulary.errors import reader_locale

STATUS = {
    "sealed": ("已封存", "sealed"),
    "awaiting_approval": ("待签批", "awaiting approval"),
    "blocked": ("审核未通过", "held back"),
    "rejected": ("签批不同意", "turned down"),
    "draft": ("草稿", "draft"),
}
SEVERITY = {"block": ("须处理", "blocks"), "warning": ("提示", "warning"), "note": ("记录", "note")}
HELPED = ("经核对协助，本月新登记户口的儿童", "Children registered after follow-up this month")
HEADINGS = (("", "指标", "人数"), ("", "figure", "children"))
FOLDER = ("报表在", "The return is in")


def show(told: dict[str, Any]) -> None:
    """Print one return."""
    locale = reader_locale()
    at = 0 if locale == "zh" else 1
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"\n[bold]{told['return_id']}[/bold]  {STATUS[told['status']][at]}")
    about = json.loads((Path(told["folder"]) / "about.json").read_text(encoding="utf-8"))
    console.print(f"{HELPED[at]}: {about['registered_with_help']}")
    table = Table(*HEADINGS[at])
    for column in columns():
        if not column.of:
            title = column.en if locale == "en" else f"{column.group}：{column.zh}" if column.group else column.zh
            table.add_row(str(column.number), title, f"{told['figures'][column.name]:,}")
    console.print(table)
    for one in told["objections"]:
        console.print(f"[{SEVERITY[one['severity']][at]}] {one['gate']} {one['text'][locale]}", markup=False)
    console.print(f"{FOLDER[at]} {told['folder']}", markup=False)
    for fault in told["faults"]:
        console.print(fault["text"], markup=False)
