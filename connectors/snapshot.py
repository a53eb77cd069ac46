"""The landed rows of one delivery: Parquet parts of text columns, the digest of their content, and the period they cover."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from connectors.digest import ContentDigest
from connectors.period import BirthPeriod
from vocabulary.contracts import Registry
from vocabulary.parquet_files import for_writing
from vocabulary.runs import PRIVATE_FILE, sha256_of

ROWS_PER_PART = 500_000
"""A part of 500,000 rows is about 40 MB: one read for a worker, and few enough files for a nation's births."""


@dataclass(frozen=True)
class Landed:
    """What was written: rows, digest of the content, parts with the SHA-256 of their bytes, birth dates covered."""

    rows: int
    sha256: str
    parts: tuple[dict[str, object], ...]
    period: BirthPeriod


def write_parts(tables: Iterable[pa.Table], registry: Registry, folder: Path) -> Landed:
    """Stream tables of text columns into `part-*.parquet`; a delivery without rows leaves one empty part, which holds the columns."""
    schema = pa.schema([(name, pa.string()) for name in registry.column_names])
    digest, period = ContentDigest(registry.column_names), BirthPeriod(registry)
    parts = _Parts(folder, schema)
    try:
        for table in tables:
            text = table.cast(schema)
            digest.add(text)
            period.add(text)
            parts.write(text)
    finally:
        parts.close()
    return Landed(digest.rows, digest.hexdigest(), tuple(parts.told()), period)


class _Parts:
    """The open part, and those that are full."""

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self._folder, self._schema = folder, schema
        self._paths: list[Path] = []
        self._rows: list[int] = []
        self._writer: pq.ParquetWriter | None = None
        self._open()

    def write(self, table: pa.Table) -> None:
        if self._rows[-1] >= ROWS_PER_PART:
            self.close()
            self._open()
        if self._writer is not None and table.num_rows:
            self._writer.write_table(table)
            self._rows[-1] += table.num_rows

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._paths[-1].chmod(PRIVATE_FILE)
            self._writer = None

    def told(self) -> list[dict[str, object]]:
        return [{"name": path.name, "sha256": sha256_of(path), "rows": rows} for path, rows in zip(self._paths, self._rows, strict=True)]

    def _open(self) -> None:
        path = self._folder / f"part-{len(self._paths):05d}.parquet"
        self._paths.append(path)
        self._rows.append(0)
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd", **for_writing())
