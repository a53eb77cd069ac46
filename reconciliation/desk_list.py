"""A desk's worklist as it stands now: the same workbook as the night's, with the tasks that still wait for an answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from reconciliation.desk_items import items_of
from reconciliation.outcome_known import recipient_named
from reconciliation.worklist_desks import file_stem
from reconciliation.worklist_sheets import Occasion, Worklist, worklist
from reconciliation.worklist_words import worded
from reconciliation.worklist_workbook import workbook_bytes
from vocabulary.areas import Areas
from vocabulary.settings import Settings


def list_now(settings: Settings, desk: str, waiting: Mapping[str, str], as_of: date) -> Worklist:
    """Of the tasks that wait (task -> the night that last saw it), those of which a night's snapshot still says something."""
    areas = Areas.load(settings.areas_path)
    by_night: dict[str, list[str]] = {}
    for task_no, run_id in waiting.items():
        by_night.setdefault(run_id, []).append(task_no)
    nights = {run_id: items for run_id in sorted(by_night) if (items := items_of(settings, run_id))}
    parts = [items.frame(desk, by_night[run_id]) for run_id, items in nights.items()]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["kind", "desk_code", "finding_id"], dtype=object)
    withheld = nights[max(nights)].withheld_at(desk) if nights else {}
    marks = dict(zip(rows["finding_id"], rows["mark"], strict=True)) if len(rows) else {}
    return worklist(recipient_named(desk), worded(rows, areas, as_of, marks) if len(rows) else rows, Occasion(areas, as_of, withheld))


def file_now(settings: Settings, desk: str, waiting: Mapping[str, str], as_of: date) -> tuple[str, bytes]:
    """The workbook and its name, which is that of the night's worklist."""
    return f"{file_stem(recipient_named(desk))}.xlsx", workbook_bytes(list_now(settings, desk, waiting, as_of))
