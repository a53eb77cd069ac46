"""Files made to harm, or harmed: both doors (deliveries, worklists that come back) refuse them in words, in bounded memory, and name nobody."""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import IO, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connectors.complaints import Complaints
from connectors.delivered_files import DeliveredFile
from connectors.worklists import read_worklists
from reconciliation.outcome_rows import answers_in, table_of, titles
from tests.connectors.deliveries import HUKOU, NUMBER, SURNAME, csv_text, grid_of, rows_of, save_xlsx
from tests.connectors.test_workbooks import encrypted, old_format, rewrite, with_macro
from vocabulary.answers import AnswerSheet
from vocabulary.errors import Fault

MEMORY_MIB, SECONDS = 600, 60
GRID = grid_of(HUKOU, rows_of(HUKOU))
LIST = [["责任单位：示例派出所　数据日期：2026-10-31"], ["任务编号", "核查结果", "备注（50字内）"], ["AB-CD-EF", "B1", SURNAME]]
CSV = csv_text(GRID).encode()
XML = "xl/worksheets/sheet1.xml"
HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"
A_CELL = b'<row r="1"><c r="A1" t="inlineStr"><is><t>'
Door = Callable[[Path], list[Fault]]


def delivery(path: Path) -> list[Fault]:
    """The faults of a file that an office delivers."""
    complaints = Complaints()
    for _ in DeliveredFile(path, HUKOU, complaints).tables():
        pass
    return list(complaints.faults("hukou"))


def worklist(path: Path) -> list[Fault]:
    """The faults of a file that a desk gives back, read up to its answers."""
    sheets, faults = read_worklists([path], titles())
    for sheet in sheets:
        table = table_of(sheet)
        if table is not None:
            list(answers_in(sheet, table))
    return faults


def workbook(path: Path, changes: dict[str, Any]) -> None:
    save_xlsx(path, GRID)
    rewrite(path, changes)


def sheet_of(path: Path, write: Callable[[IO[bytes]], object], method: int = zipfile.ZIP_DEFLATED) -> None:
    """A workbook whose only sheet is what `write` writes, piece by piece."""
    save_xlsx(path, GRID)
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist() if name != XML}
    with zipfile.ZipFile(path, "w", method, compresslevel=1) as archive:
        for name, raw in entries.items():
            archive.writestr(name, raw)
        with archive.open(XML, "w", force_zip64=True) as entry:
            write(entry)


def long_cell(mib: int) -> Callable[[IO[bytes]], None]:
    def write(entry: IO[bytes]) -> None:
        entry.write(HEAD + A_CELL)
        for _ in range(mib):
            entry.write(SURNAME[0].encode() * (1 << 18) + b"x" * (1 << 18))
        entry.write(b"</t></is></c></row>" + TAIL)

    return write


def gigabyte_cell(path: Path) -> None:
    sheet_of(path, long_cell(1000))


def stored_long_cell(path: Path) -> None:
    """Not packed, so that no ratio betrays it."""
    sheet_of(path, long_cell(20), zipfile.ZIP_STORED)


def far_row(path: Path) -> None:
    sheet_of(path, lambda entry: entry.write(HEAD + b'<row r="2000000000"><c t="n"><v>1</v></c></row>' + TAIL))


def wide_row(path: Path) -> None:
    sheet_of(path, lambda entry: entry.write(HEAD + b'<row r="1">' + b"<c/>" * 2_400_000 + b"</row>" + TAIL))


def many_styles(path: Path) -> None:
    workbook(path, {"xl/styles.xml": b"<styleSheet><cellXfs>" + b"<xf/>" * 1_000_000 + b"</cellXfs></styleSheet>"})


def linked(path: Path) -> None:
    workbook(path, {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})


def connected(path: Path) -> None:
    workbook(path, {"xl/connections.xml": b"<connections/>"})


def picture(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 64)


