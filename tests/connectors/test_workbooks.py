"""XLSX as offices deliver them: dates as dates, serials or text, numbers that should be text, and files that must not be opened."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from tests.connectors.deliveries import HUKOU, grid_of, rows_of, save_xlsx
from vocabulary.registries import REGISTRIES

HOSPITAL = REGISTRIES["hospital"]
GOOD = grid_of(HUKOU, rows_of(HUKOU))
BORN_ON = HUKOU.column_names.index("born_on")
NAME = HUKOU.column_names.index("father_name")


def with_cell(cell: object, column: int = BORN_ON) -> list[list[object]]:
    """The good grid with one cell of its second record changed."""
    grid: list[list[object]] = [list(line) for line in GOOD]
    grid[2][column] = cell
    return grid


CELLS = [
    # cell, epoch of 1904, landed
    (date(2026, 3, 5), False, "2026-03-05"),
    (datetime(2026, 3, 5), False, "2026-03-05"),
    (date(2026, 3, 5), True, "2026-03-05"),
    (46086, False, "2026-03-05"),
    (46086.0, False, "2026-03-05"),
    (44624, True, "2026-03-05"),
    (20260305, False, "2026-03-05"),
    ("2026.3.5", False, "2026.3.5"),
    ("2026年3月5日", True, "2026年3月5日"),
]


@pytest.mark.parametrize(("cell", "epoch_1904", "landed"), CELLS)
def test_a_date_is_read_by_the_epoch_of_its_workbook(drop, delivered, cell, epoch_1904, landed):
    save_xlsx(drop / "hukou.xlsx", with_cell(cell), epoch_1904=epoch_1904)
    assert delivered()["born_on"][1] == landed


@pytest.mark.parametrize(
    ("cell", "landed"),
    [
        (datetime(2026, 3, 5, 23, 59), "2026-03-05T23:59:00"),
        (46086.5, "2026-03-05T12:00:00"),
        (46086 + 86399 / 86400, "2026-03-05T23:59:59"),
        (46086, "2026-03-05"),
        ("2026.3.5 8:01", "2026.3.5 8:01"),
    ],
)
def test_a_time_of_birth_keeps_its_time(drop, delivered, cell, landed):
    grid: list[list[object]] = [list(line) for line in grid_of(HOSPITAL, rows_of(HOSPITAL))]
    grid[2][HOSPITAL.column_names.index("born_at")] = cell
    save_xlsx(drop / "医院出生记录.xlsx", grid)
    assert delivered(HOSPITAL)["born_at"][1] == landed


@pytest.mark.parametrize("cell", [2025.3, 12, 46086.5e3, True, time(9, 30), "soon"])
def test_a_cell_that_is_no_date_refuses_the_workbook(drop, refused, cell):
    save_xlsx(drop / "hukou.xlsx", with_cell(cell))
    assert refused() == {"delivery.unreadable_date": ["hukou.xlsx [Sheet1] row 3 column E (born_on)"]}


@pytest.mark.parametrize(
    ("cell", "landed", "flagged"),
    [
        ("990101199003070028", "990101199003070028", 0),
        (990101199003070028, "990101199003070100", 1),
        (990101199003070000, "990101199003070000", 1),
        (9.90101199003071e17, "990101199003071000", 1),
        ("9.90101E+17", "9.90101E+17", 0),
        (3.0, "3", 0),
    ],
)
def test_a_damaged_number_is_landed_as_it_is_and_flagged(drop, run, delivered, cell, landed, flagged):
    save_xlsx(drop / "hukou.xlsx", with_cell(cell, HUKOU.column_names.index("mother_id_number")))
    assert delivered()["mother_id_number"][1] == landed
    assert ('"delivery.number_as_text"' in (run.landing / "hukou" / "manifest.json").read_text()) == bool(flagged)


def test_blank_rows_and_columns_titles_and_footers_are_no_records(drop, delivered):
    body = [["", *line[:4], None, *line[4:]] for line in GOOD]
    save_xlsx(drop / "户籍登记.xlsx", [["户籍登记表"], [], *body[:3], [], ["  "], *body[3:], [], ["合计", 6], ["制表人：", "王"]])
    assert delivered()["registration_id"].tolist() == [f"r{place:05d}" for place in range(1, 7)]


def test_every_sheet_with_records_is_read_the_hidden_one_too_and_notes_are_not(drop, delivered):
    book = Workbook()
    book.active.title = "填表说明"
    book.active.append(["请如实填写。"])
    for title, lines in (("甲镇", GOOD[:4]), ("乙镇", [GOOD[0], *GOOD[4:]]), ("Sheet3", [])):
        page = book.create_sheet(title)
        for line in lines:
            page.append(line)
    book["乙镇"].sheet_state = "hidden"
    book.save(drop / "hukou.xlsx")
    assert len(delivered()) == 6


def test_the_used_range_that_a_file_states_is_not_believed(drop, delivered):
    path = save_xlsx(drop / "hukou.xlsx", GOOD)
    rewrite(path, {"xl/worksheets/sheet1.xml": lambda raw: raw.replace(b'ref="A1:M7"', b'ref="A1"')})
    assert len(delivered()) == 6


def rewrite(path: Path, changes: dict[str, object]) -> None:
    """Change or add entries of an archive."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    for name, change in changes.items():
        entries[name] = change(entries[name]) if callable(change) else change  # type: ignore[assignment]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in entries.items():
            archive.writestr(name, raw)


