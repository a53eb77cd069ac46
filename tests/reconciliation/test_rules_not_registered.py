"""The rule that hedui is for: whom it lists, whom it waits for, whom it leaves alone (rights.md R4)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.nights import Night, day

ONE_CHILD = """
    birth_record_id | born_at
    child           | 2026-06-01
"""
REPORT = """
    report_id | birth | born_on
    F1        | child | 2026-06-01
"""


def test_a_child_is_due_on_the_thirtieth_day(night: Night) -> None:
    night.given("hospital", """
        birth_record_id | born_at    | vital_status
        on-day-29       | 2026-10-03 | alive
        on-day-30       | 2026-10-02 | alive
        died            | 2026-09-01 | died
    """)  # fmt: skip
    assert night.on("2026-11-01").due("not_registered") == {"on-day-30"}


@pytest.mark.parametrize(
    ("days", "stage"),
    [(0, 0), (29, 0), (30, 30), (59, 30), (60, 60), (89, 60), (90, 90), (179, 90), (180, 180), (364, 180), (365, 365), (600, 365)],
)
def test_each_stage_begins_on_its_day(night: Night, days: int, stage: int) -> None:
    as_of = date(2026, 11, 1)
    night.given("hospital", f"birth_record_id | born_at\nchild | {as_of - timedelta(days=days)}")
    assert night.on("2026-11-01").of("not_registered")["due_stage"].tolist() == [stage]


def test_a_child_of_tomorrow_is_not_listed(night: Night) -> None:
    night.given("hospital", "birth_record_id | born_at\nchild | 2026-11-02").delivers("hukou", period_to=date(2027, 1, 1))
    assert night.on("2026-11-01").births("not_registered") == set()


def test_a_registered_child_is_not_listed(night: Night) -> None:
    night.given("hospital", ONE_CHILD)
    night.given("hukou", "registration_id | birth | born_on\nR1 | child | 2026-06-01")
    assert night.on("2026-11-01").births("not_registered") == set()


@pytest.mark.parametrize(("probability", "listed"), [("0.74", True), ("0.75", False), ("0.90", False)])
def test_a_probable_registration_goes_to_the_steward_first(night: Night, probability: str, listed: bool) -> None:
    night.given("hospital", ONE_CHILD).given("hukou", "registration_id | born_on\nR1 | 2026-06-01")
    night.pairs(f"""
        left           | right    | probability   | decision
        hospital/child | hukou/R1 | {probability} | review
    """)
    found = night.on("2026-11-01")
    assert ("child" in found.births("not_registered")) is listed
    assert len(found.of("possible_match")) == 1


@pytest.mark.parametrize(
    "delivery",
    [
        {"status": "last_good"},
        {"status": "absent"},
        {"complete": False},
        {"period_to": date(2026, 5, 31)},
        {"period_from": date(2026, 6, 2)},
        {"period_to": None},
    ],
)
def test_nothing_is_said_of_a_registry_that_did_not_speak_for_that_day(night: Night, delivery: dict[str, object]) -> None:
    night.given("hospital", ONE_CHILD).delivers("hukou", **delivery)
    assert night.on("2026-11-01").births("not_registered") == set()


@pytest.mark.parametrize("edge", [{"period_to": date(2026, 6, 1)}, {"period_from": date(2026, 6, 1)}])
def test_the_first_and_the_last_day_of_a_period_belong_to_it(night: Night, edge: dict[str, object]) -> None:
    night.given("hospital", ONE_CHILD).delivers("hukou", **edge)
    assert night.on("2026-11-01").births("not_registered") == {"child"}


def test_a_child_of_another_county_is_never_listed(night: Night) -> None:
    night.given("hospital", """
        birth_record_id | birth | born_at    | division_code
        here            | here  | 2026-06-01 | 990101002001
        away            | away  | 2026-06-01 | 990102001001
        both-1          | both  | 2026-06-01 | 990101002001
    """)  # fmt: skip
    night.given("family_planning", "report_id | birth | born_on | division_code\nboth-2 | both | 2026-06-01 | 990102001001")
    found = night.on("2026-11-01")
    assert found.births("not_registered") == {"here"}
    assert found.births("belongs_elsewhere") == {"away"}
    assert {row.registry for row in found.of("conflict").itertuples() if row.field == "division_code"} == {"hospital", "family_planning"}


def test_a_broken_row_is_a_presence_but_says_nothing(night: Night) -> None:
    night.given("hospital", """
        birth_record_id | birth    | born_at    | quarantined | division_code
        H1              | known    | 2026-06-01 |             | 990101001001
        H2              | broken   | 2026-06-01 | yes         | 990101001001
        H3              | mixed    | 2026-06-01 |             | 990101001001
    """)  # fmt: skip
    night.given("hukou", "registration_id | birth | born_on | quarantined\nR1 | known | 2026-06-01 | yes")
    night.given(
        "family_planning", "report_id | birth | born_on | quarantined | division_code\nF1 | mixed | 2026-06-01 | yes | 990102001001"
    )
    # `mixed`: even a broken record that says elsewhere keeps a child off another county's list.
    assert night.on("2026-11-01").births("not_registered") == set()


def test_the_township_is_where_the_family_lives_before_where_the_hospital_says(night: Night) -> None:
    night.given("hospital", "birth_record_id | born_at | division_code\nchild | 2026-06-01 | 990101001001")
    night.given("family_planning", "report_id | birth | born_on | division_code\nF1 | child | 2026-06-01 | 990101007003")
    row = night.on("2026-11-01").of("not_registered").iloc[0]
    assert (row["division_code"], row["evidence"]) == ("990101007003", "seen:family_planning;seen:hospital")


def test_without_a_setting_the_served_counties_are_those_of_the_hukou_registry(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEDUI_AREA", "")
    served = "\n".join(f"R{number} | 2026-06-01 | 990101001001" for number in range(600))
    night.settings = type(night.settings).from_environment()
    night.given("hukou", f"registration_id | born_on | division_code\n{served}\nslip | 2026-06-01 | 990201001001")
    night.given("hospital", """
        birth_record_id | born_at    | division_code
        here            | 2026-06-01 | 990101001001
        of-the-slip     | 2026-06-01 | 990201001001
    """)  # fmt: skip
    assert night.on("2026-11-01").births("not_registered") == {"here"}


# Bereaved families: `lost` died; `other` may be the same child.
LOST = """
    birth_record_id | born_at    | vital_status | child_sex | plurality | birth_order | mother_id_number
    lost            | 2026-06-01 | died         | 1         | 1         | 1           | 990101199001010011
