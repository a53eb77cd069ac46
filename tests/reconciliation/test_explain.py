"""`hedui explain`: words and numbers, and nobody's name."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from reconciliation.explain import explain, texts
from sql import state
from tests.nights import Night
from tests.reconciliation.test_find import a_bit_of_everything
from vocabulary.errors import ConfigurationError
from vocabulary.findings import Decision, DueStage, Kind

CANARY_NAME, CANARY_NUMBER = "鵞鵞", "990101199907078881"


def test_an_unregistered_child_in_words_and_numbers(night: Night) -> None:
    night.given("hospital", "birth_record_id | birth | born_at\nH1 | child | 2026-06-01").delivers("hukou", rows_accepted=3912)
    night.given("family_planning", "report_id | birth | born_on\nF1 | child | 2026-06-01")
    night.given("hukou", "registration_id | born_on\nR9 | 2026-06-01")
    night.pairs("""
        left               | right       | probability | decision | mother_id | child_name
        family_planning/F1 | hospital/H1 | 0.9987      | link     | exact     | one_character
        hukou/R9           | hospital/H1 | 0.0042      | apart    | different | different
    """)
    finding_id = night.on("2026-11-01").of("not_registered")["finding_id"].iloc[0]
    said = explain(finding_id)
    assert "registration desk of the child's township 990101001" in said
    assert "153 days since birth: stage of 90 days" in said
    assert "Known to: health commission birth reports (1), hospital birth records (1)." in said
    assert "births from 2025-01-01 to 2026-11-01, 3912 records; none was matched" in said
    assert "probability 0.0042 of being the same child (weight 9.0), decided: not the same child" in said
    assert "probability 0.9987, weight 9.0, the same child; mother's number the same; child's name one character differs" in said


def test_a_conflict_says_how_and_who_stands_alone(night: Night) -> None:
    night.given("hospital", "birth_record_id | birth | born_at\nH1 | b | 2026-06-01").given(
        "hukou", "registration_id | birth | born_on\nR1 | b | 2026-06-01"
    )
    night.given("family_planning", "report_id | birth | born_on\nF1 | b | 2026-04-16")
    night.pairs(
        "left | right | born_on\nfamily_planning/F1 | hospital/H1 | lunar\nfamily_planning/F1 | hukou/R1 | lunar\nhukou/R1 | hospital/H1 | exact"
    )
    rows = night.on("2026-11-01").of("conflict")
    said = explain(rows.loc[rows["registry"] == "family_planning", "finding_id"].iloc[0])
    assert "The record: health commission birth reports F1, field: birth date." in said
    assert "one date looks like a lunar one." in said
    assert "health commission birth reports stands alone; the others agree." in said
    assert "2026-04-16" not in said


def test_a_task_number_from_a_list_does_as_well(night: Night) -> None:
    finding_id = (
        night.given("hospital", "birth_record_id | born_at\nH1 | 2026-06-01").on("2026-11-01").of("not_registered")["finding_id"].iloc[0]
    )
    number = state.issue_tasks(night.settings, pd.DataFrame({"finding_id": [finding_id], "desk": ["desk"]}))["task_no"].iloc[0]
    assert explain(number.lower().replace("-", " ")) == explain(finding_id)
    assert "opened 2026-11-01 (2026-11-01-001) → issued 2026-11-01" in explain(number)


def test_a_closed_finding_is_explained_from_the_night_that_saw_it_last(night: Night) -> None:
    finding_id = (
        night.given("hospital", "birth_record_id | birth | born_at\nH1 | b | 2026-06-01")
        .on("2026-11-01")
        .of("not_registered")["finding_id"]
        .iloc[0]
    )
    night.given("hukou", "registration_id | birth | born_on\nR1 | b | 2026-06-01").on("2026-11-02")
    said = explain(finding_id)
    assert "closed by itself, as later data agree 2026-11-02" in said
    assert "As the night 2026-11-01-001 saw it" in said


@pytest.mark.parametrize("asked", ["f-unknown", "", "AAAAA-AAAAA"])
def test_what_no_night_found_cannot_be_explained(night: Night, asked: str) -> None:
    with pytest.raises(ConfigurationError, match=r"explain\.unknown_finding") as refused:
        explain(asked)
    assert "task number from a worklist" in refused.value.text("en")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_no_explanation_names_anybody(night: Night, locale: str) -> None:
    a_bit_of_everything(night)
    for row in night.rows:
        row |= {
            "child_name": CANARY_NAME + row["record_id"],
            "mother_name": CANARY_NAME,
            "father_name": CANARY_NAME,
            "father_id_number": CANARY_NUMBER,
        }
        row["mother_id_number"] = row.get("mother_id_number") or CANARY_NUMBER
    found = night.on("2026-11-01").table
    said = [explain(finding_id, replace(night.settings, locale=locale)) for finding_id in found["finding_id"]]
    assert len(said) > len(Kind)
    assert not any(canary in each for each in said for canary in (CANARY_NAME, CANARY_NUMBER, "8881", "990101199001010011"))
    assert not any("{" in each for each in said)


def test_every_kind_stage_and_decision_has_its_words() -> None:
    assert set(texts()["question"]) == set(texts()["to"]) == set(Kind)
    assert set(texts()["stage"]) == {str(int(stage)) for stage in DueStage}
    assert set(texts()["decision"]) == set(Decision)
