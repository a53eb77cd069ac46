"""Conflicts: each record of a birth that disagrees, in which field, how, and who stands alone."""

from __future__ import annotations

import pytest

from tests.nights import Night


def three(night: Night, field: str, hospital: str, report: str, hukou: str) -> Night:
    """One birth in three registries that differ in one field."""
    at = "" if field == "born_on" else " | born_at"
    on = "" if field == "born_on" else " | born_on"
    day = "" if field == "born_on" else " | 2026-06-01"
    name = "born_at" if field == "born_on" else field
    night.given("hospital", f"birth_record_id | birth | {name}{at}\nH1 | b | {hospital}{day}")
    night.given("family_planning", f"report_id | birth | {field}{on}\nF1 | b | {report}{day}")
    return night.given("hukou", f"registration_id | birth | {field}{on}\nR1 | b | {hukou}{day}")


def evidence(night: Night, field: str) -> dict[str, str]:
    fields = night.on("2026-11-01").fields()
    assert all(name == field for _, name in fields)
    return {registry: said for (registry, _), said in fields.items()}


def test_records_that_agree_are_no_conflict(night: Night) -> None:
    assert evidence(three(night, "child_name", "王小禾", "王小禾", "王小禾"), "child_name") == {}


def test_the_registry_that_stands_alone_is_named_to_all_who_hold_the_birth(night: Night) -> None:
    assert evidence(three(night, "child_sex", "1", "2", "1"), "child_sex") == {
        "hospital": "alone:family_planning;other_sex",
        "family_planning": "alone:family_planning;other_sex",
        "hukou": "alone:family_planning;other_sex",
    }


def test_nobody_stands_alone_where_all_three_differ_or_only_two_speak(night: Night) -> None:
    said = evidence(three(night, "child_name", "王小禾", "王大川", "王中山"), "child_name")
    assert not any("alone" in each for each in said.values())
    night.rows.clear()
    night.births.clear()
    said = evidence(three(night, "child_sex", "1", "2", "9"), "child_sex")
    assert said == {"hospital": "other_sex", "family_planning": "other_sex"}


@pytest.mark.parametrize(
    ("field", "comparison", "level", "here", "there", "expected"),
    [
        ("born_on", "born_on", "lunar", "2026-06-01", "2026-04-16", "lunar_date"),
        ("born_on", "born_on", "month_only", "2026-06-09", "2026-06-01", "day_missing"),
        ("born_on", "born_on", "swapped", "2026-06-12", "2026-06-21", "swapped_digits"),
        ("born_on", "born_on", "near", "2026-06-01", "2026-06-02", "near_date"),
        ("born_on", "born_on", "", "2026-06-01", "2026-06-20", "other_date"),
        ("child_name", "child_name", "same_sound", "王小禾", "王小和", "homophone"),
        ("child_name", "child_name", "near_sound", "王小禾", "王小贺", "near_sound"),
        ("child_name", "child_name", "one_character", "王小禾", "王小木", "one_character"),
        ("child_name", "child_name", "given_name", "王小禾", "王禾", "partial_name"),
        ("child_name", "child_name", "different", "王小禾", "李小禾", "surname_differs"),
        ("child_name", "child_name", "variant", "付小禾", "傅小禾", "variant_form"),
        ("child_name", "child_name", "different", "王小禾", "王大川", "name_later_changed"),
        ("mother_name", "mother_name", "different", "王小禾", "王大川", "other_name"),
        ("mother_id_number", "mother_id", "swapped", "990101199001010011", "990101199001010101", "swapped_digits"),
        ("mother_id_number", "mother_id", "one_digit", "990101199001010011", "990101199001010012", "one_digit"),
        ("mother_id_number", "mother_id", "", "990101199001010011", "990101198501010016", "other_number"),
    ],
)
def test_the_kind_of_difference_is_said(
    night: Night, field: str, comparison: str, level: str, here: str, there: str, expected: str
) -> None:
    born = {"born_on": ("", "")}.get(field, (" | born_at", " | 2026-06-01"))
    name = "born_at" if field == "born_on" else field
    night.given("hospital", f"birth_record_id | birth | {name}{born[0]}\nH1 | b | {here}{born[1]}")
    born = {"born_on": ("", "")}.get(field, (" | born_on", " | 2026-06-01"))
    night.given("hukou", f"registration_id | birth | {field}{born[0]}\nR1 | b | {there}{born[1]}")
    night.pairs(f"left | right | {comparison}\nhukou/R1 | hospital/H1 | {level}")
    assert evidence(night, field) == {"hospital": expected, "hukou": expected}


