"""`hedui exchange FILE…`: another county's exchange files; what was taken, what goes back to whom."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from connectors.exchange_files import read_exchange
from hedui.sent_back import exit_code_of, show_sent_back
from hedui.show import said
from reconciliation.exchange_in import Taken, take_exchange
from sql import travel
from vocabulary.dates import today
from vocabulary.errors import Fault
from vocabulary.settings import Settings

COUNTS = ("files_taken", "files_known", "rows", "taken", "returned")
WORDS = {
    "files_taken": ("采用的文件", "files taken"),
    "files_known": ("此前已采用、没有变化的文件", "files taken before, unchanged"),
    "rows": ("行数", "rows"),
    "taken": ("采用的婴儿，下一夜参加核对", "children taken; the next night asks after them"),
    "returned": ("退回补正的行", "rows returned to the sender"),
    "send_back": ("请把下列文件交还发送县区：", "Give these files back to the counties that sent them:"),
}


def exchange(paths: Sequence[Path], *, as_json: bool) -> int:
    """Take the files, print what came of them, return the exit code: 3 where a file was refused, 1 where a row goes back. Raises ConfigurationError."""
    settings = Settings.from_environment()
    folder = os.environ.get("HEDUI_EXCHANGE")
    wanted = list(paths) or ([Path(folder)] if folder else [])
    files, faults = read_exchange(wanted, settings.area)
    taken = take_exchange(files, settings, today())
    travel.put_exchange()
    exit_code = exit_code_of(faults, taken.returned)
    if as_json:
        print(json.dumps(as_object(taken, faults, exit_code), ensure_ascii=False))
    else:
        show(taken, faults)
    return exit_code


def as_object(taken: Taken, faults: Sequence[Fault], exit_code: int) -> dict[str, Any]:
    """Counts, codes, places: nothing of anybody."""
    return {
        **{name: getattr(taken, name) for name in COUNTS},
        "reasons": dict(sorted(taken.reasons.items())),
        "files": [str(path) for path in taken.files],
        "faults": [fault.told() for fault in faults],
        "exit_code": exit_code,
    }


def show(taken: Taken, faults: Sequence[Fault]) -> None:
    """Print the same for people."""
    console = Console(highlight=False, soft_wrap=True)
    for name in COUNTS:
        console.print(f"{said(WORDS[name])}: {getattr(taken, name):,}")
    show_sent_back(console, (fault.text() for fault in faults), taken.files, WORDS["send_back"])
