"""From disclosed rows to printed ones: codes become words, tasks get their dates, rows their order. Adds no fact about anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

import pandas as pd

from reconciliation.worklist_facts import NEVER_PRINTED, UNASSIGNED
from reconciliation.worklist_forms import texts
from vocabulary.areas import Areas, padded
from vocabulary.codes import SEX
from vocabulary.registries import REGISTRIES
from vocabulary.wording import EVIDENCE, FIELDS, KINDS, words

DAYS_TO_ANSWER = timedelta(days=15)
"""From the day a task is issued (domain.md 6.2: local practice is a monthly feedback by the 5th or 10th)."""
LONG_WAIT = 90
"""Days since birth from which some places ask for further proof (domain.md 1.4)."""


def worded(rows: pd.DataFrame, areas: Areas, as_of: date, marks: Mapping[str, str] = MappingProxyType({})) -> pd.DataFrame:
    """Disclosed rows (with `task_no` and `issued_on`, null for counts) in print order within each desk.

    Shape: the rows given, plus a column for each printed one. Every distinct value is worded once. `marks`: finding -> code of
    an action that goes before the others, because of an earlier answer.
    """
    rows = ordered(rows)
    put: dict[str, pd.Series] = {"problem": _map(rows, "kind", lambda kind: words(KINDS, kind))}
    short, value = texts("registry_short"), texts("value")
    for column in ("registry", "other_registry"):
        put[column] = _map(rows, column, lambda name: REGISTRIES[name].title_zh)
    put["child_sex"] = _map(rows, "child_sex", lambda code: SEX.title(code) if code in "12" else "不详")
    put["seen_in"] = _map(rows, "seen_in", lambda held: seen_in(held, short, value))
    put["residence"] = _map(rows, "residence_code", lambda code: areas.name(code))
    put["township"] = _map(rows, "township_code", lambda code: value["unassigned"] if code == UNASSIGNED else named(areas, code))
    put["situation"] = put["problem"] + "\n" + _map(rows, "due_stage", lambda stage: texts("stage")[str(int(stage))]).fillna("")
    put["own_value"] = _own_value(rows, areas)
    put["field"] = _map(rows, "field", lambda field: words(FIELDS, field)).fillna(value["whole_record"])
    put["difference"] = _differences(rows)
    put["suggested_action"] = _map(rows, "finding_id", lambda found: texts("action").get(marks.get(found, ""))).fillna("") + _actions(rows)
    put["child_name"] = _column(rows, "child_name").fillna(value["unnamed"])
    put["due_on"] = _column(rows, "issued_on").map(lambda day: day + DAYS_TO_ANSWER, na_action="ignore")
    return rows.assign(**put)


def _column(rows: pd.DataFrame, column: str) -> pd.Series:
    """A column that may be absent because its cell does not grant it."""
    return rows[column] if column in rows else pd.Series(None, index=rows.index, dtype=object)


def _map(rows: pd.DataFrame, column: str, wording: Callable[[str], str | None]) -> pd.Series:
    told = _column(rows, column)
    distinct = {code: wording(str(code)) for code in told.dropna().unique()}
    return told.map(distinct).astype(object)


def ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """Villages together, the one that waits longest first, in it the oldest child first; others by kind and record number."""
    village = _column(rows, "residence_code").fillna("").astype(str)
    born = pd.to_datetime(_column(rows, "born_on"))
    waits = born.groupby([rows["desk_code"], rows["kind"], village]).transform("min")
    keys = rows.assign(waits=waits, village=village, born=born, record=_column(rows, "record_id").fillna("").astype(str))
    keys = keys.assign(town=_column(rows, "township_code").fillna("").astype(str))
    is_child = _column(rows, "residence_code").notna() | rows["kind"].eq("not_registered")
    keys["waits"], keys["born"] = waits.where(is_child), born.where(is_child)
    order = keys.sort_values(["desk_code", "waits", "village", "born", "record", "kind", "town", "finding_id"], kind="stable").index
    return rows.loc[order].reset_index(drop=True)


def named(areas: Areas, code: str) -> str:
    """A division's name with its code; the code alone where no table names it."""
    name = areas.name(code)
    return code if name == code else f"{name}（{code}）"


def seen_in(held: str, short: dict[str, str], value: dict[str, str]) -> str:
    """Every registry on its own line, with a tick where it knows the birth."""
    names = held.split(";")
    lines = (
        f"{short.get(name, contract.title_zh)} {value['seen'] if name in names else value['not_seen']}"
        for name, contract in REGISTRIES.items()
    )
    others = (f"{value[name]} {value['seen']}" for name in names if name not in REGISTRIES)
    return "\n".join([*others, *lines])


def _own_value(rows: pd.DataFrame, areas: Areas) -> pd.Series:
    """The record's own value as people read it."""
    own, field = _column(rows, "own_value"), _column(rows, "field")
    value = texts("value")
    told = own.where(~field.isin(NEVER_PRINTED), value["ask_the_paper"])
    is_twice = rows["kind"] == "duplicate_record"
    told = told.mask(is_twice & own.notna(), value["other_record"] + own.where(is_twice).fillna("").astype(str))
    is_sex = field == "child_sex"
    told = told.mask(
        is_sex & own.isin(list(SEX.codes)), own.map(lambda code: SEX.title(code) if code in SEX.codes else code, na_action="ignore")
    )
    is_area = field.isin(["area_code", "division_code"])
    return told.mask(is_area & own.notna(), own.where(is_area).map(lambda code: named(areas, padded(str(code))), na_action="ignore"))


def _differences(rows: pd.DataFrame) -> pd.Series:
    """Evidence codes in words; `alone:<registry>` depends on whose record the row is."""
    told, holder = _column(rows, "difference").fillna("").astype(str), _column(rows, "registry").fillna("").astype(str)
    distinct = {key: difference_of(*key) for key in dict.fromkeys(zip(told, holder, strict=True))}
    return pd.Series([distinct[key] for key in zip(told, holder, strict=True)], index=rows.index, dtype=object)


def difference_of(evidence: str, holder: str) -> str:
    said = []
    for code in filter(None, evidence.split(";")):
        alone, _, registry = code.partition(":")
        if alone == "alone" and registry and registry != holder:
            said.append(f"仅“{REGISTRIES[registry].title_zh}”与其他登记不同" if registry in REGISTRIES else words(EVIDENCE, alone))
        elif words(EVIDENCE, code) != code:
            said.append(words(EVIDENCE, code))
    return "；".join(dict.fromkeys(said))


def _actions(rows: pd.DataFrame) -> pd.Series:
    """What to do next: by the paper that is missing for a child, by kind for a record."""
    action = texts("action")
    told = _map(rows, "kind", lambda kind: action.get(kind))
    paper = _map(rows, "action", lambda code: action[code])
    told = (told.fillna("") + paper.fillna("")).astype(object)
    long_wait = pd.to_numeric(_column(rows, "due_stage"), errors="coerce") >= LONG_WAIT
    return told.mask(long_wait, told + action["longer"])
