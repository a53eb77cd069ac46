"""Front door: a model from records, without labels, or with those that stewards made; and whether it errs equally (docs/rights.md R10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from matching.engine import learnt, prepared
from matching.model.files import model_path, read_spec
from matching.model.learned import Model
from matching.model.spec import Spec
from matching.records import read_records

if TYPE_CHECKING:
    import pandas as pd

    from matching.truth import Truth


def train(
    records: pa.Table | pd.DataFrame,
    spec: Spec | str = "births",
    labels: Mapping[str, Sequence[str]] | None = None,
    told: Callable[[str, int], None] | None = None,
) -> Model:
    """Strangers' shares from random pairs, match shares and rates by EM on the patterns of candidate pairs.

    Records and labels as for `link`. Labelled links count as matches beside the pairs found; pairs that were found apart teach nothing: they are the
    look-alikes among strangers, not strangers at random. `told` hears of each step.
    """
    wanted = spec if isinstance(spec, Spec) else read_spec(model_path(spec))
    hears = told or (lambda step, pairs: None)
    hears("read", 0)
    ready = prepared(read_records(records, wanted), wanted)
    hears("learn", 0)
    return learnt(ready, wanted, labels)


def parity(
    records: pa.Table | pd.DataFrame,
    model: Model,
    truth: Truth,
    labels: pd.DataFrame | None = None,
    told: Callable[[str, int], None] | None = None,
) -> pd.DataFrame:
    """The errors that a model makes on these records, by group of children: see matching.parity. `labels`: where they are all that is known."""
    from matching.link import link
    from matching.parity import errors_by_child, errors_by_label, group_counts, judged

    linked = link(records, model, told=told, name="birth_id")
    if told is not None:
        told("judge", 0)
    record = linked.record.to_pandas().astype({"registry": str})
    if labels is None:
        children = errors_by_child(record, truth.record, linked.pair.to_pandas())
    else:
        children = errors_by_label(record, labels, truth.record)
    return judged(group_counts(children, truth.birth))
