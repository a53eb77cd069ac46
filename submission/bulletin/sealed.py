"""What a bulletin tells of: the newest sealed return of a month, as it was sealed, and the night it was counted from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

import pandas as pd

from submission.monthly.draft import BIRTHS, sealed_folder
from submission.monthly.sealed import altered, sealed_returns
from vocabulary.areas import COUNTY_DIGITS, TOWNSHIP_DIGITS, Areas, county
from vocabulary.errors import Fault, GateRefused
from vocabulary.months import Month
from vocabulary.parquet_files import read_frame
from vocabulary.settings import Settings

WINDOW_MONTHS = 12
"""Rates of townships are of a year: of one month they would say little but chance (domain.md 3.4)."""


@dataclass(frozen=True)
class Sealed:
    """One sealed return. `births`: as sql/views/returned_birth, of the month and those before; `unit`: whose bulletin it is."""

    return_id: str
    month: Month
    as_of: date
    run_id: str
    births: pd.DataFrame
    followed_up: int

    @property
    def window(self) -> list[str]:
        """The twelve months that end with this one, oldest first."""
        return [str(self.month.before(back)) for back in reversed(range(WINDOW_MONTHS))]

    @property
    def counted(self) -> pd.DataFrame:
        """The births of those months that count here."""
        return self.births[self.births["born_in"].isin(self.window) & self.births["fate"].eq("counted")]


@dataclass(frozen=True)
class Places:
    """The whole area and its units by code: townships of one county, counties of several."""

    whole: str
    units: tuple[str, ...]
    digits: int


def read_sealed(settings: Settings, month: Month) -> Sealed:
    """The newest sealed return of a month. Raises GateRefused where there is none, or one of its parts is not what was sealed."""
    found = sealed_returns(settings)
    versions = found[found["month"].eq(str(month))].sort_values("version")
    if versions.empty:
        raise GateRefused(Fault("bulletin.not_sealed", str(month)))
    told = versions.iloc[-1]
    changed = [name for name in altered(settings) if name.startswith(f"{told['return_id']}/")]
    if changed:
        raise GateRefused([Fault("bulletin.sealed_changed", name) for name in changed])
    folder = sealed_folder(settings, str(month), int(told["version"]))
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    return Sealed(
        return_id=str(told["return_id"]),
        month=month,
        as_of=date.fromisoformat(about["as_of"]),
        run_id=str(told["run_id"]),
        births=read_frame(folder / BIRTHS),
        followed_up=int(about["registered_with_help"]),
    )


def places(sealed: Sealed, areas: Areas) -> Places:
    """Where the counted births live, with townships that have none."""
    townships = {str(code) for code in sealed.counted["township_code"].dropna()}
    counties = sorted({county(code) for code in townships})
    if len(counties) > 1:
        return Places("+".join(counties), tuple(counties), COUNTY_DIGITS)
    known = areas.codes(TOWNSHIP_DIGITS, counties, sealed.month.last_on) if counties else ()
    return Places("+".join(counties), tuple(sorted({*townships, *known})), TOWNSHIP_DIGITS)
