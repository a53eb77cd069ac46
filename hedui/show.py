"""What a command prints for people: short tables, and what to open next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from vocabulary.errors import reader_locale
from vocabulary.parquet_files import read_frame
from vocabulary.settings import Settings
from vocabulary.wording import KINDS, REGISTRIES, words

HEADINGS = {
    "registry": ("登记来源", "registry"),
    "status": ("状态", "status"),
    "landed": ("读取", "landed"),
    "accepted": ("采用", "accepted"),
    "quarantined": ("待核", "set aside"),
    "found": ("发现", "found"),
    "count": ("件数", "count"),
}
STATUS = {
    "fresh": ("当晚数据", "tonight's delivery"),
    "last_good": ("沿用上次完好数据", "last good delivery"),
    "absent": ("无数据", "nothing delivered"),
}
DELIVERED = ("{all} 处报送单位中 {fresh} 处当晚到数", "{fresh} of {all} offices delivered")
SHARED = ("其他各县", "the other counties")
MORE = ("另有 {count} 处未到，见数据核验结论", "{count} more; see the verdict")
LATE_SHOWN = 10
FAULTS_SHOWN = 20
MORE_FAULTS = ("另有 {count} 条，见 report.json", "{count} more in report.json")
NEXT = {
    "unchanged": ("与上一次相比没有任何变化。", "Nothing changed since the night before."),
    "contradicting": (
        "人工判定互相矛盾的记录对，已再次列入数据管理员的清单",
        "Pairs decided in ways that contradict each other; back on the steward's list",
    ),
    "worklists": ("清单在", "Worklists are in"),
    "verdict": ("数据核验结论", "The verdict on the data"),
    "report": ("运行报告", "How the night went"),
    "first": ("请先打开", "Open first"),
    "explain": ("任一问题的来由：hedui explain 编号，例如", "Why any of them stands: hedui explain ID, such as"),
}


def said(pair: tuple[str, str]) -> str:
    """The words for the reader's locale."""
    return pair[0 if reader_locale() == "zh" else 1]


def night(told: dict[str, Any], settings: Settings) -> None:
    """Print a night's report: registries, findings, faults, and where things lie."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"\n[bold]{told['run_id']}[/bold]  {told['as_of']}")
    console.print(_registries(told))
    console.print(_findings(told))
    for fault in told["faults"][:FAULTS_SHOWN]:
        console.print(fault["text"], markup=False)
    if len(told["faults"]) > FAULTS_SHOWN:
        console.print(said(MORE_FAULTS).format(count=len(told["faults"]) - FAULTS_SHOWN))
    if count := told.get("stages", {}).get("find", {}).get("counts", {}).get("contradicting_decisions"):
        console.print(f"{said(NEXT['contradicting'])}: {count}")
    if not told["changed"]:
        console.print(said(NEXT["unchanged"]))
    folder = Path(told["folder"])
    if (folder / "worklists").is_dir():
        console.print(f"{said(NEXT['worklists'])} {folder / 'worklists'}", markup=False)
        console.print(f"{said(NEXT['first'])}: {_longest_list(folder / 'worklists')}", markup=False)
    if (folder / "accepted").is_dir():
        console.print(f"{said(NEXT['verdict'])}: {folder / 'accepted' / 'verdict.html'}", markup=False)
    if (folder / "report.html").is_file():
        console.print(f"{said(NEXT['report'])}: {folder / 'report.html'}", markup=False)
    if example := _an_example(folder):
        console.print(f"{said(NEXT['explain'])} {example}", markup=False)


def _registries(told: dict[str, Any]) -> Table:
    """One line a registry; of one that comes in parts, how many counties delivered, and a line for each that did not."""
    table = Table(*(said(HEADINGS[name]) for name in ("registry", "status", "landed", "accepted", "quarantined")))
    for name in dict.fromkeys(row["registry"] for row in told["registries"]):
        rows = [row for row in told["registries"] if row["registry"] == name]
        title = words(REGISTRIES, name, reader_locale())
        if len(rows) == 1 and not rows[0].get("county"):
            table.add_row(title, said(STATUS[rows[0]["status"]]), *_counted(rows))
            continue
        fresh = sum(row["status"] == "fresh" for row in rows)
        table.add_row(title, said(DELIVERED).format(fresh=fresh, all=len(rows)), *_counted(rows))
        late = [row for row in rows if row["status"] != "fresh"]
        for row in late[:LATE_SHOWN]:
            table.add_row(f"  {row.get('county') or said(SHARED)}", said(STATUS[row["status"]]), *_counted([row]))
        if len(late) > LATE_SHOWN:
            table.add_row("  …", said(MORE).format(count=len(late) - LATE_SHOWN), "", "", "")
    return table


def _counted(rows: list[dict[str, Any]]) -> list[str]:
    return [f"{sum(row.get(name) or 0 for row in rows):,}" for name in ("rows_landed", "rows_accepted", "rows_quarantined")]


def _findings(told: dict[str, Any]) -> Table:
    table = Table(said(HEADINGS["found"]), said(HEADINGS["count"]))
    for kind, count in told["findings"].items():
        table.add_row(words(KINDS, kind, reader_locale()), f"{count:,}")
    return table


def _longest_list(folder: Path) -> Path:
    """The registration desk's list with the most children on it."""
    desks = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    longest = max(desks, key=lambda desk: (desk["recipient"] == "registration_desk", desk["named_rows"]))
    return folder / str(longest["files"][0]["name"])


def _an_example(folder: Path) -> str | None:
    """The id of one finding, to try `hedui explain` on."""
    path = folder / "findings" / "finding.parquet"
    if not path.is_file():
        return None
    found = read_frame(path, ["finding_id", "kind"])
    ids = found.loc[found["kind"].eq("not_registered"), "finding_id"]
    return None if found.empty else str((ids if len(ids) else found["finding_id"]).iloc[0])
