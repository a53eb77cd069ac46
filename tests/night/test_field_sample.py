"""`hedui sample`: from the last good night to the desks' sheets, and back as rates."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, select
from typer.testing import CliRunner

from hedui import sample as command
from hedui.main import app
from sql.database import writing
from sql.tables import BOUND_RECORD, TASK
from vocabulary.field_checks import TITLES
from vocabulary.findings import Effect
from vocabulary.registries import REGISTRIES
from vocabulary.settings import Settings

HEAD = 5


def run(*options):
    return CliRunner().invoke(app, ["sample", *map(str, options)])


def sheets_of(paths):
    for path in paths:
        book = load_workbook(path)
        for page in book.worksheets:
            titles = [cell.value for cell in page[HEAD]]
            rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=HEAD + 1) if row[1].value]
            yield path, book, page, pd.DataFrame(rows, columns=titles)


def test_a_sample_goes_to_desks_that_hold_the_records_and_comes_back_as_rates(settled):
    county, _ = settled
    drawn = json.loads(run("--villages", 24, "--births", 60, "--seed", 3, "--json").output)
    again = json.loads(run("--villages", 24, "--births", 60, "--seed", 3, "--json").output)
    assert drawn == again
    assert (drawn["village"], drawn["record"]) == (24, 60)
    hukou = county.table("hukou").set_index(REGISTRIES["hukou"].key)
    found = county.finding({"folder": str(county.home / "runs" / drawn["run_id"])})
    born = pd.read_parquet(county.home / "runs" / drawn["run_id"] / "linked" / "birth_record.parquet")
    record = pd.read_parquet(county.home / "runs" / drawn["run_id"] / "accepted" / "record.parquet")
    area_of = record[record["registry"] == "hukou"].set_index("record_id")["area_code"]
    quiet = born[~born["birth_id"].isin(found["birth_id"].dropna())]
    other_names = set(county.table("hospital")["mother_name"]) | set(hukou["mother_name"].dropna())
    records = villages = 0
    for path, book, page, rows in sheets_of(map(Path, drawn["sheets"])):
        desk = path.stem.removeprefix("registration_desk-")
        if TITLES["village"] in rows:
            villages += len(rows)
            assert not set(rows.astype(str).to_numpy().ravel()) & set(hukou["child_name"].dropna()), "a village's sheet names nobody"
        else:
            records += len(rows)
            own = hukou.loc[rows[TITLES["record_id"]]]
            assert area_of.loc[rows[TITLES["record_id"]]].str.startswith(desk).all(), "only the desk that holds a record sees it (R3)"
            assert list(own["child_name"]) == list(rows[TITLES["child_name"]])
            assert set(rows[TITLES["record_id"]]) <= set(quiet.loc[quiet["registry"] == "hukou", "record_id"])
            assert not set(rows.astype(str).to_numpy().ravel()) & other_names
        for number in range(len(rows)):
            answer = {TITLES["births_found"]: 20, TITLES["births_registered"]: 18, TITLES["births_unknown"]: 1, TITLES["answer"]: "F1 属实"}
            for place, title in enumerate(rows.columns, start=1):
                if title in answer:
                    page.cell(HEAD + 1 + number, place).value = answer[title]
        book.save(path)
    assert (villages, records) == (24, 60)
    options = [part for path in drawn["sheets"] for part in ("--take", path)]
    told = json.loads(run(*options, "--json").output)
    (sample,) = told["samples"]
    assert told["exit_code"] == 0, told["faults"]
    assert sample["answered"] == sample["drawn"] == {"village": 24, "record": 60}
    rates = sample["rates"]
    assert (rates["omitted"]["hits"], rates["omitted"]["of"]) == (24, 480)
    assert rates["omitted"]["share"] == pytest.approx(0.05)
    assert rates["accurate"]["share"] == 1
    assert 0.9 < rates["accurate"]["low"] < 1 == rates["accurate"]["high"]
    assert "5.00%" in run(*options).output


def test_a_row_that_says_nothing_is_named_and_the_rest_counts(settled, tmp_path):
    drawn = json.loads(run("--villages", 0, "--births", 30, "--json").output)
    items = [row for _, _, _, rows in sheets_of(map(Path, drawn["sheets"])) for row in rows[TITLES["item_no"]]]
    lines = [
        f"{TITLES['item_no']},{TITLES['answer']}",
        f"{items[0]},F5",
        f"{items[1]},不知道",
        f"{items[2][:-1]}*,F1",
        f"{items[3]},f1",
        f"{items[4]},",
    ]
    path = tmp_path / "back.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    told = run("--take", path, "--json")
    assert told.exit_code == 1
    (sample,) = json.loads(told.output)["samples"]
    assert [fault["code"] for fault in sample["faults"]] == ["sample.answer", "sample.item"]
    assert sample["answered"]["record"] == 2
    assert sample["rates"]["wrong_report"]["hits"] == 1


def test_a_month_narrows_the_records_and_no_village(settled):
    drawn = json.loads(run("--villages", 20, "--births", 10, "--month", "2026-06", "--json").output)
    told = [rows for _, _, _, rows in sheets_of(map(Path, drawn["sheets"]))]
    days = pd.concat([rows[TITLES["born_on"]] for rows in told if TITLES["born_on"] in rows])
    assert pd.to_datetime(days).dt.strftime("%Y-%m").eq("2026-06").all()
    periods = {period for rows in told if TITLES["period"] in rows for period in rows[TITLES["period"]]}
    assert periods == {"2025-10-01 至 2026-10-01"}


def test_a_protected_and_a_bereaved_family_is_in_no_sample(settled):
    told = Settings.from_environment()
    before = command.samples.draw(told, command.Wanted(0, 10_000, 1))
    bound = [(item.registry, item.unit) for item in before.of("record")[:2]]
    with writing(told) as connection:
        task = connection.execute(select(TASK.c.task_no)).scalars().first()
        for (registry, record_id), effect in zip(bound, (Effect.PROTECTS, Effect.PEACE), strict=True):
            row = {"registry": registry, "record_id": record_id, "effect": effect.value, "task_no": task}
            connection.execute(insert(BOUND_RECORD).values(row))
    after = command.samples.draw(told, command.Wanted(0, 10_001, 1))
    assert not set(bound) & {(item.registry, item.unit) for item in after.of("record")}
    assert len(after.of("record")) >= len(before.of("record")) - 6
