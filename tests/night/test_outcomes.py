"""Lists that come back: what desks wrote is taken once, what is mangled goes back to its sender, and the next night heeds it."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import sqlalchemy as sa

from connectors.worklists import read_worklists
from reconciliation.outcome_rows import titles
from reconciliation.outcomes import Taken, take_outcomes
from vocabulary.findings import OUTCOMES
from vocabulary.settings import Settings

HEAD, FIRST = 5, 6
TODAY, NEXT_NIGHT = date(2026, 11, 3), date(2026, 11, 4)
REGISTERED = ("A1", "A3")


class List:
    """A registration desk's list, as its clerk has it open."""

    def __init__(self, path: Path) -> None:
        self.path, self.book = path, openpyxl.load_workbook(path)
        self.sheet = self.book.worksheets[0]
        self.column = {cell.value: cell.column for cell in self.sheet[HEAD]}

    def cell(self, row: int, title: str):
        return self.sheet.cell(FIRST + row, self.column[title])

    def answer(self, row: int, code: str, note: str | None = None) -> str:
        told = OUTCOMES.get(code)
        self.cell(row, "核查结果").value = f"{code} {told.zh}" if told else code
        self.cell(row, "核查日期").value = datetime(2026, 11, 2)
        if code in REGISTERED:
            self.cell(row, "登记日期").value, self.cell(row, "登记派出所").value = datetime(2026, 11, 1), "某派出所"
        self.cell(row, "备注（50字内）").value = note
        return self.task(row)

    def task(self, row: int) -> str:
        return str(self.cell(row, "任务编号").value)

    def saved(self, path: Path) -> Path:
        self.book.save(path)
        return path


@pytest.fixture
def lists(settled) -> list[List]:
    _, told = settled
    found = [List(path) for path in sorted((Path(told["folder"]) / "worklists").glob("registration_desk-*.xlsx"))]
    return sorted(found, key=lambda one: -one.sheet.max_row)


def taken(county, *paths: Path) -> Taken:
    sheets, faults = read_worklists(list(paths), titles())
    assert faults == []
    return take_outcomes(sheets, Settings.from_environment(county.environment), TODAY)


def tasks_of(told: dict) -> set[str]:
    listed = [List(path) for path in (Path(told["folder"]) / "worklists").glob("registration_desk-*.xlsx")]
    return {one.task(row) for one in listed for row in range(one.sheet.max_row - FIRST + 1)}


def test_answers_are_heeded_by_the_next_night_and_taken_but_once(settled, lists, tmp_path):
    county, _ = settled
    codes = ("A1", "A3", "B1", "C1", "D1", "C6")
    named = {code: lists[0].answer(row, code) for row, code in enumerate(codes)}
    silent = lists[0].task(len(codes))
    path = lists[0].saved(tmp_path / "filled.xlsx")
    first = taken(county, path)
    assert (first.rows, first.taken, first.returned) == (len(codes), len(codes), 0)
    assert first.codes == dict.fromkeys(codes, 1)
    assert first.figures["registered_with_help"] == 1
    again = taken(county, path)
    assert (again.taken, again.unchanged, again.returned) == (0, len(codes), 0)
    told = county.night(NEXT_NIGHT)
    assert told["exit_code"] == 0, told["faults"]
    listed = tasks_of(told)
    assert silent in listed
    assert named["C6"] in listed, "no trace found: somebody else looks once more"
    assert {code for code in ("A1", "A3", "B1", "C1", "D1") if named[code] in listed} == set()


def test_mangled_rows_go_back_with_what_to_do_and_the_good_ones_are_taken(settled, lists, tmp_path):
    county, _ = settled
    one, other = lists[0], lists[1]
    one.answer(0, "A1")
    one.answer(1, "Q7")
    mistyped = one.answer(2, "B2")
    place = next(at for at in range(len(mistyped) - 1) if mistyped[at] != mistyped[at + 1] and "-" not in mistyped[at : at + 2])
    one.cell(2, "任务编号").value = mistyped[:place] + mistyped[place + 1] + mistyped[place] + mistyped[place + 2 :]
    one.answer(3, "B1")
    one.cell(3, "任务编号").value = other.task(0)
    one.answer(4, "B1")
    one.answer(5, "B2")
    one.cell(5, "任务编号").value = one.task(4)
    told = taken(county, one.saved(tmp_path / "filled.xlsx"))
    assert (told.rows, told.taken, told.returned) == (6, 1, 5)
    assert set(told.reasons) == {"answer_unknown", "task_mistyped", "task_of_another_desk", "twice"}
    assert {path.suffix for path in told.files} == {".xlsx", ".csv"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in told.files)
    returned = pd.read_csv(next(path for path in told.files if path.suffix == ".csv"), dtype=str, encoding="utf-8-sig")
    assert len(returned) == told.returned
    assert returned["请这样处理"].str.len().gt(5).all()
    assert not returned.astype(str).map(lambda cell: "Q7" in cell).to_numpy().any(), "what is no code may be anything, and is not repeated"


def test_a_list_in_gb18030_is_read_as_the_workbook_is(settled, lists, tmp_path):
    county, _ = settled
    path = lists[0].path.with_suffix(".csv")
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    head = next(place for place, row in enumerate(rows) if "任务编号" in row)
    rows[head + 1][rows[head].index("核查结果")] = "B1"
    rows[head + 1][rows[head].index("核查日期")] = "2026-11-02"
    with (tmp_path / path.name).open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(rows)
    found = taken(county, tmp_path / path.name)
    assert (found.rows, found.taken, found.returned) == (1, 1, 0)


def test_a_note_with_a_number_or_of_a_death_is_never_kept(settled, lists, tmp_path):
    county, _ = settled
    lists[0].answer(0, "B1", "电话13812345678")
    lists[0].answer(1, "C1", "孩子病故")
    lists[0].answer(2, "B2", "材料已备齐")
    told = taken(county, lists[0].saved(tmp_path / "filled.xlsx"))
    assert told.taken == 3
    engine = sa.create_engine(f"sqlite:///{county.home / 'hedui.db'}")
    with engine.connect() as connection:
        notes = {row[0] for row in connection.execute(sa.text("SELECT note FROM outcome"))}
    assert notes <= {None, "材料已备齐"}
    for path in county.home.rglob("*"):
        if path.is_file() and path.suffix in (".db", ".json", ".csv"):
            assert b"13812345678" not in path.read_bytes(), path
