"""One desk's worklist as plain cells, before any file format: the workbook and its CSV twin are written from the same cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from reconciliation.disclosure import Recipient, absence_of
from reconciliation.worklist_facts import UNASSIGNED
from reconciliation.worklist_forms import Form, FormColumn, forms_of, recipient_title, texts
from vocabulary.areas import Areas
from vocabulary.registries import REGISTRIES

Cell = str | int | date | None
FORMULA_START = re.compile(r"^\s*[=+\-@＝＋－＠]")
"""What a spreadsheet may take for a formula (OWASP, CSV injection), in half and full width."""
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
"""Nothing that XML 1.0 forbids, and no tab or carriage return, which start a formula too; line feed is ours."""


@dataclass(frozen=True)
class Sheet:
    """One form with its rows (cells in the form's column order), what it says without any, and the first row of each village."""

    form: Form
    rows: tuple[tuple[Cell, ...], ...]
    heading: tuple[str, ...]
    empty: str
    new_group: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Occasion:
    """What all worklists of a night share. `withheld`: kinds that could not be judged -> the registry that was not there."""

    areas: Areas
    as_of: date
    withheld: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Worklist:
    """Everything one desk gets on one night."""

    recipient: Recipient
    unit: str
    as_of: date
    sheets: tuple[Sheet, ...]


def harmless(text: str) -> str:
    """Text that no spreadsheet runs: control characters become spaces, a formula's first sign gets an apostrophe before it."""
    plain = CONTROL.sub(" ", text)
    return f"'{plain}" if FORMULA_START.match(plain) else plain


def worklist(recipient: Recipient, rows: pd.DataFrame, occasion: Occasion, not_yet_due: int = 0) -> Worklist:
    """The sheets of one desk from its worded rows; a form without rows still gets its sheet, which says so."""
    unit = unit_name(recipient, occasion.areas)
    sheets = tuple(
        _sheet(form, rows[rows["kind"].isin(form.kinds)], _who(recipient, unit, form, occasion.as_of), occasion, not_yet_due)
        for form in forms_of(recipient.kind)
        if not (counts := form.kinds_counted) or recipient.registry is None or absence_of(recipient) in counts
    )
    return Worklist(recipient, unit, occasion.as_of, sheets)


def unit_name(recipient: Recipient, areas: Areas) -> str:
    """The receiving unit in words: an area's name where there is one, else what it is and its code."""
    code = recipient.code or ""
    contract = REGISTRIES.get(recipient.registry or "")
    title = f"{contract.title_zh if contract else ''}{recipient_title(recipient.kind)}"
    if code == UNASSIGNED:
        return f"{title}{texts('value')['unassigned']}"
    name = areas.name(code)
    return title if name == code else f"{name}{title}"


def _sheet(form: Form, rows: pd.DataFrame, who: str, occasion: Occasion, not_yet_due: int) -> Sheet:
    cells = tuple(zip(*(_cells(column, rows) for column in form.columns), strict=True)) if len(rows) else ()
    new_group: frozenset[int] = frozenset()
    if "residence_code" in rows and len(rows):
        village = rows["residence_code"].fillna("").to_numpy()
        new_group = frozenset(place for place in range(1, len(village)) if village[place] != village[place - 1])
    missing = [occasion.withheld[kind] for kind in form.kinds if kind in occasion.withheld]
    # Absence needs presence: a list that could not be made must not read as "nothing to do".
    empty = texts("heading")["withheld"].format(registry="、".join(missing)) if missing else form.empty
    say: Mapping[str, str] = texts("heading")
    law = [say["free"], say["not_matched"], say["purpose"]] + ([say["private"]] if form.names_people else [])
    return Sheet(form, cells, (who, _how_many(form, rows, not_yet_due), "".join(law)), empty, new_group)


def _cells(column: FormColumn, rows: pd.DataFrame) -> Sequence[Cell]:
    if column.name == "row_no":
        return range(1, len(rows) + 1)
    if column.is_answer or column.name not in rows:
        return [None] * len(rows)
    if column.kind == "day":
        return [None if pd.isna(day) else pd.Timestamp(day).date() for day in rows[column.name]]
    return [None if pd.isna(told) else harmless(str(told)) for told in rows[column.name]]


def _who(recipient: Recipient, unit: str, form: Form, as_of: date) -> str:
    say = texts("heading")
    return "　　".join([say["unit"].format(unit=unit, code=recipient.code), say["person"], say["as_of"].format(as_of=as_of), form.form_no])


def _how_many(form: Form, rows: pd.DataFrame, not_yet_due: int) -> str:
    """How many rows, how many of them at each stage, and how many children are not due and therefore not listed."""
    say = texts("heading")
    many = [say["total"].format(count=len(rows))] if len(rows) else []
    if "due_stage" in rows and rows["due_stage"].notna().any():
        stages = rows["due_stage"].dropna().astype(int).value_counts().sort_index(ascending=False)
        told = "、".join(say["stage_count"].format(stage=texts("stage")[str(stage)], count=count) for stage, count in stages.items())
        many.append(say["stages"].format(stages=told))
    if not_yet_due and form.name == "register":
        many.append(say["not_yet_due"].format(count=not_yet_due))
    return "".join([*many, form.note])