def document(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w>{SURNAME}</w>")


def page(path: Path) -> None:
    """What some programs call a spreadsheet."""
    path.write_bytes(f"<html><table><tr><td>{SURNAME}</td></tr></table></html>".encode())


def nul_in_the_head(path: Path) -> None:
    path.write_bytes(CSV.replace(SURNAME.encode(), SURNAME.encode() + b"\0", 1))


def nul_far_below(path: Path) -> None:
    rows = rows_of(HUKOU, 60)
    rows[50]["father_name"] = SURNAME + "\0"
    path.write_bytes(csv_text(grid_of(HUKOU, rows)).encode())


def two_encodings(path: Path) -> None:
    path.write_bytes(CSV + f"{SURNAME},{NUMBER}\n".encode("gb18030"))


def gigabyte_line(path: Path) -> None:
    """A hole of a gigabyte, which takes no room on the disk: one cell without an end."""
    path.write_bytes(csv_text(grid_of(HUKOU, rows_of(HUKOU, 60))).encode())
    with open(path, "r+b") as file:
        file.truncate(1 << 30)


def long_line(path: Path) -> None:
    path.write_bytes(CSV + b"x" * (18 << 20))


def million_columns(path: Path) -> None:
    path.write_bytes(b",".join(line + b",x" * 1_000_000 for line in CSV.splitlines()[:1]) + b"\n" + CSV)


def million_cells_below(path: Path) -> None:
    path.write_bytes(CSV + b",".join([b"7"] * 1_000_000) + b"\n")


def many_columns(path: Path) -> None:
    """As many as a spreadsheet may have, in as many rows as memory would not hold."""
    path.write_bytes(b"\n".join(b"x," * 16_000 + line for line in CSV.splitlines()[:2] + CSV.splitlines()[1:2] * 300))


def many_cells_below(path: Path) -> None:
    path.write_bytes(CSV + (b"7," * 16_000 + b"7\n") * 300)


def open_quote(path: Path) -> None:
    path.write_bytes(CSV + b'"' + f"{SURNAME},{NUMBER}\n".encode() * 400_000)


HOSTILE = [
    # the file            codes that a delivery may be refused with   codes of a worklist; none: read, as its rows are judged one by one
    (gigabyte_cell,        {"delivery.zip_bomb"},              {"delivery.zip_bomb"}),
    (stored_long_cell,     {"delivery.damaged_workbook"},      {"delivery.damaged_workbook"}),
    (far_row,              {"delivery.damaged_workbook"},      {"delivery.damaged_workbook"}),
    (wide_row,             {"delivery.damaged_workbook"},      {"delivery.damaged_workbook"}),
    (many_styles,          {"delivery.zip_bomb"},              {"delivery.zip_bomb"}),
    (with_macro,           {"delivery.macros"},                {"delivery.macros"}),
    (linked,               {"delivery.external_links"},        {"delivery.external_links"}),
    (connected,            {"delivery.external_links"},        {"delivery.external_links"}),
    (encrypted,            {"delivery.encrypted"},             {"delivery.encrypted"}),
    (old_format,           {"delivery.file_type"},             {"delivery.file_type"}),
    (picture,              {"delivery.encoding"},              {"delivery.encoding"}),
    (document,             {"delivery.file_type"},             {"delivery.file_type"}),
    (page,                 {"delivery.no_header"},             set()),
    (nul_in_the_head,      {"delivery.encoding"},              {"delivery.encoding"}),
    (nul_far_below,        {"delivery.control_character"},     set()),
    (two_encodings,        {"delivery.encoding"},              {"delivery.encoding"}),
    (gigabyte_line,        {"delivery.malformed_csv"},         {"delivery.too_large"}),
    (long_line,            {"delivery.malformed_csv"},         {"delivery.malformed_csv"}),
    (million_columns,      {"delivery.malformed_csv", "delivery.no_header"}, {"delivery.malformed_csv"}),
    (million_cells_below,  {"delivery.malformed_csv"},         {"delivery.malformed_csv"}),
    (many_columns,         {"delivery.unknown_column"},        set()),
    (many_cells_below,     {"delivery.unnamed_column"},        set()),
    (open_quote,           {"delivery.malformed_csv"},         {"delivery.malformed_csv"}),
]  # fmt: skip
CASES = [(door, write, codes) for write, *both in HOSTILE for door, codes in zip((delivery, worklist), both, strict=True)]


@pytest.mark.parametrize(("door", "write", "codes"), CASES, ids=[f"{door.__name__}-{write.__name__}" for door, write, _ in CASES])
def test_a_hostile_file_is_refused_in_bounded_memory_and_names_nobody(door, write, codes):
    path = written(write)
    told, seconds = within_limits(door, path)
    assert {fault.code for fault in told} - {"delivery.more", "delivery.unreadable_date", "delivery.row_width"} == codes
    assert seconds < SECONDS
    texts = [text for fault in told for text in (fault.text("zh"), fault.text("en"))]
    assert [text for text in texts if SURNAME in text or NUMBER in text or NUMBER[6:14] in text] == []


CSVS = {
    nul_in_the_head, nul_far_below, two_encodings, gigabyte_line, long_line, million_columns, million_cells_below, many_columns, many_cells_below,
    open_quote,
}  # fmt: skip


@cache
def folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="hedui-hostile-")


