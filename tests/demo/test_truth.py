"""The truth ties to the sources, and the sources hold only what could have reached them."""

from __future__ import annotations

import pandas as pd

from tests.demo.conftest import Read
from vocabulary.names import is_unnamed
from vocabulary.registries import REGISTRIES


def test_every_record_has_one_true_birth_and_no_truth_lacks_its_record(either: Read) -> None:
    for registry, rows in either.sources.items():
        told = either.record[either.record["registry"] == registry]
        assert sorted(told["record_id"]) == sorted(rows[REGISTRIES[registry].key])
    assert set(either.record["true_birth_id"]) <= set(either.birth["true_birth_id"])


def test_the_register_holds_nobody_who_died(either: Read) -> None:
    assert (either.with_truth("hukou")["vital_status_true"] == "alive").all()
    assert (either.birth["vital_status"] == "died").sum() >= 10


def test_the_hospital_knows_every_death_and_no_other(either: Read) -> None:
    rows = either.with_truth("hospital")
    told = rows.groupby("true_birth_id")["vital_status"].agg(lambda states: "died" in set(states))
    died = set(either.birth.loc[either.birth["vital_status"] == "died", "true_birth_id"])
    assert set(told.index[told]) == died


def test_some_who_died_were_reported_all_the_same(either: Read) -> None:
    rows = either.with_truth("family_planning")
    assert 0 < (rows["vital_status_true"] == "died").sum() < (either.birth["vital_status"] == "died").sum()


def test_the_day_of_registration_says_who_is_in_the_register(either: Read) -> None:
    registered = either.birth["registered_on"].notna()
    assert set(either.birth.loc[registered, "true_birth_id"]) == set(either.with_truth("hukou")["true_birth_id"])


def test_no_registry_holds_what_came_after_the_as_of_day(either: Read) -> None:
    last = pd.Timestamp(either.county.as_of) + pd.Timedelta(days=1)
    for registry, column in (("hukou", "registered_on"), ("family_planning", "reported_on"), ("hospital", "issued_on")):
        rows = either.sources[registry]
        assert (pd.to_datetime(rows[column].dropna()) < last).all(), registry
        assert (pd.to_datetime(rows["updated_at"]) < last).all(), registry


def test_a_mother_of_another_county_is_recorded_there_by_the_hospital(either: Read) -> None:
    rows = either.with_truth("hospital")
    assert (rows["is_resident_true"] == rows["division_code"].str.startswith("990101")).all()


def test_a_report_with_a_local_address_for_another_countys_mother_is_contradicted_by_the_hospital(either: Read) -> None:
    rows = either.with_truth("family_planning")
    staying = rows[~rows["is_resident_true"] & rows["division_code"].str.startswith("990101")]
    assert len(staying) > 0
    assert set(staying["true_birth_id"]) <= set(either.with_truth("hospital")["true_birth_id"])


def test_who_was_born_elsewhere_or_at_home_has_no_hospital_record(either: Read) -> None:
    rows = either.with_truth("hospital")
    assert not rows["mechanisms_true"].str.contains("born_elsewhere|born_home").any()
    assert either.birth["mechanisms"].str.contains("born_elsewhere").sum() > 300


def test_a_birth_without_a_name_in_some_health_record_is_of_the_unnamed_kind(normal: Read) -> None:
    rows = pd.concat([normal.with_truth("hospital"), normal.with_truth("family_planning")])
    nameless = set(rows.loc[rows["child_name"].map(is_unnamed), "true_birth_id"])
    assert set(normal.birth.loc[normal.birth["name_kind"] == "unnamed", "true_birth_id"]) == nameless
    assert {"han2", "han3", "han4", "dotted", "rare"} <= set(normal.birth["name_kind"])


def test_twins_of_one_delivery_share_parents_who_are_written_twice_with_their_own_mistakes(hard: Read) -> None:
    rows = hard.with_truth("hospital")
    twins = rows[rows["is_twin_true"] & (rows["plurality"] == 2)].sort_values("born_at")
    pairs = twins.groupby(["born_on_true", "father_id_number"]).filter(lambda group: len(group) == 2)
    assert len(pairs) >= 20


def test_some_births_are_known_to_no_registry(either: Read) -> None:
    unknown = ~either.birth["true_birth_id"].isin(either.record["true_birth_id"])
    assert 0.005 < unknown.mean() < 0.08


def test_the_mechanisms_name_the_registry_that_they_struck(normal: Read) -> None:
    told = normal.birth["mechanisms"].str.split(";").explode()
    assert set(told[told != ""].str.split(".").str[0]) == {"life", "hospital", "family_planning", "hukou"}
