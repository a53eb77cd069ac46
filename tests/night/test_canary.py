"""rights.md R11: a surname and an identity number that nobody has run through good and failing nights, and are looked for everywhere."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import AIRFLOW_HOME
from tests.night import test_failing_registries as failing
from tests.night.conftest import County
from vocabulary.identity import check_character

SURNAME = "龘靐"
NUMBER = "99010119980808888" + check_character("99010119980808888")
ROWS = 3

PERSONS_OWN_PLACES = (
    "landing/*/part-*",
    "landing/*/original/*",
    "accepted/record.parquet",
    "accepted/quarantine/*",
    "worklists/*.xlsx",
    "worklists/*.csv",
    "worklists/exchange/*.xlsx",
    "worklists/exchange/*.csv",
)
"""The files that exist to hold a person's row. Everything else must be free of values."""


def place_canary(county: County) -> None:
    """In every registry: as a child's name, a mother's name and a mother's number; one of them in a row that is broken."""
    for registry in ("hukou", "hospital", "family_planning"):
        rows = county.table(registry).astype(object)
        rows.loc[: ROWS - 1, "mother_name"] = f"{SURNAME}氏"
        rows.loc[: ROWS - 1, "child_name"] = f"{SURNAME}一"
        rows.loc[: ROWS - 1, "mother_id_number"] = NUMBER
        rows.loc[0, "child_sex"] = f"{SURNAME}"
        rows.loc[1, "division_code"] = NUMBER
        county.put(registry, rows)


def traces(folder: Path, spared: tuple[str, ...] = ()) -> list[str]:
    """Files below a folder that hold the canary, in their name or as UTF-8, GB18030, UTF-16 or JSON-escaped bytes."""
    escaped = SURNAME.encode("unicode_escape")
    needles = [
        SURNAME.encode(),
        SURNAME.encode("gb18030"),
        SURNAME.encode("utf-16-le"),
        escaped,
        NUMBER.encode(),
        NUMBER.encode("utf-16-le"),
    ]
    found = []
    for path in folder.rglob("*"):
        if SURNAME in path.name or NUMBER in path.name:
            found.append(str(path))
        if path.is_file() and not any(path.match(f"runs/*/{pattern}") for pattern in spared):
            content = path.read_bytes()
            found += [str(path) for needle in needles if needle in content]
    return found


@pytest.fixture
def quiet_airflow():
    """An Airflow folder whose logs and metadata are this test's alone to judge."""
    shutil.rmtree(AIRFLOW_HOME / "logs", ignore_errors=True)
    return AIRFLOW_HOME


def assert_unseen(county: County, airflow: Path, captured: tuple[str, str]) -> None:
    assert not traces(county.home, PERSONS_OWN_PLACES)
    assert not traces(airflow)
    assert not [word for text in captured for word in (SURNAME, NUMBER) if word in text]


def test_the_search_itself_finds_what_it_looks_for(tmp_path):
    for name, content in {"a": SURNAME.encode("gb18030"), "b": f'"{NUMBER}"'.encode(), "c": SURNAME.encode("unicode_escape")}.items():
        (tmp_path / name).write_bytes(content)
    assert len({Path(found).name for found in traces(tmp_path)}) == 3


def test_a_good_night_holds_the_canary_only_where_a_persons_row_belongs(county, quiet_airflow, capfd):
    place_canary(county)
    told = county.night()
    assert told["exit_code"] == 0
    assert sum(row["rows_quarantined"] for row in told["registries"]) >= 3
    assert_unseen(county, quiet_airflow, capfd.readouterr())


@pytest.mark.parametrize("spoil", failing.of_each_way([case[:1] for case in failing.CASES]))
def test_no_failing_night_lets_the_canary_out(county, quiet_airflow, capfd, spoil):
    place_canary(county)
    spoil(county)
    assert county.night()["exit_code"] in (0, 3)
    assert_unseen(county, quiet_airflow, capfd.readouterr())


@pytest.mark.parametrize(
    "place", ["expectations.accept.accept_all", "matching.link.link", "reconciliation.find.findings", "connectors.land.land"]
)
def test_a_stage_that_breaks_down_with_a_value_in_its_message_keeps_it_to_itself(county, quiet_airflow, capfd, monkeypatch, place):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"could not handle {SURNAME} {NUMBER}")

    monkeypatch.setattr(place, broken)
    place_canary(county)
    told = county.night()
    assert told["exit_code"] in (1, 3)
    assert told["faults"]
    assert_unseen(county, quiet_airflow, capfd.readouterr())
