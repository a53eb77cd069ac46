"""What each registry sees of the year, and how it writes it down: one function a registry gives its records, mistakes and all.

A record frame holds the contract's columns under the common names (`record_id`, `born_on`, `recorded_on` …), and beside
them what is true (`…_true`, `sex`, `true_birth_id`), which never leaves for a source database.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demo.chance import Mask, pick
from demo.mistakes import FAMILY_FIELDS, Log, copy_for_twins, lines_for, strike
from demo.numbers import CLERKS, FACILITIES, identity_numbers, record_numbers
from demo.people import Setting, no_later

Records = tuple[pd.DataFrame, Log]

UNNAMED_WITHOUT_CERTIFICATE = 6.0
"""A certificate needs a name (domain.md 1.4): without one about half of the newborns have none yet, against 8 %."""
OLD_CODE_BEFORE_REFORM = {"hospital": 0.97, "family_planning": 0.97, "hukou": 0.10}
"""The register recoded its own people; the others keep what was written."""
NUMBER_FROM_THE_RECORD = 0.7
"""Share of wrong birth dates and sexes in the register that were wrong before the child's number was made from them."""
NAME_OF_THE_WARD = 0.6
"""Share of reports that take the child's name from the hospital's notice, the rest from the family."""
REPORTING_OFFICE = "801"


def _view(known: pd.DataFrame, registry: str, setting: Setting) -> pd.DataFrame:
    """The births that a registry holds, as they are, with the columns that mechanisms need."""
    held = known[known[f"in_{registry}"]].reset_index(drop=True)
    truths = {
        name: f"{name}_true" for name in ("plurality", "birth_order", "born_on", "mother_id_number", "father_id_number", "registered_on")
    }
    rng = setting.chance.stream("view", registry)
    same_township = {township: tuple(codes) for township, codes in setting.places.villages.groupby("township_code")["village_code"]}
    turn = rng.integers(0, 1000, size=len(held))
    neighbours = [codes[number % len(codes)] for codes, number in zip(held["township_code"].map(same_township), turn, strict=True)]
    return held.assign(
        **{truth: held[name] for name, truth in truths.items()},
        child_name=held["name_at_birth"],
        child_sex=held["sex"],
        division_code=held["village_code"],
        next_village_code=neighbours,
        other_mother_number=_next_mothers_number(held),
        unnamed_factor=1.0,
        as_of=pd.Timestamp(setting.as_of),
        is_duplicate=False,
    )


def _next_mothers_number(held: pd.DataFrame) -> pd.Series:
    """The number of a woman of the same village, where there is one."""
    ordered = held.sort_values(["village_code", "delivery_no", "birth_order"])["mother_id_number"]
    return pd.Series(np.roll(ordered.to_numpy(), 2), index=ordered.index)


def hospital(known: pd.DataFrame, setting: Setting) -> Records:
    """Deliveries in the county's wards, whoever the mother is; a few newborns are booked again where they are moved to."""
    rng = setting.chance.stream("hospital")
    view = _view(known, "hospital", setting)
    view["facility_code"] = _facility_of(view, setting, rng)
    view["unnamed_factor"] = np.where(view["certificate_no"].isna(), UNNAMED_WITHOUT_CERTIFICATE, 1.0)
    view["recorded_on"] = view["issued_on"]
    again = view[
        (rng.random(len(view)) < setting.rate("duplicate", "hospital") * np.where(view["vital_status"] == "died", 20, 1))
        & (view["plurality"] == 1)
    ]
    moved = again.assign(
        facility_code=(again["facility_code"].str[:-2] + pick(tuple(FACILITIES), len(again), rng)).to_numpy(),
        # A newborn who was moved left the first ward alive, whatever became of it in the second.
        vital_status="alive",
        certificate_no=None,
        recorded_on=pd.Series(pd.NaT, index=again.index, dtype=again["recorded_on"].dtype),
        is_duplicate=True,
    )
    records = _shuffled([view, moved], setting, "hospital")
    records["file_no"] = _files(records["facility_code"], records["born_on"], rng)
    records["clock"] = records["born_at"] - records["born_at"].dt.normalize()
    records["division_code"] = _as_coded(records, "hospital", records["born_on"], setting)
    log = _struck(records, "hospital", setting)
    records["born_at"] = records["born_on"] + records["clock"]
    records["birth_order"] = np.minimum(records["birth_order"], records["plurality"])
    records["issued_on"] = records["recorded_on"]
    records["updated_at"] = _updated(records, records["recorded_on"].fillna(records["born_on_true"]), "hospital", log, setting)
    return records, log


