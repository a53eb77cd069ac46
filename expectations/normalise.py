"""Examined rows -> the common record: one shape for every registry, broken cells blanked, nothing guessed."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd

from expectations.delivery import Delivery
from expectations.reading import by_distinct, has_clock
from expectations.snapshot import NOTE, RECORD, fitted
from vocabulary import identity, names
from vocabulary.areas import Areas
from vocabulary.contracts import Column, ColumnKind, Registry


def records(delivery: Delivery, failures: pd.DataFrame, areas: Areas, prefix: str = "") -> pd.DataFrame:
    """One row per record that can be given back to its registry, by record_id (snapshot.RECORD).

    `failures`: row_no, column, code, becomes. `prefix`: what a county's part has before its numbers (vocabulary.parts). A row with a blanked cell is marked `quarantined`: it is linked, so that
    nobody is said to be absent because of a broken row, but says nothing itself. One that came after the as-of day is marked
    `came_later`: it is linked too, and the night knows nothing of it. Rows to leave out are left out.
    """
    fields = common_fields(delivery)
    for column in delivery.registry.columns:
        broken = rows_with(failures, "blank", column.name)
        for field in delivery.registry.fields_of(column.name):
            if broken.size and field in fields:
                fields.loc[broken, field] = None
    fields["registry"] = delivery.registry.name
    fields["area_code"] = current_areas(fields["division_code"], areas, delivery.as_of)
    fields["quarantined"] = fields.index.isin(rows_with(failures, "blank"))
    fields["came_later"] = delivery.later
    kept = fields[~fields.index.isin(rows_with(failures, "leave_out"))]
    if prefix:
        kept = kept.assign(record_id=prefix + kept["record_id"].astype(str))
    return fitted(kept.sort_values("record_id", kind="stable"), RECORD)


def rows_with(failures: pd.DataFrame, becomes: str, column: str | None = None) -> pd.Index:
    """The row numbers of which that becomes, because of any column or of one."""
    chosen = failures["becomes"].eq(becomes)
    if column is not None:
        chosen &= failures["column"].eq(column)
    rows: pd.Index = pd.Index(failures.loc[chosen, "row_no"].unique())
    return rows


def common_fields(delivery: Delivery) -> pd.DataFrame:
    """The fields of the record that this registry fills; `division_code` always, null where it has none."""
    told = pd.DataFrame(index=delivery.readings.index)
    for column in delivery.registry.columns:
        for field in delivery.registry.fields_of(column.name):
            told[field] = field_of(delivery, column, field)
    if "division_code" not in told:
        told["division_code"] = None
    return told


def field_of(delivery: Delivery, column: Column, field: str) -> pd.Series:
    """One field, from the column that fills it."""
    reading = delivery.readings[column.name]
    if column.kind is ColumnKind.MOMENT:
        if field.endswith("_on"):
            return by_distinct_moment(reading)
        # A time of birth is told only where one was stated; midnight would be a guess.
        return reading if field == "updated_at" else reading.where(has_clock(delivery.texts[column.name]))
    if column.kind is not ColumnKind.TEXT:
        return reading
    if field.endswith("_id_number"):
        return by_distinct(reading, identity.normalise)
    return by_distinct(reading, names.tidy) if field.endswith("_name") else reading


def by_distinct_moment(moments: pd.Series) -> pd.Series:
    """The day of each time (`datetime.date`), null where the time is."""
    days: pd.Series = moments.dt.date.astype(object)
    return days.where(moments.notna(), None)


def current_areas(codes: pd.Series, areas: Areas, on: date | datetime) -> pd.Series:
    """The code that each place has on the as-of day, so that two registries agree across a merger, and a desk of today gets the item."""
    return by_distinct(codes, lambda code: areas.current(code, on))


def notes(delivery: Delivery, failures: pd.DataFrame, accepted: pd.DataFrame, prefix: str = "") -> pd.DataFrame:
    """The info-level facts about accepted records (snapshot.NOTE), by record, field and code."""
    told = failures[failures["becomes"].eq("note")]
    keys = delivery.texts[delivery.registry.key].reindex(told["row_no"])
    ids = (prefix + keys.astype(object) if prefix else keys).to_numpy()
    rows = pd.DataFrame(
        {
            "registry": delivery.registry.name,
            "record_id": ids,
            "field": record_field(delivery.registry, told["column"]),
            "code": told["code"].to_numpy(),
        }
    )
    left_out = rows_with(failures, "leave_out")
    rows = rows[~told["row_no"].isin(left_out).to_numpy() & rows["record_id"].isin(accepted["record_id"])]
    return fitted(rows.sort_values(["record_id", "field", "code"], ignore_index=True), NOTE)


def record_field(registry: Registry, columns: pd.Series) -> list[str]:
    """The record's name of each contract column."""
    return [registry.fields_of(column)[0] for column in columns]


def quarantine(delivery: Delivery, failures: pd.DataFrame) -> pd.DataFrame:
    """Rows as landed, with `reasons` (`column:code;…`) and `left_out`: the only table of a run, beside landing and record, with values."""
    broken = failures[failures["becomes"].isin(["blank", "leave_out"])]
    reasons = (broken["column"] + ":" + broken["code"]).groupby(broken["row_no"]).agg(lambda codes: ";".join(sorted(set(codes))))
    rows = delivery.landed.loc[reasons.index].copy()
    rows["reasons"] = reasons
    rows["left_out"] = rows.index.isin(rows_with(failures, "leave_out"))
    return rows.reset_index(drop=True)
