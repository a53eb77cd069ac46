"""What a return counts, drawn as tables: each birth once, where it lives, in one of four standings; and why earlier months change."""

from __future__ import annotations

from datetime import date

import pytest

from sql.returns import facts_in
from submission.monthly.form import checks, counts
from submission.monthly.revisions import revisions
from submission.monthly.table import flags, table
from tests.nights import Night
from vocabulary.areas import Areas
from vocabulary.months import Month
from vocabulary.settings import Settings

OCTOBER, END = Month(2026, 10), date(2026, 11, 15)
HERE = ("990101",)


@pytest.fixture
def night(tmp_path):
    return Night(Settings.from_environment({"HEDUI_HOME": str(tmp_path), "HEDUI_AREA": "990101"}))


def births(night: Night, as_of: date = END, told=(), deaths=()):
    return facts_in(night.linked(as_of), told, deaths).birth


def marks(birth) -> dict[str, set[str]]:
    """Birth -> the columns that it adds to."""
    told = flags(birth)
    return {one: {name for name in counts() if row[name]} for one, row in zip(birth["birth_id"], told.to_dict("records"), strict=True)}


def counted(birth) -> dict[str, int]:
    return table(birth, OCTOBER, Areas(), HERE).iloc[0][list(counts())].to_dict()


def test_a_child_stands_in_one_of_four_places_and_day_thirty_is_due(night):
    night.given("hospital", """
        birth_record_id | born_at    | vital_status | birth
        on-day-29       | 2026-10-17 | alive        | on-day-29
        on-day-30       | 2026-10-16 | alive        | on-day-30
        died            | 2026-10-02 | died         | died
        h1              | 2026-10-01 | alive        | registered
        h2              | 2026-10-01 | alive        | late
        h3              | 2026-10-01 | died         | registered-died
    """)  # fmt: skip
    night.given("hukou", """
        registration_id | born_on    | registered_on | birth
        r1              | 2026-10-01 | 2026-10-31    | registered
        r2              | 2026-10-01 | 2026-11-01    | late
        r3              | 2026-10-01 | 2026-10-05    | registered-died
    """)  # fmt: skip
    told = marks(births(night))
    everybody = {"live_births", "male", "in_hospital"}
    assert told["on-day-29"] == everybody | {"not_yet_due"}
    assert told["on-day-30"] == everybody | {"overdue", "past_due"}
    assert told["died"] == everybody | {"died_before_registration", "past_due"}
    assert told["registered"] == everybody | {"registered", "registered_within_30_days", "past_due", "timely"}
    assert told["late"] == everybody | {"registered", "registered_later", "past_due"}
    assert told["registered-died"] == told["registered"]


def test_a_birth_counts_once_where_the_family_lives(night):
    night.given("hospital", """
        birth_record_id | born_at    | division_code | birth
        h1              | 2026-10-05 | 990101002001  | moved
        h2              | 2026-10-05 | 990909001001  | elsewhere
        h3              | 2026-11-02 |               | november
    """)  # fmt: skip
    night.given("family_planning", """
        report_id | born_on    | division_code | birth
        f1        | 2026-10-05 | 990101001001  | moved
        f2        | 2026-10-05 | 990101001001  | moved
        f3        | 2026-10-20 | 990101001001  | at-home
    """)  # fmt: skip
    lines = table(births(night), OCTOBER, Areas(), HERE).set_index("code")
    assert lines.loc["990101001", ["live_births", "in_hospital", "out_of_hospital", "repeated"]].tolist() == [2, 1, 1, 1]
    assert lines.loc["", ["live_births", "elsewhere"]].tolist() == [2, 1]
    assert list(lines.index) == ["", "990101", "990101001"]


def test_what_desks_answered_changes_the_figures(night):
    codes = {
        "A1": "registered",
        "A2": "registered_elsewhere",
        "B1": "not_yet_registered",
        "C1": "died",
        "C3": "removed",
        "C4": "transferred",
        "D2": "excluded",
    }
    rows = "\n".join(f"{code} | 2026-10-05" for code in codes)
    night.given("hospital", f"birth_record_id | born_at\n{rows}")
    told = [(code, code, figure, date(2026, 11, 10), None, None) for code, figure in codes.items()]
    found = {one: columns - {"male", "in_hospital", "past_due"} for one, columns in marks(births(night, told=told)).items()}
    assert found["A1"] == {"live_births", "registered", "registered_later"}
    assert found["A2"] == found["A1"] | {"registered_elsewhere"}
    assert found["B1"] == {"live_births", "overdue", "confirmed_unregistered"}
    assert found["C1"] == {"live_births", "died_before_registration"}
    assert found["C3"] == {"repeated"}
    assert found["C4"] == {"elsewhere"}
    assert found["D2"] == set()


def test_the_table_keeps_every_logical_check(night):
    rows = "\n".join(f"h{number} | 2026-10-{number:02d} | {1 + number % 2} | 9901010{number % 4:02d}001" for number in range(1, 32))
    night.given("hospital", f"birth_record_id | born_at | child_sex | division_code\n{rows}")
    lines = table(births(night), OCTOBER, Areas(), HERE)
    for check in checks():
        right = lines[list(check.right)].sum(axis=1)
        assert (lines[check.left].eq(right) if check.relation == "=" else lines[check.left].le(right)).all(), check.text()


def test_a_revision_says_how_many_births_changed_and_why(night):
    night.given("hospital", """
        birth_record_id | born_at    | child_sex | birth
        h1              | 2026-10-02 | 1         | since
        h2              | 2026-10-03 | 1         | sex
        h3              | 2026-10-04 | 1         | gone
        h4              | 2026-10-30 | 1         | due
    """)  # fmt: skip
    before = births(night)
    night.rows, night.births = night.rows[:2] + night.rows[3:], night.births[:2] + night.births[3:]
    night.rows[1]["child_sex"] = "2"
    night.given("hukou", "registration_id | born_on | registered_on | birth\nr1 | 2026-10-02 | 2026-11-20 | since")
    night.given("family_planning", "report_id | born_on | recorded_on\nlate | 2026-10-09 | 2026-11-25")
    now = births(night, date(2026, 12, 15))
    told = revisions(before, now, [str(OCTOBER)], Areas(), HERE)
    whole = told[told["level"].eq("total")].set_index("column")
    assert whole.loc["registered", ["was", "is", "causes"]].tolist() == [0, 1, {"registered_since": 1}]
    assert whole.loc["female", "causes"] == {"corrected": 1}
    assert "live_births" not in whole.index  # one came, one went
    assert whole.loc["in_hospital", ["difference", "causes"]].tolist() == [-1, {"vanished": 1}]
    assert whole.loc["out_of_hospital", "causes"] == {"late_record": 1}
    assert revisions(now, now, [str(OCTOBER)], Areas(), HERE).empty
    assert set(told["code"]) == {"", "990101", "990101001"}


def test_without_changes_the_same_night_gives_the_same_figures(night):
    night.given("hospital", "birth_record_id | born_at\nh1 | 2026-10-02")
    assert counted(births(night)) == counted(births(night))
