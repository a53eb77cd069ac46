"""The families of a year: deliveries, parents, children. What is so, before anybody writes it down.

`deliveries` has one row a delivery, `children` one row a live birth. Neither holds anything about other children of a
family, nor anything else that rights.md forbids.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demo import names
from demo.chance import Chance, Mask, pick
from demo.numbers import OTHER_COUNTIES, identity_numbers
from demo.places import NEIGHBOURS, Places
from demo.rates import Severity, rate

BIRTHS_OF_THE_YEAR, BOYS_OF_THE_YEAR = 5493, 2864
"""The demonstration year; other sizes keep its proportion of boys."""
HOURS = np.array([3, 3, 3, 3, 3, 3, 3, 4, 6, 7, 7, 6, 4, 4, 6, 7, 6, 5, 4, 4, 3, 3, 3, 3], dtype=np.float64)
"""Deliveries by the hour: planned ones in working hours."""


@dataclass(frozen=True)
class Setting:
    """What every part of the year is drawn under."""

    births: int
    severity: Severity
    as_of: date
    places: Places
    chance: Chance

    @property
    def hardness(self) -> str:
        """How often anything goes wrong: `normal` or `hard`."""
        return "normal" if self.severity == "normal" else "hard"

    def rate(self, mechanism: str, where: str = "life") -> float:
        """The share of one mechanism under this severity."""
        return rate(mechanism, where, self.severity)


def deliveries(setting: Setting) -> pd.DataFrame:
    """One row a delivery: when and where, who the parents are, where they live, how they name their children."""
    rng = setting.chance.stream("deliveries")
    twins = round(setting.births * setting.rate("twin") / 2)
    count = setting.births - twins
    plurality = rng.permutation(np.where(np.arange(count) < twins, 2, 1))
    homes = _homes(count, setting, rng)
    frame = pd.DataFrame({"delivery_no": np.arange(count), "plurality": plurality, "delivered_at": _times(count, setting.as_of, rng)}).join(
        homes
    )
    frame = frame.join(_naming(frame, setting)).join(_ages(frame, rng))
    frame = _namesakes(frame.join(_parents(frame, setting)), setting)
    return frame.assign(
        mother_id_number=_numbers_of(frame, "mother", "2", setting),
        father_id_number=_numbers_of(frame, "father", "1", setting),
    )


def _times(count: int, as_of: date, rng: np.random.Generator) -> NDArray[np.datetime64]:
    """Minutes within the twelve months that end with `as_of`, a little denser in autumn and on working days."""
    last = pd.Timestamp(as_of)
    days = pd.date_range(last - pd.DateOffset(years=1) + pd.Timedelta(days=1), last, freq="D")
    weights = (1 + 0.06 * np.cos((days.month.to_numpy() - 10) / 12 * 2 * np.pi)) * np.where(days.dayofweek < 5, 1.05, 0.88)
    day = days.to_numpy()[rng.choice(len(days), size=count, p=weights / weights.sum())]
    minute = rng.choice(24, size=count, p=HOURS / HOURS.sum()) * 60 + rng.integers(0, 60, size=count)
    moments: NDArray[np.datetime64] = (day + minute.astype("timedelta64[m]")).astype("datetime64[s]")
    return moments


def _homes(count: int, setting: Setting, rng: np.random.Generator) -> pd.DataFrame:
    """Where the mother lives, where she was delivered, and whether she came from elsewhere."""
    drawn = rng.random(count)
    resident = drawn >= setting.rate("not_resident")
    migrant = resident & (rng.random(count) < setting.rate("migrant"))
    ours, theirs = setting.places.of(setting.places.served), setting.places.of(tuple(NEIGHBOURS))
    rows = np.where(resident, _drawn_villages(ours, count, rng), _drawn_villages(theirs, count, rng))
    village = setting.places.villages.loc[rows].reset_index(drop=True)
    away = rng.random(count) < setting.rate("born_elsewhere") * np.where(migrant, 1.5, 0.95)
    home = rng.random(count) < setting.rate("home_birth") * np.where(village["is_remote"], 3.0, 0.4)
    born_in = np.where(resident & home, "home", np.where(resident & away, "elsewhere", "here"))
    county = village["county_code"].to_numpy(dtype=object)
    hospital_county = np.where(resident, county, pick(setting.places.served, count, rng))
    return village.drop(columns=["share", "name"]).assign(
        is_resident=resident, is_migrant=migrant | ~resident, born_in=born_in, hospital_county=hospital_county
    )


def _drawn_villages(villages: pd.DataFrame, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    share = villages["share"].to_numpy()
    return villages.index.to_numpy()[rng.choice(len(villages), size=count, p=share / share.sum())]


def _naming(frame: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """The custom by which a family names its children; names with a dot live together, in the far townships."""
    rng = setting.chance.stream("naming")
    share = np.where(frame["is_remote"], setting.rate("dotted_name"), setting.rate("dotted_name") / 20)
    other = rng.random(len(frame)) < share
    return pd.DataFrame(
        {"naming": np.where(other, np.where(rng.random(len(frame)) < 0.75, "dotted", "given_only"), "han")}, index=frame.index
    )


def _ages(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The parents' birth dates: mothers 18 to 46 and fathers a little older."""
    mother = np.clip(rng.normal(29.5, 4.8, size=len(frame)), 18, 46)
    father = np.clip(mother + rng.normal(2.2, 3.0, size=len(frame)), 20, 60)
    day = frame["delivered_at"].dt.normalize()
    born = {who: day - pd.to_timedelta(np.round(years * 365.25), unit="D") for who, years in (("mother", mother), ("father", father))}
    return pd.DataFrame({f"{who}_born_on": values for who, values in born.items()})


