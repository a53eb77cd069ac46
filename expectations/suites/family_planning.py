"""Health commission birth reports: beyond the contract, the unit that reported (rights.md R3 counts by it, and names nobody)."""

import great_expectations.expectations as gxe

from expectations.contract_suite import says

FACTS = (
    gxe.ExpectColumnValueLengthsToBeBetween(
        column="reporting_unit_code", min_value=6, max_value=22, severity="info", meta=says("unit_code_length", "reporting_unit_code", "count"),
        notes="Village clinics have 12 digits, institutions up to 22 characters; shorter is a serial number. Source: domain.md 1.5 (WS 218).",
    ),
)  # fmt: skip