@pytest.mark.parametrize(
    ("field", "here", "there"),
    [
        ("child_name", "王甲之女", "王小禾"),  # a newborn without a name of its own
        ("child_name", "买买提·艾力", "买买提艾力"),  # only a separator
        ("mother_id_number", "990101900101001", "990101199001010011"),  # the old form of the same number
        ("child_sex", "0", "1"),  # unknown
        ("division_code", "990101001001", "990101001009"),  # another village of the township
        ("division_code", "990101001001", "990101005001"),  # registered where the father lives
    ],
)
def test_what_is_no_contradiction(night: Night, field: str, here: str, there: str) -> None:
    night.given("hospital", f"birth_record_id | birth | born_at | {field}\nH1 | b | 2026-06-01 | {here}")
    night.given("hukou", f"registration_id | birth | born_on | {field}\nR1 | b | 2026-06-01 | {there}")
    assert evidence(night, field) == {}


@pytest.mark.parametrize(
    ("level", "said"), [("truncated", {}), ("old_form", {}), ("missing", {}), ("exact", {}), ("an-unknown-level", {"hospital", "hukou"})]
)
def test_the_models_word_goes_where_it_has_one(night: Night, level: str, said: set[str]) -> None:
    night.given("hospital", "birth_record_id | birth | born_at | mother_id_number\nH1 | b | 2026-06-01 | 990101199001010011")
    night.given("hukou", "registration_id | birth | born_on | mother_id_number\nR1 | b | 2026-06-01 | 990101199001010000")
    night.pairs(f"left | right | mother_id\nhukou/R1 | hospital/H1 | {level}")
    assert set(evidence(night, "mother_id_number")) == set(said)


def test_two_health_registries_that_name_other_townships_are_asked(night: Night) -> None:
    night.given("hospital", "birth_record_id | birth | born_at | division_code\nH1 | b | 2026-06-01 | 990101001001")
    night.given("family_planning", "report_id | birth | born_on | division_code\nF1 | b | 2026-06-01 | 990101002001")
    assert evidence(night, "division_code") == {"hospital": "other_area", "family_planning": "other_area"}


def test_a_code_of_a_merged_township_goes_back_to_who_still_writes_it(night: Night) -> None:
    night.given("hospital", "birth_record_id | birth | born_at | division_code\nH1 | b | 2026-06-01 | 990101009001")
    night.rows[0]["area_code"] = "990101001001"
    night.given("hukou", "registration_id | birth | born_on | division_code\nR1 | b | 2026-06-01 | 990101001001")
    assert evidence(night, "division_code") == {"hospital": "township_merged"}


def test_a_broken_row_contradicts_nobody(night: Night) -> None:
    night.given("hospital", "birth_record_id | birth | born_at | child_sex | quarantined\nH1 | b | 2026-06-01 | 2 | yes")
    night.given("hukou", "registration_id | birth | born_on | child_sex\nR1 | b | 2026-06-01 | 1")
    assert evidence(night, "child_sex") == {}


def test_records_of_different_births_do_not_contradict_each_other(night: Night) -> None:
    night.given("hospital", "birth_record_id | birth | born_at | child_sex\nH1 | b1 | 2026-06-01 | 2")
    night.given("hukou", "registration_id | birth | born_on | child_sex\nR1 | b2 | 2026-06-01 | 1")
    night.pairs("left | right | decision\nhukou/R1 | hospital/H1 | review")
    assert night.on("2026-11-01").of("conflict").empty
