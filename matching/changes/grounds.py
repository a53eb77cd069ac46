"""By what the nights of a month are linked: the model, how often values occurred, and which keys were crowded when everything was linked last."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from matching.engine import Whole, learnt, prepared
from matching.estimate.frequencies import portable
from matching.model.learned import Model
from matching.model.spec import Spec
from matching.records import as_arrow, read_records


@dataclass(frozen=True)
class Grounds:
    """What the base of a month's first night holds of it, and every later night of the month decides by."""

    model: Model
    whole: Whole


def grounds_of(table: pa.Table, wanted: Model | Spec) -> Grounds:
    """From the records of the night that linked everything; a spec learns from them, as it did then."""
    spec = wanted.spec if isinstance(wanted, Model) else wanted
    records = read_records(as_arrow(table, spec), spec)
    ready = prepared(records, spec)
    model = wanted if isinstance(wanted, Model) else learnt(ready, spec)
    return Grounds(model, Whole(portable(ready.frequencies, records), records.sizes, ready.blocks.crowds))
