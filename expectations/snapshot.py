"""The tables of `accepted/`, with their types fixed, so that an empty column has the type of a full one and the same rows give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from vocabulary.contracts import RECORD_COLUMNS
from vocabulary.parquet_files import for_writing
from vocabulary.runs import PRIVATE_FILE

RECORD_TYPES: Final[dict[str, pa.DataType]] = {
    "born_on": pa.date32(),
    "born_at": pa.timestamp("us"),
    "plurality": pa.int64(),
    "birth_order": pa.int64(),
    "recorded_on": pa.date32(),
    "updated_at": pa.timestamp("us"),
    "quarantined": pa.bool_(),
    "came_later": pa.bool_(),
}
RECORD: Final = pa.schema([(name, RECORD_TYPES.get(name, pa.string())) for name in RECORD_COLUMNS])
"""One row per accepted record of any registry, by (registry, record_id)."""

NOTE: Final = pa.schema([(name, pa.string()) for name in ("registry", "record_id", "field", "code")])
"""One row per fact about a record that its registry may want to correct."""

REGISTRY: Final = pa.schema(
    [
        ("registry", pa.string()),
        ("status", pa.string()),
        ("from_run_id", pa.string()),
        ("complete", pa.bool_()),
        ("as_of", pa.date32()),
        ("rows_landed", pa.int64()),
        ("rows_accepted", pa.int64()),
        ("rows_quarantined", pa.int64()),
        ("period_from", pa.date32()),
        ("period_to", pa.date32()),
        ("reason", pa.string()),
        ("county", pa.string()),
        ("prefix", pa.string()),
    ]
)
"""One row per configured registry, or county's part of one. Absence may be said only where it is fresh and complete, for births within the period.

`county`: whose part it is; empty for the whole registry, or for all counties that deliver none of it themselves. `prefix`: what its record
numbers begin with.
"""

KNOWN_BIRTH: Final = pa.schema([(name, pa.string()) for name in ("registry", "record_id", "birth_id")])
KNOWN_DECISION: Final = pa.schema(
    [(name, pa.string()) for name in ("registry_left", "record_id_left", "registry_right", "record_id_right", "decision")]
)


def empty(schema: pa.Schema) -> pd.DataFrame:
    """No row, with every column."""
    nothing: pd.DataFrame = schema.empty_table().to_pandas(types_mapper=_nullable)
    return nothing


def fitted(rows: pd.DataFrame, schema: pa.Schema) -> pd.DataFrame:
    """The schema's columns in its order, with the types that reading the snapshot gives back."""
    typed: pd.DataFrame = _table(rows, schema).to_pandas(types_mapper=_nullable, date_as_object=True, ignore_metadata=True)
    return typed


def compact(rows: pd.DataFrame, schema: pa.Schema) -> pd.DataFrame:
    """The same rows as Arrow keeps them, at a fifth of the memory: a province's parts lie side by side until the last is judged."""
    kept: pd.DataFrame = _table(rows, schema).to_pandas(types_mapper=pd.ArrowDtype)
    return kept


def write_snapshot(rows: pd.DataFrame, schema: pa.Schema, path: Path) -> Path:
    """Rows must be in their final order. Only the owner may read the file."""
    return write_snapshots([rows], schema, path)


def write_snapshots(parts: Sequence[pd.DataFrame], schema: pa.Schema, path: Path) -> Path:
    """Tables one under another as one snapshot: in Arrow, where a province's rows take a fifth of what they take as objects."""
    whole = pa.concat_tables([schema.empty_table(), *(_table(rows, schema) for rows in parts if len(rows))]).combine_chunks()
    pq.write_table(whole, path, compression="zstd", **for_writing())
    path.chmod(PRIVATE_FILE)
    return path


def _table(rows: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    """A column that the rows do not have is null throughout (as objects: a column of NaN would be one of numbers)."""
    missing = {name: pd.Series(None, index=rows.index, dtype=object) for name in schema.names if name not in rows}
    return pa.Table.from_pandas(rows.assign(**missing)[schema.names], schema=schema, preserve_index=False)


def _nullable(kind: pa.DataType) -> pd.api.extensions.ExtensionDtype | None:
    return pd.Int64Dtype() if pa.types.is_int64(kind) else None
