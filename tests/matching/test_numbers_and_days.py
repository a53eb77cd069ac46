"""What each level of a number, a date, a sex, an area, an order and a survival means."""

from datetime import date

import pytest

from tests.matching.agreement import MODELS, alone, by_kernel
from tests.matching.test_names import level
from vocabulary.areas import Area, Areas
from vocabulary.dates import lunar_to_solar
from vocabulary.identity import upgrade

MOTHER = "990101199003074526"
OLD = "990101900307452"


def level_inside(comparison, left, right):
    """The level of two records of one registry, the same from both sides."""
    spec = alone(MODELS["births"], comparison)
    there, back = by_kernel(spec, [left, right], [right, left])[:, 0]
    assert there == back
    return [*spec.comparisons[0].level_names, "missing"][there]


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        (MOTHER, MOTHER, "exact"),
        (MOTHER, " 990101 19900307 4526", "exact"),
        (MOTHER[:-1] + "X", MOTHER[:-1].lower() + "x", "exact"),
        (OLD, upgrade(OLD), "old_form"),
        (OLD, OLD, "exact"),
        (OLD, "990101900307462", "one_digit"),
        (OLD, "990101900307425", "swapped"),
        (OLD, "990101199003071034", "same_birth"),  # one of them in its old form: county and birth date are the same
        (OLD, "990101199103074524", "different"),
        (MOTHER, "990101199003074000", "truncated"),
        (MOTHER, "990101199003084526", "one_digit"),
        (MOTHER, "990101199003084529", "one_digit"),  # the check character follows the slip
        (MOTHER, "99010119900307452", "one_digit"),  # a digit left out
        (MOTHER, "990101199030074526", "swapped"),
        (MOTHER, "990101199030074529", "swapped"),  # the check character follows
        (MOTHER, "990101199003075426", "swapped"),
        (MOTHER, "990101199003074562", "one_digit"),  # as a slip that the check character followed, which is commoner
        (MOTHER, "990101199003071034", "same_birth"),  # county and birth date are left of a mangled number
        (MOTHER, "990101198511128841", "different"),
        (MOTHER, None, "missing"),
    ],
)
def test_identity_numbers(left, right, told):
    assert level("mother_id", {"mother_id_number": left}, {"mother_id_number": right}) == told


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        ("Z990000017", "Z990000017", "exact"),
        ("Z990000017", "A990000017", "one_digit"),
        ("Z990000017", "Z990000071", "swapped"),
        ("Z990000017", "A990004711", "reissued"),  # the letter is the year of printing
        ("Z990000017", "z990000017", "exact"),
        ("Z990000017", "990000017", "one_digit"),  # the letter left out
        ("Z990000017", "Z990004711", "different"),
        (None, "Z990000017", "missing"),
    ],
)
def test_certificate_numbers(left, right, told):
    assert level("certificate_no", {"certificate_no": left}, {"certificate_no": right}) == told


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        ("2026-03-12", "2026-03-12", "exact"),
        ("2026-03-05", lunar_to_solar(2026, 3, 5).isoformat(), "lunar"),
        ("2026-01-01", "2026-02-17", "lunar"),  # the first day of the lunar year
        ("2025-06-01", "2025-07-25", "lunar"),  # of a leap month
        ("2025-12-29", "2026-02-16", "lunar"),  # the last day, by its lunar year
        ("2026-12-29", "2026-02-16", "lunar"),  # and by the coming one
        ("2026-03-12", "2026-04-30", "half_year"),  # 49 days, but not the lunar ones
        ("2026-03-12", "2026-03-21", "swapped"),
        ("2026-03-05", "2026-05-03", "swapped"),
        ("2026-03-12", "2026-08-12", "one_digit"),
        ("2026-01-12", "2025-01-12", "one_digit"),  # a year written by habit in January
        ("2026-03-01", "2026-03-27", "month_only"),
        ("2026-03-15", "2026-03-29", "month_only"),
        ("2026-03-12", "2026-03-13", "near"),
        ("2026-03-12", "2026-03-15", "near"),
        ("2026-03-12", "2026-03-18", "one_digit"),
        ("2026-03-12", "2026-04-11", "within_month"),
        ("2026-03-12", "2026-07-25", "half_year"),
        ("2026-03-12", "2026-09-07", "half_year"),
        ("2026-03-12", "2026-09-08", "different"),  # 180 days: another delivery is possible
        (None, "2026-03-12", "missing"),
    ],
)
def test_birth_dates(left, right, told):
    days = [None if text is None else date.fromisoformat(text) for text in (left, right)]
    assert level("born_on", {"born_on": days[0]}, {"born_on": days[1]}) == told