def family_planning(known: pd.DataFrame, setting: Setting) -> Records:
    """Births as townships report them by current residence; some are reported twice, by both parents' townships."""
    rng = setting.chance.stream("family planning")
    view = _view(known, "family_planning", setting)
    from_ward = view["in_hospital"] & (rng.random(len(view)) < NAME_OF_THE_WARD)
    view["child_name"] = view["name_at_birth"].where(from_ward, view["registered_name"])
    view["recorded_on"] = view["reported_on"]
    staying = (~view["is_resident"] & view["in_hospital"]).to_numpy() & (
        rng.random(len(view)) < setting.rate("local_address", "family_planning")
    )
    view.loc[staying, "division_code"] = _any_village(int(staying.sum()), setting, rng)
    view["local_address"] = staying
    view["reporting_unit_code"] = _office(view)
    again = view[rng.random(len(view)) < setting.rate("duplicate", "family_planning")]
    other = np.where(again["is_resident"] & (rng.random(len(again)) < 0.5), _any_village(len(again), setting, rng), again["division_code"])
    later = again["recorded_on"] + pd.to_timedelta(rng.integers(3, 60, size=len(again)), unit="D")
    twice = again.assign(division_code=other, recorded_on=later, is_duplicate=True)
    twice["reporting_unit_code"] = _office(twice)
    records = _shuffled([view, twice[later <= pd.Timestamp(setting.as_of)]], setting, "family_planning")
    records["file_no"] = _files(records["reporting_unit_code"], records["recorded_on"], rng)
    records["division_code"] = _as_coded(records, "family_planning", records["recorded_on"], setting)
    log = _struck(records, "family_planning", setting)
    records["reported_on"] = records["recorded_on"]
    records["updated_at"] = _updated(records, records["recorded_on"], "family_planning", log, setting)
    return records, log


def hukou(known: pd.DataFrame, setting: Setting) -> Records:
    """Children registered by the day, at the place of father, mother or grandparents; a handful twice, with two numbers."""
    rng = setting.chance.stream("hukou")
    view = _view(known, "hukou", setting)
    view["child_name"] = view["registered_name"]
    view["division_code"] = view["registered_in"]
    view["recorded_on"] = view["registered_on"]
    view["certificate_no"] = _certificates_shown(view, setting, rng)
    again = view[rng.random(len(view)) < setting.rate("duplicate", "hukou")]
    later = again["recorded_on"] + pd.to_timedelta(rng.integers(3, 90, size=len(again)), unit="D")
    twice = again.assign(division_code=_any_village(len(again), setting, rng), recorded_on=later, is_duplicate=True)
    records = _shuffled([view, twice[later <= pd.Timestamp(setting.as_of)]], setting, "hukou")
    records["file_no"] = _files(records["division_code"].str[:9], records["recorded_on"], rng)
    records["county_of_register"] = records["division_code"].str[:6]
    records["division_code"] = _as_coded(records, "hukou", records["recorded_on"], setting)
    log = _struck(records, "hukou", setting)
    records["child_id_number"] = _child_numbers(records, rng)
    strike(records, "hukou", lines_for("hukou", fields=("child_id_number",)), log, setting)
    records["registered_on"] = records["recorded_on"]
    records["updated_at"] = _updated(records, records["registered_on"], "hukou", log, setting)
    return records, log


WRITERS: dict[str, Callable[[pd.DataFrame, Setting], Records]] = {"hospital": hospital, "family_planning": family_planning, "hukou": hukou}


def _struck(records: pd.DataFrame, registry: str, setting: Setting) -> Log:
    """First what is typed for the family, then the copy on a twin's form, then what is the child's own."""
    log = Log(len(records))
    strike(records, registry, lines_for(registry, fields=FAMILY_FIELDS), log, setting)
    copy_for_twins(records, registry, log, setting)
    strike(records, registry, lines_for(registry, but=(*FAMILY_FIELDS, "child_id_number")), log, setting)
    return log


def _shuffled(parts: list[pd.DataFrame], setting: Setting, registry: str) -> pd.DataFrame:
    """All records in an order, and under numbers, that tell nothing."""
    rng = setting.chance.stream("record numbers", registry)
    records = pd.concat([part for part in parts if len(part)], ignore_index=True)
    records = records.iloc[rng.permutation(len(records))].reset_index(drop=True)
    return records.assign(record_id=record_numbers(len(records), rng))


