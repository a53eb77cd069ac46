"""Forty-odd things that can be wrong with a month: in the night's snapshots, in a draft on disk, in the table as a faulty program would have made it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd

from bench.seeded_night import SeededNight
from submission.gates.evidence import Evidence
from submission.monthly.table import TOWNSHIP
from vocabulary.months import Month

MONTH, SEALED = Month(2026, 8), Month(2026, 7)
FP, HOSPITAL, HUKOU = "family_planning", "hospital", "hukou"
Night = SeededNight


def registry(night: Night, name: str, **told: Any) -> None:
    """Let a registry's line of the night say something else."""
    rows = night.tables["registry"]
    for column, value in told.items():
        rows.loc[rows["registry"].eq(name), column] = value


def absent(night: Night) -> None:
    """The hospital delivered nothing, ever."""
    night.drop(night.tables["record"]["registry"].eq(HOSPITAL))
    registry(night, HOSPITAL, status="absent", complete=False, period_from=None, period_to=None)


def short(night: Night) -> None:
    """Household registration was cut in the middle of the month."""
    cut = MONTH.first_on + timedelta(days=14)
    night.drop(night.tables["record"]["registry"].eq(HUKOU) & (pd.to_datetime(night.tables["record"]["born_on"]) > pd.Timestamp(cut)))
    registry(night, HUKOU, period_to=cut)


def silent(night: Night, units: int) -> None:
    """The largest reporting units sent nothing this month."""
    rows = night.of_month(FP)
    largest = night.tables["record"].loc[rows, "reporting_unit_code"].value_counts().index[:units]
    night.drop(rows & night.tables["record"]["reporting_unit_code"].isin(largest))


def same_keys(night: Night) -> None:
    """A file that was put together twice: every row a second time."""
    for one in night.verdict["registries"]:
        if one["registry"] == FP:
            one["identical_copies"], one["rows_tonight"] = one["rows_tonight"], 2 * one["rows_tonight"]


def new_keys(night: Night, *, linked: bool) -> None:
    """The month's reports a second time under new keys; linking sees it, or does not."""
    rows = night.of_month(FP)
    night.add(night.tables["record"][rows], night.births_of(rows) if linked else None)


def blank(night: Night, name: str, column: str, share: float) -> None:
    """A column is empty in a share of the month's records."""
    rows = night.tables["record"].index[night.of_month(name)][: int(share * night.of_month(name).sum())]
    night.tables["record"].loc[rows, column.split("+")] = None


def truncated(night: Night) -> None:
    """A spreadsheet turned the last digits of a fifth of the mothers' numbers into zeros."""
    record = night.tables["record"]
    ids = record.loc[night.of_month(HOSPITAL) & record["mother_id_number"].notna(), "record_id"].iloc[::5]
    notes = pd.DataFrame({"registry": HOSPITAL, "record_id": ids, "field": "mother_id_number", "code": "excel_truncated"})
    night.tables["note"] = pd.concat([night.tables["note"], notes], ignore_index=True)


def child_numbers(night: Night) -> None:
    """The column of the mother's number holds numbers with this year in them."""
    record = night.tables["record"]
    rows = night.of_month(HOSPITAL) & record["mother_id_number"].str.len().eq(18)
    record.loc[rows, "mother_id_number"] = record.loc[rows, "mother_id_number"].str.slice_replace(6, 10, "2026")


def townships(night: Night) -> pd.Series:
    """Births of the month by township of the county, most first."""
    record = night.tables["record"]
    here = record.loc[night.of_month(HOSPITAL), "area_code"].dropna()
    return here[here.str.startswith(night.settings.area) & ~here.str[6:9].eq("000")].str[:9].value_counts()


def inflated(night: Night, place: int, births: int) -> None:
    """A township invents births."""
    code = str(townships(night).index[place])
    record = night.tables["record"]
    rows = record[record["registry"].eq(FP) & record["area_code"].str.startswith(code, na=False)]
    made = rows.sample(births, replace=True, random_state=1).assign(
        born_on=MONTH.first_on + timedelta(days=9), recorded_on=MONTH.first_on + timedelta(days=12)
    )
    made["mother_id_number"] = None
    made["mother_name"] = [f"虚{number}" for number in range(births)]
    night.add(made)


def dropped(night: Night, rows: pd.Series) -> None:
    """Every record of these births is gone from every registry."""
    held = night.tables["birth_record"]
    ids = held.loc[held["birth_id"].isin(night.births_of(rows)), ["registry", "record_id"]]
    record = night.tables["record"]
    night.drop(
        pd.Series(pd.MultiIndex.from_frame(record[["registry", "record_id"]]).isin(pd.MultiIndex.from_frame(ids)), index=record.index)
    )


