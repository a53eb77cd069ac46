"""The workbook that a clerk opens: reopened here with openpyxl, cell by cell."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reconciliation.publish import Night, publish
from reconciliation.worklist_forms import forms
from reconciliation.worklist_sheets import harmless
from reconciliation.worklist_workbook import HEAD_ROW
from tests.reconciliation import worklist_fixture as county
from vocabulary.findings import OUTCOMES

FIRST = HEAD_ROW + 2
"""The first row of cells, as openpyxl counts."""
REGISTER, CORRECT, GUIDE = "待协助登记", "核对本登记", "填写说明"


def published(night: Night, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    publish(night, county.numbered, folder)
    return folder


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    folder = published(county.realistic(), tmp_path_factory.mktemp("worklists"))
    return openpyxl.load_workbook(folder / "registration_desk-990101001.xlsx")


def column(page: Worksheet, form: str, name: str) -> int:
    titles = {column.name: column.title for column in forms()[form].columns}
    return [cell.value for cell in page[HEAD_ROW + 1]].index(titles[name]) + 1


def cells(page: Worksheet, form: str, name: str) -> list[openpyxl.cell.Cell]:
    place = column(page, form, name)
    numbered = column(page, form, "row_no")
    rows = [row for row in range(FIRST, page.max_row + 1) if isinstance(page.cell(row, numbered).value, int)]
    return [page.cell(row, place) for row in rows]


def test_numbers_stay_text_and_cards_show_their_last_four_characters(desk: Workbook):
    page = desk[REGISTER]
    for name in ("task_no", "mother_id_mask", "certificate_no"):
        assert {cell.number_format for cell in cells(page, "register", name)} == {"@"}
    for name in ("mother_id_mask", "certificate_no"):
        assert page.column_dimensions[get_column_letter(column(page, "register", name))].width >= 20
    masks = [cell.value for cell in cells(page, "register", "mother_id_mask")]
    assert masks and all(mask[:14] == "*" * 14 and len(mask) == 18 and "*" not in mask[14:] for mask in masks)


def test_no_whole_card_number_stands_anywhere_in_any_file(tmp_path: Path):
    night = county.realistic()
    folder = published(night, tmp_path / "out")
    numbers = set(night.records["mother_id_number"].dropna()) | set(night.records["child_id_number"].dropna())
    for path in folder.iterdir():
        text = text_of(path)
        assert numbers and not [number for number in numbers if number in text], path.name


def text_of(path: Path) -> str:
    if path.suffix == ".parquet":
        return pd.read_parquet(path).to_csv()
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8-sig")
    book = openpyxl.load_workbook(path)
    return "\n".join(str(cell.value) for page in book for row in page.iter_rows() for cell in row if cell.value is not None)


def test_dates_are_dates_and_the_time_limit_is_fifteen_days(desk: Workbook):
    for name in ("born_on", "issued_on", "due_on"):
        assert {cell.number_format for cell in cells(desk[REGISTER], "register", name)} == {"yyyy-mm-dd"}
        assert all(isinstance(cell.value, datetime) for cell in cells(desk[REGISTER], "register", name))
    assert {cell.value.date() for cell in cells(desk[REGISTER], "register", "due_on")} == {date(2026, 11, 15)}


@pytest.mark.parametrize(("sheet", "form"), [(REGISTER, "register"), (CORRECT, "correct")])
def test_a_desk_can_write_where_it_answers_and_nowhere_else(desk: Workbook, sheet: str, form: str):
    page = desk[sheet]
    assert page.protection.sheet
    answers = {column.name for column in forms()[form].columns if column.is_answer}
    assert {"outcome", "checked_by", "checked_on", "note"} <= answers
    for printed in forms()[form].columns:
        assert {cell.protection.locked for cell in cells(page, form, printed.name)} == {printed.name not in answers}
    assert all(cell.protection.locked for row in page.iter_rows(max_row=FIRST - 1) for cell in row)


def test_the_drop_down_offers_every_outcome_from_a_hidden_sheet(desk: Workbook):
    page = desk[REGISTER]
    rules = {str(rule.sqref).split(":")[0].rstrip("0123456789"): rule for rule in page.data_validations.dataValidation}
    letter = get_column_letter(column(page, "register", "outcome"))
    assert rules[letter].type == "list" and rules[letter].formula1 == "outcomes_register"
    sheet, place = next(iter(desk.defined_names["outcomes_register"].destinations))
    assert desk[sheet].sheet_state == "hidden"
    offered = [row[0].value for row in desk[sheet][place.replace("$", "")]]
    assert [text.split()[0] for text in offered] == sorted(OUTCOMES)
    assert sum(len(text) + 1 for text in offered) > 100


def test_answers_of_the_wrong_shape_are_refused(desk: Workbook):
    page = desk[REGISTER]
    rules = {str(rule.sqref).split(":")[0].rstrip("0123456789"): rule for rule in page.data_validations.dataValidation}
    of = {name: rules[get_column_letter(column(page, "register", name))] for name in ("registered_on", "checked_on", "note", "station")}
    assert (of["note"].type, of["note"].operator, of["note"].formula1) == ("textLength", "lessThanOrEqual", "50")
    assert of["registered_on"].type == of["checked_on"].type == "date"
    assert all(rule.error and rule.showErrorMessage for rule in of.values())


def test_it_prints_on_a4_with_its_head_on_every_page(desk: Workbook):
    for name in (REGISTER, CORRECT):
        page = desk[name]
        assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
        # An absent width is one page, by the file format's default.
        assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight, page.sheet_properties.pageSetUpPr.fitToPage) == (1, 0, True)
        assert page.print_title_rows == f"${HEAD_ROW + 1}:${HEAD_ROW + 1}"
        assert page.oddFooter.center.text == "第 &P 页  共 &N 页"
        assert page.freeze_panes == f"A{FIRST}"
        last = [row[0].value for row in page.iter_rows(max_col=1) if row[0].value][-1]
        assert all(word in last for word in ("制表单位", "填报人", "审核人", "联系电话", "日期", "（盖章）"))


def test_every_list_says_what_the_law_says(desk: Workbook):
    for name in (REGISTER, CORRECT):
        head = "".join(str(desk[name].cell(row, 1).value) for row in range(1, HEAD_ROW + 1))
        assert "登记不收费、不附加任何条件" in head
        assert "不得作为行政处罚等任何不利处理的依据" in head


def test_the_explanation_names_every_outcome_and_which_paper_helps(desk: Workbook):
    page = desk[GUIDE]
    text = [str(cell.value) for row in page.iter_rows() for cell in row if cell.value]
    assert {f"{outcome.code} {outcome.zh}" for outcome in OUTCOMES.values()} <= set(text)
    assert "出生医学证明、父母的户口簿和身份证" in text
    assert page.protection.sheet


def test_villages_stand_together_the_longest_waiting_first(desk: Workbook):
    villages = [cell.value for cell in cells(desk[REGISTER], "register", "residence")]
    born = [cell.value for cell in cells(desk[REGISTER], "register", "born_on")]
    blocks = [village for place, village in enumerate(villages) if place == 0 or villages[place - 1] != village]
    assert len(blocks) == len(set(blocks)) > 1
    oldest = [min(day for day, where in zip(born, villages, strict=True) if where == block) for block in blocks]
    assert oldest == sorted(oldest)


def test_a_list_has_no_formula_and_no_link(tmp_path: Path):
    folder = published(nasty_county(), tmp_path / "out")
    for path in folder.glob("*.xlsx"):
        for page in openpyxl.load_workbook(path):
            assert not [cell.coordinate for row in page.iter_rows() for cell in row if cell.data_type == "f" or cell.hyperlink]


NASTY = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＠x", " =1", "=cmd|' /C calc'!A0")


def nasty_county() -> Night:
    """Names and numbers that a spreadsheet might run."""
    records, findings = [], []
    for place, text in enumerate(NASTY):
        born = date(2026, 8, 1)
        fields = {
            "child_name": text,
            "mother_name": text,
            "mother_id_number": text + "1234",
            "certificate_no": text,
            "child_sex": "1",
            "born_on": born,
        }
        records.append(county.record("hospital", text, f"b{place}", facility_code="A01", division_code="990101001201", **fields))
        findings.append(county.finding("not_registered", f"b{place}", division_code="990101001201", due_stage=60))
        findings.append(
            county.finding("conflict", f"b{place}", registry="hospital", record_id=text, field="mother_name", evidence="other_name")
        )
    return county.night(findings, records)


def test_no_cell_of_the_csv_begins_like_a_formula(tmp_path: Path):
    folder = published(nasty_county(), tmp_path / "out")
    rows = [row for path in folder.glob("*.csv") for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))]
    starts = {cell.lstrip(" ")[:1] for row in rows for cell in row if cell}
    assert len(rows) > 2 * len(NASTY)
    assert not starts & set("=+-@\t\r＝＋－＠")


@pytest.mark.parametrize("text", NASTY)
def test_what_might_run_gets_an_apostrophe(text: str):
    assert harmless(text).startswith("'")


@pytest.mark.parametrize("text", ["王小明", "阿依古丽·买买提", "Z990000001", "**************1234", "2026-01-01", "—"])
def test_what_cannot_run_stays_as_it_is(text: str):
    assert harmless(text) == text


def test_the_csv_twin_has_the_same_cells_and_opens_in_excel(tmp_path: Path):
    folder = published(county.realistic(), tmp_path / "out")
    compared = 0
    for path in sorted(folder.glob("*.csv")):
        raw = path.read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        twin = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
        book = openpyxl.load_workbook(path.with_suffix(".xlsx"))
        for form in forms().values():
            if form.sheet not in book.sheetnames or form.name == "register_senior":
                continue
            columns = [[printed(cell.value) for cell in cells(book[form.sheet], form.name, each.name)] for each in form.columns]
            told = [[row[each.title] for each in form.columns] for row in twin if row["表"] == form.sheet]
            assert told == [list(row) for row in zip(*columns, strict=True)]
            compared += len(told)
    assert compared > 20


def printed(value: object) -> str:
    return "" if value is None else str(value.date()) if isinstance(value, datetime) else str(value)


def test_a_desk_with_nothing_to_do_gets_a_sheet_that_says_so(tmp_path: Path):
    folder = published(county.night([], []), tmp_path / "out")
    book = openpyxl.load_workbook(folder / "registration_desk-990101002.xlsx")
    assert book[REGISTER].cell(FIRST, 1).value == "本期没有需要协助登记的婴儿。感谢您的工作。"
    assert book[CORRECT].cell(FIRST, 1).value == "本期没有需要核对的登记项目。感谢您的工作。"
    assert len((folder / "registration_desk-990101002.csv").read_text(encoding="utf-8-sig").splitlines()) == 1


def test_children_who_are_not_due_are_a_number_in_the_head(tmp_path: Path):
    early = [county.finding("not_registered", f"b{place}", division_code="990101002201", due_stage=0) for place in range(3)]
    folder = published(county.night(early, []), tmp_path / "out")
    head = openpyxl.load_workbook(folder / "registration_desk-990101002.xlsx")[REGISTER].cell(3, 1).value
    assert "另有 3 名婴儿出生未满30日" in head


def test_a_file_carries_the_day_it_speaks_of_and_not_the_clock(desk: Workbook):
    assert desk.properties.created == datetime.combine(county.AS_OF, datetime.min.time())


def test_the_same_night_gives_the_same_bytes_in_whatever_order_its_rows_came(tmp_path: Path):
    night = county.realistic()
    turned = Night(
        night.findings.iloc[::-1].reset_index(drop=True),
        night.records.iloc[::-1].reset_index(drop=True),
        night.areas,
        night.as_of,
        night.served,
    )
    sums = [
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in published(each, tmp_path / name).iterdir()}
        for name, each in (("first", night), ("again", night), ("turned", turned))
    ]
    assert sums[0] == sums[1] == sums[2]
