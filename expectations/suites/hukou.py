"""Household registration: everything that its suite demands follows from its contract (the child's own number included)."""

import great_expectations.expectations as gxe

from expectations.contract_suite import says

FACTS = (
    gxe.ExpectColumnValueLengthsToBeBetween(
        column="child_name", max_value=50, severity="info", meta=says("long_name", "child_name", "count"),
        notes="Systems must hold 50 characters; a longer text is more than a name. Source: 民委发〔2016〕33号; domain.md 1.10.",
    ),
)  # fmt: skip
