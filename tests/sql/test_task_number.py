"""Task numbers: opaque, short, and safe against a slip of the pen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sql.task_number import ALPHABET, CROCKFORD, check_character, read_task_number, task_number

FINDINGS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz234567", min_size=15, max_size=15).map(lambda text: "f" + text)


def test_the_check_character_is_that_of_iso_7064() -> None:
    # The Global Release Identifier of the music industry is checked by MOD 37,36 too; this one is its handbook's.
    assert check_character("A12425GABC1234002") == "M"


@given(FINDINGS)
def test_a_number_is_read_as_it_was_written(finding_id: str) -> None:
    number = task_number(finding_id, "registration_desk-990101001")
    assert read_task_number(number) == number
    assert read_task_number(f" {number.lower().replace('-', '')} ") == number
    assert set(number) <= set(CROCKFORD) | {"-"}


@given(FINDINGS, st.integers(0, 9), st.sampled_from(CROCKFORD))
def test_one_wrong_character_is_noticed(finding_id: str, place: int, wrong: str) -> None:
    typed = task_number(finding_id, "desk").replace("-", "")
    if typed[place] != wrong:
        assert read_task_number(typed[:place] + wrong + typed[place + 1 :]) is None


def test_two_swapped_neighbours_are_nearly_always_noticed() -> None:
    typed = [task_number(f"f{place}", "desk").replace("-", "") for place in range(400)]
    swapped = [
        text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        for text in typed
        for place in range(9)
        if text[place] != text[place + 1]
    ]
    assert sum(read_task_number(text) is not None for text in swapped) < 0.01 * len(swapped)


@pytest.mark.parametrize("typed", ["", "AB3DE", "ABCDE-FGHJ!", "f3726djkmpxlgxb2", "AAAAA-AAAAA"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert read_task_number(typed) is None


def test_what_is_misread_is_read_as_it_was_meant() -> None:
    number = next(number for place in range(500) if "1" in (number := task_number(f"f{place}", "desk")) and "0" in number)
    assert read_task_number(number.replace("1", "l").replace("0", "O")) == number


def test_numbers_tell_neither_finding_nor_desk_apart_from_chance() -> None:
    numbers = {task_number(f"f{place}", desk) for place in range(2000) for desk in ("a", "b")}
    assert len(numbers) == 4000
    assert task_number("f1", "a") != task_number("f1", "a", attempt=1)


def test_the_alphabets() -> None:
    assert len(CROCKFORD) == 32
    assert len(ALPHABET) == 36
    assert not set("ILOU") & set(CROCKFORD)
