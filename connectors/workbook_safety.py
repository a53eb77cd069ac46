"""What must be so before a workbook is opened: a plain XLSX, without macros, not encrypted, and no bomb."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from connectors.complaints import Complaints

ZIP, OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
LARGEST_BYTES = 1 << 30
"""A million rows of 16 columns unpack to about 700 MB."""
SUSPICIOUS_BYTES, SUSPICIOUS_RATIO = 10 << 20, 100
"""Sheets pack 5 to 30 times; a bomb a thousand times."""
MOST_ENTRIES = 10_000
LARGEST_PART_BYTES = 4 << 20
"""Styles, names and relations together of a large workbook; all of them are held in memory."""
LONGEST_BYTES = 1 << 20
"""Of a text between two tags (a cell holds 32,767 characters), and of a row (thirty long notes take less)."""
ROW = re.compile(rb"</?(?:\w+:)?row[ />]")
STREAMED = re.compile(
    r"xl/(worksheets/[^/]*\.xml|sharedstrings\.xml|media/.*|drawings/.*|comments.*|theme/.*|calcchain\.xml|printersettings/.*)"
)
"""Parts that may be large: they are read piece by piece, or not at all."""
FROM_ELSEWHERE = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/")
ENCRYPTED_ENTRY = "EncryptedPackage".encode("utf-16-le")


def kind_of(path: Path) -> str:
    """`workbook`, `compound` (old XLS, or encrypted) or `text`, by the file's first bytes: endings lie."""
    with open(path, "rb") as file:
        head = file.read(8)
    if head.startswith(ZIP):
        return "workbook"
    return "compound" if head == OLE else "text"


def complain_of_compound(path: Path, name: str, complaints: Complaints) -> None:
    """Old and encrypted workbooks share a container; which one it is decides what the office must do."""
    with open(path, "rb") as file:
        encrypted = ENCRYPTED_ENTRY in file.read(64 << 20)
    complaints.add("delivery.encrypted" if encrypted else "delivery.file_type", name)


def is_safe(path: Path, name: str, complaints: Complaints, largest: int = LARGEST_BYTES) -> bool:
    """Whether the archive may be opened as a workbook that unpacks to at most `largest` bytes; notes every reason why not."""
    before = len(complaints.faults(name))
    try:
        with zipfile.ZipFile(path) as archive:
            _look_into(archive, name, complaints, largest)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        complaints.add("delivery.damaged_workbook", name)
    return len(complaints.faults(name)) == before


def _look_into(archive: zipfile.ZipFile, name: str, complaints: Complaints, largest: int) -> None:
    entries = archive.infolist()
    names = {entry.filename.lower() for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        complaints.add("delivery.encrypted", name)
        return
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        complaints.add("delivery.file_type", name)
        return
    if any("vbaproject" in entry or entry.startswith(("xl/activex/", "xl/embeddings/", "xl/macrosheets/")) for entry in names):
        complaints.add("delivery.macros", name)
    if any(entry.startswith(FROM_ELSEWHERE) for entry in names):
        complaints.add("delivery.external_links", name)
    if _is_bomb(entries, largest):
        complaints.add("delivery.zip_bomb", name, limit_mib=largest >> 20)
        return
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")) and (_declares_entities(archive, entry) or _runs_on(archive, entry)):
            complaints.add("delivery.damaged_workbook", name)


def _is_bomb(entries: list[zipfile.ZipInfo], largest: int) -> bool:
    held = sum(entry.file_size for entry in entries if not STREAMED.fullmatch(entry.filename.lower()))
    return (
        len(entries) > MOST_ENTRIES
        or held > LARGEST_PART_BYTES
        or sum(entry.file_size for entry in entries) > largest
        or any(entry.file_size > SUSPICIOUS_BYTES and entry.file_size > SUSPICIOUS_RATIO * max(entry.compress_size, 1) for entry in entries)
    )


def _declares_entities(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """No spreadsheet program writes a document type; entities declared in one can unfold without end."""
    with archive.open(entry) as file:
        return b"<!DOCTYPE" in file.read(4096)


def _runs_on(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether a text is longer than any that a cell may hold, or a row longer than any of a table: the reader would gather all of it."""
    if entry.file_size <= LONGEST_BYTES:
        return False
    text, row, begun = 0, 0, b""
    with archive.open(entry) as file:
        while read := file.read(LONGEST_BYTES):
            block, begun = _whole_tags(begun + read)
            first = block.find(b"<")
            text += len(block) if first < 0 else first
            row, longest = _rows_in(block, row)
            if max(text, longest, len(begun)) > LONGEST_BYTES:
                return True
            text = text if first < 0 else len(block) - block.rfind(b"<")
    return False


def _whole_tags(block: bytes) -> tuple[bytes, bytes]:
    """A block without the tag that is cut off at its end, and that tag."""
    last = block.rfind(b"<")
    return (block, b"") if last < 0 or b">" in block[last:] else (block[:last], block[last:])


def _rows_in(block: bytes, before: int) -> tuple[int, int]:
    """Bytes of the row that is open at the block's end (0: none), and of the longest that is open anywhere in it. `before`: of the one open at its start."""
    longest, opened = 0, -before if before else None
    for tag in ROW.finditer(block):
        if opened is not None:
            longest = max(longest, tag.start() - opened)
        opened = None if tag[0].startswith(b"</") else tag.start()
    still = 0 if opened is None else len(block) - opened
    return still, max(longest, still)
