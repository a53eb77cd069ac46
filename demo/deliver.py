"""The sample county as an office would send it: one file a registry, with a title row, Chinese headers and an office's dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import sqlalchemy as sa

from demo.county import County
from vocabulary.contracts import Column, ColumnKind, Registry
from vocabulary.dates import EPOCH_1900
from vocabulary.registries import REGISTRIES
from vocabulary.runs import PRIVATE_FILE, private_folder

Style = Literal["csv_gb18030", "csv_bom", "xlsx"]

ENCODINGS: dict[Style, str] = {"csv_gb18030": "gb18030", "csv_bom": "utf-8-sig"}


def _dotted(day: date) -> str:
    return f"{day.year}.{day.month}.{day.day}"


def _in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _serial(day: date) -> int:
    """What a spreadsheet keeps of a date (domain.md 2.4 row 32)."""
    return (day - EPOCH_1900).days


DAYS: dict[Style, Callable[[date], str | int]] = {"csv_gb18030": _dotted, "csv_bom": _in_words, "xlsx": _serial}


def headers(contract: Registry) -> dict[str, str]:
    """Column -> the first Chinese header that the contract knows for it."""
    first: dict[str, str] = {}
    for header, column in contract.headers.items():
        first.setdefault(column, header)
    return first


def as_files(county: County, folder: Path, registry: str, style: Style = "csv_gb18030") -> Path:
    """Write one registry's table as a delivered file and give its path; the people and values are those of the source database.

    `csv_gb18030`: dates as `2025.3.5`, sex in words. `csv_bom`: dates as `2025年3月5日`. `xlsx`: dates as serial numbers,
    numbers of people as text. Row 1 is a title, row 2 the headers. Raises KeyError for an unknown registry or style.
    """
    contract = REGISTRIES[registry]
    rows = _rows(county, contract)
    told = pd.DataFrame(
        {column.name: [_written(value, column, style) for value in rows[column.name]] for column in contract.columns}, dtype=object
    )
    title = f"示例县{county.as_of.year}年{contract.title_zh}一览表"
    blank = [None] * (len(told.columns) - 1)
    sheet = pd.concat([pd.DataFrame([[title, *blank], [headers(contract)[name] for name in told.columns]], columns=told.columns), told])
    private_folder(folder)
    path = folder / f"{registry}{'.xlsx' if style == 'xlsx' else '.csv'}"
    if style == "xlsx":
        sheet.to_excel(path, index=False, header=False, sheet_name=contract.title_zh)
    else:
        sheet.to_csv(path, index=False, header=False, encoding=ENCODINGS[style], lineterminator="\r\n")
    path.chmod(PRIVATE_FILE)
    return path


def _rows(county: County, contract: Registry) -> pd.DataFrame:
    """The registry's table as it stands, in the order of its rows."""
    table = sa.table(contract.table, *(sa.column(column.name) for column in contract.columns))
    engine = sa.create_engine(county.urls[contract.name])
    try:
        with engine.connect() as connection:
            found = connection.execute(sa.select(table)).all()
    finally:
        engine.dispose()
    return pd.DataFrame(found, columns=list(contract.column_names), dtype=object)


def _written(value: Any, column: Column, style: Style) -> Any:
    """One cell as the office's system prints it."""
    if value is None:
        return None
    if column.kind is ColumnKind.DAY:
        return DAYS[style](date.fromisoformat(value))
    if column.kind is ColumnKind.MOMENT:
        moment = datetime.fromisoformat(value)
        return moment if style == "xlsx" else moment.strftime("%Y-%m-%d %H:%M:%S")
    if column.codes is not None and style == "csv_gb18030":
        return next(spelling for spelling, code in column.codes.spellings.items() if code == value)
    return value
