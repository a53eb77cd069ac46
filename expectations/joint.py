"""Many counties' parts of one registry examined together: what speaks of a delivery by itself, what speaks of rows in one validation.

A validation costs a second before it has looked at a row. What may stop a delivery (`critical`) is asked of each part alone, so that no county
answers for another; of those that stand, the rows are put one under another and asked once. Where that breaks down, each part is asked alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from expectations.delivery import Delivery
from expectations.examination import FAILURE_COLUMNS, Examination, examine, read_result, validate
from expectations.suites import suite_of

ROWS_TOGETHER = 200_000
"""Of twenty counties: enough that a validation's own second does not count, and its tables stay under a gigabyte."""


def examine_together(deliveries: Sequence[Delivery], least_rows: Sequence[int]) -> list[Examination]:
    """The examination of each delivery of one registry, in their order; `least_rows`: what the last good night demands of each."""
    alone = [examine_critical(delivery, least) for delivery, least in zip(deliveries, least_rows, strict=True)]
    standing = [place for place, one in enumerate(alone) if not one.criticals and not one.raised]
    if not standing:
        return alone
    together = rows_of([deliveries[place] for place in standing])
    for turn, place in enumerate(standing):
        one = alone[place]
        alone[place] = (
            examine(deliveries[place], least_rows[place])
            if together is None
            else Examination(together[turn], one.criticals, one.raised, one.result)
        )
    return alone


def examine_critical(delivery: Delivery, least_rows: int) -> Examination:
    """What may stop this delivery, and nothing of its rows."""
    result = validate(delivery.registry, delivery.frame, suite_of(delivery.registry, critical=True), least_rows)
    return read_result(result, delivery)


def rows_of(deliveries: Sequence[Delivery]) -> list[pd.DataFrame] | None:
    """The failing rows of each delivery; None where an expectation itself failed, and nobody can say on whose row."""
    registry = deliveries[0].registry
    starts = np.cumsum([0, *(len(delivery.landed) for delivery in deliveries)])
    frame = pd.concat([delivery.frame for delivery in deliveries], ignore_index=True)
    frame.index.name = "row_no"
    result = validate(registry, frame, suite_of(registry, critical=False), 0)
    joint = read_result(result, None)
    if joint.raised:
        return None
    owner = np.searchsorted(starts, joint.failures["row_no"].to_numpy(dtype=np.int64), side="right") - 1
    told = []
    for place in range(len(deliveries)):
        own = joint.failures[owner == place]
        own = own.assign(row_no=own["row_no"].astype("int64") - starts[place])
        told.append(own.sort_values(FAILURE_COLUMNS, ignore_index=True))
    return told
