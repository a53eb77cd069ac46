"""Records as the comparisons want them: one dictionary per kind of value, days as numbers, what a number or an interim name tells beside."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from matching.days import EPOCH, NO_DAY
from matching.dictionary import Ints
from matching.twins import order_in_name, twin_in_name
from vocabulary.contracts import Role
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.identity import examine, normalise
from vocabulary.names import is_missing, is_unnamed, mother_in_unnamed
from vocabulary.registries import REGISTRIES

NAME_COLUMNS = ("child_name", "mother_name", "father_name", "mother_told")
NUMBER_COLUMNS = ("certificate_no", "mother_id_number", "father_id_number")
TEXT_COLUMNS = (
    "certificate_no",
    "child_name",
    "child_sex",
    "child_id_number",
    "mother_name",
    "mother_id_number",
    "father_name",
    "father_id_number",
    "area_code",
    "vital_status",
)


def encode(records: pd.DataFrame) -> pd.DataFrame:
    """The records in (registry, record_id) order, coded; a column that a registry lacks is missing everywhere.

    Grain: one record. Index: 0..n-1. Columns: registry, record_id, categorical names and numbers, `born_on` and `id_born_on`
    (days since 1970, NO_DAY if missing), `child_sex` and `id_sex` (0 unknown), `area_code`, `birth_order` and `plurality`
    (0 unknown), `died` (1, 0, -1 unknown), `civil`.
    Raises KeyError without registry or record_id, ConfigurationError where a record stands twice.
    """
    ordered = records.sort_values(["registry", "record_id"], kind="stable").reset_index(drop=True)
    if twice := int(ordered.duplicated(["registry", "record_id"]).sum()):
        raise ConfigurationError(Fault("matching.record_twice", "records", {"count": twice}))
    text = pd.DataFrame({name: _text(ordered, name) for name in TEXT_COLUMNS})
    coded = pd.DataFrame({"registry": ordered["registry"].astype(str).astype("category"), "record_id": ordered["record_id"].astype(str)})
    coded = coded.assign(**_names(text), **_numbers(text), **_told_by_number(text["child_id_number"]))
    coded["born_on"] = day_numbers(ordered["born_on"]) if "born_on" in ordered else np.full(len(ordered), NO_DAY, dtype=np.int64)
    coded["child_sex"] = _sex(text["child_sex"])
    coded["area_code"] = text["area_code"].astype("category")
    coded["died"] = text["vital_status"].map({"died": 1, "alive": 0}).fillna(-1).astype(np.int8)
    civil = [name for name, registry in REGISTRIES.items() if registry.role == Role.CIVIL]
    coded["civil"] = coded["registry"].isin(civil).astype(np.int8)
    return coded.assign(**_order(ordered, text["child_name"].where(coded["child_name"].isna(), None)))


def _text(records: pd.DataFrame, name: str) -> pd.Series:
    """A text column with None for whatever means nothing; all None where there is no such column."""
    if name not in records:
        return pd.Series([None] * len(records), dtype=object, index=records.index)
    column = records[name].astype(object)
    return column.where(column.notna(), None)


def _mapped(column: pd.Series, rule: object) -> pd.Series:
    """A function of the text, computed once per distinct value."""
    distinct = {value: rule(value) for value in column.dropna().unique()}  # type: ignore[operator]
    return column.map(distinct).astype(object).where(column.notna(), None)


def _names(text: pd.DataFrame) -> dict[str, pd.Series]:
    """Child, mother, father, and the mother whom an interim name tells; one dictionary for all."""
    child = _mapped(text["child_name"], lambda name: None if is_unnamed(name) else name)
    told = _mapped(text["child_name"], mother_in_unnamed)
    mother = _mapped(text["mother_name"], lambda name: None if is_missing(name) else name)
    father = _mapped(text["father_name"], lambda name: None if is_missing(name) else name)
    mother = mother.where(mother.notna(), told)
    told = told.where(told.ne(mother), None)
    columns = dict(zip(NAME_COLUMNS, (child, mother, father, told), strict=True))
    return _shared_categories(columns)


def _numbers(text: pd.DataFrame) -> dict[str, pd.Series]:
    """Certificate and identity numbers, normalised; one dictionary for all."""
    return _shared_categories({name: _mapped(text[name], normalise) for name in NUMBER_COLUMNS})


def _shared_categories(columns: dict[str, pd.Series]) -> dict[str, pd.Series]:
    """The columns as categoricals of one common, sorted dictionary."""
    known = pd.concat(list(columns.values()), ignore_index=True).dropna().unique()
    dtype = pd.CategoricalDtype(pd.Index(sorted(known), dtype=object))
    return {name: column.astype(dtype) for name, column in columns.items()}


def _told_by_number(numbers: pd.Series) -> dict[str, Ints | npt.NDArray[np.int8]]:
    """Birth day and sex inside the child's own identity number, where the number is sound."""
    days, sexes = {}, {}
    for number in numbers.dropna().unique():
        verdict = examine(number)
        if verdict.form == "18" and verdict.fault is None and verdict.born_on is not None:
            days[number], sexes[number] = (verdict.born_on - EPOCH).days, int(verdict.sex or 0)
    return {
        "id_born_on": numbers.map(days).fillna(NO_DAY).to_numpy(np.int64),
        "id_sex": numbers.map(sexes).fillna(0).to_numpy(np.int8),
    }


def _sex(column: pd.Series) -> npt.NDArray[np.int8]:
    return np.where(column == "1", 1, np.where(column == "2", 2, 0)).astype(np.int8)


def _order(records: pd.DataFrame, interim_name: pd.Series) -> dict[str, npt.NDArray[np.int8]]:
    """Stated plurality and order, or the order that an interim name hints at. A name that marks a twin outweighs a stated 1."""
    plurality, hinted = _whole(records, "plurality"), _hints(interim_name, order_in_name)
    plurality = np.where((plurality == 1) & (_hints(interim_name, twin_in_name) > 0), 0, plurality)
    stated = np.where(plurality > 1, _whole(records, "birth_order"), 0)
    order = np.where(stated > 0, stated, np.where(plurality == 1, 0, hinted))
    return {"plurality": plurality.astype(np.int8), "birth_order": order.astype(np.int8)}


def _hints(names: pd.Series, rule: object) -> Ints:
    return np.array([0 if told is None else int(told) for told in _mapped(names, rule)], dtype=np.int64)


def _whole(records: pd.DataFrame, name: str) -> Ints:
    if name not in records:
        return np.zeros(len(records), dtype=np.int64)
    numbers: Ints = pd.to_numeric(records[name], errors="coerce").fillna(0).clip(0, 9).to_numpy(dtype=np.int64)
    return numbers


def day_numbers(column: pd.Series) -> Ints:
    """Days since 1970-01-01 of dates, timestamps or ISO texts; whole numbers are taken as such; NO_DAY for a missing one."""
    if pd.api.types.is_integer_dtype(column.dtype):
        return column.to_numpy(np.int64)
    if not pd.api.types.is_datetime64_any_dtype(column.dtype):
        distinct = {value: _one_day(value) for value in column.dropna().unique()}
        return column.map(distinct).fillna(NO_DAY).to_numpy(np.int64)
    days = (column.dt.tz_localize(None).dt.normalize() - pd.Timestamp(EPOCH)).dt.days
    numbers: Ints = days.fillna(NO_DAY).to_numpy(dtype=np.int64)
    return numbers


def _one_day(value: object) -> int:
    if isinstance(value, date):
        return (date(value.year, value.month, value.day) - EPOCH).days
    return (date.fromisoformat(str(value)[:10]) - EPOCH).days
