"""The county's size, its year, and that a seed says everything."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import demo
from tests.demo.conftest import Read, folder_bytes
from vocabulary.areas import Areas
from vocabulary.block_list import blocked_term


def test_the_demonstration_year_has_the_births_it_is_known_for(either: Read) -> None:
    assert either.birth["sex"].value_counts().to_dict() == {"1": 2864, "2": 2629}


def test_every_birth_falls_in_the_twelve_months_that_end_with_the_as_of_day(either: Read) -> None:
    born_on = either.birth["born_on"]
    assert born_on.min() == date(2025, 11, 1)
    assert born_on.max() == date(2026, 10, 31)


@pytest.mark.parametrize("severity", ["normal", "hard", "clerks"])
def test_a_seed_reproduces_every_byte(tmp_path: Path, severity: str) -> None:
    for name in ("once", "again"):
        demo.build(tmp_path / name, births=300, seed=5, severity=severity)
    assert folder_bytes(tmp_path / "once") == folder_bytes(tmp_path / "again")


def test_another_seed_makes_another_county(tmp_path: Path) -> None:
    one, other = (demo.build(tmp_path / str(seed), births=300, seed=seed) for seed in (5, 6))
    assert one.databases["hukou"].read_bytes() != other.databases["hukou"].read_bytes()


def test_a_county_of_a_handful_of_births_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 100"):
        demo.build(tmp_path, births=99)


def test_the_county_has_12_to_20_townships_and_its_area_table_can_be_followed(either: Read) -> None:
    areas = Areas.load(either.county.areas)
    townships = areas.codes(9, ("990101",), either.county.as_of)
    assert 12 <= len(townships) <= 20
    abolished = [area for area in areas.rows if area.valid_to]
    assert {len(area.code) for area in abolished} == {9, 12}
    for area in abolished:
        assert areas.current(area.code, either.county.as_of)[:9] in townships


def test_every_division_code_is_in_the_area_table_or_under_a_recoded_township(either: Read) -> None:
    areas = Areas.load(either.county.areas)
    known = {area.code for area in areas.rows}
    for registry, rows in either.sources.items():
        current = {areas.current(code, either.county.as_of) for code in rows["division_code"].unique()}
        strangers = {code for code in current if code not in known and code[:9] not in known}
        assert not strangers, registry


def test_an_order_of_many_births_gets_more_counties_and_not_larger_villages(tmp_path: Path) -> None:
    county = demo.build(tmp_path, births=14_000, seed=2)
    assert len(county.area) == 2
    assert county.area[0] == "990101"


def test_nothing_of_the_blocked_kind_stands_in_the_truth_or_the_area_table(small: Read) -> None:
    headers = [*small.birth.columns, *small.record.columns, *small.county.areas.read_text(encoding="utf-8").splitlines()[0].split(",")]
    assert [header for header in headers if blocked_term(header)] == []


def test_files_are_for_their_owner_only(small: Read) -> None:
    for path in small.county.folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path.name