def half_of_a_township(night: Night) -> None:
    """Half of the largest township's births are nowhere."""
    code = str(townships(night).index[0])
    rows = night.of_month() & night.tables["record"]["area_code"].str.startswith(code, na=False)
    dropped(night, rows & (np.arange(len(rows)) % 3 != 0))


def all_boys(night: Night, code: str = "") -> None:
    """The column of sex says male, everywhere or in one township."""
    record = night.tables["record"]
    record.loc[night.of_month() & record["area_code"].str.startswith(code, na=False), "child_sex"] = "1"


def first_of_month(night: Night, units: int) -> None:
    """Reporting units write the month only."""
    record = night.tables["record"]
    chosen = record.loc[night.of_month(FP), "reporting_unit_code"].value_counts().index[:units]
    record.loc[night.of_month(FP) & record["reporting_unit_code"].isin(chosen), "born_on"] = MONTH.first_on


def copied(night: Night) -> None:
    """A unit sends reports of two months ago again, with new keys and new dates."""
    record = night.tables["record"]
    rows = night.of_month(FP, back=2)
    unit = record.loc[rows, "reporting_unit_code"].value_counts().index[0]
    again = record[rows & record["reporting_unit_code"].eq(unit)]
    night.add(again.assign(born_on=MONTH.first_on + timedelta(days=7), recorded_on=MONTH.first_on + timedelta(days=10)))


def never_late(night: Night) -> None:
    """The three largest units write the third day as the day of every report."""
    record = night.tables["record"]
    units = record.loc[night.of_month(FP), "reporting_unit_code"].value_counts().index[:3]
    rows = night.of_month(FP) & record["reporting_unit_code"].isin(units)
    record.loc[rows, "recorded_on"] = [day + timedelta(days=3) for day in record.loc[rows, "born_on"]]


def undecided(night: Night) -> None:
    """One pair in ten of the month was left to the steward."""
    pair, record = night.tables["pair"], night.tables["record"]
    ids = set(record.loc[night.of_month(HOSPITAL), "record_id"].iloc[::10])
    rows = pair["record_id_left"].isin(ids) | pair["record_id_right"].isin(ids)
    pair.loc[rows, "decision"] = "review"


def sample(night: Night, same_linked: int, same_apart: int) -> None:
    """A steward's sample of a hundred linked and a hundred other pairs of every two registries."""
    lines = [f"{lists},yes,1000,100,{same_linked}\n{lists},no,1000,100,{same_apart}" for lists in ("12", "13", "23")]
    night.sample = "lists,linked,pairs,judged,same\n" + "\n".join(lines) + "\n"


SNAPSHOT_DEFECTS: dict[str, Callable[[Night], None]] = {
    "a registry is missing": absent,
    "a registry is last month's": lambda night: registry(night, HUKOU, status="last_good", complete=False),
    "a delivery is not whole": lambda night: registry(night, FP, complete=False),
    "a delivery ends in mid-month": short,
    "one unit sent nothing": lambda night: silent(night, 1),
    "five units sent nothing": lambda night: silent(night, 5),
    "rows lost from the snapshot": lambda night: night.drop(night.of_month(HOSPITAL), told=False),
    "file doubled, same keys": same_keys,
    "batch entered twice, new keys": lambda night: new_keys(night, linked=True),
    "batch entered twice, not seen by linking": lambda night: new_keys(night, linked=False),
    "sex empty in one record of ten": lambda night: blank(night, FP, "child_sex", 0.1),
    "mother empty in one record of ten": lambda night: blank(night, FP, "mother_name+mother_id_number", 0.1),
    "numbers cut by a spreadsheet": truncated,
    "another person's numbers": child_numbers,
    "addresses lost": lambda night: blank(night, HOSPITAL, "area_code+division_code", 1.0),
    "large township inflated by 60": lambda night: inflated(night, 0, 60),
    "small township inflated by 20": lambda night: inflated(night, -1, 20),
    "half of a township lost": half_of_a_township,
    "births after the 10th lost": lambda night: dropped(
        night, night.of_month() & (pd.to_datetime(night.tables["record"]["born_on"]).dt.day > 10)
    ),
    "column of sex shifted": all_boys,
    "one township all boys": lambda night: all_boys(night, str(townships(night).index[0])),
    "one unit writes the 1st": lambda night: first_of_month(night, 1),
    "all units write the 1st": lambda night: first_of_month(night, 99),
    "old reports copied": copied,
    "units never late": never_late,
    "one pair in ten undecided": undecided,
    "false links (sample)": lambda night: sample(night, 96, 0),
    "missed links (sample)": lambda night: sample(night, 100, 8),
}


