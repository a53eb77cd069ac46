"""What came of a sample: answers read from the sheets that came back, and the rates that they give."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sql.task_number import read_task_number
from submission.field_sample.estimates import Observed, Share, share
from submission.field_sample.sample import Item, Sample
from vocabulary.answers import AnswerCell, AnswerSheet
from vocabulary.errors import Fault
from vocabulary.field_checks import DUPLICATE, RECORD, RECORD_ANSWERS, TITLES, VILLAGE

COUNTS = ("births_found", "births_registered", "births_unknown")
MOST_FOUND = 2000
"""Births of a year in one village; the largest communities of a city have some hundreds."""


@dataclass
class Returned:
    """Answers by item number; a later row of the same item takes the place of an earlier one. `faults`: rows that say nothing."""

    records: dict[str, str] = field(default_factory=dict)
    villages: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read_answers(sheets: Sequence[AnswerSheet], sample: Sample, elsewhere: Collection[str] = ()) -> Returned:
    """The answers to one sample; rows without any are waiting still. Every fault with its file, sheet and row.

    `elsewhere`: numbers of other samples, whose rows are no fault here.
    """
    items, told = {item.item_no: item for item in sample.items}, Returned()
    for sheet in sheets:
        columns = _columns(sheet)
        for number, cells in sheet.rows if columns else ():
            row = {name: cells[place] if place < len(cells) else None for name, place in columns.items()}
            item_no = read_task_number(str(row["item_no"] or "")) or ""
            item = items.get(item_no)
            where = f"{sheet.file} {sheet.title} {number}".replace("  ", " ")
            if item is not None:
                _take(item, row, where, told)
            elif (
                item_no not in elsewhere
                and row["item_no"] != TITLES["item_no"]
                and any(row.get(name) not in (None, "") for name in ("answer", *COUNTS))
            ):
                told.faults.append(Fault("sample.item", where))
    return told


def _columns(sheet: AnswerSheet) -> dict[str, int]:
    """Column -> place, from the row of titles; none where this is no sheet of a sample."""
    for _, cells in sheet.rows:
        if TITLES["item_no"] in cells:
            return {name: cells.index(title) for name, title in TITLES.items() if title in cells}
    return {}


def _take(item: Item, row: dict[str, AnswerCell], where: str, told: Returned) -> None:
    if item.kind == RECORD:
        code = str(row.get("answer") or "").strip()[:2].upper()
        if code in RECORD_ANSWERS:
            told.records[item.item_no] = code
        elif code:
            told.faults.append(Fault("sample.answer", where, {"known": ", ".join(RECORD_ANSWERS)}))
        return
    cells = [row.get(name) for name in COUNTS]
    if all(cell in (None, "") for cell in cells):
        return
    found, registered, unknown = (_whole(cell) for cell in cells)
    if found is None or registered is None or unknown is None or not registered + unknown <= found <= MOST_FOUND:
        told.faults.append(Fault("sample.counts", where))
    else:
        told.villages[item.item_no] = (found, registered, unknown)


def _whole(cell: AnswerCell) -> int | None:
    try:
        number = float(str(cell).strip())
    except ValueError:
        return None
    return int(number) if number >= 0 and number == int(number) else None


def rates(sample: Sample, told: Returned) -> dict[str, Share]:
    """Each rate as births of births, weighed to all villages and all records of its frame (domain.md 3.4).

    omitted: births that no registry knew, of those found. unregistered: found and not registered. wrong_report: no birth of here, or not once. duplicate: a
    second record. accurate: name and date as written, of births that are.
    """
    villages = [(item.stratum, told.villages[item.item_no]) for item in sample.of(VILLAGE) if item.item_no in told.villages]
    answers = [(item.stratum, RECORD_ANSWERS[told.records[item.item_no]]) for item in sample.of(RECORD) if item.item_no in told.records]
    checked = [(stratum, answer) for stratum, answer in answers if answer.is_birth is not None]
    right = [(stratum, answer) for stratum, answer in checked if answer.is_right is not None]
    of_villages, of_records = sample.populations(VILLAGE), sample.populations(RECORD)
    return {
        "omitted": share([Observed(stratum, unknown, found) for stratum, (found, _, unknown) in villages], of_villages),
        "unregistered": share([Observed(stratum, found - registered, found) for stratum, (found, registered, _) in villages], of_villages),
        "wrong_report": share([Observed(stratum, not answer.is_birth, 1) for stratum, answer in checked], of_records),
        "duplicate": share([Observed(stratum, answer.code == DUPLICATE, 1) for stratum, answer in checked], of_records),
        "accurate": share([Observed(stratum, bool(answer.is_right), 1) for stratum, answer in right], of_records),
    }


def as_record(sample: Sample, told: Returned) -> dict[str, Any]:
    """For JSON: each rate with numerator, denominator, interval, and how many of the drawn units spoke."""
    return {
        "sample_id": sample.sample_id,
        "run_id": sample.run_id,
        "answered": {VILLAGE: len(told.villages), RECORD: len(told.records)},
        "drawn": {kind: len(sample.of(kind)) for kind in (VILLAGE, RECORD)},
        "rates": {name: vars(one) for name, one in rates(sample, told).items()},
        "faults": [fault.told() for fault in told.faults],
    }
