"""Lists that several processes write are the same, in the same order, and an error of one is an error."""

from __future__ import annotations

import math

import pytest

from reconciliation.worklist_writing import written


@pytest.mark.parametrize("few", [0, 10, 400])
def test_each_list_is_written_once_and_in_its_order(few: int) -> None:
    assert list(written(range(-20, 5), abs, few)) == [abs(number) for number in range(-20, 5)]


def test_nothing_is_written_of_nothing() -> None:
    assert list(written([], abs, 0)) == []


def test_what_fails_in_another_process_fails_here() -> None:
    with pytest.raises(ValueError, match="math domain"):
        list(written([4.0, 1.0, -1.0], math.sqrt, 1))