def test_every_lunar_date_of_a_year_is_read_exactly():
    for month in range(1, 13):
        for day in (1, 8, 15, 22, 28):
            left, right = {"born_on": date(2025, month, day)}, {"born_on": lunar_to_solar(2025, month, day)}
            assert level("born_on", left, right) == "lunar"


def test_a_lunar_day_that_the_other_calendar_lacks_is_read_too():
    assert level("born_on", {"born_on": "2024-02-30"}, {"born_on": "2024-04-08"}) == "lunar"
    assert level("born_on", {"born_on": "2026-02-30"}, {"born_on": "2026-04-17"}) == "different", "that month has 29 days in 2026"


def test_the_childs_own_number_tells_the_day_that_was_mistyped():
    number = "999999202402290017"
    assert level("born_on", {"born_on": date(2024, 5, 20), "child_id_number": number}, {"born_on": date(2024, 2, 29)}) == "by_id_number"


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [("1", "1", "exact"), ("1", "2", "different"), ("0", "1", "missing"), ("9", "2", "missing"), (None, "2", "missing")],
)
def test_sex(left, right, told):
    assert level("sex", {"child_sex": left}, {"child_sex": right}) == told


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        ("990101001201", "990101001201", "village"),
        ("990101001201", "990101001202", "township"),
        ("990101001201", "990101001000", "township"),  # one side knows the township only
        ("990101001201", "990101000000", "county"),
        ("990101000000", "990101000000", "county"),  # neither knows more than the county
        ("990101001201", "990102001201", "prefecture"),
        ("990101001201", "990201001201", "different"),
        (None, "990101001201", "missing"),
    ],
)
def test_areas(left, right, told):
    assert level("area", {"area_code": left}, {"area_code": right}) == told


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        ("990101001201", "990103005201", "village"),  # the township became another county's: its villages keep their last digits
        ("990101002201", "990103005201", "county"),  # the county was recoded, the township is another one
        ("990102001201", "990104001201", "prefecture"),  # a split has two successors: nobody is allocated to one of them
    ],
)
def test_areas_with_their_history(left, right, told):
    until = date(2026, 6, 30)
    areas = Areas(
        [
            Area("990101001", "旧乡", None, until, ("990103005",)),
            Area("990101", "旧县", None, until, ("990103",)),
            Area("990102", "分县", None, until, ("990104", "990105")),
            *(Area(code, code, until) for code in ("990103", "990103005", "990104", "990105")),
        ]
    )
    sides = [{"area_code": areas.current(code, date(2026, 11, 1))} for code in (left, right)]
    assert level("area", *sides) == told


@pytest.mark.parametrize(
    ("order_1", "babies_1", "order_2", "babies_2", "told"),
    [
        (1, 2, 1, 2, "same"),
        (1, 2, 2, 2, "different"),
        (None, 1, 2, 2, "single"),
        (1, 2, None, None, "missing"),
        (None, None, None, None, "missing"),
    ],
)
def test_order_within_a_delivery(order_1, babies_1, order_2, babies_2, told):
    sides = [{"birth_order": order, "plurality": babies} for order, babies in ((order_1, babies_1), (order_2, babies_2))]
    assert level("twin", *sides) == told


@pytest.mark.parametrize(
    ("name_1", "name_2", "told"),
    [("王芳之子甲", "王芳之子乙", "different"), ("王芳之子甲", "王芳之大儿", "same"), ("王芳之子", "王芳之子乙", "missing")],
)
def test_order_that_an_interim_name_tells(name_1, name_2, told):
    assert level("twin", {"child_name": name_1}, {"child_name": name_2}) == told


@pytest.mark.parametrize(
    ("registry_1", "status_1", "registry_2", "status_2", "told"),
    [
        ("hospital", "died", "hukou", None, "died"),
        ("hukou", None, "hospital", "died", "died"),
        ("hospital", "alive", "hukou", None, "alive"),
        ("hospital", "died", "family_planning", None, "missing"),
        ("family_planning", None, "hukou", None, "missing"),
    ],
)
def test_survival_is_a_question_to_the_civil_register(registry_1, status_1, registry_2, status_2, told):
    assert level("survival", {"registry": registry_1, "vital_status": status_1}, {"registry": registry_2, "vital_status": status_2}) == told


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        ("91110000600037341L", "91110000600037341L", "same"),
        ("91110000600037341L", "6000373411101011234567", "same"),  # a credit code and a health institution's code of one organisation
        ("600037341", "91110000600037341l", "same"),  # the organisation's own code
        ("91110000600037341L", "91110000700037341L", "different"),
        ("无", "91110000600037341L", "missing"),
        (None, "91110000600037341L", "missing"),
    ],
)
def test_facilities_are_organisations(left, right, told):
    assert level_inside("facility", {"facility_code": left}, {"facility_code": right}) == told
    assert level("facility", {"facility_code": left}, {"facility_code": right}) == "missing", "between two registries it is not asked"
