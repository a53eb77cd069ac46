"""Delivered files say what the source database says, in an office's dress."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from demo.deliver import as_files, headers
from tests.demo.conftest import Read
from vocabulary.contracts import ColumnKind
from vocabulary.dates import read_date
from vocabulary.registries import REGISTRIES

ENCODINGS = {"csv_gb18030": "gb18030", "csv_bom": "utf-8-sig"}


def cells(path: Path, style: str) -> list[list[object]]:
    """All rows of a delivered file."""
    if style == "xlsx":
        return [list(row) for row in openpyxl.load_workbook(path).active.values]
    with open(path, encoding=ENCODINGS[style], newline="") as lines:
        return [[cell or None for cell in row] for row in csv.reader(lines)]


@pytest.mark.parametrize("registry", sorted(REGISTRIES))
@pytest.mark.parametrize("style", ["csv_gb18030", "csv_bom", "xlsx"])
def test_a_delivered_file_can_be_read_back_cell_by_cell(small: Read, tmp_path: Path, registry: str, style: str) -> None:
    contract = REGISTRIES[registry]
    title, header, *rows = cells(as_files(small.county, tmp_path, registry, style), style)
    assert contract.title_zh in str(title[0])
    assert [contract.headers[str(cell)] for cell in header] == list(contract.column_names)
    source = small.sources[registry]
    assert len(rows) == len(source)
    for place, column in enumerate(contract.columns):
        delivered, kept = [row[place] for row in rows], list(source[column.name])
        if column.kind in (ColumnKind.DAY, ColumnKind.MOMENT):
            assert [read_date(one) for one in delivered] == [read_date(one) for one in kept]
        elif column.codes is not None:
            assert [column.codes.read(str(one)) for one in delivered] == kept
        else:
            assert [None if one is None else str(one) for one in delivered] == [None if one is None else str(one) for one in kept]


@pytest.mark.parametrize(
    ("style", "day"), [("csv_gb18030", r"\d{4}\.\d{1,2}\.\d{1,2}"), ("csv_bom", r"\d{4}年\d{1,2}月\d{1,2}日"), ("xlsx", r"4\d{4}|5\d{4}")]
)
def test_dates_are_written_as_offices_write_them(small: Read, tmp_path: Path, style: str, day: str) -> None:
    import re

    rows = cells(as_files(small.county, tmp_path, "hukou", style), style)[2:]
    place = REGISTRIES["hukou"].column_names.index("registered_on")
    assert all(re.fullmatch(day, str(row[place])) for row in rows)


def test_numbers_of_people_are_text_in_a_workbook(small: Read, tmp_path: Path) -> None:
    rows = cells(as_files(small.county, tmp_path, "hukou", "xlsx"), "xlsx")[2:]
    assert {type(row[REGISTRIES["hukou"].column_names.index("child_id_number")]) for row in rows} == {str}


def test_every_column_has_a_chinese_header(small: Read) -> None:
    for contract in REGISTRIES.values():
        assert set(headers(contract)) == set(contract.column_names)
