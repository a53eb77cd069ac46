"""What a registry agrees to hand over: its columns, their kinds, and the headers by which offices name them.

A contract is data. The connectors read nothing that it does not list, the expectations derive their suites from it,
and the sample county is written to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vocabulary.codes import CodeSet


class ColumnKind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    CODE = "code"
    WHOLE = "whole"


class Role(StrEnum):
    """`civil`: where a child is registered. `health`: where a birth is known."""

    CIVIL = "civil"
    HEALTH = "health"


@dataclass(frozen=True)
class Column:
    """One agreed column; `missing_ok` says that it may be empty, `codes` which values a code may take."""

    name: str
    kind: ColumnKind
    missing_ok: bool = False
    codes: CodeSet | None = None


def text(name: str, *, missing_ok: bool = False) -> Column:
    """Free text or an identifier, kept as it is written."""
    return Column(name, ColumnKind.TEXT, missing_ok)


def day(name: str, *, missing_ok: bool = False) -> Column:
    """A calendar date."""
    return Column(name, ColumnKind.DAY, missing_ok)


def moment(name: str, *, missing_ok: bool = False) -> Column:
    """A date and time; without a zone it is Asia/Shanghai."""
    return Column(name, ColumnKind.MOMENT, missing_ok)


def code(name: str, codes: CodeSet, *, missing_ok: bool = False) -> Column:
    """A code of a closed set."""
    return Column(name, ColumnKind.CODE, missing_ok, codes)


def whole(name: str, *, missing_ok: bool = False) -> Column:
    """A whole number of at least 1."""
    return Column(name, ColumnKind.WHOLE, missing_ok)


@dataclass(frozen=True)
class Registry:
    """The contract of one registry.

    `absence` is the kind of finding that says "a birth is not in this registry"; None where that is nobody's affair: such a registry tells of
    births and never of who is missing from it. `record_fields` maps the contract's own
    columns to the field of the common record that they fill (a column of the same name needs no entry). `unit_field` holds
    the unit that answers for a record, where that is not the township. `headers` are Chinese aliases -> column.
    """

    name: str
    table: str
    key: str
    grain: str
    title_zh: str
    title_en: str
    role: Role
    absence: str | None
    columns: tuple[Column, ...]
    headers: Mapping[str, str]
    source: str
    record_fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unit_field: str | None = None

    def __post_init__(self) -> None:
        names = {column.name for column in self.columns}
        strangers = set(self.headers.values()) | set(self.record_fields) | {self.key}
        if not strangers <= names:
            raise ValueError(f"contract {self.name}: not among its columns: {sorted(strangers - names)}")

    @property
    def column_names(self) -> tuple[str, ...]:
        """In the contract's order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        return {column.name: column for column in self.columns}[name]

    def fields_of(self, name: str) -> tuple[str, ...]:
        """The fields of the common record that a contract column fills."""
        if name == self.key:
            return ("record_id",)
        return self.record_fields.get(name, (name,))


RECORD_COLUMNS = (
    "registry",
    "record_id",
    "certificate_no",
    "child_name",
    "child_sex",
    "born_on",
    "born_at",
    "child_id_number",
    "mother_name",
    "mother_id_number",
    "father_name",
    "father_id_number",
    "division_code",
    "area_code",
    "vital_status",
    "plurality",
    "birth_order",
    "facility_code",
    "reporting_unit_code",
    "recorded_on",
    "updated_at",
    "quarantined",
    "came_later",
)
"""The common record, one row per accepted record of any registry: what `accepted/record.parquet` holds."""