def _facility_of(view: pd.DataFrame, setting: Setting, rng: np.random.Generator) -> NDArray[np.object_]:
    """One facility a delivery."""
    number = pick(tuple(FACILITIES), int(view["delivery_no"].max()) + 1, rng, np.array(list(FACILITIES.values())))
    stem: NDArray[np.object_] = ("99" + view["hospital_county"].str[2:] + "H").to_numpy(dtype=object)
    return np.asarray(stem + number[view["delivery_no"]], dtype=object)


def _files(units: pd.Series, days: pd.Series, rng: np.random.Generator) -> NDArray[np.int64]:
    """The file that a record came in: one clerk of one unit in one month."""
    clerk = pd.Series(rng.integers(0, CLERKS, size=len(units)).astype(str), index=units.index)
    return np.asarray(pd.factorize(units + "/" + days.dt.strftime("%Y%m") + "/" + clerk, sort=True)[0], dtype=np.int64)


def _office(view: pd.DataFrame) -> NDArray[np.object_]:
    """The office that reports: the township's, or for a mother of another county the one where she was delivered."""
    served = view["is_resident"] | view["local_address"]
    return (view["division_code"].str[:9].where(served, view["hospital_county"] + "001") + REPORTING_OFFICE).to_numpy(dtype=object)


def _any_village(count: int, setting: Setting, rng: np.random.Generator) -> NDArray[np.object_]:
    ours = setting.places.of(setting.places.served)
    return ours.sample(n=count, replace=True, weights="share", random_state=rng)["village_code"].to_numpy(dtype=object)


def _as_coded(records: pd.DataFrame, registry: str, recorded_on: pd.Series, setting: Setting) -> NDArray[np.object_]:
    """The code that was in use, or that a clerk still used after the reform (row 29)."""
    rng = setting.chance.stream("old codes", registry)
    old = setting.places.villages.set_index("village_code")["old_code"]
    before = recorded_on < pd.Timestamp(setting.places.reform_on)
    share = np.where(before, OLD_CODE_BEFORE_REFORM[registry], setting.rate("old_code", registry))
    old_code = old.loc[records["division_code"]].to_numpy(dtype=object)
    return np.where((rng.random(len(records)) < share) & (old_code != ""), old_code, records["division_code"])


def _certificates_shown(view: pd.DataFrame, setting: Setting, rng: np.random.Generator) -> NDArray[np.object_]:
    """The number that the family showed: at times an earlier one, since re-issued, or one that replaced a void one (row 26)."""
    drawn = rng.random(len(view))
    # Serial numbers rise by three on the mean, so an unused one is found between two that are in use.
    other = [
        None if pd.isna(number) else f"{number[0]}99{(int(number[3:]) + 5_000_000) % 10_000_000:07d}" for number in view["certificate_no"]
    ]
    differs = drawn < setting.rate("reissued") + setting.rate("void")
    view["certificate_differs"] = differs & view["certificate_no"].notna()
    return np.where(differs, np.array(other, dtype=object), view["certificate_no"])


def _child_numbers(records: pd.DataFrame, rng: np.random.Generator) -> NDArray[np.object_]:
    """The child's own number, made from birth date and sex as the register has them, or from the true ones where the record was mistyped later."""
    from_record: Mask = rng.random(len(records)) < NUMBER_FROM_THE_RECORD
    day = records["born_on"].where(from_record, records["born_on_true"])
    sex = records["child_sex"].where(from_record, records["sex"]).to_numpy(dtype=object)
    return identity_numbers(records["county_of_register"].to_numpy(dtype=object), day, sex, rng)


def _updated(records: pd.DataFrame, recorded_on: pd.Series, registry: str, log: Log, setting: Setting) -> pd.Series:
    """When the row last changed: in the hours of the record's day, or weeks later where somebody put it right; never after the as-of day."""
    rng = setting.chance.stream("updated", registry)
    later = rng.random(len(records)) < setting.rate("corrected_later", registry)
    log.add("corrected_later(updated_at)", np.flatnonzero(later))
    hours = pd.to_timedelta(rng.integers(8 * 3600, 18 * 3600, size=len(records)), unit="s")
    day = recorded_on + pd.to_timedelta(np.where(later, rng.integers(2, 60, size=len(records)), 0), unit="D")
    floor = records["born_on_true"]
    return no_later(day.where(day >= floor, floor) + hours, pd.Timestamp(setting.as_of) + pd.Timedelta(hours=18))
