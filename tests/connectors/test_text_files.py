"""CSV as offices save it: three encodings, read strictly; what cannot be read is refused with its place."""

from __future__ import annotations

import pytest

from tests.connectors.conftest import landed_rows
from tests.connectors.deliveries import HUKOU, SURNAME, csv_text, grid_of, rows_of, save_csv, with_cells

GOOD = grid_of(HUKOU, rows_of(HUKOU))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_in_any_of_the_encodings_of_offices(drop, delivered, encoding):
    save_csv(drop / "hukou.csv", grid_of(HUKOU, with_cells(rows_of(HUKOU), 0, child_name="䶮𠮷·买买提")), encoding)
    rows = delivered()
    assert rows["child_name"][0] == "䶮𠮷·买买提"
    assert rows["mother_name"].tolist() == [row["mother_name"] for row in rows_of(HUKOU)]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "，"])
def test_the_delimiter_is_found_by_the_header(drop, delivered, delimiter):
    (drop / "hukou.csv").write_text("户籍登记表, 2026; 十月\n" + "\n".join(delimiter.join(line) for line in GOOD) + "\n", encoding="utf-8")
    assert len(delivered()) == 6


def test_every_landed_cell_is_the_text_that_was_delivered(drop, delivered):
    odd = {
        "mother_id_number": "'9901011990 0307002x",
        "certificate_no": "1.99010E+17",
        "child_name": " 王　小 ",
        "born_on": "2026.3.5",
        "registered_on": "2026年3月9日",
    }
    save_csv(drop / "hukou.csv", grid_of(HUKOU, with_cells(rows_of(HUKOU), 3, **odd)))
    row = delivered().iloc[3]
    assert {name: row[name] for name in odd} == odd


def test_the_notation_that_keeps_a_number_text_is_taken_off(drop, delivered):
    save_csv(drop / "hukou.csv", grid_of(HUKOU, with_cells(rows_of(HUKOU), 0, mother_id_number='="990101199003070028"')))
    assert delivered()["mother_id_number"][0] == "990101199003070028"


def test_an_empty_cell_is_landed_as_missing(drop, delivered):
    save_csv(drop / "hukou.csv", grid_of(HUKOU, with_cells(rows_of(HUKOU), 0, father_name="", father_id_number="  ")))
    assert delivered().loc[0, ["father_name", "father_id_number"]].isna().all()


def cut(text: str, away: int) -> bytes:
    return text.encode("gb18030")[:-away]


LONG_QUOTE = csv_text(GOOD).replace("李", '"李', 1)
BROKEN = [
    ("UTF-16, as Excel saves 'Unicode text'", csv_text(GOOD).encode("utf-16"), {"delivery.encoding": ["hukou.csv row 1"]}),
    ("a byte of no encoding in the second name", csv_text(GOOD).encode().replace(b"\xe6\x9d\x8e", b"\xe6\xff\xff", 1), {"delivery.encoding": ["hukou.csv row 2 column 7"]}),
    ("UTF-8 that says so, with a GB 18030 line", "\ufeff".encode() + csv_text(GOOD).encode() + "王".encode("gb18030"), {"delivery.encoding": ["hukou.csv row 8 column 1"]}),
    ("nothing", b"", {"delivery.empty_file": ["hukou.csv"]}),
    ("white space", b"\n \n\n", {"delivery.no_header": ["hukou.csv"]}),
    ("rows without a header", csv_text(GOOD[1:]).encode(), {"delivery.no_header": ["hukou.csv"]}),
    ("the last row cut off", csv_text(GOOD).encode()[:-45], {"delivery.row_width": ["hukou.csv row 7"]}),
    ("a quote that never ends", LONG_QUOTE.encode(), {"delivery.malformed_csv": ["hukou.csv row 2"]}),
    ("a control character", csv_text(GOOD).replace("李", "李\x07", 1).encode(), {"delivery.control_character": ["hukou.csv row 2 column G (mother_name)"]}),
    ("a cell too many", csv_text(GOOD).replace("990101001001", "990101001001,9", 1).encode(), {"delivery.unnamed_column": ["hukou.csv row 2 column N"], "delivery.unreadable_date": ["hukou.csv row 2 column L (registered_on)"]}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "raw", "faults"), BROKEN, ids=[what for what, _, _ in BROKEN])
def test_what_cannot_be_read_is_refused_with_its_place(drop, refused, what, raw, faults):
    (drop / "hukou.csv").write_bytes(raw)
    assert refused() == faults


def test_text_that_was_saved_after_a_wrong_reading_is_refused(drop, refused):
    headers = {name: name for name in HUKOU.column_names}
    rows = [row | {"mother_name": surname + "小明"} for row, surname in zip(rows_of(HUKOU, 8), "王李张刘陈杨黄赵", strict=True)]
    wrongly = [[cell.encode().decode("gb18030", "replace") for cell in line] for line in grid_of(HUKOU, rows, headers)]
    save_csv(drop / "hukou.csv", wrongly)
    assert refused() == {"delivery.mojibake": ["hukou.csv row 1 column G (mother_name)"]}