"""


@pytest.mark.parametrize(
    ("probability", "decision", "listed"),
    [
        ("0.999", "link", False),
        ("0.5", "review", False),
        ("0.02", "review", False),
        ("0.001", "apart", False),
        ("0.0009", "apart", True),
        ("0.9", "apart", False),
    ],
)
def test_whoever_may_be_a_child_who_died_is_left_in_peace(night: Night, probability: str, decision: str, listed: bool) -> None:
    night.given("hospital", LOST).given("family_planning", "report_id | born_on | mother_name\nother | 2026-06-03 | 赵另")
    night.pairs(f"""
        left                  | right         | probability   | decision
        family_planning/other | hospital/lost | {probability} | {decision}
    """)
    assert night.on("2026-11-01").births("not_registered") == ({"other"} if listed else set())


@pytest.mark.parametrize(
    ("mother", "number", "born_on", "listed"),
    [
        ("王悲", "", "2026-07-31", False),  # sixty days, as far as a lunar reading may move a date
        ("王悲", "", "2026-08-01", True),
        ("王另", "", "2026-06-03", True),
        ("王悲", "990101199001010038", "2026-06-03", True),  # another number is another mother
    ],
)
def test_a_report_without_number_beside_a_death_under_the_same_mothers_name_is_left_in_peace(night: Night, mother, number, born_on, listed):
    night.given("hospital", "birth_record_id | born_at | vital_status | mother_name\nlost | 2026-06-01 | died | 王悲")
    night.given("family_planning", f"report_id | born_on | mother_name | mother_id_number\nother | {born_on} | {mother} | {number}")
    assert night.on("2026-11-01").births("not_registered") == ({"other"} if listed else set())


@pytest.mark.parametrize(
    ("level", "listed"), [("variant", False), ("same_tone", False), ("same_sound", False), ("look_alike", False), ("one_character", True)]
)
def test_a_mothers_name_that_sounds_or_looks_the_same_is_enough_to_leave_her_in_peace(night: Night, level, listed):
    night.given("hospital", "birth_record_id | born_at | vital_status | mother_name\nlost | 2026-06-01 | died | 张怡")
    night.given("family_planning", "report_id | born_on | mother_name\nother | 2026-06-20 | 張怡")
    night.pairs(f"""
        left                  | right         | probability | decision | mother_name
        family_planning/other | hospital/lost | 0.0005      | apart    | {level}
    """)
    assert night.on("2026-11-01").births("not_registered") == ({"other"} if listed else set())


@pytest.mark.parametrize(
    ("status", "period_to", "listed"),
    [
        ("fresh", "2026-11-01", True),
        ("last_good", "2026-06-30", True),  # it told of deaths up to the day of birth
        ("last_good", "2026-05-31", False),
        ("absent", "2026-11-01", False),
    ],
)
def test_nobody_is_visited_while_the_registry_that_tells_of_deaths_is_silent(night: Night, status, period_to, listed):
    night.given("family_planning", "report_id | born_on\nchild | 2026-06-01").delivers("hospital", status=status, period_to=day(period_to))
    assert night.on("2026-11-01").births("not_registered") == ({"child"} if listed else set())


def test_a_registration_that_came_after_the_night_is_not_known_to_it(night: Night) -> None:
    night.given("hospital", "birth_record_id | birth | born_at\nchild | child | 2026-06-01")
    night.given("hukou", "registration_id | birth | born_on | came_later\nR1 | child | 2026-06-01 | yes")
    assert night.on("2026-11-01").births("not_registered") == {"child"}


@pytest.mark.parametrize(
    ("born_on", "recorded_on", "stage"),
    [
        ("2024-08-05", "2026-08-09", 60),  # the year mistyped: 2026-08-05
        ("2062-08-05", "2026-08-09", 60),
        ("2024-08-05", "2024-08-09", None),  # a birth of its own year: before what hukou delivered, nothing may be said
    ],
)
def test_a_day_outside_its_registrys_months_is_read_as_the_slip_that_explains_it(night: Night, born_on, recorded_on, stage):
    night.given("family_planning", f"report_id | born_on | recorded_on\nchild | {born_on} | {recorded_on}")
    for registry in ("family_planning", "hukou"):
        night.delivers(registry, period_from=day("2025-11-01"))
    found = night.on("2026-10-31").of("not_registered")
    assert list(found["due_stage"]) == ([stage] if stage else [])


def test_a_possible_match_with_any_record_of_the_child_who_died_is_enough(night: Night) -> None:
    night.given("hospital", LOST)
    night.given("family_planning", "report_id | birth | born_on\nF1 | lost | 2026-06-01\nother | other | 2026-06-01")
    night.pairs("left | right | probability | decision\nfamily_planning/F1 | family_planning/other | 0.2 | review")
    assert night.on("2026-11-01").births("not_registered") == set()


@pytest.mark.parametrize(
    ("number", "born", "listed"),
    [
        ("990101199001010011", "2026-07-09", False),
        ("99010119900101001X", "2026-06-01", False),  # the check digit alone differs
        ("990101900101001", "2026-06-01", False),  # the old form of the same number
        ("990101199001010011", "2025-11-01", True),  # another delivery of hers
        ("990101198001010015", "2026-06-01", True),  # another mother
    ],
)
def test_the_same_mother_at_that_time_is_left_in_peace_whatever_the_model_says(night: Night, number: str, born: str, listed: bool) -> None:
    night.given("hospital", LOST)
    night.given("family_planning", f"report_id | born_on | mother_id_number\nother | {born} | {number}")
    assert night.on("2026-11-01").births("not_registered") == ({"other"} if listed else set())


@pytest.mark.parametrize(
    ("twin", "listed"),
    [
        ("2 | 2 | 1 | alive", True),  # told by the order within the delivery
        ("2 | 1 | 2 | alive", True),  # told by sex
        ("2 | 1 | 1 | alive", False),  # cannot be told from the one who died
        ("1 | 2 | 1 | alive", False),  # not a twin by its own record
        ("2 | 2 | 1 | died", False),  # both died
    ],
)
def test_a_surviving_twin_is_listed_only_if_it_is_clearly_the_other_one(night: Night, twin: str, listed: bool) -> None:
    night.given("hospital", f"""
        birth_record_id | born_at    | plurality | birth_order | child_sex | vital_status | mother_id_number
        lost            | 2026-06-01 | 2         | 1           | 1         | died         | 990101199001010011
        twin            | 2026-06-01 | {twin} | 990101199001010011
    """)  # fmt: skip
    night.pairs("left | right | probability | decision\nhospital/lost | hospital/twin | 0.9 | apart")
    assert night.on("2026-11-01").births("not_registered") == ({"twin"} if listed else set())


def test_a_twin_whom_the_model_would_review_with_the_one_who_died_waits(night: Night) -> None:
    night.given("hospital", """
        birth_record_id | born_at    | plurality | birth_order | vital_status
        lost            | 2026-06-01 | 2         | 1           | died
        twin            | 2026-06-01 | 2         | 2           | alive
    """)  # fmt: skip
    night.pairs("left | right | probability | decision\nhospital/lost | hospital/twin | 0.9 | review")
    assert night.on("2026-11-01").births("not_registered") == set()


def test_a_child_who_died_still_counts_as_a_birth_that_was_not_reported(night: Night) -> None:
    night.given("hospital", LOST)
    assert night.on("2026-11-01").births("not_reported") == {"lost"}
