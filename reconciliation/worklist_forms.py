"""The printed forms, read from worklist_forms.toml: which columns in which order, and which answers each one offers."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, cast

FOLDER = Path(__file__).parent
ANSWERS = ("choice", "answer_day", "answer_text")
"""Kinds of column in which a desk writes; everything else is protected."""


@dataclass(frozen=True)
class FormColumn:
    """One printed column; `width` in characters, `longest` the most characters of a free text."""

    name: str
    title: str
    width: float
    kind: str
    longest: int = 50

    @property
    def is_answer(self) -> bool:
        """Whether a desk writes here."""
        return self.kind in ANSWERS


@dataclass(frozen=True)
class Form:
    """One sheet's shape. `kinds` are the findings it lists, `outcomes` the codes of its drop-down (none: nothing to answer)."""

    name: str
    form_no: str
    sheet: str
    title: str
    kinds: tuple[str, ...]
    columns: tuple[FormColumn, ...]
    outcomes: tuple[str, ...]
    empty: str
    note: str = ""

    @property
    def names_people(self) -> bool:
        """Whether its rows are about single births; a form of counts is not."""
        return any(column.name == "task_no" for column in self.columns)

    @property
    def kinds_counted(self) -> tuple[str, ...]:
        """Its kinds, where it is a form of counts."""
        return () if self.names_people else self.kinds


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def texts(table: str) -> dict[str, str]:
    """One table of worklist_texts.toml."""
    return cast(dict[str, str], _read("worklist_texts.toml")[table])


def guide() -> dict[str, Any]:
    """The sentences and small tables of the explanation sheet."""
    return cast(dict[str, Any], _read("worklist_texts.toml")["guide"])


def outcome_guide() -> dict[str, list[str]]:
    """Outcome code -> when to choose it, what happens then."""
    return cast(dict[str, list[str]], _read("worklist_texts.toml")["outcome"])


@cache
def columns() -> dict[str, FormColumn]:
    """Column name -> column, in its usual width."""
    return {name: FormColumn(name, **column) for name, column in _read("worklist_forms.toml")["columns"].items()}


@cache
def forms() -> dict[str, Form]:
    """Form name -> form."""
    raw = _read("worklist_forms.toml")
    return {
        name: Form(
            name=name,
            form_no=form["form_no"],
            sheet=form["sheet"],
            title=form["title"],
            kinds=tuple(form["kinds"]),
            columns=tuple(stretched(columns()[column], form.get("stretch", 1.0)) for column in form["columns"]),
            outcomes=tuple(form["outcomes"]),
            empty=form["empty"],
            note=form.get("note", ""),
        )
        for name, form in raw["forms"].items()
    }


def returned_form(form: Form) -> Form:
    """The sheet on which rows of a form go back to their sender: the same sheet's name and answers, and what to do with each row."""
    has = {column.name for column in form.columns}
    shape = "columns" if "registered_on" in has else "columns_of_pairs" if "reason" in has else "columns_of_records"
    shown = tuple(columns()[name] for name in _read("worklist_forms.toml")["returned"][shape])
    say = texts("returned")
    return replace(form, name=f"returned_{form.name}", title=say["title"].format(title=form.title), columns=shown, note=say["note"])


def stretched(column: FormColumn, times: float) -> FormColumn:
    """The column, so many times as wide."""
    return replace(column, width=round(column.width * times, 1))


def forms_of(recipient_kind: str) -> tuple[Form, ...]:
    """The sheets that a kind of recipient gets, in order."""
    return tuple(forms()[name] for name in _read("worklist_forms.toml")["recipients"][recipient_kind]["forms"])


def recipient_title(recipient_kind: str) -> str:
    """The recipient in words."""
    return cast(str, _read("worklist_forms.toml")["recipients"][recipient_kind]["title"])