def _parents(frame: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Names of both parents."""
    rng = setting.chance.stream("parents")
    count, naming = len(frame), frame["naming"].to_numpy(dtype=object)
    han = naming == "han"
    clan = (rng.random(count) < names.CLAN_SHARE) & ~frame["is_migrant"].to_numpy()
    surname = {"mother": names.surnames(count, rng), "father": np.where(clan, frame["clan"], names.surnames(count, rng))}
    told: dict[str, NDArray[np.object_]] = {}
    for who, women in (("mother", True), ("father", False)):
        given = names.given_without_surname(naming, np.full(count, women), rng)
        grandfather = names.given_without_surname(naming, np.zeros(count, dtype=bool), rng)
        told[f"{who}_surname"] = np.where(han, surname[who], "")
        told[f"{who}_given"] = np.where(han, names.parents_given(count, rng, women=women), given)
        told[f"{who}_name"] = np.where(han, surname[who] + told[f"{who}_given"], names.with_fathers_name(naming, given, grandfather))
    return pd.DataFrame(told, index=frame.index)


def _namesakes(frame: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Some mothers bear the very name of another mother of their village."""
    rng = setting.chance.stream("namesakes")
    columns = ["mother_name", "mother_surname", "mother_given"]
    chosen = frame[(rng.random(len(frame)) < setting.rate("same_name_mothers")) & (frame["naming"] == "han")]
    first = frame[frame["naming"] == "han"].groupby("village_code", sort=False)[columns].first()
    shared = first.loc[chosen["village_code"]].to_numpy()
    frame.loc[chosen.index, columns] = shared
    return frame


def _numbers_of(frame: pd.DataFrame, who: str, sex: str, setting: Setting) -> NDArray[np.object_]:
    """Identity numbers: most of the county's own people have its code, migrants another's."""
    rng = setting.chance.stream("identity", who)
    elsewhere = frame["is_migrant"].to_numpy() & frame["is_resident"].to_numpy() | (rng.random(len(frame)) < 0.15)
    codes = np.where(elsewhere, pick((*OTHER_COUNTIES, *NEIGHBOURS), len(frame), rng), frame["county_code"])
    return identity_numbers(codes, frame[f"{who}_born_on"], np.full(len(frame), sex, dtype=object), rng)


def children(mothers: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """One row a live birth, in no telling order: sex, exact time, order within its delivery, its names, whether it lived."""
    rng = setting.chance.stream("children")
    frame = mothers.loc[mothers.index.repeat(mothers["plurality"])].reset_index(drop=True)
    frame["birth_order"] = frame.groupby("delivery_no").cumcount() + 1
    later = pd.to_timedelta(np.where(frame["birth_order"] == 2, rng.integers(1, 25, size=len(frame)), 0), unit="min")
    frame["born_at"] = no_later(frame["delivered_at"] + later, pd.Timestamp(setting.as_of) + pd.Timedelta(hours=23, minutes=59))
    frame["sex"] = np.where(_boys(frame, setting, rng), "1", "2")
    died = rng.random(len(frame)) < setting.rate("died") * np.where(frame["plurality"] == 2, 3.0, 0.95)
    frame["vital_status"] = np.where(died & (frame["born_in"] == "here"), "died", "alive")
    frame = frame.join(_names(frame, setting))
    frame["true_birth_id"] = [f"t{number:07d}" for number in rng.permutation(len(frame))]
    return frame.sort_values("true_birth_id", ignore_index=True)


def no_later(moments: pd.Series, last: pd.Timestamp) -> pd.Series:
    """The moments, none after the last."""
    return moments.where(moments <= last, last)


def _boys(frame: pd.DataFrame, setting: Setting, rng: np.random.Generator) -> Mask:
    """Exactly the year's share of boys; twins of one delivery are of one sex more often than not."""
    wanted = round(setting.births * BOYS_OF_THE_YEAR / BIRTHS_OF_THE_YEAR)
    boys = np.zeros(len(frame), dtype=bool)
    first = np.flatnonzero((frame["plurality"] == 2) & (frame["birth_order"] == 1))
    boys[first] = rng.random(len(first)) < wanted / len(frame)
    boys[first + 1] = boys[first] ^ (rng.random(len(first)) >= setting.rate("twins_same_sex"))
    single = np.flatnonzero(frame["plurality"] == 1)
    boys[rng.permutation(single)[: wanted - int(boys.sum())]] = True
    return boys


def _names(frame: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """The name under which the child is registered, and the one it bore in hospital, which a few families change."""
    rng = setting.chance.stream("newborn names")
    naming, boys = frame["naming"].to_numpy(dtype=object), (frame["sex"] == "1").to_numpy()
    han = naming == "han"
    families = frame.drop_duplicates("delivery_no")
    by_delivery = pd.Series(
        names.child_surnames(families, rng, setting.rate("mother_surname"), setting.rate("third_surname")), index=families["delivery_no"]
    )
    surname = np.where(han, by_delivery.loc[frame["delivery_no"]].to_numpy(), "")
    own, other = (_given(frame, naming, boys, setting, rng) for _ in range(2))
    registered = surname + own
    changed = rng.random(len(frame)) < setting.rate("name_changed")
    at_birth = np.where(changed, np.where(han, names.renamed(registered, surname, other, rng), other), registered)
    return pd.DataFrame(
        {"surname": surname, "registered_name": registered, "name_at_birth": at_birth, "name_changed": at_birth != registered},
        index=frame.index,
    )


def _given(frame: pd.DataFrame, naming: names.Names, boys: Mask, setting: Setting, rng: np.random.Generator) -> names.Names:
    """Given names by custom; twins of one sex often share a character."""
    given = names.newborn_given(boys, rng, setting.rate("rare_character"))
    second = np.flatnonzero((frame["birth_order"] == 2).to_numpy() & (rng.random(len(frame)) < 0.6))
    for row in second:
        if len(given[row]) == len(given[row - 1]) == 2 and given[row][1] != given[row - 1][1]:
            given[row] = given[row - 1][0] + given[row][1]
    own = names.given_without_surname(naming, ~boys, rng)
    return np.where(naming == "han", given, names.with_fathers_name(naming, own, frame["father_given"].to_numpy(dtype=object)))
