"""Where a family lives instead: a division's code or name, as a desk writes it beside C4."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from vocabulary.areas import COUNTY_DIGITS, Areas, trimmed

CODE = re.compile(r"(?<!\d)(\d{12}|\d{9}|\d{6})(?!\d)")


def named_place(note: str, areas: Areas, on: date) -> str | None:
    """The one division that a note names, by code (6, 9 or 12 digits) or by the longest name in it; None for none, or for several."""
    plain = unicodedata.normalize("NFKC", note)
    codes = {trimmed(areas.current(code, on)) for code in CODE.findall(plain) if is_division(code, areas)}
    if codes:
        return codes.pop() if len(codes) == 1 else None
    tidy = "".join(plain.split())
    named = [(area.name, trimmed(area.code)) for area in areas.rows if len(trimmed(area.code)) >= COUNTY_DIGITS and area.name in tidy]
    longest = max((len(name) for name, _ in named), default=0)
    found = {trimmed(areas.current(code, on)) for name, code in named if len(name) == longest}
    return found.pop() if len(found) == 1 else None


def is_division(code: str, areas: Areas) -> bool:
    """Whether a code may be one of a division: in the table, or of a county that the table does not describe."""
    if not areas.rows:
        return True
    known = {trimmed(area.code) for area in areas.rows}
    here = {area[:COUNTY_DIGITS] for area in known if len(area) > COUNTY_DIGITS}
    return trimmed(code) in known or code[:COUNTY_DIGITS] not in here