def edited(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Somebody opens a part and changes it."""

    def change(folder: Path) -> None:
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8-sig").replace(old, new, 1), encoding="utf-8-sig")

    return change


def negative_cell(folder: Path) -> None:
    """A figure of the last township becomes negative."""
    lines = (folder / "return.csv").read_text(encoding="utf-8-sig").splitlines()
    cells = lines[-1].split(",")
    cells[3] = "-" + cells[3]
    (folder / "return.csv").write_text("\r\n".join([*lines[:-1], ",".join(cells)]) + "\r\n", encoding="utf-8-sig")


def workbook_edit(folder: Path) -> None:
    """A figure is typed over in the workbook."""
    book = openpyxl.load_workbook(folder / "return.xlsx")
    book.worksheets[0].cell(10, 3).value = 1
    book.save(folder / "return.xlsx")


def births_edit(folder: Path) -> None:
    """Ten births are taken out of the evidence."""
    births = pd.read_parquet(folder / "births.parquet")
    births.iloc[10:].to_parquet(folder / "births.parquet")


DRAFT_DEFECTS: dict[str, Callable[[Path], None]] = {
    "figure edited in the table": edited("return.csv", "total,,,", "total,,,1"),
    "negative cell": negative_cell,
    "figure edited in the workbook": workbook_edit,
    "births taken out of the evidence": births_edit,
    "a part deleted": lambda folder: (folder / "return.xlsx").unlink(),
    "a part that is no table": edited("return.csv", "level", "leve1"),
    "snapshot changed after the night": lambda folder: (
        next((folder.parent.parent.parent / "runs").iterdir()) / "linked" / "pair.parquet"
    ).write_bytes(b"PAR1"),
    "sealed return changed": lambda folder: edited("return.csv", "total", "Total")(folder.parent.parent / str(SEALED) / "v1"),
}


def lines(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Evidence], Evidence]:
    """The table, in CSV and workbook alike, as a faulty program would have made it."""

    def changed(evidence: Evidence) -> Evidence:
        told = change(evidence.lines.copy())
        return replace(evidence, lines=told, sheet=told.drop(columns=["level", "code", "name"]).reset_index(drop=True))

    return changed


def cell(row: int, column: str, add: float) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """One figure is off by so much."""
    return lambda told: told.assign(**{column: told[column] + np.where(np.arange(len(told)) == row, add, 0)})


def shifted(told: pd.DataFrame) -> pd.DataFrame:
    """Every column from the second on holds its neighbour's figures."""
    names = list(told.columns[4:])
    return told.assign(**{name: told[before] for name, before in zip(names[1:], names[:-1], strict=True)})


PROGRAM_DEFECTS: dict[str, Callable[[Evidence], Evidence]] = {
    "columns shifted": lines(shifted),
    "broken identity": lines(cell(4, "registered", 1)),
    "total off by one": lines(lambda told: cell(0, "live_births", 1)(cell(0, "male", 1)(cell(0, "in_hospital", 1)(cell(0, "overdue", 1)(told)))),),
    "births moved between townships": lines(lambda told: told.assign(code=told["code"].where(told["level"].ne(TOWNSHIP), told["code"].iloc[[0, 1, *range(3, len(told)), 2]].to_numpy()))),
    "a township left out": lines(lambda told: told.drop(index=5)),
    "a township twice": lines(lambda told: pd.concat([told, told.iloc[[5]]], ignore_index=True)),
    "township of another county": lines(lambda told: told.assign(code=told["code"].replace({told["code"].iloc[5]: "990909001"}))),
    "percentage typed": lines(cell(3, "timely_percent", 5)),
    "a cell that is no count": lines(cell(3, "elsewhere", 0.5)),
    "an empty cell": lines(lambda told: told.assign(male=told["male"].where(told.index != 3))),
    "births counted twice": lambda evidence: replace(evidence, births=pd.concat([evidence.births, evidence.counted.head(3)])),
    "births of another night": lambda evidence: replace(evidence, unknown_births=7),
    "another month's births": lambda evidence: replace(evidence, month=SEALED),
    "night before the month's end": lambda evidence: replace(evidence, as_of=MONTH.last_on - timedelta(days=3)),
}  # fmt: skip
