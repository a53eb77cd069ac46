"""Nobody learns of a person through hedui, except the desk that can register the child (rights.md R3, R4, R5, R9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciliation.disclosure import KEYS, DisclosureRefused, Recipient, disclose, table
from reconciliation.publish import Night, disclosed
from reconciliation.worklist_facts import answering_units
from tests.reconciliation import worklist_fixture as county
from vocabulary.findings import Kind
from vocabulary.registries import REGISTRIES

NAMES_A_PERSON = {"child_name", "mother_name", "mother_id_mask", "certificate_no", "own_value", "born_on", "child_sex"}
OWN_KINDS = ("conflict", "duplicate_record", "invalid_identifier", "implausible_date")
FIELDS = (
    "mother_name",
    "mother_name",
    "child_name",
    "born_on",
    "child_sex",
    "mother_id_number",
    "father_id_number",
    "father_name",
    "area_code",
    None,
)
PERSONAL = (
    "record_id",
    "certificate_no",
    "child_name",
    "mother_name",
    "father_name",
    "mother_id_number",
    "father_id_number",
    "child_id_number",
)
VILLAGES = ("990101001201", "990101002203", "990102004201")
UNITS = {"facility_code": ("A01", "A02"), "reporting_unit_code": ("990101001", "990101002")}


# The table itself.


def test_the_table_knows_every_kind_of_finding():
    assert {kind for kinds in table().values() for kind in kinds} == {kind.value for kind in Kind}


def test_only_a_desk_that_can_register_a_child_gets_its_name():
    named = {
        (recipient, kind)
        for recipient, kinds in table().items()
        for kind, cell in kinds.items()
        if NAMES_A_PERSON & set(cell.columns) and cell.scope != "own_record"
    }
    assert named == {
        ("registration_desk", "not_registered"),
        ("senior_officer", "not_registered"),
        ("other_county", "belongs_elsewhere"),
    }


def test_a_unit_of_a_health_registry_gets_its_own_records_and_numbers_only():
    assert {cell.scope for cell in table()["registry_unit"].values()} == {"own_record", "count_of_unit"}


def test_no_cell_grants_what_is_never_printed():
    never = {"father_id_number", "mother_id_number", "child_id_number", "plurality", "birth_order", "match_probability", "birth_id"}
    assert not never & {column for kinds in table().values() for cell in kinds.values() for column in cell.columns}


@pytest.mark.parametrize(
    ("recipient", "shown"),
    [
        ("registration_desk", {"child_name", "born_on"}),
        ("registry_unit", {"child_name", "born_on"}),
        ("registry_administrator", set()),  # by number: it has the record
    ],
)
def test_of_its_own_record_a_keeper_is_told_what_finds_it_and_the_field_in_question(recipient: str, shown: set[str]):
    own = {kind: set(cell.columns) for kind, cell in table()[recipient].items() if cell.scope == "own_record"}
    assert own == dict.fromkeys(OWN_KINDS, {"registry", "record_id", "field", "own_value", "difference"} | shown)


# What is outside the table is refused.

A_RECORD = county.record("hospital", "H1", "b1", facility_code="A01", division_code="990101001201", child_sex="1", born_on=date(2026, 8, 1))
A_CHILD = county.finding("not_registered", "b1", division_code="990101001201", due_stage=60)
A_CONFLICT = county.finding("conflict", "b1", registry="hospital", record_id="H1", field="child_sex", evidence="other_sex")


@pytest.mark.parametrize(
    ("finding", "recipient", "code"),
    [
        (A_CHILD, Recipient("insurer"), "disclosure.recipient"),
        (A_CHILD, Recipient("registry_unit", "family_planning"), "disclosure.kind"),
        (A_CHILD, Recipient("registry_unit", "hospital"), "disclosure.kind"),
        (A_CHILD, Recipient("data_steward"), "disclosure.kind"),
        (A_CHILD, Recipient("registration_desk", code="990101002"), "disclosure.desk"),
        (A_CONFLICT, Recipient("registry_unit", "family_planning"), "disclosure.registry"),
        (A_CONFLICT, Recipient("registration_desk"), "disclosure.registry"),
        (A_CONFLICT, Recipient("registry_unit", "hospital", "A02"), "disclosure.desk"),
        (A_CONFLICT | {"record_id": "H2"}, Recipient("registry_unit", "hospital"), "disclosure.record"),
        (A_CONFLICT | {"registry": None}, Recipient("registry_unit", "hospital"), "disclosure.registry"),
    ],
)
def test_what_the_table_does_not_grant_is_refused(finding: dict[str, object], recipient: Recipient, code: str):
    night = county.night([finding], [A_RECORD])
    with pytest.raises(DisclosureRefused) as refused:
        disclose(night.findings, night.records, recipient)
    assert [fault.code for fault in refused.value.faults] == [code]
    assert "H1" not in refused.value.text("en") and refused.value.text("zh")


def test_what_it_grants_is_given():
    night = county.night([A_CHILD, A_CONFLICT], [A_RECORD])
    child = disclose(night.findings.iloc[:1], night.records, Recipient("registration_desk", code="990101001"))
    own = disclose(night.findings.iloc[1:], night.records, Recipient("registry_unit", "hospital", "A01"))
    assert list(child["residence_code"]) == ["990101001201"]
    assert list(own["own_value"]) == ["1"]


# Bereaved and protected families, and children who are not due.


def children(*births: str) -> list[dict[str, object]]:
    return [county.finding("not_registered", birth, division_code="990101001201", due_stage=60) for birth in births]


def hospital(birth: str, **fields: object) -> dict[str, object]:
    return county.record(
        "hospital", f"H-{birth}", birth, facility_code="A01", division_code="990101001201", born_on=date(2026, 8, 1), **fields
    )


def test_a_family_whose_child_died_is_on_no_list_even_if_a_rule_let_it_through():
    night = county.night(children("alive", "died"), [hospital("alive", vital_status="alive"), hospital("died", vital_status="died")])
    rows = disclosed(night)
    living = night.findings.loc[night.findings["birth_id"] == "alive", "finding_id"]
    assert list(rows["finding_id"]) == list(living)


def test_a_child_who_is_not_due_is_a_number_and_no_row():
    early = county.finding("not_registered", "b1", division_code="990101001201", due_stage=0)
    assert disclosed(county.night([early], [hospital("b1")])).empty


def test_a_protected_family_goes_to_one_senior_officer_without_address_and_flag():
    night = replace(county.night(children("open", "flagged"), [hospital("open"), hospital("flagged")]), protected={"flagged"})
    rows = disclosed(night).set_index("recipient")
    flagged = night.findings.loc[night.findings["birth_id"] == "flagged", "finding_id"].item()
    assert rows.loc["senior_officer", "finding_id"] == flagged
    assert rows.loc["senior_officer", "desk_code"] == "990101"
    assert rows.loc["senior_officer", ["residence_code", "mother_name", "facility_code"]].isna().all()
    assert flagged not in list(rows.loc[["registration_desk"], "finding_id"])


# Numbers.


def test_the_number_of_births_goes_to_the_unit_that_reports_most_of_their_township():
    reports = [
        county.record("family_planning", f"R{place}", f"r{place}", reporting_unit_code=unit, division_code="990101001201")
        for place, unit in enumerate(["U1", "U1", "U2"])
    ]
    missed = [county.finding("not_reported", f"b{place}", division_code="990101001203") for place in range(6)]
    missed += [county.finding("not_reported", f"c{place}", division_code="990101002201") for place in range(2)]
    rows = disclosed(county.night(missed, reports))
    assert rows[["desk_code", "birth_count"]].to_numpy().tolist() == [["U1", "6"], ["unassigned", "<5"]]
    assert rows["finding_id"].isna().all()


@pytest.mark.parametrize(
    ("births", "printed"),
    [
        ({"001": 7, "002": 9}, {"001": "7", "002": "9"}),
        ({"001": 4, "002": 9, "003": 5}, {"001": "<5", "002": "9", "003": "*"}),
        ({"001": 1, "002": 3, "003": 50}, {"001": "<5", "002": "<5", "003": "50"}),
        ({"001": 2}, {"001": "<5"}),
    ],
)
def test_small_numbers_across_townships_are_hidden_and_cannot_be_worked_out(births: dict[str, int], printed: dict[str, str]):
    found = [
        county.finding("no_birth_record", f"{town}-{place}", division_code=f"990101{town}201")
        for town, count in births.items()
        for place in range(count)
    ]
    rows = disclosed(county.night(found, []))
    assert {code[-3:]: count for code, count in zip(rows["township_code"], rows["birth_count"], strict=True)} == printed


# Whatever is found: every column and every person is within the table.


@st.composite
def nights(draw: st.DrawFn) -> Night:
    """Any records with values of their own, and any findings about them, sensible or not."""
    records, births = [], draw(st.integers(2, 6))
    for birth in range(births):
        for registry in draw(st.sets(st.sampled_from(sorted(REGISTRIES)), min_size=1)):
            copies = draw(st.integers(1, 2))
            records += [any_record(draw, registry, f"b{birth}", f"{registry}{birth}{copy}") for copy in range(copies)]
    findings = {}
    for _ in range(draw(st.integers(0, 25))):
        made = any_finding(draw, births, records)
        findings[made["finding_id"]] = made
    protected = draw(st.sets(st.sampled_from([f"b{birth}" for birth in range(births)]), max_size=1))
    return replace(county.night(list(findings.values()), records), protected=protected)


def any_record(draw: st.DrawFn, registry: str, birth: str, mark: str) -> dict[str, object]:
    values = {column: f"{column}~{mark}" if draw(st.booleans()) else None for column in PERSONAL if column != "record_id"}
    unit_field = REGISTRIES[registry].unit_field
    return county.record(
        registry, f"record_id~{mark}", birth, **values, division_code=draw(st.sampled_from(VILLAGES)), child_sex=draw(st.sampled_from("0129")),
        born_on=draw(st.dates(date(2025, 1, 1), county.AS_OF)), vital_status=draw(st.sampled_from(["alive", "alive", "alive", None, "died"])),
        quarantined=draw(st.booleans()), **({unit_field: draw(st.sampled_from(UNITS[unit_field]))} if unit_field else {}),
    )  # fmt: skip


def any_finding(draw: st.DrawFn, births: int, records: list[dict[str, object]]) -> dict[str, object]:
    kind = draw(st.sampled_from([kind.value for kind in Kind] + ["not_registered", "conflict"] * 3))
    if kind in (*OWN_KINDS, "possible_match"):
        record = draw(st.sampled_from(records))
        about = {"registry": record["registry"], "record_id": record["record_id"], "evidence": "other_name;alone:hukou"}
        return county.finding(
            kind, str(record["birth_id"]), division_code=record["area_code"], field=draw(st.sampled_from(FIELDS)), **about
        )
    birth, stage = f"b{draw(st.integers(0, births - 1))}", draw(st.sampled_from([0, 30, 60, 365]))
    return county.finding(kind, birth, division_code=draw(st.sampled_from(VILLAGES)), due_stage=stage)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(nights())
def test_whatever_is_found_every_column_and_person_is_within_the_table(night: Night):
    rows = disclosed(night)
    records = night.records.assign(unit=answering_units(night.records))
    findings = night.findings.set_index("finding_id")
    mourned = set(records.loc[records["vital_status"] == "died", "birth_id"])
    for row in rows.to_dict("records"):
        cell = table()[row["recipient"]][row["kind"]]
        shown = {column for column, value in row.items() if not pd.isna(value)}
        assert shown <= {*KEYS, *cell.columns, "recipient", "recipient_registry", "desk"}
        known = records_that_the_desk_may_show(row, cell.scope, findings, records)
        for column in shown & {*NAMES_A_PERSON, "record_id"}:
            assert_value_of(row[column], known)
        if cell.scope.startswith("resident"):
            found = findings.loc[row["finding_id"]]
            assert found["division_code"].startswith(row["desk_code"])
            assert found["birth_id"] not in mourned
            assert (found["birth_id"] in night.protected) == (row["recipient"] == "senior_officer")


def records_that_the_desk_may_show(row: dict[str, object], scope: str, findings: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """By the words of rights.md, not by the code's: the child's own records, the one record of its holder, or none."""
    if scope.startswith("count"):
        return records.iloc[:0]
    found = findings.loc[str(row["finding_id"])]
    if scope.startswith("resident"):
        return records[records["birth_id"] == found["birth_id"]]
    own = records[(records["registry"] == found["registry"]) & (records["record_id"] == found["record_id"])]
    if row["recipient"] == "registry_unit":
        assert (own["registry"] == row["recipient_registry"]).all()
        assert (own["unit"] == row["desk_code"]).all()
    if row["kind"] == "duplicate_record":  # the registry's own second record of that birth, by its number
        return records[(records["registry"] == found["registry"]) & (records["birth_id"] == found["birth_id"])]
    return own


def assert_value_of(value: object, known: pd.DataFrame) -> None:
    """A personal value carries the mark of its record behind a tilde; a mask keeps the last four characters of it."""
    assert len(known)
    if not isinstance(value, str) or ("~" not in value and "*" not in value):
        return
    held = {str(text) for column in PERSONAL for text in known[column].dropna()}
    for part in value.split("、"):
        assert part in held or ("*" in part and any(text.upper().replace("-", "").endswith(part[-4:]) for text in held))
