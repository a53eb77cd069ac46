"""Which registry comes to know of which birth, and when: the three do not miss births independently (domain.md 2.6)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demo.chance import Mask
from demo.delays import delays
from demo.numbers import certificate_numbers
from demo.people import Setting

Shares = NDArray[np.float64]

HOSPITAL_AND_REPORT, REPORT_AND_REGISTER = 3.0, 1.5
"""Odds ratios: both health registries learn of a delivery from the same ward; a reported family is also more often told to register."""
HOSPITAL = {"normal": (0.935, 0.90), "hard": (0.90, 0.84)}
REPORT = {"normal": (0.95, 0.83), "hard": (0.88, 0.68)}
WITHIN_A_YEAR = {"normal": (0.970, 0.91), "hard": (0.950, 0.86)}
"""(others, migrants). Weighted they give 0.93, 0.90 and 0.96."""
FAR, BORN_ELSEWHERE, BORN_AT_HOME = 0.94, 0.88, 0.70
"""Factors on the report's share: a far village, a birth that the county's own wards did not see, a birth at home."""
NOT_RESIDENT_REPORTED, DIED_REPORTED = 0.12, 0.45
REPORT_MEDIAN_DAYS, REPORT_SIGMA = 12.0, 0.9
"""Townships report monthly by the fifth (domain.md 1.11): half within a fortnight, a tail of months."""


def both(first: Shares, second: Shares, odds_ratio: float) -> Shares:
    """The share of having both of two traits with these shares and this odds ratio (Plackett)."""
    total = 1 + (first + second) * (odds_ratio - 1)
    return (total - np.sqrt(total**2 - 4 * odds_ratio * (odds_ratio - 1) * first * second)) / (2 * (odds_ratio - 1))


def dependent(first: Shares, has_first: Mask, second: Shares, odds_ratio: float) -> Shares:
    """The share of the second trait once it is known who has the first."""
    joint = both(first, second, odds_ratio)
    return np.where(has_first, joint / first, (second - joint) / np.maximum(1 - first, 1e-9))


def known(children: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """The children with in_hospital, in_family_planning, in_hukou and the days on which each learned of them."""
    families = children.drop_duplicates("delivery_no").set_index("delivery_no", drop=False)
    families = families.join(_captured(families, setting))
    columns = ["in_hospital", "reported_after", "in_family_planning", "registered_after", "registered_in"]
    frame = children.join(families[columns], on="delivery_no")
    frame["in_family_planning"] &= _reported_although_died(frame, setting)
    frame = _one_twin_missing(_certificates(_apart(frame, setting), setting), setting)
    return _by_the_day(frame, setting)


def _captured(families: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """By delivery: twins share their fate unless something parts them."""
    rng = setting.chance.stream("capture")
    draw = rng.random((3, len(families)))
    place = families["born_in"].to_numpy()
    migrant, resident = families["is_migrant"].to_numpy(), families["is_resident"].to_numpy()
    hospital = np.where(migrant & resident, *HOSPITAL[setting.hardness][::-1])
    report = np.where(migrant, *REPORT[setting.hardness][::-1]) * np.where(families["is_remote"], FAR, 1.0)
    report = np.where(resident, report, NOT_RESIDENT_REPORTED)
    in_hospital = (draw[0] < hospital) & (place == "here")
    share = np.where(
        place == "here",
        dependent(hospital, in_hospital, report, HOSPITAL_AND_REPORT),
        report * np.where(place == "home", BORN_AT_HOME, BORN_ELSEWHERE),
    )
    reported = draw[1] < share
    within = np.where(migrant, *WITHIN_A_YEAR[setting.hardness][::-1])
    soon = draw[2] < dependent(report, reported, within, REPORT_AND_REGISTER)
    return pd.DataFrame(
        {
            "in_hospital": in_hospital,
            "in_family_planning": reported,
            "reported_after": np.floor(rng.lognormal(np.log(REPORT_MEDIAN_DAYS), REPORT_SIGMA, size=len(families))).astype(int),
            "registered_after": delays(soon, rng),
            "registered_in": _register_places(families, setting, rng),
        },
        index=families.index,
    )


def _register_places(families: pd.DataFrame, setting: Setting, rng: np.random.Generator) -> NDArray[np.object_]:
    """The village of the register: father's, mother's or grandparents' (60/35/5), at times in a county that is not served (empty)."""
    count = len(families)
    resident = families["is_resident"].to_numpy()
    migrant = families["is_migrant"].to_numpy()
    away = rng.random(count) < np.where(migrant, setting.rate("registered_away_migrant"), setting.rate("registered_away"))
    away = np.where(resident, away, rng.random(count) >= setting.rate("father_from_here"))
    ours = setting.places.of(setting.places.served)
    other = ours.sample(n=count, replace=True, weights="share", random_state=rng)["village_code"].to_numpy(dtype=object)
    # The family mostly lives where the father is registered; the mother's and the grandparents' homes are other villages.
    at_home = rng.random(count) < 0.60 + 0.35 * 0.55
    return np.where(away, "", np.where(resident & at_home, families["village_code"], other))


