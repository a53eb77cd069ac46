"""Rules about records and pairs: duplicates, numbers, dates, possible matches, other counties, other absences."""

from __future__ import annotations

from datetime import date

import pytest

from tests.nights import Night

MOTHER, OTHER_MOTHER = "990101199001010011", "990101198001010015"


@pytest.mark.parametrize(("born", "said"), [("2026-10-03", False), ("2026-10-02", True)])
def test_a_report_that_may_still_come_is_not_missed(night: Night, born: str, said: bool) -> None:
    night.given("hospital", f"birth_record_id | born_at\nchild | {born}")
    assert night.on("2026-11-01").births("not_reported") == ({"child"} if said else set())


def test_a_birth_that_no_hospital_knows_is_counted(night: Night) -> None:
    night.given("hukou", "registration_id | born_on\nR1 | 2026-06-01")
    night.given("family_planning", "report_id | born_on\nF1 | 2026-06-01")
    assert night.on("2026-11-01").births("no_birth_record") == {"R1", "F1"}


def test_a_birth_that_is_registered_from_elsewhere_is_no_gap_of_our_hospitals(night: Night) -> None:
    night.given("hukou", "registration_id | born_on | division_code\nR1 | 2026-06-01 | 990102001001")
    found = night.on("2026-11-01")
    assert found.births("no_birth_record") == found.births("not_reported") == set()


@pytest.mark.parametrize(("registry", "kind"), [("family_planning", "not_reported"), ("hospital", "no_birth_record")])
@pytest.mark.parametrize("delivery", [{"status": "last_good"}, {"complete": False}])
def test_no_absence_is_said_of_a_registry_that_is_late(night: Night, registry: str, kind: str, delivery: dict[str, object]) -> None:
    night.given("hukou", "registration_id | born_on\nR1 | 2026-06-01").delivers(registry, **delivery)
    assert night.on("2026-11-01").births(kind) == set()


def test_a_bereaved_family_is_not_handed_to_another_county_either(night: Night) -> None:
    night.given("hospital", """
        birth_record_id | born_at    | vital_status | division_code
        died            | 2026-06-01 | died         | 990102001001
        lives           | 2026-06-01 | alive        | 990102001001
    """)  # fmt: skip
    row = night.on("2026-11-01").of("belongs_elsewhere")
    assert row[["birth_id", "division_code"]].values.tolist() == [["lives", "990102001001"]]


def test_a_child_of_another_county_that_is_registered_here_is_left_where_it_is(night: Night) -> None:
    night.given("hospital", "birth_record_id | born_at | division_code\nH1 | 2026-06-01 | 990102001001\nH2 | 2026-06-01 | 990102001001")
    night.given("hukou", "registration_id | birth | born_on\nR1 | H1 | 2026-06-01\nR2 | R2 | 2026-06-01")
    night.pairs("left | right | probability | decision\nhospital/H2 | hukou/R2 | 0.9 | review")
    assert night.on("2026-11-01").births("belongs_elsewhere") == set()


def test_both_records_of_a_duplicate_are_named_and_twins_are_none(night: Night) -> None:
    night.given("family_planning", "report_id | birth | born_on\nF1 | child | 2026-06-01\nF2 | child | 2026-06-01\nF3 | other | 2026-06-01")
    night.given("hospital", """
        birth_record_id | birth | born_at    | plurality | birth_order
        T1              | twins | 2026-06-01 | 2         | 1
        T2              | twins | 2026-06-01 | 2         | 2
    """)  # fmt: skip
    assert night.on("2026-11-01").records("duplicate_record") == {("family_planning", "F1"), ("family_planning", "F2")}


def test_each_number_that_contradicts_itself_is_one_finding(night: Night) -> None:
    night.given("hukou", "registration_id | born_on | quarantined\nR1 | 2026-06-01 |\nR2 | 2026-06-01 | yes")
    night.notes("""
        registry | record_id | field            | code
        hukou    | R1        | mother_id_number | check_digit
        hukou    | R1        | mother_id_number | characters
        hukou    | R1        | child_id_number  | id_sex
        hukou    | R1        | child_name       | rare
        hukou    | R2        | child_id_number  | length
    """)
    assert night.on("2026-11-01").fields("invalid_identifier") == {
        ("hukou", "mother_id_number"): "characters;check_digit",
        ("hukou", "child_id_number"): "id_sex",
    }


