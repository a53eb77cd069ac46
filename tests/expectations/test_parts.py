"""Counties' parts of one registry: examined together or alone they are judged alike, and each answers for itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest

from expectations import joint
from expectations.acceptance import Acceptance, Earlier, Night, accept_all, accept_registry
from expectations.landing import Landed
from tests.expectations.deliveries import TONIGHT, sound
from vocabulary.counties import Counties, CountyRow
from vocabulary.parts import own_number
from vocabulary.registries import REGISTRIES

A, B = "990101", "990102"
ROWS = 60


def of_county(registry: str, county: str) -> pd.DataFrame:
    """A sound delivery whose places lie in a county; both counties number alike."""
    rows = sound(registry, ROWS) if registry else pd.DataFrame()
    return rows.assign(division_code=rows["division_code"].str.replace(r"^\d{6}", county, regex=True))


def tonight() -> Night:
    rows = tuple(CountyRow(county, county, {"hukou": "/srv", "hospital": "/srv"}) for county in (A, B))
    return replace(TONIGHT, area=(A, B), counties=Counties(rows))


def judged(landed: dict[str, pd.DataFrame], earlier: dict[str, Earlier] | None = None) -> dict[str, Acceptance]:
    registries = {key: REGISTRIES[key.partition("-")[0]] for key in landed}
    return accept_all(registries, {key: Landed(rows) for key, rows in landed.items()}, earlier or {}, tonight())


def test_together_each_part_is_judged_as_alone() -> None:
    broken = of_county("hukou", B)
    broken.loc[broken.index[:5], "child_sex"] = "X"
    landed = {f"hukou-{A}": of_county("hukou", A), f"hukou-{B}": broken}
    told = judged(landed)
    for key, rows in landed.items():
        alone = accept_registry(REGISTRIES["hukou"], Landed(rows), None, tonight(), tonight().part(key))
        together = told[key]
        assert (together.status, together.rows_quarantined, together.county) == (alone.status, alone.rows_quarantined, key[-6:])
        assert together.records["record_id"].tolist() == alone.records["record_id"].tolist()
        assert together.records["quarantined"].tolist() == alone.records["quarantined"].tolist()
        assert together.notes.equals(alone.notes)
    assert told[f"hukou-{A}"].rows_quarantined == 0
    assert told[f"hukou-{B}"].rows_quarantined == 5


def test_equal_numbers_of_two_counties_stay_two_records() -> None:
    told = judged({f"hukou-{county}": of_county("hukou", county) for county in (A, B)})
    numbers = [set(one.records["record_id"]) for one in told.values()]
    assert not numbers[0] & numbers[1]
    assert {own_number(one) for one in numbers[0]} == {own_number(one) for one in numbers[1]}


@pytest.mark.parametrize("spoil", ["narrowed", "emptied", "stale", "halved"])
def test_a_part_that_is_unfit_leaves_the_other_as_it_is(spoil: str) -> None:
    well = judged({f"hukou-{county}": of_county("hukou", county) for county in (A, B)})
    before = {key: earlier_of(one) for key, one in well.items()}
    rows = of_county("hukou", A)
    ill = {
        "narrowed": rows.drop(columns=["mother_name"]),
        "emptied": rows.iloc[:0],
        "stale": rows.assign(updated_at=(TONIGHT.as_of - timedelta(days=60)).isoformat()),
        "halved": rows.iloc[: ROWS // 2],
    }[spoil]
    told = judged({f"hukou-{A}": ill, f"hukou-{B}": of_county("hukou", B)}, before)
    assert told[f"hukou-{A}"].status == "last_good"
    assert told[f"hukou-{A}"].faults[0].where == f"{A} hukou"
    assert len(told[f"hukou-{A}"].records) == len(well[f"hukou-{A}"].records)
    assert told[f"hukou-{B}"].status == "fresh"
    assert told[f"hukou-{B}"].records["record_id"].tolist() == well[f"hukou-{B}"].records["record_id"].tolist()


def earlier_of(one: Acceptance) -> Earlier:
    assert one.as_of is not None
    return Earlier("before", one.as_of, one.rows_landed, 0, one.period_from, one.period_to, one.records, one.notes)


def test_where_an_expectation_breaks_down_each_part_is_examined_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = judged({f"hukou-{county}": of_county("hukou", county) for county in (A, B)})
    monkeypatch.setattr(joint, "rows_of", lambda deliveries: None)
    alone = judged({f"hukou-{county}": of_county("hukou", county) for county in (A, B)})
    assert [one.rows_quarantined for one in whole.values()] == [one.rows_quarantined for one in alone.values()]
    assert {one.status for one in alone.values()} == {"fresh"}


def test_a_register_that_holds_another_countys_people_keeps_them_present_and_silent() -> None:
    rows = of_county("hukou", A)
    rows.loc[rows.index[:3], "division_code"] = f"{B}001201"
    told = judged({f"hukou-{A}": rows, f"hukou-{B}": of_county("hukou", B)})[f"hukou-{A}"]
    outside = told.records[told.records["quarantined"].astype(bool)]
    assert len(outside) == 3
    assert outside["area_code"].isna().all()


def test_a_register_of_the_whole_prefecture_is_refused() -> None:
    both = pd.concat([of_county("hukou", A), of_county("hukou", B).assign(registration_id=lambda rows: "z" + rows["registration_id"])])
    told = judged({f"hukou-{A}": both, f"hukou-{B}": of_county("hukou", B)})
    assert [fault.code for fault in told[f"hukou-{A}"].faults] == ["accepted.quarantine_share"]
    assert told[f"hukou-{B}"].status == "fresh"


def test_a_hospital_rightly_holds_mothers_of_another_county() -> None:
    rows = of_county("hospital", A)
    rows.loc[rows.index[:20], "division_code"] = f"{B}001201"
    told = judged({f"hospital-{A}": rows, f"hospital-{B}": of_county("hospital", B)})[f"hospital-{A}"]
    assert told.rows_quarantined == 0
    assert told.records["area_code"].str.startswith(B).sum() == 20


def test_a_shared_register_leaves_out_whom_a_county_delivers_itself() -> None:
    rows = tuple(CountyRow(county, county, {"hukou": "/srv"} if county == A else {}) for county in (A, B))
    night = replace(TONIGHT, area=(A, B), counties=Counties(rows))
    shared = pd.concat([of_county("hukou", A), of_county("hukou", B).assign(registration_id=lambda rows: "z" + rows["registration_id"])])
    told = accept_registry(REGISTRIES["hukou"], Landed(shared), None, night)
    assert told.records["area_code"].str.startswith(B).all()
    assert told.rows_landed == ROWS