def _reported_although_died(frame: pd.DataFrame, setting: Setting) -> Mask:
    rng = setting.chance.stream("died and reported")
    return (frame["vital_status"] == "alive").to_numpy() | (rng.random(len(frame)) < DIED_REPORTED)


def _apart(frame: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """A child who died is in the hospital's book and never in the register; one twin in twelve is registered on another day."""
    rng = setting.chance.stream("apart")
    died = frame["vital_status"] == "died"
    apart = (frame["birth_order"] == 2) & (rng.random(len(frame)) < 0.08)
    delay = np.where(apart, frame["registered_after"] + rng.integers(1, 60, size=len(frame)), frame["registered_after"])
    return frame.assign(in_hospital=frame["in_hospital"] | died, registered_after=delay, in_hukou=(frame["registered_in"] != "") & ~died)


def _certificates(frame: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Day of issue and number; a tenth are not issued, and those families register late (domain.md 1.4, row 25)."""
    rng = setting.chance.stream("certificates")
    issued = rng.random(len(frame)) >= setting.rate("not_issued") + 0.5 * ((frame["born_in"] == "home") | (frame["vital_status"] == "died"))
    waited = np.floor(rng.lognormal(np.log(7.0), 0.8, size=len(frame)))
    delay = np.where(issued, frame["registered_after"], np.round(frame["registered_after"] * 1.6) + 5).astype(int)
    waited = np.where(frame["in_hukou"], np.minimum(waited, delay), waited)
    issued_on = frame["born_at"].dt.normalize() + pd.to_timedelta(waited, unit="D")
    number = certificate_numbers(issued_on, rng)
    return frame.assign(
        registered_after=delay, issued_on=issued_on.where(issued), certificate_no=pd.Series(number, index=frame.index).where(issued, None)
    )


def _one_twin_missing(frame: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Of a few twin deliveries a registry holds one child only; never so that a death is lost."""
    for registry in ("hospital", "family_planning", "hukou"):
        rng = setting.chance.stream("twin missing", registry)
        struck = rng.random(frame["delivery_no"].max() + 1) < setting.rate("twin_missing", registry)
        order = 1 + rng.integers(0, 2, size=len(struck))
        lost = (frame["plurality"] == 2) & struck[frame["delivery_no"]] & (order[frame["delivery_no"]] == frame["birth_order"])
        if registry == "hospital":
            lost &= frame["vital_status"] == "alive"
        frame[f"{registry}_twin_missing"] = lost & frame[f"in_{registry}"]
        frame[f"in_{registry}"] &= ~lost
    return frame


def _by_the_day(frame: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Each registry holds what reached it by the day: the rest is late, not lost."""
    last, born_on = pd.Timestamp(setting.as_of), frame["born_at"].dt.normalize()
    reported_on = born_on + pd.to_timedelta(frame["reported_after"], unit="D")
    registered_on = born_on + pd.to_timedelta(frame["registered_after"].clip(upper=40_000), unit="D")
    late = frame["issued_on"] > last
    return frame.assign(
        born_on=born_on,
        reported_on=reported_on,
        registered_on=registered_on.where(frame["in_hukou"] & (registered_on <= last)),
        in_family_planning=frame["in_family_planning"] & (reported_on <= last),
        in_hukou=frame["in_hukou"] & (registered_on <= last),
        issued_on=frame["issued_on"].where(~late),
        certificate_no=frame["certificate_no"].where(~late, None),
    )