@pytest.mark.parametrize(
    ("born", "recorded", "expected"),
    [
        ("2026-06-01", "2026-05-31", {"recorded_on": "recorded_before_birth"}),
        ("2026-06-01", "2026-06-01", {}),
        ("2026-10-31", "2026-11-01", {}),
        ("2026-10-31", "2026-11-02", {"recorded_on": "in_the_future"}),
        ("2026-11-02", "2026-11-02", {"born_on": "in_the_future", "recorded_on": "in_the_future"}),
    ],
)
def test_a_date_that_cannot_be_is_named(night: Night, born: str, recorded: str, expected: dict[str, str]) -> None:
    night.given("hukou", f"registration_id | born_on | registered_on\nR1 | {born} | {recorded}")
    found = night.on("2026-11-01").fields("implausible_date")
    assert {field: evidence for (_, field), evidence in found.items()} == expected


@pytest.mark.parametrize(
    ("born", "mother", "said"),
    [
        ("2026-03-02", MOTHER, False),  # a midnight between twins
        ("2026-03-03", MOTHER, True),
        ("2026-08-28", MOTHER, True),  # day 180
        ("2026-08-29", MOTHER, False),
        ("2026-03-03", OTHER_MOTHER, False),
    ],
)
def test_two_deliveries_too_close_name_each_record_and_no_other_child(night: Night, born: str, mother: str, said: bool) -> None:
    night.given("hospital", f"""
        birth_record_id | born_at    | mother_id_number
        H1              | 2026-03-01 | {MOTHER}
        H2              | {born}     | {mother}
    """)  # fmt: skip
    rows = night.on("2026-11-01").of("implausible_date")
    assert set(rows["record_id"]) == ({"H1", "H2"} if said else set())
    assert set(rows["evidence"]) <= {"deliveries_too_close"}
    assert rows[["other_registry", "other_record_id"]].isna().all(axis=None)


def test_two_registries_that_date_one_birth_apart_are_no_two_deliveries(night: Night) -> None:
    night.given("hospital", f"birth_record_id | born_at | mother_id_number\nH1 | 2026-03-01 | {MOTHER}")
    night.given("family_planning", f"report_id | born_on | mother_id_number\nF1 | 2026-04-10 | {MOTHER}")
    assert night.on("2026-11-01").births("implausible_date") == set()


def test_a_pair_for_review_is_one_finding_whichever_side_is_written_first(night: Night) -> None:
    night.given("hukou", "registration_id | born_on\nR1 | 2026-06-01").given("hospital", "birth_record_id | born_at\nH1 | 2026-06-01")
    night.pairs("left | right | probability | decision\nhukou/R1 | hospital/H1 | 0.3 | review")
    first = night.on("2026-11-01").of("possible_match")
    night.pair_rows.clear()
    night.pairs("left | right | probability | decision\nhospital/H1 | hukou/R1 | 0.4 | review")
    again = night.on("2026-11-02").of("possible_match")
    keys = ["finding_id", "registry", "record_id", "other_registry", "other_record_id"]
    assert first[keys].values.tolist() == again[keys].values.tolist() == [[first["finding_id"].iloc[0], "hospital", "H1", "hukou", "R1"]]


def test_links_and_clear_differences_are_no_business_of_the_steward(night: Night) -> None:
    night.given("hukou", "registration_id | born_on\nR1 | 2026-06-01").given("hospital", "birth_record_id | born_at\nH1 | 2026-06-01")
    night.pairs("left | right | probability | decision\nhukou/R1 | hospital/H1 | 0.02 | apart")
    assert night.on("2026-11-01").of("possible_match").empty


def test_a_fourth_registry_needs_its_contract_only(night: Night) -> None:
    """An immunisation registry joins: rules ask for roles, so that nothing but its contract is new."""
    from dataclasses import replace

    from reconciliation.find import found_in
    from vocabulary.registries import REGISTRIES

    immunisation = replace(REGISTRIES["family_planning"], name="immunisation", absence="not_reported")
    night.given("family_planning", "report_id | birth | born_on\nF1 | reported | 2026-06-01\nI1 | vaccinated | 2026-06-01")
    for row in night.rows + night.births:
        row["registry"] = "immunisation" if row["record_id"] == "I1" else row["registry"]
    run = night.linked(date(2026, 11, 1))
    found = found_in(run, {**REGISTRIES, "immunisation": immunisation})
    assert set(found.loc[found["kind"] == "not_registered", "birth_id"]) == {"reported", "vaccinated"}
    assert set(found.loc[found["kind"] == "not_reported", "birth_id"]) == {"vaccinated"}
