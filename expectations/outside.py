"""Rows of a civil registry's part that lie where the part does not speak: a county registers its own people, whoever exported the list."""

from __future__ import annotations

from typing import Final

import pandas as pd

from expectations.delivery import Delivery
from expectations.normalise import current_areas
from vocabulary.areas import COUNTY_DIGITS, Areas
from vocabulary.contracts import Registry, Role
from vocabulary.parts import Part

DIVISION: Final = "division_code"
OUTSIDE: Final = "outside_county"


def outside_rows(delivery: Delivery, part: Part, areas: Areas) -> pd.DataFrame:
    """Failures (row_no, column, code, becomes) of a county's own part: the row keeps its child present and says nothing else.

    Health registries rightly hold mothers of other counties, and none of their rows is outside.
    """
    nothing = pd.DataFrame(columns=["row_no", "column", "code", "becomes"])
    if not part.county or delivery.registry.role is not Role.CIVIL:
        return nothing
    codes = delivery.readings[DIVISION].dropna().astype(str)
    now = current_areas(codes, areas, delivery.as_of).astype(str)
    here = codes.str.startswith(part.county) | now.str.startswith(part.county)
    rows = codes.index[codes.str.fullmatch(r"\d{12}") & ~here]
    return pd.DataFrame({"row_no": rows, "column": DIVISION, "code": OUTSIDE, "becomes": "blank"}) if len(rows) else nothing


def without_own(rows: pd.DataFrame, registry: Registry, own: tuple[str, ...]) -> pd.DataFrame:
    """A shared civil registry's rows (as landed) but for those of counties that deliver their own part: nobody is registered twice by us."""
    if not own or registry.role is not Role.CIVIL or DIVISION not in rows:
        return rows
    return rows[~rows[DIVISION].fillna("").astype(str).str.strip().str[:COUNTY_DIGITS].isin(own)]
