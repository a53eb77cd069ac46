"""Expectations that follow from any registry's contract, so that a registry's own suite file holds only what is its own.

Every expectation has a severity (`critical` stops the registry's night, `warning` quarantines the row, `info` notes a fact),
`notes` with reason and source, and `meta`: the reason's code, the column it speaks of, and what becomes of the row.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from expectations.custom import ExpectColumnValuesToBeReadableDates, ExpectIdentityNumbersToHoldTheirCheckDigit
from expectations.thresholds import KEY_SHARE, STALE_DAYS
from vocabulary.contracts import Column, ColumnKind, Registry

IDENTITY_FACTS: Final = {
    "excel_truncated": "Digits 16-18 became 000: a spreadsheet kept 15. The number cannot be restored, only asked for. Source: domain.md 1.1.",
    "length": "Neither 18 nor, for older relatives, 15 characters, and no passport or permit. Source: GB 11643-1999.",
    "characters": "A character that no citizen number has. Source: GB 11643-1999.",
    "birth_date": "Digits 7-14 are no day of the calendar. Source: GB 11643-1999.",
    "id_birth_date": "Digits 7-14 are another day than the record's birth date: one of the two is mistyped. Source: domain.md 1.1.",
    "id_sex": "Digit 17 (odd male, even female) says another sex than the record. Source: domain.md 1.1.",
}
SILENT_WHERE_MISSING: Final = frozenset({ColumnKind.TEXT, ColumnKind.WHOLE})
"""A missing name, unit or birth order is a gap to fill, but the child is still known: its row goes on speaking."""
SPEAKING_TEXT: Final = "division_code"


def says(code: str, column: str, becomes: str = "nothing") -> dict[str, Any]:
    """`meta` of an expectation. `becomes`: note | count (info), blank | leave_out (warning), nothing (critical)."""
    return {"code": code, "column": column, "becomes": becomes}


def contract_expectations(registry: Registry) -> list[Expectation]:
    """What the contract alone demands of a delivery, from the whole table to the single cell."""
    found = list(of_the_delivery(registry))
    for column in registry.columns:
        if column.name != registry.key:
            found.extend(of_a_column(column))
    return found


def of_the_delivery(registry: Registry) -> Iterator[Expectation]:
    """Shape, size, freshness, and the key."""
    yield gxe.ExpectTableColumnsToMatchSet(
        column_set=[*registry.column_names, *fact_columns(registry)], exact_match=True, severity="critical", meta=says("schema", ""),
        notes="A column too few: the extract is broken. A column too many: it was never agreed (rights.md R1). Source: the contract.",
    )  # fmt: skip
    yield gxe.ExpectTableRowCountToBeBetween(
        min_value=1, severity="critical", meta=says("empty", ""),
        notes="An empty delivery would make every child look absent from this registry. Source: design.md, absence needs presence.",
    )  # fmt: skip
    yield gxe.ExpectTableRowCountToBeBetween(
        min_value={"$PARAMETER": "least_rows"}, severity="critical", meta=says("volume", ""),
        notes="Fewer than 90 % of the last good night: a broken extract, births do not vanish. Source: domain.md 6.6, G2 and G7.",
    )  # fmt: skip
    yield gxe.ExpectColumnMinToBeBetween(
        column="days_since_update_count", max_value=STALE_DAYS, severity="critical", meta=says("stale", "updated_at"),
        notes="The slowest lawful rhythm of these feeds is monthly; an older extract lacks a month of registrations. Source: domain.md 1.11.",
    )  # fmt: skip
    yield gxe.ExpectColumnValuesToNotBeNull(
        column=registry.key, mostly=KEY_SHARE, severity="critical", meta=says("key_missing_often", registry.key),
        notes="Rows without a key can be neither linked nor given back; so many of them mean a column mapped wrongly. Source: domain.md 6.6, G3.",
    )  # fmt: skip
    yield gxe.ExpectColumnValuesToBeUnique(
        column=registry.key, mostly=KEY_SHARE, severity="critical", meta=says("key_repeated_often", registry.key),
        notes="So many versions of one key mean that the extract holds a history or another grain. Source: domain.md 6.6, G3.",
    )  # fmt: skip
    yield gxe.ExpectColumnValuesToNotBeNull(
        column=registry.key, severity="warning", meta=says("key_missing", registry.key, "leave_out"),
        notes="Without a key the row cannot be given back to its registry. Source: the contract.",
    )  # fmt: skip
    yield gxe.ExpectColumnValuesToBeBetween(
        column="copy_no", max_value=0, severity="warning", meta=says("key_repeated", registry.key, "leave_out"),
        notes="Another version of a record: the newest stands, the others are set aside. Source: domain.md 6.6, G3.",
    )  # fmt: skip


def of_a_column(column: Column) -> Iterator[Expectation]:
    """Presence first, then form."""
    if not column.missing_ok:
        yield presence(column)
    if column.kind in (ColumnKind.DAY, ColumnKind.MOMENT):
        yield readable_date(column)
    elif column.kind is ColumnKind.WHOLE:
        yield gxe.ExpectColumnValuesToMatchRegex(
            column=column.name, regex=r"^[1-9][0-9]?(?:\.0)?$", severity="info", meta=says("not_a_number", column.name, "count"),
            notes="A small whole number tells twins apart; without it the row still speaks. Source: the contract.",
        )  # fmt: skip
    elif column.codes is not None:
        yield gxe.ExpectColumnValuesToBeInSet(
            column=f"{column.name}_spelling", value_set=["read"], severity="warning", meta=says("not_a_code", column.name, "blank"),
            notes=f"Outside the closed set, the row's meaning is unknown. Source: {column.codes.name}.",
        )  # fmt: skip
    elif column.name == SPEAKING_TEXT:
        yield gxe.ExpectColumnValuesToMatchRegex(
            column=column.name, regex=r"^[0-9]{12}$", severity="warning", meta=says("malformed_code", column.name, "blank"),
            notes="Routes every finding: without it no desk would see the child. Source: GB/T 2260, GB/T 10114.",
        )  # fmt: skip
    elif column.name == "certificate_no":
        yield from certificates(column)
    elif column.name.endswith("_id_number"):
        yield from identity_numbers(column)


def presence(column: Column) -> Expectation:
    """An agreed column that may not be empty: the row falls silent only where it could not speak truthfully without the cell."""
    silent = (column.kind in SILENT_WHERE_MISSING and column.name != SPEAKING_TEXT) or column.name == "updated_at"
    return gxe.ExpectColumnValuesToNotBeNull(
        column=column.name,
        severity="info" if silent else "warning",
        meta=says("missing", column.name, "count" if silent else "blank"),
        notes="Agreed to be filled. " + ("A gap for the registry to fill." if silent else "Nothing true can be said of the child without it.")
        + " Source: the contract; domain.md 6.6, G4.",
    )  # fmt: skip


def readable_date(column: Column) -> Expectation:
    """A date however an office writes it; `2025年3月` has no day and is not guessed."""
    silent = column.name == "updated_at"
    return ExpectColumnValuesToBeReadableDates(
        column=column.name, kind=column.kind.value, severity="info" if silent else "warning",
        meta=says("unreadable_date", column.name, "count" if silent else "blank"),
        notes="Serial numbers and local spellings are read; what remains is damage. Source: domain.md 2.4, row 32.",
    )  # fmt: skip


def certificates(column: Column) -> Iterator[Expectation]:
    """Soft checks: the number has no check digit, and re-issue is lawful."""
    yield gxe.ExpectColumnValuesToMatchRegex(
        column=column.name, regex=r"^[A-Z][0-9]{9}$", severity="info", meta=says("certificate_pattern", column.name, "note"),
        notes="One letter and nine digits. Source: domain.md 1.4 (WS/T 364.2).",
    )  # fmt: skip
    yield gxe.ExpectColumnValuesToBeInSet(
        column="certificate_letter_fits", value_set=[True], severity="info", meta=says("certificate_letter", column.name, "note"),
        notes="The letter is the print year: not long before the birth, not in the future. Source: domain.md 1.4.",
    )  # fmt: skip


def identity_numbers(column: Column) -> Iterator[Expectation]:
    """The check digit, and each contradiction inside the number, by its own code: each has another cure."""
    yield ExpectIdentityNumbersToHoldTheirCheckDigit(
        column=column.name, severity="info", meta=says("check_digit", column.name, "note"),
        notes="A mistyped digit; passports, permits and 15-digit numbers have none to check. Source: GB 11643-1999, ISO 7064.",
    )  # fmt: skip
    for code, reason in IDENTITY_FACTS.items():
        if code == "id_birth_date" and not column.name.startswith("child_"):
            continue  # The registries do not state a parent's birth date.
        yield gxe.ExpectColumnValuesToNotBeInSet(
            column=f"{column.name}_fault", value_set=[code], severity="info", meta=says(code, column.name, "note"), notes=reason
        )


def fact_columns(registry: Registry) -> list[str]:
    """The derived columns that stand beside a registry's own (delivery.row_facts)."""
    names = ["copy_no"]
    for column in registry.columns:
        if column.name == "updated_at":
            names.append("days_since_update_count")
        elif column.name == "certificate_no":
            names.append("certificate_letter_fits")
        elif column.name.endswith("_id_number"):
            names.append(f"{column.name}_fault")
        elif column.kind is ColumnKind.WHOLE:
            names.append(f"read_{column.name}")
        elif column.codes is not None:
            names.append(f"{column.name}_spelling")
    return names
