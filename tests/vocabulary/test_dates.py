"""Dates as offices write them; lunar dates read as Gregorian (domain.md 2.4 rows 12, 13, 32)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocabulary import dates

FIFTH_OF_MARCH = date(2025, 3, 5)


@pytest.mark.parametrize(
    "written",
    [
        "2025-03-05",
        "2025.3.5",
        "2025/3/5",
        "2025年3月5日",
        "20250305",
        "２０２５．３．５",
        "25/3/5",
        "45721",
        45721,
        45721.0,
        20250305,
        "2025-03-05 13:45:00",
        " 2025-3-5 ",
        FIFTH_OF_MARCH,
    ],
)
def test_one_day_however_it_is_written(written):
    assert dates.read_date(written) == FIFTH_OF_MARCH


def test_a_serial_of_the_1904_epoch_is_the_same_day_with_that_epoch():
    assert dates.read_date(45721 - 1462, epoch_1904=True) == FIFTH_OF_MARCH


@pytest.mark.parametrize("written", ["2025年3月", "2025-02-30", "三月五日", "2025-13-01", "12", 3.0, float("inf"), "5/3/2025", "abc"])
def test_what_is_no_day_is_refused_without_repeating_it(written):
    with pytest.raises(ValueError, match=r"^(not a|no such)") as refusal:
        dates.read_date(written)
    assert str(written) not in str(refusal.value)


@pytest.mark.parametrize("written", [None, "", "  ", float("nan")])
def test_an_empty_cell_is_no_date(written):
    assert dates.read_date(written) is None


@given(st.dates(date(2010, 1, 1), date(2030, 12, 31)))
def test_a_lunar_date_written_as_gregorian_is_found_again_exactly(day):
    year, month, day_of_month, _ = dates.solar_to_lunar(day)
    try:
        written = date(year, month, day_of_month)
    except ValueError:
        return  # 0.38 % of lunar days, such as 30 February, cannot be written as a Gregorian date
    assert day in dates.lunar_readings(written)
    assert timedelta(19) <= day - written <= timedelta(54)


def test_a_leap_month_has_two_readings():
    assert dates.lunar_readings(date(2025, 6, 10)) == (date(2025, 7, 4), date(2025, 8, 3))
