"""Front door: another county's exchange file. Good rows are kept for the next night, others go back with what to do; the same file twice changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from reconciliation.exchange_out import table_bytes
from reconciliation.worklist_forms import texts
from sql import state
from sql.acting import acting_as
from vocabulary.access import Look, LookKind, Purpose, this_process
from vocabulary.areas import Areas, padded, served
from vocabulary.codes import SEX
from vocabulary.dates import read_date
from vocabulary.exchange import MAY_BE_EMPTY, ExchangeFile
from vocabulary.names import tidy
from vocabulary.parquet_files import read_frame
from vocabulary.runs import private_folder, write_parquet, write_private
from vocabulary.settings import Settings

RECEIVED = [
    "birth_id", "county", "task_no", "child_name", "child_sex", "born_on", "facility_code", "mother_name", "mother_id_mask", "residence_code",
    "certificate_no",
]  # fmt: skip
"""One row a child: `birth_id` is the sender's, and stays the same from file to file."""
RETURNED = {"row": "行号", "task_no": "任务编号", "to_do": "请这样处理"}


@dataclass
class Taken:
    """What became of the rows of all files. `files`: what goes back to the senders; `reasons`: why, counted."""

    files_taken: int = 0
    files_known: int = 0
    rows: int = 0
    taken: int = 0
    returned: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    files: list[Path] = field(default_factory=list)


@acting_as("exchange")
def take_exchange(files: Sequence[ExchangeFile], settings: Settings, today: date) -> Taken:
    """Keep the children of files that hold; `$HEDUI_HOME/exchange/` and `$HEDUI_HOME/returned/` are private."""
    told, known = Taken(), set(state.exchange_files(settings)["sha256"])
    for file in files:
        if file.sha256 in known:
            told.files_known += 1
            continue
        known.add(file.sha256)
        take_file(file, settings, today, told)
    return told


def take_file(file: ExchangeFile, settings: Settings, today: date, told: Taken) -> None:
    """One file: the children first, then what goes back, then the state, so that a try that breaks off is made again whole."""
    areas = Areas.load(settings.areas_path)
    judged = [(number, row, reasons_of(row, file, settings.area, areas, today)) for number, row in file.rows]
    twice = {task for task, count in Counter(row["task_no"] for _, row, _ in judged).items() if count > 1}
    judged = [(number, row, [*reasons, *(["twice"] if row["task_no"] in twice else [])]) for number, row, reasons in judged]
    good = [child_of(row, file.county) for _, row, reasons in judged if not reasons]
    back = [(number, row["task_no"], reasons) for number, row, reasons in judged if reasons]
    kept = earlier_rows(file, settings, {task for _, task, _ in back} - {str(child["task_no"]) for child in good})
    children = pd.concat([pd.DataFrame(good, columns=RECEIVED, dtype=object), kept]).sort_values("birth_id", ignore_index=True)
    write_parquet(children, private_folder(settings.home / "exchange") / f"{file.sha256}.parquet")
    if back:
        told.files.append(write_back(file, back, settings.home / "returned"))
    look = Look(LookKind.EXCHANGED, Purpose.TRANSFER, this_process("operator"), len(judged), file.sha256)
    state.keep_exchange_file(settings, (file.sha256, file.county, file.as_of), len(good), len(back), [look])
    told.files_taken += 1
    told.rows, told.taken, told.returned = told.rows + len(judged), told.taken + len(good), told.returned + len(back)
    told.reasons.update(reason for *_, reasons in back for reason in reasons)


def earlier_rows(file: ExchangeFile, settings: Settings, task_nos: set[str]) -> pd.DataFrame:
    """Children as the county's last file told them, of whom this one says something that cannot be taken: a slip makes nobody be forgotten."""
    known = state.exchange_files(settings)
    before = known.loc[known["county"].eq(file.county) & known["as_of"].map(lambda day: day <= file.as_of).astype(bool), "sha256"]
    path = settings.home / "exchange" / f"{before.iloc[-1] if len(before) else ''}.parquet"
    told = read_frame(path) if task_nos and path.is_file() else pd.DataFrame(columns=RECEIVED, dtype=object)
    return told[told["task_no"].isin(task_nos)]


def reasons_of(row: Mapping[str, str], file: ExchangeFile, area: tuple[str, ...], areas: Areas, today: date) -> list[str]:
    """Why a row cannot be taken, as codes of `exchange_reason` in worklist_texts.toml."""
    reasons = ["empty"] if any(not text for name, text in row.items() if name not in MAY_BE_EMPTY) else []
    if row["task_no"] and state.read_task_number(row["task_no"]) is None:
        reasons.append("task_mistyped")
    try:
        born_on = read_date(row["born_on"])
        if born_on and (born_on > today or born_on > file.as_of):
            reasons.append("born_later")
    except ValueError:
        reasons.append("day_unreadable")
    try:
        SEX.read(row["child_sex"])
    except ValueError:
        reasons.append("sex_unknown")
    code = row["residence_code"]
    if code and not (code.isascii() and code.isdecimal() and len(code) in (6, 9, 12)):
        reasons.append("code_unreadable")
    elif code and not served(areas.current(padded(code), today), area or (file.to_area,)):
        reasons.append("not_here")
    return reasons


def child_of(row: Mapping[str, str], county: str) -> dict[str, object]:
    """A row that can be taken, as a child of whom only that county knows."""
    number = state.read_task_number(row["task_no"]) or ""
    told: dict[str, object] = {name: row[name] or None for name in ("facility_code", "mother_id_mask", "certificate_no")}
    return told | {
        "birth_id": f"x{county}{number.replace('-', '').lower()}",
        "county": county,
        "task_no": number,
        "child_name": tidy(row["child_name"]),
        "mother_name": tidy(row["mother_name"]),
        "child_sex": SEX.read(row["child_sex"]),
        "born_on": read_date(row["born_on"]),
        "residence_code": padded(row["residence_code"]),
    }


def write_back(file: ExchangeFile, back: Sequence[tuple[int, str, Sequence[str]]], folder: Path) -> Path:
    """The rows that go back to their county, by line and number only."""
    why = texts("exchange_reason")
    rows = [
        (number, task if state.read_task_number(task) else None, "".join(why[reason] for reason in reasons))
        for number, task, reasons in back
    ]
    path = private_folder(folder) / f"exchange-{file.county}-{file.sha256[:12]}.csv"
    return write_private(path, table_bytes(pd.DataFrame(rows, columns=list(RETURNED)).astype(object), list(RETURNED.values())))
