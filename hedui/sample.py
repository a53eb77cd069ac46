"""`hedui sample`: draw villages and records to be checked on the spot; `--take FILE`: what came of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from connectors.worklists import read_worklists
from hedui.sent_back import exit_code_of, show_sent_back
from hedui.show import said
from reconciliation import field_sheets
from submission.field_sample import sample as samples
from submission.field_sample.estimates import Share
from submission.field_sample.returned import as_record, rates, read_answers
from submission.field_sample.sample import Wanted
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.field_checks import RECORD, TITLES, VILLAGE
from vocabulary.settings import Settings

SHEETS = "sheets"
__all__ = ["Wanted", "draw", "take"]
WORDS = {
    "sample": ("样本号", "Sample"),
    VILLAGE: ("抽中的村、社区", "villages drawn"),
    RECORD: ("抽中的记录", "records drawn"),
    "sheets": ("请把下列表格交给各登记窗口：", "Give these sheets to the registration desks:"),
    "answered": ("已回复", "answered"),
    "rate": ("指标", "rate"),
    "counted": ("样本中", "counted in the sample"),
    "estimate": ("推算到全部", "estimated for all"),
    "interval": ("95 % 区间", "95 % interval"),
    "none": ("无法估计", "none"),
    "omitted": ("漏报率：各登记均未见的出生", "omitted: births that no registry knows"),
    "unregistered": ("未登记：走访到而未登记户口的出生", "unregistered: births found, not registered"),
    "wrong_report": ("误报率：不属实、不在本地或重复的登记", "wrongly recorded: no birth, elsewhere, or twice"),
    "duplicate": ("重报率：同一出生登记两次", "recorded twice"),
    "accurate": ("准确率：姓名和出生日期无误", "accurate: name and birth date as written"),
}


def draw(wanted: Wanted, *, as_json: bool) -> int:
    """Draw, write the sheets, say where they are. Raises ConfigurationError."""
    settings = Settings.from_environment()
    drawn = samples.draw(settings, wanted)
    items = pd.DataFrame([asdict(item) for item in drawn.items]).rename(columns={"stratum": "desk"})
    visit = field_sheets.Visit(drawn.sample_id, drawn.run_id, drawn.born_from, drawn.born_to)
    paths = field_sheets.write(settings, visit, items, settings.home / samples.FOLDER / drawn.sample_id / SHEETS)
    told = {"sample_id": drawn.sample_id, "run_id": drawn.run_id, VILLAGE: len(drawn.of(VILLAGE)), RECORD: len(drawn.of(RECORD))}
    if as_json:
        print(json.dumps({**told, "sheets": [str(path) for path in paths]}, ensure_ascii=False))
        return 0
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{said(WORDS['sample'])}: {drawn.sample_id}  {drawn.run_id}")
    for kind in (VILLAGE, RECORD):
        console.print(f"{said(WORDS[kind])}: {told[kind]:,}")
    show_sent_back(console, (), paths, WORDS["sheets"])
    return 0


def take(files: Sequence[Path], *, as_json: bool) -> int:
    """Read the sheets that came back, of one sample or several; 3 where a file is refused, 1 where a row says nothing. Raises ConfigurationError."""
    settings = Settings.from_environment()
    sheets, refused = read_worklists(files, TITLES.values())
    kept = samples.samples(settings)
    numbers = {item.item_no for one in kept for item in one.items}
    answered = [(one, told) for one in kept if (told := read_answers(sheets, one, numbers)).records or told.villages]
    if not answered and not refused:
        raise ConfigurationError(Fault("sample.unknown", ", ".join(path.name for path in files)))
    faults = [*(fault.text() for fault in refused), *dict.fromkeys(fault.text() for _, told in answered for fault in told.faults)]
    exit_code = exit_code_of(refused, faults)
    if as_json:
        print(
            json.dumps(
                {"samples": [as_record(one, told) for one, told in answered], "faults": faults, "exit_code": exit_code},
                ensure_ascii=False,
                allow_nan=False,
            )
        )
        return exit_code
    console = Console(highlight=False, soft_wrap=True)
    for one, told in answered:
        spoke = {VILLAGE: len(told.villages), RECORD: len(told.records)}
        console.print(f"{said(WORDS['sample'])}: {one.sample_id}  {one.run_id}")
        for kind, count in spoke.items():
            console.print(f"{said(WORDS[kind])}: {len(one.of(kind)):,}, {said(WORDS['answered'])} {count:,}")
        console.print(_table(rates(one, told)))
    show_sent_back(console, faults, (), WORDS["sheets"])
    return exit_code


def _table(found: dict[str, Share]) -> Table:
    table = Table(*(said(WORDS[name]) for name in ("rate", "counted", "estimate", "interval")))
    for name, one in found.items():
        estimate = (
            (said(WORDS["none"]), "–")
            if one.share is None or one.low is None or one.high is None
            else (f"{one.share:.2%}", f"{one.low:.2%} – {one.high:.2%}")
        )
        table.add_row(said(WORDS[name]), f"{one.hits:,} / {one.of:,}", *estimate)
    return table
