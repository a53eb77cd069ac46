"""Tables that people hand in as CSV: cells of histories, and the steward's sample. Every fault at once, with its line; nothing is guessed, nothing dropped."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from submission.coverage.histories import FEWEST_LISTS, MOST_LISTS, Cells, histories, pairs
from submission.coverage.linkage_error import Band
from vocabulary.errors import ConfigurationError, Fault

ENCODINGS = ("utf-8-sig", "gb18030")
CELLS = ("history", "count")
SAMPLE = ("lists", "linked", "pairs", "judged", "same")
COUNT = re.compile(r"[0-9]{1,12}")
"""ASCII digits only, as many as a world of births needs."""
YES, NO = ("yes", "1", "是"), ("no", "0", "否")

Row = tuple[str, dict[str, str]]
"""Where it stands (file:line), and its cells by column."""


def read_cells(path: Path) -> Cells:
    """A table `history,count` of two to four lists, in UTF-8 or GB 18030. A history without a line has no births. Raises ConfigurationError."""
    rows, faults = _rows(path, CELLS)
    faults += _history_faults(rows) if rows else []
    faults += [Fault("coverage.count", where) for where, row in rows if not COUNT.fullmatch(row["count"])]
    if not faults and not any(int(row["count"]) for _, row in rows):
        faults.append(Fault("coverage.no_births", path.name))
    if faults:
        raise ConfigurationError(sorted(faults, key=_line))
    return Cells.of(dict.fromkeys(histories(len(rows[0][1]["history"])), 0.0) | {row["history"]: float(row["count"]) for _, row in rows})


def _history_faults(rows: Sequence[Row]) -> Iterator[Fault]:
    lengths = Counter(len(row["history"]) for _, row in rows)
    lists = max(lengths, key=lambda length: (lengths[length], length))
    if not FEWEST_LISTS <= lists <= MOST_LISTS:
        yield Fault("coverage.lists", rows[0][0], {"lists": lists, "fewest": FEWEST_LISTS, "most": MOST_LISTS})
    first: dict[str, str] = {}
    for where, row in rows:
        history = row["history"]
        if not history or set(history) - set("01"):
            yield Fault("coverage.history", where)
        elif len(history) != lists:
            yield Fault("coverage.history_length", where, {"lists": lists, "length": len(history)})
        elif "1" not in history:
            yield Fault("coverage.history_unseen", where)
        elif history in first:
            yield Fault("coverage.history_twice", where, {"first": first[history]})
        first.setdefault(history, where.rpartition(":")[2])


def read_sample(path: Path, lists: int) -> list[Band]:
    """The steward's sample `lists,linked,pairs,judged,same`, a line a score band of two lists such as `13`. Raises ConfigurationError."""
    rows, faults = _rows(path, SAMPLE)
    wanted = {f"{one + 1}{other + 1}": (one, other) for one, other in pairs(lists)}
    bands = []
    for where, row in rows:
        counts = [int(row[name]) if COUNT.fullmatch(row[name]) else -1 for name in SAMPLE[2:]]
        linked = row["linked"].lower()
        if row["lists"] not in wanted:
            faults.append(Fault("coverage.sample_lists", where, {"known": ", ".join(wanted)}))
        if linked not in YES + NO:
            faults.append(Fault("coverage.sample_linked", where))
        if not counts[0] >= counts[1] >= max(counts[2], 1) or min(counts) < 0:
            faults.append(Fault("coverage.sample_counts", where))
        if not faults:
            bands.append(Band(wanted[row["lists"]], linked in YES, *counts))
    there = {(row["lists"], row["linked"].lower() in YES) for _, row in rows}
    missing = [name for name in wanted if {(name, True), (name, False)} - there]
    if missing:
        faults.append(Fault("coverage.sample_missing", path.name, {"lists": ", ".join(missing)}))
    if faults:
        raise ConfigurationError(sorted(faults, key=_line))
    return bands


def _rows(path: Path, columns: tuple[str, ...]) -> tuple[list[Row], list[Fault]]:
    """Lines with something in them, below the header, and those that are too long or short. Raises ConfigurationError for a file that is no such table."""
    reader = csv.reader(io.StringIO(_text(path), newline=""))
    rows: list[Row] = []
    faults: list[Fault] = []
    header: list[str] = []
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            where = f"{path.name}:{reader.line_num}"
            if not any(stripped):
                continue
            if not header:
                header = [cell.lower() for cell in stripped]
                if sorted(header) != sorted(columns):
                    raise ConfigurationError(Fault("coverage.header", where, {"columns": ",".join(columns)}))
            elif len(stripped) != len(header):
                faults.append(Fault("coverage.row", where, {"columns": len(header), "cells": len(stripped)}))
            else:
                rows.append((where, dict(zip(header, stripped, strict=True))))
    except csv.Error:
        raise ConfigurationError(Fault("coverage.encoding", f"{path.name}:{reader.line_num}")) from None
    if not rows and not faults:
        raise ConfigurationError(Fault("coverage.empty", path.name, {"columns": ",".join(columns)}))
    return rows, faults


def _text(path: Path) -> str:
    if not path.is_file():
        raise ConfigurationError(Fault("coverage.file_missing", path.name))
    content = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigurationError(Fault("coverage.encoding", path.name))


def _line(fault: Fault) -> int:
    """Where a fault stands; those of the whole file come first."""
    number = fault.where.rpartition(":")[2]
    return int(number) if number.isdecimal() else 0
