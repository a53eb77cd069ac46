"""Exchange files of other counties at the edge: a file that is not exactly what its manifest says is refused whole (docs/exchange.md)."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from vocabulary.areas import served_in_part
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.exchange import COLUMNS, FORMAT, MANIFEST, VERSION, ExchangeFile

LARGEST_FILE_BYTES = 20 << 20
"""A county's children who live elsewhere are hundreds; a hundred thousand rows would be this much."""
SAID = ("format", "version", "from", "to", "as_of", "sha256")


def read_exchange(paths: Sequence[Path], area: tuple[str, ...]) -> tuple[list[ExchangeFile], list[Fault]]:
    """The files that hold, and the faults of those that do not; of these nothing is given. `area`: prefixes served, empty for any.

    A folder stands for every exchange file in it. Raises ConfigurationError where there is no file at all.
    """
    found = list(dict.fromkeys(tables_in(paths)))
    if not found or any(not path.is_file() for path in found):
        raise ConfigurationError(
            [Fault("exchange.no_file", path.name) for path in found or paths if not path.is_file()]
            or [Fault("exchange.no_file", "hedui exchange")]
        )
    read = [read_file(path, area) for path in found]
    return [one for one in read if isinstance(one, ExchangeFile)], [one for one in read if isinstance(one, Fault)]


def tables_in(paths: Iterable[Path]) -> Iterable[Path]:
    """The CSV of each path: of a manifest, of every manifest in a folder, or the path itself."""
    for path in paths:
        if path.is_dir():
            yield from (table_of(manifest) for manifest in sorted(path.glob(f"*{MANIFEST}")))
        else:
            yield table_of(path) if path.name.endswith(MANIFEST) else path


def table_of(manifest: Path) -> Path:
    """The CSV beside a manifest."""
    return manifest.with_name(manifest.name.removesuffix(MANIFEST) + ".csv")


def read_file(path: Path, area: tuple[str, ...]) -> ExchangeFile | Fault:
    """One file, or why it is refused."""
    told = read_manifest(path)
    if isinstance(told, Fault):
        return told
    if (told["format"], told["version"]) != (FORMAT, VERSION):
        return Fault("exchange.version", path.name, {"format": FORMAT, "known": VERSION})
    if path.stat().st_size > LARGEST_FILE_BYTES:
        return Fault("exchange.unreadable", path.name)
    raw = path.read_bytes()
    sha256 = hashlib.sha256(raw).hexdigest()
    if sha256 != told["sha256"]:
        return Fault("exchange.checksum", path.name)
    to_area = str(told["to"])
    if area and not served_in_part(to_area, area):
        return Fault("exchange.not_ours", path.name, {"county": to_area})
    rows = rows_of(raw)
    if rows is None:
        return Fault("exchange.unreadable", path.name)
    if not rows or rows[0][1] != list(COLUMNS.values()):
        return Fault("exchange.columns", path.name, {"count": len(COLUMNS)})
    told_rows = tuple((number, dict(zip(COLUMNS, [*cells, *[""] * len(COLUMNS)], strict=False))) for number, cells in rows[1:])
    return ExchangeFile(path.name, sha256, tuple(map(str, told["from"])), to_area, date.fromisoformat(told["as_of"]), told_rows)


def read_manifest(path: Path) -> dict[str, Any] | Fault:
    """What the manifest beside a CSV says, with every entry that is needed, of its kind."""
    manifest = path.with_suffix(MANIFEST)
    try:
        told: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
        missing = [name for name in SAID if name not in told]
        if missing:
            return Fault("exchange.manifest", path.name, {"ending": MANIFEST, "problem": f"no {', '.join(missing)}"})
        date.fromisoformat(told["as_of"])
        codes = [*told["from"], told["to"]]
        if not told["from"] or not all(isinstance(code, str) and code.isascii() and code.isdecimal() and len(code) >= 2 for code in codes):
            raise ValueError("not division codes")
    except (OSError, ValueError, TypeError) as problem:
        return Fault("exchange.manifest", path.name, {"ending": MANIFEST, "problem": type(problem).__name__})
    return told


def rows_of(raw: bytes) -> list[tuple[int, list[str]]] | None:
    """(line, cells) of every row; an apostrophe that kept a cell from being run as a formula is taken off. None for what is no CSV in UTF-8."""
    try:
        reader = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        return [(reader.line_num, [cell.removeprefix("'").strip() for cell in cells]) for cells in reader if any(cells)]
    except (UnicodeDecodeError, csv.Error):
        return None
