"""Texts of a delivery read as dates, times, whole numbers and codes: once per distinct value; unreadable is null, never a guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime, time
from typing import Any, Final

import pandas as pd

from vocabulary import identity, names
from vocabulary.codes import CodeSet
from vocabulary.contracts import Column, ColumnKind
from vocabulary.dates import CHINA, read_date

NOTHING: Final = frozenset({"", "/", "\\", "-", "—", "NULL", "NONE", "NAN", "NAT", "N/A", "无", "空"})
"""Cells that say 'nothing here' in any kind of column; `0` is not among them, it is a sex code."""
ZERO_DATE: Final = re.compile(r"0000-00-00(?:[T ]00:00:00(?:\.0+)?)?")
"""MySQL's word for no date, where a column may not be NULL; exports of such tables hold it too."""
PLAIN_MOMENT: Final = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?"
CLOCK: Final = re.compile(r"[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$")
SERIAL: Final = re.compile(r"\d{5}\.(\d+)")
WHOLE: Final = re.compile(r"([1-9][0-9]?)(?:\.0)?")
SECONDS_A_DAY: Final = 86_400


def by_distinct(column: pd.Series, read: Callable[[str], Any]) -> pd.Series:
    """Each distinct text read once; null where the text is null, cannot be read (ValueError) or reads as nothing."""
    codes, distinct = pd.factorize(column)
    told = pd.Series([_or_none(read, text) for text in distinct] + [None], dtype=object)
    return pd.Series(told.to_numpy()[codes], index=column.index, dtype=object)


def _or_none(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except ValueError:
        return None


def without_blanks(column: pd.Series, name: str) -> pd.Series:
    """The landed texts, stripped, with null for the words by which an office says 'nothing': names and numbers have more of them."""
    if name == "certificate_no":
        return by_distinct(column, certificate)
    if name.endswith("_id_number"):
        return by_distinct(column, lambda text: text.strip() if identity.normalise(text) else None)
    if name.endswith("_name"):
        return by_distinct(column, lambda text: None if names.is_missing(text) else text.strip())
    return by_distinct(column, _stripped)


def certificate(text: str) -> str | None:
    """A birth certificate's number in half width and upper case, without spaces; None for 'nothing'."""
    tidy = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
    return None if tidy in NOTHING | {"0", "不详", "未知", "未办理", "未签发"} else tidy


def _stripped(text: str) -> str | None:
    tidy = unicodedata.normalize("NFKC", text).strip()
    return None if tidy.upper() in NOTHING or ZERO_DATE.fullmatch(tidy) else tidy


def read_days(column: pd.Series) -> pd.Series:
    """Dates (`datetime.date`), null where unreadable."""
    return by_distinct(column, read_date)


def read_moments(column: pd.Series) -> pd.Series:
    """Times of Asia/Shanghai without a zone, to the second (datetime64[us]); a day alone is its midnight."""
    codes, distinct = pd.factorize(column)
    texts = pd.Series(distinct, dtype=object)
    plain = texts.astype(str).str.fullmatch(PLAIN_MOMENT)
    moments = pd.Series(pd.NaT, index=range(len(texts) + 1), dtype="datetime64[us]")
    moments[texts.index[plain]] = pd.to_datetime(texts[plain], format="ISO8601", errors="coerce").astype("datetime64[us]").to_numpy()
    for place in texts.index[~plain]:
        moments[place] = _or_none(read_moment, texts[place])
    told = moments.dt.floor("s").to_numpy()[codes]
    return pd.Series(told, index=column.index, dtype="datetime64[us]")


def read_moment(text: str) -> datetime | None:
    """A time as an office wrote it. Raises ValueError, without the value, for what is none."""
    tidy = unicodedata.normalize("NFKC", text).strip()
    try:
        stated = datetime.fromisoformat(tidy)
    except ValueError:
        return _written_moment(tidy)
    return stated.astimezone(CHINA).replace(tzinfo=None) if stated.tzinfo else stated


def _written_moment(text: str) -> datetime | None:
    day = read_date(CLOCK.sub("", text))
    if day is None:
        return None
    if serial := SERIAL.fullmatch(text):
        seconds = round(float(f"0.{serial[1]}") * SECONDS_A_DAY)
        return datetime.combine(day, time(seconds // 3600 % 24, seconds // 60 % 60, seconds % 60))
    clock = CLOCK.search(text)
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    return datetime.combine(day, time(hour, minute, second))


def has_clock(column: pd.Series) -> pd.Series:
    """Whether each text states a time of day, not only a day."""
    told = by_distinct(column, lambda text: bool(re.search(r"\d:\d{2}", text) or SERIAL.fullmatch(text)))
    return told.eq(True)


def read_whole(column: pd.Series) -> pd.Series:
    """Whole numbers from 1 to 99 (Int64), null where unreadable."""
    return by_distinct(column, _whole).astype("Int64")


def _whole(text: str) -> int:
    found = WHOLE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        raise ValueError("not a whole number from 1 to 99")
    return int(found[1])


def read_codes(column: pd.Series, codes: CodeSet) -> pd.Series:
    """Codes of a closed set, from their spellings; null where unreadable."""
    return by_distinct(column, codes.read)


def read_column(column: pd.Series, agreed: Column) -> pd.Series:
    """A column read as its contract says; text stays as it is."""
    if agreed.kind is ColumnKind.DAY:
        return read_days(column)
    if agreed.kind is ColumnKind.MOMENT:
        return read_moments(column)
    if agreed.kind is ColumnKind.WHOLE:
        return read_whole(column)
    if agreed.codes is not None:
        return read_codes(column, agreed.codes)
    return column
