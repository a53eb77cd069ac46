"""What must be so before a workbook is opened: a plain XLSX, without macros, not encrypted, and no bomb."""

from __future__ import annotations

import zipfile
from pathlib import Path

from connectors.complaints import Complaints

ZIP, OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
LARGEST_BYTES = 1 << 30
"""A million rows of 16 columns unpack to about 700 MB."""
SUSPICIOUS_BYTES, SUSPICIOUS_RATIO = 10 << 20, 100
"""Sheets pack 5 to 30 times; a bomb a thousand times."""
MOST_ENTRIES = 10_000
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
    encrypted = ENCRYPTED_ENTRY in path.read_bytes()[: 64 << 20]
    complaints.add("delivery.encrypted" if encrypted else "delivery.file_type", name)


def is_safe(path: Path, name: str, complaints: Complaints) -> bool:
    """Whether the archive may be opened as a workbook; notes every reason why not."""
    before = len(complaints.faults(name))
    try:
        with zipfile.ZipFile(path) as archive:
            _look_into(archive, name, complaints)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError):
        complaints.add("delivery.damaged_workbook", name)
    return len(complaints.faults(name)) == before


def _look_into(archive: zipfile.ZipFile, name: str, complaints: Complaints) -> None:
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
    if _is_bomb(entries):
        complaints.add("delivery.zip_bomb", name, limit_mib=LARGEST_BYTES >> 20)
        return
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")) and _declares_entities(archive, entry):
            complaints.add("delivery.damaged_workbook", name)


def _is_bomb(entries: list[zipfile.ZipInfo]) -> bool:
    return (
        len(entries) > MOST_ENTRIES
        or sum(entry.file_size for entry in entries) > LARGEST_BYTES
        or any(entry.file_size > SUSPICIOUS_BYTES and entry.file_size > SUSPICIOUS_RATIO * max(entry.compress_size, 1) for entry in entries)
    )


def _declares_entities(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """No spreadsheet program writes a document type; entities declared in one can unfold without end."""
    with archive.open(entry) as file:
        return b"<!DOCTYPE" in file.read(4096)
