"""Lines of a delimited text file (CSV as offices save it): comma, tab or semicolon, quoted, strict."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

from connectors.cells import Cell
from connectors.complaints import Complaints
from connectors.encodings import encoding_of
from connectors.headers import SEARCHED_ROWS, field_of, place_of
from connectors.sheet_body import Row

DELIMITERS = (",", "\t", ";", "|", "，")
MOST_COLUMNS = 16_384
"""What a spreadsheet program can show."""
LONGEST_LINE = 1 << 24
"""Characters: a file without line feeds is no table, and is not read into memory to find that out."""
LOOKED_AT = 1 << 18
"""Characters of a line that are looked at for its delimiter."""
FORCED_TEXT = re.compile(r'="(.*)"', re.DOTALL)
"""`="990101…"` is how an export keeps a spreadsheet from turning an identity number into a number: notation, not content."""


def lines_of(path: Path, name: str, names: Mapping[str, str], complaints: Complaints) -> Iterator[Row] | None:
    """(number of its first line, fields) of every row; None, with the reason noted, where the file holds no text that can be read.

    `names` are the tidy headers that are looked for: they tell the delimiter.
    """
    if path.stat().st_size == 0:
        complaints.add("delivery.empty_file", name)
        return None
    encoding = encoding_of(path, name, complaints)
    if encoding is None:
        return None
    return _lines(path, name, encoding, _delimiter(path, encoding, names), complaints)


def _lines(path: Path, name: str, encoding: str, delimiter: str, complaints: Complaints) -> Iterator[Row]:
    """What is malformed is noted and ends the reading."""
    with open(path, encoding=encoding, newline="") as file:
        reader = csv.reader(_bounded(file), delimiter=delimiter, strict=True)
        started = 1
        try:
            for fields in reader:
                if len(fields) > MOST_COLUMNS:
                    raise csv.Error("a row wider than any table")
                yield started, [_cell(field) for field in fields]
                started = reader.line_num + 1
        except csv.Error:
            complaints.add("delivery.malformed_csv", place_of(name, started))


def _bounded(file: TextIO) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            raise csv.Error("a line that does not end")
        yield line


def _cell(field: str) -> Cell:
    if not field.startswith("="):
        return field or None
    forced = FORCED_TEXT.fullmatch(field)
    return forced[1] if forced else field


def _delimiter(path: Path, encoding: str, names: Mapping[str, str]) -> str:
    """The delimiter by which the first rows name most columns; the comma where none does."""
    with open(path, encoding=encoding, newline="") as file:
        head = [file.readline(LOOKED_AT) for _ in range(SEARCHED_ROWS)]

    def named(delimiter: str) -> int:
        return max(sum(field_of(field.strip().strip('"'), names) is not None for field in line.split(delimiter)) for line in head)

    return max(DELIMITERS, key=lambda delimiter: (named(delimiter), delimiter == ","))
