"""A township is merged into its neighbour: what stands goes along, under its number and from its day, and is no news."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from connectors.worklists import read_worklists
from reconciliation import publish
from reconciliation.outcome_rows import titles
from reconciliation.outcomes import take_outcomes
from sql import state
from sql.database import writing
from tests.nights import Night

AREAS = """code,name,level,valid_from,valid_to,successor
990101,示例县,county,2020-01-01,,
990101001,甲镇,township,2020-01-01,,
990101002,乙乡,township,2020-01-01,2026-10-31,990101001
"""
OLD, NEW = "registration_desk-990101002", "registration_desk-990101001"


@pytest.fixture
def moving(night: Night, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Night:
    """Two children of the township that will be merged, one of the other."""
    (tmp_path / "areas.csv").write_text(AREAS, encoding="utf-8")
    monkeypatch.setenv("HEDUI_AREAS", str(tmp_path / "areas.csv"))
    night.settings = replace(night.settings, areas_path=tmp_path / "areas.csv")
    return night.given("hospital", """
        birth_record_id | birth    | born_at    | division_code
        H1              | waiting  | 2026-06-01 | 990101002001
        H2              | answered | 2026-06-02 | 990101002001
        H3              | other    | 2026-06-03 | 990101001001
    """)  # fmt: skip


def published(night: Night, day: str) -> Path:
    """The lists of a night; the places have the codes of that day, as accepting records gives them."""
    if day > "2026-10-31":
        for row in night.rows:
            row["area_code"] = row["area_code"].replace("990101002", "990101001")
    run = night.on(day).run
    publish.night(run.run_id)
    return run.worklists


def listed(folder: Path, desk: str) -> dict[str, tuple[str, str]]:
    """Mother -> number and first day, of a desk's list."""
    with (folder / f"{desk}.csv").open(encoding="utf-8-sig", newline="") as lines:
        return {row["出生日期"]: (row["任务编号"], row["下发日期"]) for row in csv.DictReader(lines)}


def answer(night: Night, path: Path, born_on: str, code: str, day: date, into: Path):
    rows = list(csv.DictReader(path.open(encoding="utf-8-sig", newline="")))
    for row in rows:
        row["核查结果"] = code if row["出生日期"] == born_on else ""
    with (into / path.name).open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    sheets, _ = read_worklists([into / path.name], titles())
    return take_outcomes(sheets, night.settings, day)


def test_tasks_follow_their_township_under_their_numbers_and_from_their_day(moving, tmp_path):
    before = published(moving, "2026-10-30")
    assert answer(moving, before / f"{OLD}.csv", "2026-06-02", "A2", date(2026, 10, 30), tmp_path).taken == 1
    after = published(moving, "2026-11-01")
    assert not (after / f"{OLD}.csv").exists()
    assert listed(after, NEW) == {
        "2026-06-01": listed(before, OLD)["2026-06-01"],
        "2026-06-03": listed(before, NEW)["2026-06-03"],
    }, "the answered child does not come back because its township has another name"
    waiting, answered = (state.finding_of_task(moving.settings, number) for number, _ in listed(before, OLD).values())
    assert [*state.finding_history(moving.settings, waiting)["event"]] == ["opened", "issued", "moved"]
    told = state.finding_history(moving.settings, answered)
    assert [*zip(told["event"], told["actor"], strict=True)] == [
        ("opened", "night"),
        ("issued", "night"),
        ("answered", OLD),
        ("moved", "night"),
    ]


def test_a_list_that_was_printed_before_the_merger_is_taken_after_it(moving, tmp_path):
    before = published(moving, "2026-10-30")
    published(moving, "2026-11-01")
    taken = answer(moving, before / f"{OLD}.csv", "2026-06-01", "B1", date(2026, 11, 2), tmp_path)
    assert (taken.taken, taken.returned) == (1, 0)


def test_a_place_that_a_desk_wrote_before_the_merger_is_found_after_it(moving, tmp_path):
    moving.given("hospital", "birth_record_id | birth | born_at | division_code\nH4 | passed | 2026-06-04 | 990101001001")
    rows = published(moving, "2026-10-30") / f"{NEW}.csv"
    told = list(csv.DictReader(rows.open(encoding="utf-8-sig", newline="")))
    for row in told:
        if row["出生日期"] == "2026-06-04":
            row["核查结果"], row["备注（50字内）"] = "C4", "990101002"
    pd.DataFrame(told).to_csv(tmp_path / rows.name, index=False, encoding="utf-8-sig")
    sheets, _ = read_worklists([tmp_path / rows.name], titles())
    assert take_outcomes(sheets, moving.settings, date(2026, 10, 30)).taken == 1
    assert "2026-06-04" in listed(published(moving, "2026-10-31"), OLD)
    assert "2026-06-04" in listed(published(moving, "2026-11-01"), NEW)


def test_a_history_is_only_appended_to(moving):
    moving.on("2026-10-30")
    with writing(moving.settings) as connection, pytest.raises(sa.exc.DBAPIError, match="only appended"):
        connection.execute(sa.text("UPDATE finding_event SET event = 'closed'"))
