"""A broken cell quarantines its row or notes a fact, by a table; the row stays among the records, its broken cell blanked."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.expectations.deliveries import accepted, number, sound, with_cells
from tests.nights import drawn
from vocabulary.registries import REGISTRIES

# becomes: blank = row quarantined, cell blanked; note = told to the registry; count = a gap on the verdict; - = nothing is wrong.
CELLS = """
registry        | column              | text                | becomes | reason
hukou           | born_on             |                     | blank   | missing
hukou           | born_on             | 2025年3月           | blank   | unreadable_date
hukou           | born_on             | 2026-02-30          | blank   | unreadable_date
family_planning | born_on             | 46000               | -       | -
family_planning | born_on             | 2026.3.5            | -       | -
hukou           | registered_on       | yesterday           | blank   | unreadable_date
hukou           | updated_at          | yesterday           | count   | unreadable_date
hukou           | division_code       |                     | blank   | missing
hukou           | division_code       | 9901010             | blank   | malformed_code
hukou           | division_code       | 99010100100A        | blank   | malformed_code
hukou           | child_sex           |                     | blank   | missing
hukou           | child_sex           | 7                   | blank   | not_a_code
hukou           | child_sex           | 男                  | -       | -
hukou           | child_name          | 无                  | count   | missing
hukou           | mother_name         |                     | -       | -
hukou           | mother_id_number    |                     | -       | -
hukou           | mother_id_number    | 990101199501012021  | note    | check_digit
hukou           | mother_id_number    | 990101199501012000  | note    | excel_truncated
hukou           | mother_id_number    | 9.90101E+17         | note    | excel_truncated
hukou           | mother_id_number    | 99010119950101      | note    | length
hukou           | mother_id_number    | E12345678           | -       | -
hukou           | certificate_no      | 99Z0000001          | note    | certificate_pattern
hukou           | certificate_no      | Q990000001          | note    | certificate_letter
hukou           | certificate_no      | A990000001          | -       | -
hukou           | certificate_no      | y 990000001         | -       | -
hukou           | certificate_no      |                     | -       | -
hospital        | born_at             | unknown             | blank   | unreadable_date
hospital        | vital_status        | well                | blank   | not_a_code
hospital        | vital_status        |                     | blank   | missing
hospital        | plurality           | two                 | count   | not_a_number
hospital        | birth_order         | 2                   | blank   | order_above_plurality
hospital        | issued_on           |                     | -       | -
family_planning | reporting_unit_code |                     | count   | missing
family_planning | reported_on         | soon                | blank   | unreadable_date
"""
ROWS = drawn(CELLS)
# Each line breaks a row of its own: line 1 row n0000001, line 2 row n0000002, and so on.
RECORD_IDS = [f"n{place:07d}" for place in range(1, len(ROWS) + 1)]


@pytest.fixture(scope="module")
def outcomes() -> dict[str, object]:
    """One delivery a registry, with the table's lines in one row each."""
    found = {}
    for name, contract in REGISTRIES.items():
        cells = [
            (record_id, row["column"], row.get("text")) for record_id, row in zip(RECORD_IDS, ROWS, strict=True) if row["registry"] == name
        ]
        found[name] = accepted(name, with_cells(sound(name, 400), contract.key, *cells))
    return found


@pytest.mark.parametrize(
    ("record_id", "row"), zip(RECORD_IDS, ROWS, strict=True), ids=lambda each: " ".join(each.values()) if isinstance(each, dict) else each
)
def test_a_cell_becomes_what_the_table_says(outcomes, record_id: str, row: dict[str, str]) -> None:
    outcome, column = outcomes[row["registry"]], row["column"]
    delivery, failures = outcome.delivery, outcome.examination.failures
    row_no = delivery.texts.index[delivery.texts[delivery.registry.key] == record_id][0]
    told = failures[failures["row_no"] == row_no][["column", "becomes", "code"]].to_dict("records")
    assert told == ([] if row["becomes"] == "-" else [{"column": column, "becomes": row["becomes"], "code": row["reason"]}])

    record = outcome.records.set_index("record_id").loc[record_id]
    assert bool(record["quarantined"]) is (row["becomes"] == "blank")
    if row["becomes"] == "blank":
        assert all(pd.isna(record[field]) for field in delivery.registry.fields_of(column))


def test_quarantine_keeps_the_row_as_it_came_with_its_reasons() -> None:
    landed = with_cells(sound("hukou"), "registration_id", ("n0000007", "born_on", " 2025年3月 "), ("n0000007", "division_code", "99"))
    kept = accepted("hukou", landed).quarantine
    assert kept[["born_on", "division_code", "reasons", "left_out"]].to_dict("records") == [
        {
            "born_on": " 2025年3月 ",
            "division_code": "99",
            "reasons": "born_on:unreadable_date;division_code:malformed_code",
            "left_out": False,
        }
    ]


