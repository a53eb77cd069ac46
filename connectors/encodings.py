"""Which encoding a text file is in: UTF-8 strictly, else GB 18030 strictly, else refused (domain.md 1.10). Never `errors=replace`."""

from __future__ import annotations

import codecs
from pathlib import Path

from connectors.complaints import Complaints

CANDIDATES = ("utf-8", "gb18030")
BLOCK_BYTES = 1 << 20


def encoding_of(path: Path, name: str, complaints: Complaints) -> str | None:
    """`utf-8-sig`, `utf-8` or `gb18030`; None, with the row and byte of the first unreadable character noted, where it is none of them."""
    with open(path, "rb") as file:
        head = file.read(4096)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in head:
        complaints.add("delivery.encoding", f"{name} row 1", encodings="UTF-8, GB18030")
        return None
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig" if _noted(path, name, ("utf-8",), complaints) else None
    return _noted(path, name, CANDIDATES, complaints)


def _noted(path: Path, name: str, candidates: tuple[str, ...], complaints: Complaints) -> str | None:
    failures: list[tuple[int, int]] = []
    for candidate in candidates:
        failure = first_failure(path, candidate)
        if failure is None:
            return candidate
        failures.append(failure)
    # The encoding that got further is the likelier one, and its failure the one to look at.
    row, column = max(failures)
    complaints.add("delivery.encoding", f"{name} row {row} column {column}", encodings="UTF-8, GB18030")
    return None


def first_failure(path: Path, encoding: str) -> tuple[int, int] | None:
    """Row and column (counted from 1, columns by commas and tabs) of the first bytes that the encoding does not know; None if all are known.

    Read in blocks, so that a file without a line feed takes no more memory than any other.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    row, column = 1, 1
    with open(path, "rb") as file:
        while True:
            block = file.read(BLOCK_BYTES)
            held = decoder.getstate()[0]
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                # No byte of a longer character in either encoding is a line feed, a comma or a tab: places can be counted in bytes.
                return _moved(row, column, block[: max(error.start - len(held), 0)])
            if not block:
                return None
            row, column = _moved(row, column, block)


def _moved(row: int, column: int, read: bytes) -> tuple[int, int]:
    """The place after some more bytes."""
    lines, last = read.count(b"\n"), read.rfind(b"\n") + 1
    return row + lines, (1 if lines else column) + read.count(b",", last) + read.count(b"\t", last)
