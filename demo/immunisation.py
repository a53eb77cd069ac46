"""What immunisation clinics know of a sample county's children: the worked example of a fourth registry (docs/add-a-registry.md).

Made beside a county that stands, from the same seed, so that its other tables stay as they are to the last byte. Clinics go by where a child
lives now: they know children born at home or elsewhere nearly as well as those born in the county's wards, and miss those who move.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from demo.capture import known
from demo.chance import Chance, Mask
from demo.county import County
from demo.mistakes import FAMILY_FIELDS, Log, copy_for_twins, strike
from demo.people import Setting, children, deliveries, no_later
from demo.places import laid_out
from demo.rates import Rate
from demo.registries import Records, _files, _shuffled, _view
from demo.sources import contract_rows, write_source
from vocabulary.contracts import Registry
from vocabulary.runs import write_parquet

NAME = "immunisation"
SETTLED, MIGRANT, NOT_RESIDENT, DIED = 0.975, 0.90, 0.06, 0.03
"""Shares that have a file at a clinic once there was time. Coverage of the first doses is above 95 % where children are registered with a clinic at all; migrant
children are a few points behind (these are assumptions of the example, not measurements)."""
HOME_OR_ELSEWHERE = 0.96
"""Factor on it for births outside the county's wards: the first dose was not given there."""
MEDIAN_DAYS, SIGMA = 22.0, 0.7
"""Files are opened within a month of birth (Vaccine Administration Law art. 47), with a tail."""
NAMED_AT_THE_VISIT = 0.8
"""Share that bears its later name by then; a clinic asks the family, at about a month."""
CLINIC = "901"
LINES = tuple(
    Rate(mechanism, NAME, field, "example", normal, hard)
    for mechanism, field, normal, hard in (
        ("unnamed", "child_name", 0.08, 0.16), ("homophone", "child_name", 0.020, 0.05), ("homophone", "mother_name", 0.020, 0.05),
        ("look_alike", "mother_name", 0.008, 0.02), ("variant", "mother_name", 0.015, 0.04), ("separator", "child_name", 0.30, 0.60),
        ("separator", "mother_name", 0.30, 0.60), ("transliteration", "mother_name", 0.15, 0.30), ("missing", "mother_name", 0.06, 0.12),
        ("missing", "mother_id_number", 0.15, 0.30), ("missing", "father_name", 0.20, 0.35), ("missing", "certificate_no", 0.12, 0.25),
        ("one_digit", "mother_id_number", 0.006, 0.015), ("one_digit", "certificate_no", 0.004, 0.010), ("sex_miscoded", "child_sex", 0.003, 0.008),
        ("digit_slip", "born_on", 0.004, 0.010), ("lunar_date", "born_on", 0.004, 0.012), ("township_only", "division_code", 0.05, 0.10),
        ("next_village", "division_code", 0.01, 0.03),
    )
)  # fmt: skip


def add(county: County, contract: Registry) -> County:
    """The county with an `immunisation.db` beside its other databases, and its records in the truth. The other files are not touched."""
    chance = Chance(county.seed)
    setting = Setting(county.births, county.severity, county.as_of, laid_out(county.births, county.as_of, chance), chance)
    records, _ = written(known(children(deliveries(setting), setting), setting), setting)
    path = (county.folder / f"{NAME}.db").resolve()
    url = write_source(contract_rows(records, contract), contract, path)
    told = pd.read_parquet(county.truth / "record.parquet")
    new = records[["record_id", "true_birth_id"]].assign(registry=NAME)[list(told.columns)]
    all_records = pd.concat([told[told["registry"] != NAME], new]).sort_values(["registry", "record_id"], ignore_index=True)
    (county.truth / "record.parquet").unlink()
    write_parquet(all_records, county.truth / "record.parquet")
    return County(**vars(county) | {"urls": {**county.urls, NAME: url}, "databases": {**county.databases, NAME: path}})


def written(year: pd.DataFrame, setting: Setting) -> Records:
    """The clinics' records of the year's children, mistakes and all."""
    rng = setting.chance.stream(NAME)
    waited = pd.to_timedelta(np.floor(rng.lognormal(np.log(MEDIAN_DAYS), SIGMA, size=len(year))), unit="D")
    enrolled_on = year["born_on"] + waited
    view = _view(
        year.assign(enrolled_on=enrolled_on, in_immunisation=_has_a_file(year, rng) & (enrolled_on <= pd.Timestamp(setting.as_of))),
        NAME,
        setting,
    )
    named = rng.random(len(view)) < NAMED_AT_THE_VISIT
    view["child_name"] = view["registered_name"].where(named, view["name_at_birth"])
    view["recorded_on"] = view["enrolled_on"]
    view["reporting_unit_code"] = view["division_code"].str[:9] + CLINIC
    records = _shuffled([view], setting, NAME)
    records["file_no"] = _files(records["reporting_unit_code"], records["recorded_on"], rng)
    log = Log(len(records))
    strike(records, NAME, [line for line in LINES if line.field in FAMILY_FIELDS], log, setting)
    copy_for_twins(records, NAME, log, setting)
    strike(records, NAME, [line for line in LINES if line.field not in FAMILY_FIELDS], log, setting)
    hours = pd.to_timedelta(rng.integers(8 * 3600, 17 * 3600, size=len(records)), unit="s")
    records["updated_at"] = no_later(records["enrolled_on"] + hours, pd.Timestamp(setting.as_of) + pd.Timedelta(hours=17))
    return records, log


def _has_a_file(year: pd.DataFrame, rng: np.random.Generator) -> Mask:
    """By child: clinics do not go by delivery. A child who is unregistered is known to them as any other."""
    share = np.where(year["is_migrant"], MIGRANT, SETTLED) * np.where(year["born_in"] == "here", 1.0, HOME_OR_ELSEWHERE)
    share = np.where(year["is_resident"], share, NOT_RESIDENT)
    share = np.where(year["vital_status"] == "died", DIED, share)
    return np.asarray(rng.random(len(year)) < share, dtype=bool)
