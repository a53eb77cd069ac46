"""Which encoding a text file is in: UTF-8 strictly, else GB 18030 strictly, else refused (domain.md 1.10). Never `errors=replace`."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
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
    """Row and column (counted from 1, columns by commas and tabs) of the first bytes that the encoding does not know; None if all are known."""
    row = 1
    for lines in _blocks(path):
        try:
            b"".join(lines).decode(encoding)
        except UnicodeDecodeError:
            return _place(lines, row, encoding)
        row += len(lines)
    return None


def _blocks(path: Path) -> Iterator[list[bytes]]:
    # No byte of a longer character in either encoding is a line feed, so that lines can be cut before decoding.
    with open(path, "rb") as file:
        while lines := file.readlines(BLOCK_BYTES):
            yield lines


def _place(lines: list[bytes], row: int, encoding: str) -> tuple[int, int]:
    for offset, line in enumerate(lines):
        try:
            line.decode(encoding)
        except UnicodeDecodeError as error:
            before = line[: error.start]
            return row + offset, 1 + max(before.count(b","), before.count(b"\t"))
    return row, 1