def test_rows_without_a_key_are_set_aside_and_other_versions_of_a_record_too() -> None:
    landed = sound("hukou")
    keyless = landed.iloc[[0]].assign(registration_id="  ")
    older = landed.iloc[[1]].assign(child_name="王旧", updated_at="2026-01-01 00:00:00")
    identical = landed.iloc[[2]]
    outcome = accepted("hukou", pd.concat([landed, keyless, older, identical]))
    assert len(outcome.records) == len(landed)
    assert outcome.records["record_id"].is_unique
    assert "王旧" not in set(outcome.records["child_name"])
    assert sorted(outcome.quarantine["reasons"]) == ["registration_id:key_missing", "registration_id:key_repeated"]
    assert outcome.delivery.identical_copies == 1


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("child_id_number", "another birth date", "id_birth_date"),
        ("child_id_number", "another sex", "id_sex"),
        ("mother_id_number", "a man's number", "id_sex"),
        ("father_id_number", "a woman's number", "id_sex"),
        ("child_id_number", "990101900101123", "length"),
    ],
)
def test_a_number_that_contradicts_its_record_is_noted(column: str, text: str, code: str) -> None:
    born_on = pd.Timestamp("2025-11-02").date()  # n0000001 is a boy of this day
    numbers = {
        "another birth date": number(born_on.replace(day=20), 101),
        "another sex": number(born_on, 102),
        "a man's number": number(born_on.replace(year=1995), 101),
        "a woman's number": number(born_on.replace(year=1995), 102),
    }
    outcome = accepted("hukou", with_cells(sound("hukou"), "registration_id", ("n0000001", column, numbers.get(text, text))))
    assert outcome.notes.to_dict("records") == [{"registry": "hukou", "record_id": "n0000001", "field": column, "code": code}]


def test_a_stated_time_is_kept_and_a_day_alone_is_no_midnight() -> None:
    landed = with_cells(sound("hospital"), "birth_record_id", ("n0000001", "born_at", "2026年3月5日 8:05"), ("n0000002", "born_at", "2026-03-06"),
                        ("n0000003", "born_at", "2026-03-06T20:30:00Z"))  # fmt: skip
    records = accepted("hospital", landed).records.set_index("record_id")
    assert str(records.loc["n0000001", "born_at"]) == "2026-03-05 08:05:00"
    assert pd.isna(records.loc["n0000002", "born_at"])
    assert str(records.loc["n0000003", "born_at"]) == "2026-03-07 04:30:00"
    assert [str(day) for day in records["born_on"].iloc[:3]] == ["2026-03-05", "2026-03-06", "2026-03-07"]


def test_records_are_written_one_way_whatever_the_office_writes() -> None:
    cells = (
        ("n0000001", "child_sex", "男"),
        ("n0000001", "mother_name", " 阿依古丽•买买提 "),
        ("n0000001", "mother_id_number", "'９９010119950102201x"),
    )
    record = accepted("hukou", with_cells(sound("hukou"), "registration_id", *cells)).records.iloc[0]
    assert (record["child_sex"], record["mother_name"], record["mother_id_number"]) == ("1", "阿依古丽·买买提", "99010119950102201X")


@pytest.mark.parametrize(
    ("registry", "changes", "later"),
    [
        ("hukou", {"registered_on": "2026-11-01", "updated_at": "2026-11-01 00:00:00"}, 1),
        ("hukou", {"registered_on": "2026-10-31", "updated_at": "2026-11-05 09:00:00"}, 0),  # was there, corrected later
        ("hukou", {"registered_on": "2026-11-05", "updated_at": "2026-10-31 23:59:59"}, 0),  # a slip of the pen: found as one
        ("family_planning", {"reported_on": "2026-11-02", "updated_at": "2026-11-02 09:00:00"}, 1),
        ("hospital", {"born_at": "2026-11-01 03:00:00", "updated_at": "2026-11-01 09:00:00"}, 1),
        ("hospital", {"issued_on": "2026-11-03", "updated_at": "2026-11-03 09:00:00"}, 0),  # born before, certificate issued after
    ],
)
def test_a_past_night_does_not_see_what_was_recorded_after_it(registry, changes, later) -> None:
    landed = sound(registry)
    landed.loc[landed.index[5], list(changes)] = list(changes.values())
    outcome = accepted(registry, landed)
    assert outcome.delivery.later_rows == later == outcome.records["came_later"].sum()
    assert len(outcome.records) == len(landed)
