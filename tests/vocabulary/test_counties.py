"""The file of counties: what it says, what it may not say, and by what numbers records of two counties are kept apart."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from vocabulary.errors import ConfigurationError
from vocabulary.parts import Part, key_of, own_number, part_counties, registry_of, shown_to
from vocabulary.settings import Settings, in_parts, source_variable

GOOD = """
county,name,hukou,hospital,family_planning,keeps_numbers
990101,示例县,sqlite:////srv/a.db,connection,sqlite:////srv/f.db,
990102,邻东县,sqlite:////srv/b.db,file:///srv/drop,,
990103,邻西县,sqlite:////srv/c.db,,,
"""


def settings_of(tmp_path: Path, text: str, **environment: str) -> Settings:
    path = tmp_path / "counties.csv"
    path.write_text(text.strip() + "\n", encoding="utf-8-sig")
    return Settings.from_environment({"HEDUI_HOME": str(tmp_path), "HEDUI_COUNTIES": str(path), **environment})


def test_without_a_file_every_registry_comes_whole(tmp_path: Path) -> None:
    settings = Settings.from_environment({"HEDUI_HOME": str(tmp_path)})
    assert [part.key for part in settings.parts] == ["family_planning", "hospital", "hukou"]
    assert settings.area == ()
    assert not in_parts({})


def test_each_county_delivers_its_own_parts_and_shares_the_rest(tmp_path: Path) -> None:
    assert [part.key for part in settings_of(tmp_path, GOOD).parts] == [
        "family_planning", "family_planning-990101",
        "hospital", "hospital-990101", "hospital-990102",
        "hukou-990101", "hukou-990102", "hukou-990103",
    ]  # fmt: skip


def test_the_counties_that_are_listed_are_the_area_served(tmp_path: Path) -> None:
    assert settings_of(tmp_path, GOOD).area == ("990101", "990102", "990103")
    assert settings_of(tmp_path, GOOD, HEDUI_AREA="9901").area == ("9901",)


def test_the_offices_may_write_their_headers_in_chinese(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, GOOD.replace("county,name", "区划代码,名称").replace("keeps_numbers", "保留原编号"))
    assert settings.counties.title(Part("hukou", "990101")) == "990101 示例县 · hukou"
    assert settings.counties.title(Part("hospital")) == "hospital"


def test_an_address_never_prints(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, GOOD.replace("sqlite:////srv/a.db", "postgresql://reader:right99@db1/h"))
    assert "right99" not in repr(settings)
    assert settings.source_text(Part("hukou", "990101")) is not None
    assert settings.source_text(Part("hospital", "990101")) is None  # an Airflow Connection's


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("990102,邻东县", "990101,邻东县"), "a county twice"),
        (("990102,邻东县", "99010,邻东县"), "six digits"),
        (("hospital,family", "孩次,family"), "unknown columns"),
        (("db,,,\n", "db,,,\n", "HEDUI_AREA"), "outside HEDUI_AREA"),
        (("sqlite:////srv/f.db,", "sqlite:////srv/f.db,yes"), "beside a"),
    ],
)
def test_a_file_that_cannot_be_is_refused_by_line_and_without_its_cells(tmp_path: Path, change: tuple[str, ...], problem: str) -> None:
    elsewhere = {"HEDUI_AREA": "9902"} if len(change) > 2 else {}
    with pytest.raises(ConfigurationError) as refused:
        settings_of(tmp_path, GOOD.replace(change[0], change[1]), **elsewhere)
    assert problem in refused.value.text("en")
    assert "[settings.counties_file] HEDUI_COUNTIES" in refused.value.text("en")
    assert "/srv" not in refused.value.text("en") + refused.value.text("zh")


@pytest.mark.parametrize("text", ["", "county,name\n"])
def test_a_file_without_a_county_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"settings\.counties_file"):
        settings_of(tmp_path, text)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"settings\.counties_file"):
        Settings.from_environment({"HEDUI_COUNTIES": str(tmp_path / "none.csv")})


def test_one_county_may_keep_its_numbers_where_it_was_here_first(tmp_path: Path) -> None:
    rows = "990101,示例县,sqlite:////srv/a.db,sqlite:////srv/h.db,sqlite:////srv/f.db,yes\n990102,邻东县,sqlite:////srv/b.db,sqlite:////srv/i.db,sqlite:////srv/g.db,\n"
    parts = settings_of(tmp_path, f"county,name,hukou,hospital,family_planning,keeps_numbers\n{rows}").parts
    assert {part.key: part.prefix for part in parts if part.registry == "hukou"} == {"hukou-990101": "", "hukou-990102": "990102::"}


def test_a_record_of_a_part_is_known_with_its_county_and_shown_without() -> None:
    known = Part("hukou", "990101").prefix + "00017"
    assert known == "990101::00017"
    assert own_number(known) == own_number("00017") == "00017"
    assert shown_to(known, "990101") == "00017"
    assert shown_to(known, "990102") == "00017（990101）"
    assert part_counties(pd.Series([known, "00017", None])).tolist()[:2] == ["990101", None]


def test_a_key_names_registry_and_county() -> None:
    assert key_of("family_planning", "990101") == "family_planning-990101"
    assert key_of("hukou", None) == registry_of("hukou-990101") == "hukou"
    assert source_variable("hukou", "990101").lower() == "hedui_hukou_990101"
