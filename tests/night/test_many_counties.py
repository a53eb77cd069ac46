"""Three counties that deliver themselves: the same answers as one list of all, no county's fault another's, counties that come and go (decision 0033)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import demo
from demo.many import Counties, in_parts
from vocabulary.errors import Refusal
from vocabulary.parts import own_number
from vocabulary.runs import sha256_of

AS_OF, BIRTHS = date(2026, 10, 31), 600
A, B, C = "990101", "993001", "993002"


@dataclass
class Night:
    """What a night left."""

    folder: Path
    report: dict[str, Any]

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / f"{name}.parquet")

    @property
    def findings(self) -> pd.DataFrame:
        return self.table("findings/finding")

    def of(self, *counties: str) -> pd.DataFrame:
        """Findings of some counties, as text."""
        rows = self.findings
        return rows[rows["division_code"].str[:6].isin(counties)].astype(str).reset_index(drop=True)

    def lists(self, *counties: str) -> dict[str, str]:
        """Every file of the desks of some counties, and of the offices whose records they are -> its SHA-256."""
        files = [
            path
            for path in (self.folder / "worklists").rglob("*")
            if path.suffix == ".csv" and any(f"-{one}" in path.name for one in counties)
        ]
        return {path.name: sha256_of(path) for path in files}

    def births(self) -> set[frozenset[tuple[str, str]]]:
        rows = self.table("linked/birth_record")
        return {frozenset(zip(held["registry"], held["record_id"], strict=True)) for _, held in rows.groupby("birth_id")}


def a_night(home: Path, environment: dict[str, str], patch: pytest.MonkeyPatch, as_of: date = AS_OF, *, lists: bool = False) -> Night:
    """Every front door in turn, the last one where lists are looked at; a delivery that is refused stops no other."""
    from connectors import land
    from expectations import accept
    from matching import link
    from reconciliation import find, publish
    from sql import state

    for name in ("HEDUI_HUKOU", "HEDUI_HOSPITAL", "HEDUI_FAMILY_PLANNING", "HEDUI_COUNTIES", "HEDUI_AREA"):
        patch.delenv(name, raising=False)
    for name, value in {**environment, "HEDUI_HOME": str(home)}.items():
        patch.setenv(name, value)
    run_id = state.open_run(as_of)
    for key in land.expected():
        try:
            land.night(run_id, key)
        except Refusal:
            continue
    for stage in (accept, link, find, *([publish] if lists else [])):
        stage.night(run_id)
    return Night(home / "runs" / run_id, state.close_run(run_id))


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as one:
        yield one


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> demo.County:
    return demo.build(tmp_path_factory.mktemp("whole"), BIRTHS, seed=11, counties=3, as_of=AS_OF)


@pytest.fixture(scope="module")
def parts(whole: demo.County, tmp_path_factory: pytest.TempPathFactory) -> Counties:
    """Numbers count from one in each office, so that every number stands in three counties."""
    return in_parts(whole, tmp_path_factory.mktemp("parts"), renumbered=True)


@pytest.fixture(scope="module")
def first(parts: Counties, tmp_path_factory: pytest.TempPathFactory, patch: pytest.MonkeyPatch) -> Night:
    """The first night of the three counties."""
    return a_night(tmp_path_factory.mktemp("home") / "home", parts.environment(), patch, lists=True)


@pytest.mark.long
def test_delivered_in_parts_the_same_rows_give_the_same_births_and_findings(first, whole, parts, tmp_path, patch):
    one = a_night(tmp_path / "one", whole.environment(), patch)
    known_as = pd.read_parquet(parts.folder / "numbers.parquet").set_index(["registry", "record_id"])["known_as"]

    def renumbered(births: set[frozenset[tuple[str, str]]]) -> set[frozenset[tuple[str, str]]]:
        return {frozenset((registry, known_as[registry, number]) for registry, number in birth) for birth in births}

    assert renumbered(one.births()) == first.births()
    assert one.report["findings"] == first.report["findings"]
    columns = ["kind", "registry", "field", "division_code", "due_stage", "evidence", "record_id"]
    numbers = [
        known_as.get((registry, number), number) for registry, number in one.findings[["registry", "record_id"]].itertuples(index=False)
    ]
    sides = [one.findings.assign(record_id=numbers)[columns], first.findings[columns]]
    told = [sorted(str(tuple(row)) for row in side.astype(str).itertuples(index=False)) for side in sides]
    assert told[0] == told[1]


@pytest.mark.long
def test_numbers_that_collide_are_kept_apart_and_desks_see_their_own(first, parts):
    record = first.table("accepted/record")
    truth = pd.read_parquet(parts.truth / "record.parquet")
    assert record["record_id"].map(own_number).duplicated().any()
    assert not record.duplicated(["registry", "record_id"]).any()
    joined = first.table("linked/birth_record").merge(truth, on=["registry", "record_id"])
    assert len(joined) == len(record)
    assert joined.groupby("birth_id")["true_birth_id"].nunique().eq(1).mean() > 0.99
    lists = list((first.folder / "worklists").rglob("*.csv"))
    assert lists
    assert not any("::" in path.read_text(encoding="utf-8-sig") for path in lists)


@pytest.mark.long
def test_every_office_is_asked_about_its_own_records_only(first, parts):
    asked = {path.stem for path in (first.folder / "worklists" / "exchange").glob("corrections-*.csv")}
    assert {f"corrections-hukou-{county}" for county in (A, B, C)} <= asked
    for county in (A, B, C):
        rows = pd.read_csv(first.folder / "worklists" / "exchange" / f"corrections-hukou-{county}.csv", dtype=str, encoding="utf-8-sig")
        assert rows["填报单位"].str.startswith(county).all()


@pytest.mark.long
def test_a_county_whose_register_is_refused_is_silent_alone(first, parts, tmp_path, patch):
    import shutil

    homes = [tmp_path / name for name in ("well", "ill")]
    for home in homes:
        shutil.copytree(first.folder.parent.parent, home)
    well = a_night(homes[0], parts.environment(), patch, lists=True)
    database = parts.databases[A]["hukou"]
    with sqlite3.connect(database) as connection:
        connection.execute("ALTER TABLE hukou_registration RENAME COLUMN mother_name TO mothers_name")
    try:
        ill = a_night(homes[1], parts.environment(), patch, lists=True)
    finally:
        with sqlite3.connect(database) as connection:
            connection.execute("ALTER TABLE hukou_registration RENAME COLUMN mothers_name TO mother_name")
    assert [(fault["code"], fault["where"].split()[0]) for fault in ill.report["faults"]] == [("source.missing_column", A)]
    statuses = {(row["registry"], row["county"]): row["status"] for row in ill.report["registries"]}
    assert [place for place, status in statuses.items() if status != "fresh"] == [("hukou", A)]
    assert ill.of(A).query("kind == 'not_registered'").empty
    assert len(well.of(A).query("kind == 'not_registered'"))
    rests = well.of(B, C)
    assert len(rests.query("kind == 'not_registered'"))
    assert ill.of(B, C).equals(rests)
    assert ill.lists(B, C) == well.lists(B, C)
    own = [f"-{A}" in name for name in ill.lists(A)]
    assert any(own)


@pytest.mark.long
def test_a_child_born_in_one_county_and_registered_in_another_is_one_birth(first, whole):
    record = first.table("accepted/record").merge(first.table("linked/birth_record"), on=["registry", "record_id"])
    of_part = record.assign(county=record["record_id"].str[:6])
    counties = of_part.groupby("birth_id")["county"].nunique()
    across = counties.index[counties > 1]
    assert len(across) > 30  # grandparents' homes: a fifth of the registrations
    registered = of_part[of_part["registry"].eq("hukou") & of_part["birth_id"].isin(across)]
    assert len(registered)
    absent = set(first.findings.query("kind == 'not_registered'")["birth_id"])
    assert not absent & set(registered["birth_id"])
    elsewhere = first.findings.query("kind == 'belongs_elsewhere'")
    assert len(elsewhere)
    assert not elsewhere["division_code"].str[:6].isin([A, B, C]).any()


@pytest.mark.long
def test_a_county_comes_later_and_another_goes(parts, tmp_path, patch):
    lines = parts.file.read_text(encoding="utf-8").splitlines()
    two, three = tmp_path / "two.csv", tmp_path / "three.csv"
    two.write_text("\n".join([lines[0], *(line for line in lines[1:] if line[:6] in (A, B))]), encoding="utf-8")
    three.write_text("\n".join([lines[0], *(line for line in lines[1:] if line[:6] in (B, C))]), encoding="utf-8")
    home, environment = tmp_path / "home", parts.environment()
    before = a_night(home, {**environment, "HEDUI_COUNTIES": str(two)}, patch)
    assert not set(before.report["faults"])
    assert {row["county"] for row in before.report["registries"]} == {A, B}
    assert before.of(C).query("kind == 'not_registered'").empty
    both = a_night(home, environment, patch, date(2026, 11, 1))
    assert {row["county"] for row in both.report["registries"]} == {A, B, C}
    assert len(both.of(C).query("kind == 'not_registered'"))
    known = before.table("linked/birth_record").merge(both.table("linked/birth_record"), on=["registry", "record_id"])
    assert known["birth_id_x"].eq(known["birth_id_y"]).mean() > 0.995
    after = a_night(home, {**environment, "HEDUI_COUNTIES": str(three)}, patch, date(2026, 11, 2))
    assert {row["county"] for row in after.report["registries"]} == {B, C}
    assert after.of(A).query("kind == 'not_registered'").empty
    from sql import state
    from vocabulary.settings import Settings

    still = state.open_findings(Settings.from_environment())
    gone = set(both.of(A).query("kind == 'not_registered'")["finding_id"])
    assert gone
    assert gone <= set(still["finding_id"]) | set(after.findings["finding_id"])
