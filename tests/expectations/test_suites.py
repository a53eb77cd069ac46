"""Every expectation says how grave it is and why; a fourth registry needs no code; the custom ones know what they check."""

from __future__ import annotations

from dataclasses import replace

import great_expectations as gx
import pandas as pd
import pytest
from sqlalchemy import create_engine, text

from expectations.contract_suite import IDENTITY_FACTS, fact_columns
from expectations.custom import ExpectIdentityNumbersToHoldTheirCheckDigit, check_digits_hold
from expectations.delivery import prepare
from expectations.examination import RESULT_FORMAT
from expectations.reasons import reason_words
from expectations.suites import suite_of
from tests.expectations.deliveries import AS_OF, accepted, sound
from vocabulary.contracts import text as text_column
from vocabulary.errors import wordings
from vocabulary.registries import REGISTRIES

SEVERITIES = {"critical": {"nothing"}, "warning": {"blank", "leave_out"}, "info": {"note", "count"}}


@pytest.mark.parametrize("registry", REGISTRIES)
def test_every_expectation_has_a_severity_a_reason_with_its_source_and_a_code_with_words(registry: str) -> None:
    for expectation in suite_of(REGISTRIES[registry]).expectations:
        severity, meta = expectation.severity.value, expectation.meta
        assert meta["becomes"] in SEVERITIES[severity]
        assert isinstance(expectation.notes, str)
        assert "ource: " in expectation.notes
        if severity == "critical":
            assert f"accepted.{meta['code']}" in wordings()
        else:
            assert reason_words(meta["code"], "zh") != meta["code"]


@pytest.mark.parametrize("registry", REGISTRIES)
def test_the_suite_speaks_of_the_columns_that_a_delivery_really_has(registry: str) -> None:
    delivery = prepare(REGISTRIES[registry], sound(registry, 5), AS_OF)
    assert set(delivery.facts) == set(fact_columns(REGISTRIES[registry]))


def test_a_fourth_registry_is_examined_by_its_contract_alone() -> None:
    hukou = REGISTRIES["hukou"]
    immunisation = replace(hukou, name="immunisation", columns=(*hukou.columns, text_column("clinic_code")))
    suite = suite_of(immunisation)
    assert suite.name == "immunisation"
    assert "clinic_code" in {expectation.meta["column"] for expectation in suite.expectations}


NUMBERS = {
    "11010519491231002X": True,  # the standard's own example
    "440524188001010014": True,  # born 1880: an age is no checksum
    "999999202402290017": True,
    "110105194912310021": False,
    "999999202402290018": False,
    "990101199501012000": True,  # spreadsheet damage: another code's matter
    "990101950101123": True,  # the old form has no check digit
    "E12345678": True,
    None: True,
}


def test_check_digits_of_the_standard_s_own_numbers() -> None:
    assert check_digits_hold(pd.Series(list(NUMBERS), dtype=object)).tolist() == list(NUMBERS.values())


def test_the_check_digit_is_the_same_question_on_postgresql(postgres_url: str) -> None:
    with create_engine(postgres_url).begin() as connection:
        connection.execute(text("CREATE TABLE person (person_id integer, id_number text)"))
        rows = [{"person_id": place, "id_number": number} for place, number in enumerate(NUMBERS)]
        connection.execute(text("INSERT INTO person VALUES (:person_id, :id_number)"), rows)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    # Great Expectations refuses a URL without a host; the socket folder in the query wins over it.
    source = context.data_sources.add_postgres("registry", connection_string=postgres_url.replace("hedui@/", "hedui@localhost/"))
    batch = source.add_table_asset("person").add_batch_definition_whole_table("all").get_batch()
    asked = ExpectIdentityNumbersToHoldTheirCheckDigit(column="id_number", severity="info")
    told = batch.validate(
        asked, result_format={**RESULT_FORMAT, "unexpected_index_column_names": ["person_id"], "partial_unexpected_count": 20}
    )
    wrong = [place for place, holds in enumerate(NUMBERS.values()) if not holds]
    assert told.result["unexpected_index_list"] == [{"person_id": wrong}]


def test_every_fact_inside_a_number_has_its_own_code() -> None:
    columns = {
        expectation.meta["column"]
        for expectation in suite_of(REGISTRIES["hukou"]).expectations
        if expectation.meta["code"] in IDENTITY_FACTS
    }
    assert columns == {"child_id_number", "mother_id_number", "father_id_number"}


def test_an_expectation_that_fails_itself_is_told_apart_from_wrong_data() -> None:
    """Without the column there is nothing to check: that is an error of the check, and the schema is the data's fault."""
    outcome = accepted("hukou", sound("hukou").drop(columns="father_name"))
    assert [fault.code for fault in outcome.faults] == ["accepted.schema"]
    raised = accepted("family_planning", sound("family_planning").drop(columns="mother_name")).examination.raised
    assert [(each.column, each.severity) for each in raised] == [("mother_name", "info")]
