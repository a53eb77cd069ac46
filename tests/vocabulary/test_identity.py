"""Identity numbers, GB 11643-1999. The first two vectors are the standard's own examples; prefix 99 is nobody's."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocabulary import identity


@pytest.mark.parametrize(
    ("number", "form", "fault"),
    [
        ("11010519491231002X", "18", None),
        ("440524188001010014", "18", None),  # born in 1880: old, not wrong
        ("110105194912310021", "18", "check_digit"),
        ("999999202402290017", "18", None),
        ("１１０１０５１９４９１２３１００２ｘ", "18", None),
        (" 110105 19491231 002x", "18", None),
        ("'999999202501310028", "18", None),
        ("999999202501310000", "18", "excel_truncated"),
        ("9.99999E+17", "other", "excel_truncated"),
        ("999999491231002", "15", None),
        ("999999491331002", "15", "birth_date"),
        ("99999920240229001", "other", "length"),
        ("9999992024022900IZ", "other", "characters"),
        ("G12345678", "other", None),  # a passport stands in the same column
        ("无", "missing", None),
        ("", "missing", None),
        (None, "missing", None),
    ],
)
def test_a_number_says_what_it_is_and_what_is_wrong_with_it(number, form, fault):
    verdict = identity.examine(number)
    assert (verdict.form, verdict.fault) == (form, fault)


@pytest.mark.parametrize(
    ("born_on", "sex", "fault"),
    [
        (date(2024, 2, 29), "1", None),
        (date(2024, 2, 28), "1", "id_birth_date"),
        (date(2024, 2, 29), "2", "id_sex"),
        (date(2024, 2, 29), "9", None),
        (None, None, None),
    ],
)
def test_a_valid_number_may_contradict_its_record(born_on, sex, fault):
    assert identity.examine("999999202402290017", born_on, sex).fault == fault


def test_an_impossible_day_with_a_right_check_digit_is_a_wrong_date():
    first17 = "99999920230229001"
    assert identity.examine(first17 + identity.check_character(first17)).fault == "birth_date"


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16))
def test_one_wrong_digit_is_always_noticed(first17, place):
    whole = first17 + identity.check_character(first17)
    wrong = whole[:place] + str((int(whole[place]) + 1) % 10) + whole[place + 1 :]
    assert identity.check_character(wrong[:17]) != wrong[17]


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 15))
def test_two_neighbours_swapped_are_always_noticed(first17, place):
    swapped = first17[:place] + first17[place + 1] + first17[place] + first17[place + 2 :]
    assert (swapped == first17) or identity.check_character(swapped) != identity.check_character(first17)


def test_the_old_form_and_the_new_form_of_one_person_agree():
    assert identity.upgrade("999999491231002") == "99999919491231002" + identity.check_character("99999919491231002")


@pytest.mark.parametrize(("number", "shown"), [("999999202402290017", "**************0017"), (None, ""), ("无", "")])
def test_a_masked_number_shows_its_last_four_characters(number, shown):
    assert identity.mask(number) == shown