def computed(raw: bytes) -> bytes:
    return raw.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>").replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")


def test_a_formula_with_its_result_is_a_value_and_without_it_is_refused(drop, refused, delivered):
    path = save_xlsx(drop / "hukou.xlsx", with_cell("=1+1", NAME))
    assert refused() == {"delivery.formula_not_computed": ["hukou.xlsx [Sheet1] row 3 column I (father_name)"]}
    rewrite(path, {"xl/worksheets/sheet1.xml": computed})
    assert delivered()["father_name"][1] == "2"


def test_an_error_of_the_spreadsheet_is_refused(drop, refused):
    save_xlsx(drop / "hukou.xlsx", with_cell("#REF!", NAME))
    assert refused() == {"delivery.cell_error": ["hukou.xlsx [Sheet1] row 3 column I (father_name)"]}


def test_merged_cells_among_records_are_refused_and_in_a_title_are_not(drop, refused, delivered):
    path = save_xlsx(drop / "hukou.xlsx", [["户籍登记表"], *GOOD])
    book = load_workbook(path)
    book.active.merge_cells("A1:M1")
    book.save(path)
    assert len(delivered()) == 6


def test_merged_cells_among_records_are_refused(drop, refused):
    path = save_xlsx(drop / "hukou.xlsx", GOOD)
    book = load_workbook(path)
    book.active.merge_cells("G3:G4")
    book.save(path)
    assert refused() == {"delivery.merged_cells": ["hukou.xlsx [Sheet1] row 3"]}


def bomb(path: Path) -> None:
    save_xlsx(path, GOOD)
    rewrite(path, {"xl/worksheets/sheet2.xml": b" " * (40 << 20)})


def encrypted(path: Path) -> None:
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))


def old_format(path: Path) -> None:
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "Workbook".encode("utf-16-le"))


def with_macro(path: Path) -> None:
    save_xlsx(path, GOOD)
    rewrite(path, {"xl/vbaProject.bin": b"\0"})


def cut_off(path: Path) -> None:
    save_xlsx(path, GOOD)
    path.write_bytes(path.read_bytes()[:-200])


def torn_sheet(path: Path) -> None:
    save_xlsx(path, GOOD)
    rewrite(path, {"xl/worksheets/sheet1.xml": lambda raw: raw[: len(raw) // 2]})


def entities(path: Path) -> None:
    save_xlsx(path, GOOD)
    rewrite(path, {"xl/sharedStrings.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa">]><sst/>'})


def other_archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hukou.csv", "x")


def empty(path: Path) -> None:
    save_xlsx(path, [])


FILES = [
    (bomb, "delivery.zip_bomb"),
    (encrypted, "delivery.encrypted"),
    (old_format, "delivery.file_type"),
    (with_macro, "delivery.macros"),
    (cut_off, "delivery.damaged_workbook"),
    (torn_sheet, "delivery.damaged_workbook"),
    (entities, "delivery.damaged_workbook"),
    (other_archive, "delivery.file_type"),
    (empty, "delivery.empty_file"),
]


@pytest.mark.parametrize(("write", "code"), FILES, ids=[write.__name__ for write, _ in FILES])
def test_a_workbook_that_must_not_be_opened_is_refused(drop, refused, write, code):
    write(drop / "hukou.xlsx")
    assert list(refused()) == [code]
