"""What each level of a number, a date, a sex, an area, an order and a survival means."""

from datetime import date

import pandas as pd
import pytest

from matching import features
from vocabulary.dates import lunar_to_solar
from vocabulary.identity import upgrade

MOTHER = "990101199003074526"
OLD = "990101900307452"


def level(feature, *cells):
    columns = [pd.Series([cell], dtype=object) for cell in cells]
    found = feature(["a"], ["a"])._compute_vectorized(*columns)[0]
    return (*feature.levels, "missing")[found]


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        (MOTHER, MOTHER, "exact"),
        (MOTHER, " 990101 19900307 4526", "exact"),
        (OLD, upgrade(OLD), "old_form"),
        (MOTHER, "990101199003074000", "truncated"),
        (MOTHER, "990101199003084526", "one_digit"),
        (MOTHER, "990101199003084529", "one_digit"),  # the check character follows the slip
        (MOTHER, "99010119900307452", "one_digit"),  # a digit left out
        (MOTHER, "990101199030074526", "swapped"),
        (MOTHER, "990101198511128841", "different"),
        (MOTHER, None, "missing"),
    ],
)
def test_identity_numbers(left, right, told):
    assert level(features.NumberFeature, left, right) == told
    assert level(features.NumberFeature, right, left) == told


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        ("Z990000017", "Z990000017", "exact"),
        ("Z990000017", "A990000017", "one_digit"),
        ("Z990000017", "Z990000071", "one_digit"),
        ("Z990000017", "Z990004711", "different"),
        (None, "Z990000017", "missing"),
    ],
)
def test_certificate_numbers(left, right, told):
    assert level(features.CertificateFeature, left, right) == told


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        ("2026-03-12", "2026-03-12", "exact"),
        ("2026-03-05", lunar_to_solar(2026, 3, 5).isoformat(), "lunar"),
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
    assert level(features.BirthDateFeature, *days) == told
    assert level(features.BirthDateFeature, *reversed(days)) == told


def test_every_lunar_date_of_a_year_is_read_exactly():
    written = [(month, day) for month in range(1, 13) for day in range(1, 29)]
    left = pd.Series([date(2025, month, day) for month, day in written], dtype=object)
    right = pd.Series([lunar_to_solar(2025, month, day) for month, day in written], dtype=object)
    assert set(features.BirthDateFeature("a", "a")._compute_vectorized(left, right)) == {features.BirthDateFeature.levels.index("lunar")}


def test_the_childs_own_number_tells_the_day_that_was_mistyped():
    cells = (date(2026, 5, 20), date(2026, 3, 12), date(2026, 3, 12), None)
    assert level(features.BirthDateFeature, *cells) == "by_id_number"


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [("1", "1", "exact"), ("1", "2", "different"), ("0", "1", "missing"), ("9", "2", "missing"), (None, "2", "missing")],
)
def test_sex(left, right, told):
    assert level(features.SexFeature, left, right) == told


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        ("990101001201", "990101001201", "village"),
        ("990101001201", "990101001202", "township"),
        ("990101001201", "990101001000", "township"),  # one side knows the township only
        ("990101001201", "990101000000", "county"),
        ("990101000000", "990101000000", "county"),  # neither knows more than the county
        ("990101001201", "990102001201", "different"),
        (None, "990101001201", "missing"),
    ],
)
def test_areas(left, right, told):
    assert level(features.AreaFeature, left, right) == told


@pytest.mark.parametrize(
    ("order_1", "babies_1", "order_2", "babies_2", "told"),
    [(1, 2, 1, 0, "same"), (1, 2, 2, 2, "different"), (0, 1, 2, 0, "single"), (1, 2, 0, 0, "missing"), (0, 0, 0, 0, "missing")],
)
def test_order_within_a_delivery(order_1, babies_1, order_2, babies_2, told):
    assert level(features.OrderFeature, order_1, babies_1, order_2, babies_2) == told


@pytest.mark.parametrize(
    ("died_1", "civil_1", "died_2", "civil_2", "told"),
    [(1, 0, -1, 1, "died"), (-1, 1, 1, 0, "died"), (0, 0, -1, 1, "alive"), (1, 0, 0, 0, "missing"), (-1, 0, -1, 1, "missing")],
)
def test_survival_is_a_question_to_the_civil_register(died_1, civil_1, died_2, civil_2, told):
    assert level(features.SurvivalFeature, died_1, civil_1, died_2, civil_2) == told