def test_a_header_in_mojibake_is_called_so_and_not_missing(drop, refused):
    save_csv(drop / "hukou.csv", [[cell.encode().decode("latin-1") for cell in line] for line in GOOD])
    assert refused() == {"delivery.mojibake": ["hukou.csv row 1"]}


def test_a_column_of_replacement_characters_is_refused_and_a_single_one_is_kept(drop, run, refused, delivered):
    save_csv(drop / "hukou.csv", grid_of(HUKOU, [row | {"child_name": f"�斤{place}"} for place, row in enumerate(rows_of(HUKOU))]))
    assert refused() == {"delivery.mojibake": ["hukou.csv row 1 column C (child_name)"]}
    save_csv(drop / "hukou.csv", grid_of(HUKOU, with_cells(rows_of(HUKOU), 1, child_name="王�")))
    assert delivered()["child_name"][1] == "王�"
    assert len(landed_rows(run)) == 6


def test_names_that_happen_to_be_valid_in_another_encoding_are_names(drop, delivered):
    chance = bytes.fromhex("e4bdb2e5b8b5").decode("gb18030")
    assert chance.encode("gb18030").decode("utf-8")
    save_csv(drop / "hukou.csv", grid_of(HUKOU, with_cells(rows_of(HUKOU, 300), 1, mother_name=chance)))
    assert len(delivered()) == 300


def test_a_table_has_titles_above_and_signatures_below(drop, delivered):
    footers = [["合计", "6"], ["共 6 条"], ["制表人：" + SURNAME, "", "审核：" + SURNAME], ["", "", "第 1 页"]]
    save_csv(
        drop / "hukou.csv",
        [["示例县户籍登记"], [], ["单位：示例派出所", "", "日期：2026.10.31"], *GOOD[:3], [], GOOD[0], *GOOD[3:], [], *footers],
    )
    rows = delivered()
    assert rows["registration_id"].tolist() == [f"r{place:05d}" for place in range(1, 7)]
    assert not rows.astype(str).stack().str.contains("合计|制表|审核").any()


BELOW = [
    ("a total among the records", [*GOOD[:3], ["小计", "2"], *GOOD[3:]], {"delivery.row_not_a_record": ["hukou.csv row 4"]}),
    ("fewer records than stated", [*GOOD, ["共9条"]], {"delivery.count_differs": ["hukou.csv row 8"]}),
]


@pytest.mark.parametrize(("what", "grid", "faults"), BELOW, ids=[what for what, _, _ in BELOW])
def test_a_footer_says_when_the_table_is_not_whole(drop, refused, what, grid, faults):
    save_csv(drop / "hukou.csv", grid)
    assert refused() == faults


def test_of_a_thousand_broken_cells_twenty_are_told_and_the_rest_counted(drop, run, refused):
    save_csv(drop / "hukou.csv", grid_of(HUKOU, [row | {"born_on": f"?{place}"} for place, row in enumerate(rows_of(HUKOU, 1000))]))
    faults = refused()
    assert len(faults["delivery.unreadable_date"]) == 20
    assert faults["delivery.more"] == ["hukou"]
    assert '"count": 980' in (run.landing / "hukou" / "refused.json").read_text()


DATES = [
    # written, landed (None: refused)
    ("2026-03-05", "2026-03-05"),
    ("2026.3.5", "2026.3.5"),
    ("2026/3/5", "2026/3/5"),
    ("2026年3月5日", "2026年3月5日"),
    ("20260305", "20260305"),
    ("46086", "46086"),
    ("２０２６－０３－０５", "２０２６－０３－０５"),
    ("26/3/5", "26/3/5"),
    ("2026-02-30", "2026-02-30"),  # a lunar date: the row's fault, not the file's
    ("2026年3月", "2026年3月"),  # month only: likewise
    ("不详", "不详"),
    ("", None),
]


@pytest.mark.parametrize(("written", "landed"), DATES)
def test_dates_are_landed_as_they_are_written(drop, delivered, written, landed):
    save_csv(drop / "hukou.csv", grid_of(HUKOU, with_cells(rows_of(HUKOU), 2, born_on=written)))
    assert delivered()["born_on"][2] == landed


@pytest.mark.parametrize("written", ["soon", "3月5日", "王小明", "5/3/2026", "####", "2026", "7", "990101199003070028"])
def test_a_cell_that_is_no_date_in_any_layout_refuses_the_file(drop, refused, written):
    save_csv(drop / "hukou.csv", grid_of(HUKOU, with_cells(rows_of(HUKOU), 2, born_on=written)))
    assert refused() == {"delivery.unreadable_date": ["hukou.csv row 4 column E (born_on)"]}
