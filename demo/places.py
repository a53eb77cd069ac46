"""The sample county's places: townships, villages, neighbouring counties, and a reform that recoded two townships."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from demo.chance import Chance, falling, pick
from demo.characters import PLACE_HEADS, PLACE_TAILS
from demo.names import surname_table

HOME_COUNTY = "990101"
NEIGHBOURS = {"990102": "邻东县", "990103": "邻西县", "990201": "邻南县"}
BIRTHS_A_COUNTY, BIRTHS_A_VILLAGE = 6000, 13
"""A county of the middle size, and domain.md 2.1's births a village and year: larger orders get more counties, not larger villages."""
FOUNDED = date(1983, 1, 1)
REFORM_MONTHS_BEFORE = 7
SHARE_OF_SMALL_TOWNSHIP = 0.03
"""Each of the two recoded townships has about this share of the county's births, so that 3-4 % of a reform year's records can carry an old code."""

AREA_COLUMNS = ["code", "name", "level", "valid_from", "valid_to", "successor"]


@dataclass(frozen=True)
class Reform:
    """Township `merged` went into `absorbing`, its villages under new numbers; `township` became `town`, its villages with it."""

    merged: str
    absorbing: str
    township: str
    town: str
    starts_on: date


@dataclass(frozen=True)
class Places:
    """The map. `served`: the counties of this installation. `areas`: the rows of areas.csv.

    `villages`: one row a village (village_code, old_code where the reform recoded it, township_code, county_code, share of
    its county's births, is_remote, clan: the surname of a third of it).
    """

    villages: pd.DataFrame
    areas: pd.DataFrame
    served: tuple[str, ...]
    reform_on: date

    def of(self, counties: tuple[str, ...]) -> pd.DataFrame:
        """The villages of some counties."""
        return self.villages[self.villages["county_code"].isin(counties)]


def laid_out(births: int, as_of: date, chance: Chance, counties: int | None = None) -> Places:
    """The map for a number of births: so many served counties, one for each 6,000 where none is asked for, and three neighbours."""
    count = counties or max(1, round(births / BIRTHS_A_COUNTY))
    served = (HOME_COUNTY, *(f"99{30 + number // 90}{number % 90 + 1:02d}" for number in range(count - 1)))
    reform_on = (pd.Timestamp(as_of).to_period("M") - REFORM_MONTHS_BEFORE).start_time.date()
    villages, areas = [], []
    for county in served:
        own_villages, own_areas = _county(county, births / count, reform_on, chance.stream("places", county))
        villages.append(own_villages)
        areas.append(own_areas)
    for county in NEIGHBOURS:
        rng = chance.stream("places", county)
        own_villages = _villages(county, [f"{county}{number}" for number in ("001", "100", "101", "200", "201")], 40, rng)
        villages.append(own_villages)
        areas.append(_areas_of(county, NEIGHBOURS[county], own_villages))
    table = pd.concat(areas, ignore_index=True)[AREA_COLUMNS].sort_values(["code", "valid_from"], ignore_index=True)
    return Places(pd.concat(villages, ignore_index=True), table, served, reform_on)


def _county(county: str, births: float, reform_on: date, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One served county: 12-20 townships, one of which took in another and one was raised to a town."""
    count = int(rng.integers(12, 21))
    towns = [f"{county}{number:03d}" for number in range(100, 100 + count // 2)]
    codes = [f"{county}001", f"{county}002", *towns, *(f"{county}{number:03d}" for number in range(200, 198 + count - len(towns)))]
    villages = _villages(county, codes, max(count * 3, round(births / BIRTHS_A_VILLAGE)), rng)
    reform = Reform(f"{county}299", towns[1], f"{county}298", towns[-1], reform_on)
    own = villages["township_code"]
    joined = villages.index[own == reform.absorbing][-max(1, int((own == reform.absorbing).sum() * 0.4)) :]
    villages.loc[joined, "old_code"] = [f"{reform.merged}{number:03d}" for number in range(201, 201 + len(joined))]
    raised = villages.index[own == reform.town]
    villages.loc[raised, "old_code"] = [reform.township + code[9:] for code in villages.loc[raised, "village_code"]]
    _weigh(villages, [joined, raised])
    areas = _areas_of(county, "示例县" if county == HOME_COUNTY else f"示例{county[2:]}县", villages)
    new = areas["code"].isin([reform.town, *villages.loc[joined, "village_code"], *villages.loc[raised, "village_code"]])
    areas["valid_from"] = areas["valid_from"].mask(new, reform_on.isoformat())
    return villages, pd.concat([areas, _abolished(villages.loc[joined], reform)])


def _weigh(villages: pd.DataFrame, recoded: list[pd.Index]) -> None:
    """Give each recoded township its small share of the births."""
    for rows in recoded:
        villages.loc[rows, "share"] *= SHARE_OF_SMALL_TOWNSHIP / villages.loc[rows, "share"].sum()
    villages["share"] /= villages["share"].sum()


def _villages(county: str, townships: list[str], count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Villages spread over townships by size; the last quarter of the townships lies far from the hospitals."""
    weights = falling(len(townships), 0.5)
    per_township = np.maximum(2, np.round(weights / weights.sum() * count)).astype(int)
    township = np.repeat(np.array(townships, dtype=object), per_township)
    number = np.concatenate([np.arange(201, 201 + size) for size in per_township])
    surnames, frequencies = surname_table()
    called = np.array([head + tail for head in PLACE_HEADS for tail in PLACE_TAILS], dtype=object)
    share = rng.gamma(4.0, 0.25, size=len(township))
    return pd.DataFrame(
        {
            "village_code": township + number.astype(str).astype(object),
            "old_code": "",
            "township_code": township,
            "county_code": county,
            "share": share / share.sum(),
            "is_remote": np.isin(township, townships[-max(1, len(townships) // 4) :]),
            "clan": pick(surnames, len(township), rng, frequencies),
            "name": np.resize(rng.permutation(called), len(township)) + np.array("村", dtype=object),
        }
    )


def _areas_of(county: str, county_name: str, villages: pd.DataFrame) -> pd.DataFrame:
    """A county, its townships and its villages as they stand now."""
    townships = list(dict.fromkeys(villages["township_code"]))
    names = villages.groupby("township_code", sort=False)["name"].first().str.removesuffix("村")
    kinds = {"0": "街道", "1": "镇", "2": "乡"}
    rows = [(county, county_name, "county")]
    rows += [(code, names[code] + kinds[code[6]], "township") for code in townships]
    rows += list(zip(villages["village_code"], villages["name"], ["village"] * len(villages), strict=True))
    areas = pd.DataFrame(rows, columns=["code", "name", "level"])
    return areas.assign(valid_from=FOUNDED.isoformat(), valid_to="", successor="")


def _abolished(joined: pd.DataFrame, reform: Reform) -> pd.DataFrame:
    """The codes that the reform ended: merged villages name their successors, the raised township's villages follow it."""
    last_day = (pd.Timestamp(reform.starts_on) - pd.Timedelta(days=1)).date().isoformat()
    rows = [(reform.merged, "旧合乡", "township", reform.absorbing), (reform.township, "旧升乡", "township", reform.town)]
    rows += [(old, name, "village", new) for old, name, new in joined[["old_code", "name", "village_code"]].itertuples(index=False)]
    areas = pd.DataFrame(rows, columns=["code", "name", "level", "successor"])
    return areas.assign(valid_from=FOUNDED.isoformat(), valid_to=last_day)
