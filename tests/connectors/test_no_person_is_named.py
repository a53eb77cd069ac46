"""rights.md R11: a canary surname and identity number go through every way of failing, and are in nothing that is told."""

from __future__ import annotations

import logging
import sqlite3
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import Workbook

from connectors.land import land, write_refusal
from connectors.sources import Database, DropFolder, Source
from tests.connectors.conftest import fill
from tests.connectors.deliveries import HUKOU, NUMBER, SURNAME, grid_of, rows_of, save_csv, save_xlsx, with_cells
from vocabulary.errors import Refusal
from vocabulary.parts import Part
from vocabulary.settings import Secret

CANARIES = (SURNAME, NUMBER, NUMBER[6:14], SURNAME.encode().hex(), repr(SURNAME.encode())[2:-1])
ROWS = rows_of(HUKOU, 40)
GRID = grid_of(HUKOU, ROWS)


def csv_file(change: Callable[[bytes], bytes]) -> Callable[[Path], Source]:
    def write(folder: Path) -> Source:
        path = save_csv(folder / "hukou.csv", GRID)
        path.write_bytes(change(path.read_bytes()))
        return DropFolder(folder)

    return write


def in_every_cell(text: str) -> Callable[[Path], Source]:
    """The text in a date column, as a header, and below the table."""

    def write(folder: Path) -> Source:
        grid = grid_of(HUKOU, with_cells(ROWS, 3, born_on=text, registered_on=text))
        save_xlsx(folder / "hukou.xlsx", [[*grid[0], f"{text}的孩次"], *grid[1:], [f"制表人：{text}，政策外"]])
        return DropFolder(folder)

    return write


def date_out_of_range(folder: Path) -> Source:
    """openpyxl warns of such a cell with its value."""
    book = Workbook()
    for line in GRID:
        book.active.append(line)
    cell = book.active.cell(3, 5)
    cell.value, cell.number_format = int(NUMBER[:17]), "yyyy-mm-dd"
    book.save(folder / "hukou.xlsx")
    return DropFolder(folder)


def undecodable(folder: Path) -> Source:
    source = fill(f"sqlite:///{folder / 'r.db'}", HUKOU.table, dict.fromkeys(HUKOU.column_names, sa.Text()), ROWS)
    with sqlite3.connect(folder / "r.db") as connection:
        raw = SURNAME.encode() + b"\xff" + NUMBER.encode()
        connection.execute(f"UPDATE {HUKOU.table} SET father_name = CAST(? AS TEXT)", [raw])
    return source


def blocked_value(folder: Path) -> Source:
    columns = dict.fromkeys(HUKOU.column_names, sa.Text())
    return fill(f"sqlite:///{folder / 'r.db'}", HUKOU.table, columns, [row | {"father_name": f"{SURNAME}政策外{NUMBER}"} for row in ROWS])


def in_the_url(folder: Path) -> Source:
    return Database(Secret(f"postgresql+psycopg://{NUMBER}:{SURNAME}@127.0.0.1:1/registry?application_name={NUMBER}"))


FAILING = {
    "wrong bytes": csv_file(lambda raw: raw.replace(SURNAME.encode(), SURNAME.encode()[:-1] + b"\xff")),
    "cut off": csv_file(lambda raw: raw[:-30]),
    "open quote": csv_file(lambda raw: raw.replace(SURNAME.encode(), b'"' + SURNAME.encode(), 1)),
    "no header": csv_file(lambda raw: raw.split(b"\n", 1)[1]),
    "extra cells": csv_file(lambda raw: raw.replace(NUMBER.encode(), f"{NUMBER},{SURNAME}".encode())),
    "control characters": csv_file(lambda raw: raw.replace(SURNAME.encode(), SURNAME.encode() + b"\x01")),
    "names in date columns, headers and footers": in_every_cell(SURNAME),
    "numbers in date columns, headers and footers": in_every_cell(NUMBER),
    "a date out of range": date_out_of_range,
    "undecodable text in a database": undecodable,
    "a blocked word in a database": blocked_value,
    "a name in the URL": in_the_url,
}


@pytest.mark.parametrize("fail", FAILING.values(), ids=FAILING)
def test_a_refusal_names_no_person(run, drop, fail, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    source = fail(drop)
    with warnings.catch_warnings(record=True) as warned, pytest.raises(Refusal) as caught:
        warnings.simplefilter("always")
        land(run, HUKOU, source)
    write_refusal(run, Part("hukou"), source.label, caught.value)
    told = [
        *(path.read_text(encoding="utf-8") for path in run.folder.rglob("*.json")),
        *(str(path) for path in run.folder.rglob("*")),
        "".join(traceback.format_exception(caught.value)),
        repr(caught.value.__context__),
        caught.value.text("zh"),
        caught.value.text("en"),
        caplog.text,
        *capfd.readouterr(),
        *(str(warning.message) for warning in warned),
    ]
    assert [(canary, text) for text in told for canary in CANARIES if canary in text] == []


def test_a_good_landing_names_no_person_outside_its_rows(run, drop, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    save_csv(drop / "hukou.csv", GRID)
    land(run, HUKOU, DropFolder(drop))
    told = [*(path.read_text(encoding="utf-8") for path in run.folder.rglob("*.json")), caplog.text, *capfd.readouterr()]
    assert [(canary, text) for text in told for canary in CANARIES if canary in text] == []
