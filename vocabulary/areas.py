"""Divisions with their dates: codes are abolished, merged, renamed and used again (domain.md 1.2), so a code means a place only with a day."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from vocabulary.dates import read_date
from vocabulary.errors import ConfigurationError, Fault

if TYPE_CHECKING:  # a command that only asks for a code need not wait for pandas
    import pandas as pd

COUNTY_DIGITS, TOWNSHIP_DIGITS, VILLAGE_DIGITS = 6, 9, 12
SUCCESSOR_HEADERS = ("successor", "successors", "successor_code", "new_code")
SERVED_COUNTY_SHARE = 0.002
"""A county with fewer civil records than this share of the largest one is a typing slip, not an area served."""
LONGEST_CHAIN = 20
"""A code that is followed further than this stands in a circle."""


@dataclass(frozen=True)
class Area:
    """One division during one span of days: `valid_from` inclusive, `valid_to` the last day, both open where empty."""

    code: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()


def county(area_code: str) -> str:
    """The county of any longer code."""
    return area_code[:COUNTY_DIGITS]


def township(area_code: str) -> str:
    """The township of any longer code."""
    return area_code[:TOWNSHIP_DIGITS]


def padded(area_code: str) -> str:
    """Twelve digits: a county's or township's code filled with zeros."""
    return area_code.ljust(VILLAGE_DIGITS, "0")


def served(area_code: str | None, prefixes: Iterable[str]) -> bool:
    """Whether a code lies in one of the served areas."""
    return bool(area_code) and str(area_code).startswith(tuple(prefixes))


def served_in_part(area_code: str, prefixes: Iterable[str]) -> bool:
    """Whether a division lies in the served area, or holds a part of it."""
    prefixes = tuple(prefixes)
    return served(area_code, prefixes) or any(prefix.startswith(area_code) for prefix in prefixes)


def served_prefixes(area: tuple[str, ...], civil_areas: pd.Series) -> tuple[str, ...]:
    """The served area: as configured, else the counties that the civil registry's records (area codes) lie in."""
    counties = civil_areas.dropna().map(county).value_counts()
    if area or counties.empty:
        return area
    return tuple(sorted(counties.index[counties >= SERVED_COUNTY_SHARE * counties.iloc[0]]))


class Areas:
    """The table of divisions. Without a table every code is taken as it is and has no name."""

    def __init__(self, rows: Iterable[Area] = ()) -> None:
        self.rows = tuple(rows)
        self._by_code: dict[str, list[Area]] = {}
        for area in self.rows:
            self._by_code.setdefault(trimmed(area.code), []).append(area)

    @classmethod
    def load(cls, path: Path | None) -> Areas:
        """From a CSV (UTF-8): code, name, level, valid_from, valid_to, successor (several joined by ';'). Raises ConfigurationError."""
        if path is None:
            return cls()
        try:
            return _read_table(path, path.stat().st_mtime_ns)
        except (OSError, UnicodeDecodeError, ValueError, KeyError, csv.Error) as problem:
            raise ConfigurationError(Fault("settings.areas_file", "HEDUI_AREAS", {"problem": type(problem).__name__})) from problem

    def current(self, code: str, on: date) -> str:
        """The code that this place has on a day: merged and recoded divisions are followed to their successor.

        A village keeps its last digits when only its township was recoded. A split has several successors and is not
        followed: an individual is never allocated by a share (domain.md 1.2).
        """
        for _ in range(LONGEST_CHAIN):
            followed = self._follow(code, on)
            if followed == code:
                return code
            code = followed
        return code

    def _follow(self, code: str, on: date) -> str:
        for digits in (VILLAGE_DIGITS, TOWNSHIP_DIGITS, COUNTY_DIGITS):
            if len(code) < digits:
                continue
            spans = self._by_code.get(trimmed(code[:digits]))
            if spans is None:
                continue
            if any(span.valid_to is None or span.valid_to >= on for span in spans):
                return code  # still valid on that day
            latest = max(spans, key=lambda span: span.valid_to or date.max)
            if len(latest.successors) != 1:
                return code
            successor = latest.successors[0]
            stem = trimmed(successor)
            if len(stem) >= VILLAGE_DIGITS or digits == VILLAGE_DIGITS:
                return padded(stem)[: len(code)] if digits == VILLAGE_DIGITS else padded(stem)
            return (stem.ljust(digits, "0") + code[digits:])[: len(code)]
        return code

    def name(self, code: str) -> str:
        """The latest name of a division; its code where no table names it."""
        spans = self._by_code.get(trimmed(code), [])
        return max(spans, key=lambda span: span.valid_to or date.max).name if spans else code

    def codes(self, digits: int, prefixes: Iterable[str], on: date) -> tuple[str, ...]:
        """The divisions of one level (6, 9 or 12 digits) that are valid on a day inside the served areas."""
        return tuple(
            sorted(
                {
                    trimmed(area.code)
                    for area in self.rows
                    if len(trimmed(area.code)) == digits
                    and served(area.code, prefixes)
                    and (area.valid_from is None or area.valid_from <= on)
                    and (area.valid_to is None or area.valid_to >= on)
                }
            )
        )


@lru_cache(maxsize=4)
def _read_table(path: Path, _: int) -> Areas:
    """A table as it was last written: a server asks for it with every answer."""
    with open(path, encoding="utf-8-sig", newline="") as lines:
        return Areas(_read_row(row) for row in csv.DictReader(lines))


def trimmed(code: str) -> str:
    """The shortest standard length that says the same: a township written with twelve digits ends in 000."""
    if len(code) == VILLAGE_DIGITS and code.endswith("000"):
        code = code[:TOWNSHIP_DIGITS]
    if len(code) == TOWNSHIP_DIGITS and code.endswith("000"):
        code = code[:COUNTY_DIGITS]
    return code


def _read_row(row: dict[str, str]) -> Area:
    successor = next((row[header] for header in SUCCESSOR_HEADERS if row.get(header)), "")
    return Area(
        code=row["code"].strip(),
        name=(row.get("name") or row["code"]).strip(),
        valid_from=read_date(row.get("valid_from")),
        valid_to=read_date(row.get("valid_to")),
        successors=tuple(part.strip() for part in successor.replace(",", ";").split(";") if part.strip()),
    )
