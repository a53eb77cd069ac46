"""The sheets of a check on the spot: each registration desk gets the villages of its township, without a name, and its own records.

A record is shown through the disclosure table, under the cell by which its desk gets its own record back (rights.md R3): the health side gets no
sheet, no desk a record that it does not hold. Which were drawn is decided elsewhere; here a row is `item_no`, `kind`, `desk`, `unit`, `registry`.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from reconciliation.disclosure import Recipient, disclose
from reconciliation.publish import Night, read_night
from reconciliation.standing import Standing
from reconciliation.worklist_desks import file_stem
from reconciliation.worklist_forms import texts
from reconciliation.worklist_sheets import harmless, unit_name
from reconciliation.worklist_styles import Styles
from sql import state
from sql.acting import acting_as
from vocabulary.access import Look, LookKind, Purpose, this_process
from vocabulary.areas import Areas
from vocabulary.field_checks import RECORD, RECORD_ANSWERS, TITLES, VILLAGE
from vocabulary.findings import Kind
from vocabulary.runs import Run, private_folder, write_private
from vocabulary.settings import Settings

DESK, OPERATOR = "registration_desk", "operator"
OWN_RECORD = Kind.CONFLICT
"""The kind under whose cell a desk sees its own record; no field of it is in question here."""
HEAD_ROW = 4


@dataclass(frozen=True)
class Visit:
    """What all sheets of one sample say. Both days included."""

    sample_id: str
    run_id: str
    born_from: date
    born_to: date


@acting_as("publish")
def write(settings: Settings, visit: Visit, items: pd.DataFrame, folder: Path) -> list[Path]:
    """One XLSX a desk, private, each entered in the access log before it is there. Raises ConfigurationError, DisclosureRefused."""
    run, areas = Run.load(settings, visit.run_id), Areas.load(settings.areas_path)
    told = read_night(run, areas, Standing.read(settings, run.as_of, areas))
    files = dict(_files(visit, items, told))
    looks = [
        Look(LookKind.EXPORTED, Purpose.FOLLOW_UP, this_process(OPERATOR), rows, hashlib.sha256(content).hexdigest(), name, visit.run_id)
        for name, (content, rows) in files.items()
        if rows
    ]
    state.record_looks(settings, looks)
    private_folder(folder)
    return [write_private(folder / name, content) for name, (content, _) in files.items()]


def _files(visit: Visit, items: pd.DataFrame, told: Night) -> Iterator[tuple[str, tuple[bytes, int]]]:
    """File name -> its bytes and how many named rows it holds."""
    records = own_records(items[items["kind"] == RECORD], told)
    villages = items[items["kind"] == VILLAGE].assign(
        village=lambda rows: rows["unit"].map(told.areas.name),
        period=_texts()["heading"]["period"].format(first=visit.born_from, last=visit.born_to),
    )
    for code in sorted({*records["desk_code"], *villages["desk"]}):
        recipient = Recipient(DESK, None, code)
        sheets = {VILLAGE: villages[villages["desk"] == code], RECORD: records[records["desk_code"] == code]}
        heading = _texts()["heading"]["who"].format(unit=unit_name(recipient, told.areas), code=code, sample=visit.sample_id)
        yield f"{file_stem(recipient)}.xlsx", (_workbook(sheets, heading, visit), len(sheets[RECORD]))


def own_records(items: pd.DataFrame, told: Night) -> pd.DataFrame:
    """Drawn records as their desks may see them: `item_no`, `desk_code` and the columns of the cell. Raises DisclosureRefused."""
    births = told.records.set_index(["registry", "record_id"])["birth_id"]
    keys = pd.MultiIndex.from_arrays([items["registry"], items["unit"]])
    asked = pd.DataFrame(
        {
            "finding_id": items["item_no"].to_numpy(),
            "kind": OWN_RECORD.value,
            "birth_id": births.reindex(keys).to_numpy(),
            "registry": items["registry"].to_numpy(),
            "record_id": items["unit"].to_numpy(),
            **dict.fromkeys(("field", "evidence", "division_code", "due_stage")),
        }
    )
    asked = asked[~asked["birth_id"].isin(told.protected)]
    rows = disclose(asked, told.records, Recipient(DESK), told.protected)
    return rows.rename(columns={"finding_id": "item_no"}).sort_values(["desk_code", "item_no"], ignore_index=True)


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "field_sheets.toml").read_text(encoding="utf-8"))


def _workbook(sheets: Mapping[str, pd.DataFrame], heading: str, visit: Visit) -> bytes:
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"author": "hedui 核对", "created": datetime.combine(visit.born_to, time())})
        styles = Styles(book)
        for kind, rows in sheets.items():
            if len(rows):
                _sheet(book.add_worksheet(_texts()[kind]["sheet"]), kind, rows, heading, styles)
    return file.getvalue()


def _sheet(page: Worksheet, kind: str, rows: pd.DataFrame, heading: str, styles: Styles) -> None:
    form, kinds, say = _texts()[kind], _texts()["kind"], _texts()["heading"]
    columns: Sequence[str] = form["columns"]
    last = len(columns) - 1
    page.protect("", {"format_columns": True, "format_rows": True})
    page.hide_gridlines(2)
    page.merge_range(0, 0, 0, last, form["title"], styles.title)
    for row, (text, height) in enumerate(((heading, 26), (form["note"], 44), (say["purpose"], 44)), start=1):
        page.merge_range(row, 0, row, last, text, styles.law if text == say["purpose"] else styles.heading)
        page.set_row(row, height)
    for place, name in enumerate(columns):
        page.set_column(place, place, _texts()["width"][name])
        page.write_string(HEAD_ROW, place, TITLES[name], styles.head_answer if _is_answer(name) else styles.head)
    page.set_row(0, 40)
    page.set_row(HEAD_ROW, 36)
    for number, told in enumerate(rows.to_dict("records"), start=1):
        for place, name in enumerate(columns):
            _cell(page, (HEAD_ROW + number, place), {**told, "row_no": number}.get(name), name, styles.cell(kinds[name]))
        page.set_row(HEAD_ROW + number, 30)
    end = HEAD_ROW + len(rows)
    _validate(page, columns, end)
    page.merge_range(end + 2, 0, end + 2, last, say["signature"], styles.heading)
    page.set_row(end + 2, 30)
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(HEAD_ROW)
    page.freeze_panes(HEAD_ROW + 1, 2)
    page.set_footer("&C第 &P 页  共 &N 页")


def _is_answer(name: str) -> bool:
    return _texts()["kind"][name] in ("choice", "answer_text", "answer_day")


def _cell(page: Worksheet, at: tuple[int, int], told: Any, name: str, style: Any) -> None:
    if name == "row_no":
        page.write_number(*at, told, style)
    elif name == "born_on" and pd.notna(told):
        page.write_datetime(*at, datetime.combine(pd.Timestamp(told).date(), time()), style)
    elif _is_answer(name):
        page.write_blank(*at, None, style)
    else:
        page.write_string(*at, texts("value")["unnamed"] if pd.isna(told) else harmless(str(told)), style)


def _validate(page: Worksheet, columns: Sequence[str], end: int) -> None:
    """What each open column takes."""
    say = _texts()["heading"]
    for place, name in enumerate(columns):
        if name == "answer":
            options = [f"{answer.code} {answer.zh}" for answer in RECORD_ANSWERS.values()]
            rule = {"validate": "list", "source": options, "error_title": say["answer_title"], "error_message": say["answer_error"]}
        elif name.startswith("births_"):
            rule = {
                "validate": "integer",
                "criteria": ">=",
                "value": 0,
                "error_title": say["count_title"],
                "error_message": say["count_error"],
            }
        else:
            continue
        page.data_validation(HEAD_ROW + 1, place, end, place, rule)