@cache
def written(write: Callable[[Path], object]) -> Path:
    """The file, made once for both doors."""
    path = Path(folder().name) / write.__name__ / ("hukou.csv" if write in CSVS else "hukou.xlsx")
    path.parent.mkdir()
    write(path)
    return path


def within_limits(door: Door, path: Path) -> tuple[list[Fault], float]:
    """What a door tells, in a process that may take MEMORY_MIB beyond what this one has; and the seconds it took."""
    here, there = multiprocessing.get_context("fork").Pipe()
    process = multiprocessing.get_context("fork").Process(target=_limited, args=(door, path, there))
    started = time.monotonic()
    process.start()
    told = here.recv() if here.poll(2 * SECONDS) else TimeoutError()
    process.kill()
    process.join()
    if isinstance(told, BaseException):
        raise told
    return told, time.monotonic() - started


def _limited(door: Door, path: Path, answer: Any) -> None:
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + (MEMORY_MIB << 20),) * 2)
    try:
        answer.send(door(path))
    except BaseException as error:
        answer.send(type(error)(str(error)[:200]))


GRIDS = {"delivered": GRID, "list": LIST}


@cache
def sound(name: str) -> bytes:
    """A good file, by its name."""
    stem, ending = name.split(".")
    if ending == "csv":
        return csv_text(GRIDS[stem]).encode("gb18030")
    with tempfile.TemporaryDirectory() as folder:
        return save_xlsx(Path(folder) / name, GRIDS[stem]).read_bytes()


HARM = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255), st.sampled_from(("put", "cut", "insert"))), min_size=1, max_size=6)


def harmed(content: bytes, harm: list[tuple[float, int, str]]) -> bytes:
    for place, byte, way in harm:
        at = int(place * len(content))
        if way == "put":
            content = content[:at] + bytes([byte]) + content[at + 1 :]
        elif way == "insert":
            content = content[:at] + bytes([byte]) * (byte + 1) + content[at:]
        else:
            content = content[:at]
    return content


@pytest.mark.parametrize("name", ["delivered.xlsx", "list.xlsx", "delivered.csv", "list.csv"])
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(harm=HARM)
@example(harm=[(1.0, 0, "cut")])
@example(harm=[(0.0, 80, "insert")])
@example(harm=[(0.625, 0, "put")])
def test_a_harmed_file_is_read_or_refused_in_words_by_either_door(tmp_path, name, harm):
    told = list(of_either_door(tmp_path / name, harmed(sound(name), harm)))
    assert [text for text in told if NUMBER in text or SURNAME in text] == []


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=400)
    | st.text(max_size=400).map(str.encode)
    | st.text(max_size=200).map(lambda text: text.encode("gb18030", "ignore"))
)
@example(content=b"\xff\xfe")
@example(content=b"PK\x03\x04")
@example(content=b"PK\x05\x06" + b"\0" * 18)
def test_any_bytes_are_read_or_refused_in_words_by_either_door(tmp_path, content):
    told = list(of_either_door(tmp_path / "hukou.xlsx", content))
    assert all(text.startswith("[") for text in told)


def of_either_door(path: Path, content: bytes) -> Iterator[str]:
    """Both doors' faults in words: any other exception fails the test."""
    path.write_bytes(content)
    for door in (delivery, worklist):
        for fault in door(path):
            yield fault.text("en")


CELL = (
    st.none()
    | st.text(max_size=12)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.timedeltas()
)


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.tuples(*[CELL] * 8), max_size=6))
def test_any_cells_below_a_worklists_header_are_answers_or_reasons(rows):
    header = ("任务编号", "核查结果", "核查日期", "登记日期", "登记派出所", "落实人", "备注（50字内）", "其他")
    grid = (header, *rows)
    sheet = AnswerSheet("list.xlsx", "清单", "0" * 64, tuple(enumerate(grid, start=1)))
    table = table_of(sheet)
    assert table is not None
    for answer in answers_in(sheet, table):
        assert answer is None or answer.reasons or answer.code
