"""The digest of a delivery's content: the same rows give the same digest, in whatever order they come.

Each row is written unambiguously (length and text of every cell) and hashed with SHA-256; the digests are summed modulo
2^256, so that order cannot matter and a row that comes twice still counts twice; the sum is hashed once more together with
the column names and the number of rows. A database returns rows in no promised order: a plain digest of the bytes would
call every night's delivery new. It tells whether two deliveries are the same; it is no defence against somebody who makes
rows up to collide, which additive hashes are not strong against (the manifest keeps the plain SHA-256 of every file too).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

MODULUS = 1 << 256


class ContentDigest:
    """Grows by tables of text columns; `hexdigest` may be asked at any time."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = tuple(columns)
        self._sum = 0
        self.rows = 0

    def add(self, table: pa.Table) -> None:
        """Take in the rows of a table; its columns are read in the digest's order."""
        cells = [_unambiguous(table.column(name)) for name in self._columns]
        lines = pc.binary_join_element_wise(*cells, "").to_pylist() if table.num_rows else []
        sha256, from_bytes = hashlib.sha256, int.from_bytes
        self._sum = (self._sum + sum(from_bytes(sha256(line.encode("utf-8")).digest(), "big") for line in lines)) % MODULUS
        self.rows += table.num_rows

    def hexdigest(self) -> str:
        """64 hexadecimal digits."""
        head = "\n".join((*self._columns, str(self.rows))).encode("utf-8")
        return hashlib.sha256(head + b"\n" + self._sum.to_bytes(32, "big")).hexdigest()


def _unambiguous(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Every cell as `length:text`, a null as `-`: no two rows of different cells are written alike."""
    length = pc.cast(pc.binary_length(column), pa.string())
    return pc.fill_null(pc.binary_join_element_wise(length, column, ":"), "-")
