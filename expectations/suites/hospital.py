"""Hospital birth records: beyond the contract, the two columns through which an order among siblings could slip in."""

import great_expectations.expectations as gxe

from expectations.contract_suite import says
from expectations.thresholds import DELIVERY_ORDER_SHARE, SINGLETON_SHARE

FACTS = (
    gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="read_plurality", column_B="read_birth_order", or_equal=True, ignore_row_if="either_value_is_missing",
        severity="warning", meta=says("order_above_plurality", "birth_order", "blank"),
        notes="The order is counted within one delivery, 1..plurality. Source: WS 376.1; rights.md R2.",
    ),
    gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="read_plurality", column_B="read_birth_order", or_equal=True, ignore_row_if="either_value_is_missing",
        mostly=DELIVERY_ORDER_SHARE, severity="critical", meta=says("order_among_siblings", "birth_order"),
        notes="So many orders above the plurality are orders among siblings, which must never be read. Source: rights.md R2.",
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="read_plurality", max_value=1, mostly=SINGLETON_SHARE, severity="critical", meta=says("plurality_is_no_plurality", "plurality"),
        notes="Twins are 2.2 % of births; a tenth of multiples is a count of a mother's children. Source: domain.md 2.4, row 20; rights.md R2.",
    ),
)  # fmt: skip
