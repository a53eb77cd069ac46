"""Divisions with their dates (domain.md 1.2)."""

from datetime import date

import pytest

from vocabulary.areas import Areas, served, trimmed
from vocabulary.errors import ConfigurationError
from vocabulary.settings import Settings

TABLE = """code,name,level,valid_from,valid_to,successor
990101,示例县,county,,,
990101003,旧镇,township,,2026-06-30,990101004
990101004,新镇,township,,,
990101003005,旧村,village,,2026-06-30,990101004015
990101005,甲乡,township,,2026-06-30,990101006;990101007
"""


@pytest.fixture
def areas(tmp_path):
    path = tmp_path / "areas.csv"
    path.write_text(TABLE, encoding="utf-8")
    return Areas.load(path)


@pytest.mark.parametrize(
    ("code", "on", "current"),
    [
        ("990101003001", date(2026, 6, 30), "990101003001"),  # the last valid day
        ("990101003001", date(2026, 7, 1), "990101004001"),  # a village keeps its digits
        ("990101003005", date(2026, 7, 1), "990101004015"),  # but its own entry wins
        ("990101003000", date(2026, 7, 1), "990101004000"),
        ("990101003", date(2026, 7, 1), "990101004"),
        ("990101005001", date(2026, 7, 1), "990101005001"),  # split: no child is allocated by a share
        ("990199001001", date(2026, 7, 1), "990199001001"),  # unknown: taken as it is
    ],
)
def test_a_code_is_followed_to_the_place_it_means_on_a_day(areas, code, on, current):
    assert areas.current(code, on) == current


def test_names_and_the_townships_of_a_day(areas):
    assert areas.name("990101004000") == "新镇"
    assert areas.name("990101099") == "990101099"
    assert areas.codes(9, ("990101",), date(2026, 10, 31)) == ("990101004",)


def test_a_circle_of_successors_ends(tmp_path):
    path = tmp_path / "areas.csv"
    path.write_text(
        "code,name,level,valid_from,valid_to,successor\n990101001,a,,,2020-01-01,990101002\n990101002,b,,,2020-01-01,990101001\n",
        encoding="utf-8",
    )
    assert Areas.load(path).current("990101001001", date(2026, 1, 1)).startswith("99010100")


@pytest.mark.parametrize(
    ("code", "shortest"),
    [("990101003000", "990101003"), ("990101000000", "990101"), ("990101003001", "990101003001"), ("990101", "990101")],
)
def test_trailing_zeros_say_the_level(code, shortest):
    assert trimmed(code) == shortest


def test_served_is_by_prefix_and_an_empty_code_is_nowhere():
    assert served("990101003001", ("990101",))
    assert not served("990102003001", ("990101",))
    assert not served(None, ("990101",))
    assert not served("", ("990101",))


def test_every_fault_of_the_settings_is_told_at_once(tmp_path):
    with pytest.raises(ConfigurationError) as refusal:
        Settings.from_environment({"HEDUI_AREA": "99x", "HEDUI_AREAS": str(tmp_path / "none.csv")})
    assert [fault.code for fault in refusal.value.faults] == ["settings.area", "settings.areas_file"]
