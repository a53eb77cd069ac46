"""`hedui outcomes FILE…`: worklists that came back; what was taken, what goes back to whom, what it does to the figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from connectors.worklists import read_worklists
from hedui.sent_back import exit_code_of, show_sent_back
from hedui.show import said
from reconciliation.outcome_rows import titles
from reconciliation.outcomes import Taken, take_outcomes
from vocabulary.dates import today
from vocabulary.errors import Fault
from vocabulary.findings import ANSWERS
from vocabulary.settings import Settings

WORDS = {
    "rows": ("有回复的行", "answered rows"),
    "taken": ("采用", "taken"),
    "unchanged": ("此前已采用、没有变化", "taken before, unchanged"),
    "returned": ("退回补正", "returned to the sender"),
    "waiting": ("尚未回复", "still waiting for an answer"),
    "withdrawn": ("因此撤下的其他任务", "other tasks taken off lists because of it"),
    "notes_left_out": ("未保存的备注（过长或含不应填写的内容）", "notes not kept (too long, or holding what should not be there)"),
    "result": ("核查结果", "outcome"),
    "count": ("件数", "count"),
    "with_help": ("经协助后登记的儿童", "Children registered after follow-up"),
    "send_back": ("请把下列文件交还填报单位：", "Give these files back to the desks that sent the rows:"),
}


def outcomes(paths: Sequence[Path], *, as_json: bool) -> int:
    """Take the files, print what came of them, return the exit code. Raises ConfigurationError."""
    sheets, faults = read_worklists(paths, titles())
    taken = take_outcomes(sheets, Settings.from_environment(), today())
    faults = [*faults, *taken.faults]
    exit_code = exit_code_of(faults, taken.returned)
    if as_json:
        print(json.dumps(as_object(taken, faults, exit_code), ensure_ascii=False))
    else:
        show(taken, faults)
    return exit_code


def as_object(taken: Taken, faults: Sequence[Fault], exit_code: int) -> dict[str, Any]:
    """Counts, codes, places: nothing of anybody."""
    counts = ("rows", "taken", "unchanged", "returned", "waiting", "withdrawn", "notes_left_out", "codes", "figures", "reasons")
    return {
        **{name: getattr(taken, name) for name in counts},
        "files": [str(path) for path in taken.files],
        "faults": [fault.told() for fault in faults],
        "exit_code": exit_code,
    }


def show(taken: Taken, faults: Sequence[Fault]) -> None:
    """The first figure is the children registered after follow-up (rights.md R12)."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]{said(WORDS['with_help'])}: {taken.figures['registered_with_help']}[/bold]")
    table = Table(said(WORDS["result"]), said(WORDS["count"]))
    for code, count in taken.codes.items():
        table.add_row(f"{code} {said((ANSWERS[code].zh, ANSWERS[code].en))}", f"{count:,}")
    if taken.codes:
        console.print(table)
    for name in ("rows", "taken", "unchanged", "returned", "waiting", "withdrawn", "notes_left_out"):
        count = getattr(taken, name)
        if count or name in ("rows", "taken"):
            console.print(f"{said(WORDS[name])}: {count:,}")
    show_sent_back(console, (fault.text() for fault in faults), taken.files, WORDS["send_back"])
