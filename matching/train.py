"""Front door: a model from records, without labels, or with those that stewards made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from matching.engine import learnt, prepared
from matching.model.files import model_path, read_spec
from matching.model.learned import Model
from matching.model.spec import Spec
from matching.records import read_records

if TYPE_CHECKING:
    import pandas as pd


def train(records: pa.Table | pd.DataFrame, spec: Spec | str = "births", labels: Mapping[str, Sequence[str]] | None = None) -> Model:
    """Strangers' shares from random pairs, match shares and rates by EM on the patterns of candidate pairs. Records and labels as for `link`."""
    told = spec if isinstance(spec, Spec) else read_spec(model_path(spec))
    return learnt(prepared(read_records(records, told), told), told, labels)
