"""A county that lives for sixty nights: records arrive and are corrected by the day, desks answer their real lists, a township is merged.

What happens is drawn from a seed, and written down beside hedui's back, so that a test can hold one against the other.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from connectors import land
from connectors.worklists import read_worklists
from demo.sources import write_source
from expectations import accept
from matching import link
from reconciliation import find, publish
from reconciliation.outcome_rows import titles
from reconciliation.outcomes import Taken, take_outcomes
from sql import state
from vocabulary.registries import REGISTRIES
from vocabulary.runs import Run
from vocabulary.settings import Settings

FIRST = date(2026, 9, 2)
NIGHTS = 60
MERGER = 31
"""The night from which a township is part of its neighbour."""
WRITTEN_ON = {"hukou": "registered_on", "family_planning": "reported_on", "hospital": "issued_on"}
ANSWERS = {
    "待协助登记": ("A1", "A1", "A2", "A3", "B1", "B2", "C1", "C3", "C6", "D1", "E9"),
    "核对本登记": ("C5", "C5", "C3", "E9", "C6"),
    "待人工判定": ("S1", "S2", "S2", "E9"),
}
SHARE_ANSWERED = 0.25


@dataclass
class Life:
    """A county and its installation. `rows`: each registry's table as it will be on the last day."""

    folder: Path
    settings: Settings
    rows: dict[str, pd.DataFrame]
    chance: random.Random = field(default_factory=lambda: random.Random(5))
    merged: str = ""
    into: str = ""

    @classmethod
    def of(cls, folder: Path, settings: Settings) -> Life:
        """From a county made by `demo.build` in `folder`, whose databases give the rows and are written anew every night."""
        rows = {}
        for name, contract in REGISTRIES.items():
            rows[name] = pd.read_sql_table(contract.table, f"sqlite:///{folder / name}.db").astype(object)
            rows[name] = rows[name].where(rows[name].notna(), None)
        life = cls(folder, settings, rows)
        life.choose_townships()
        return life

    def choose_townships(self) -> None:
        """The two busiest townships that hold children today: the smaller becomes part of the larger."""
        codes = pd.Series(self.rows["hospital"]["division_code"]).dropna().str[:9]
        towns = codes[codes.str.startswith("990101")].value_counts()
        areas = pd.read_csv(self.folder / "areas.csv", dtype=str, keep_default_na=False)
        standing = set(areas.loc[areas["valid_to"].eq(""), "code"])
        self.into, self.merged = [code for code in towns.index if code in standing][:2]

    def deliver(self, day: date) -> None:
        """Write what each registry holds on the evening of a day: later rows are not there, rows corrected later have their first content."""
        for name, contract in REGISTRIES.items():
            write_source(self.held_on(name, day), contract, self.folder / f"{name}.db")

    def hand_over(self, day: date, folder: Path) -> None:
        """The same as files that are dated by the day: `hukou_2026-09-02.csv`."""
        folder.mkdir(exist_ok=True)
        for name, contract in REGISTRIES.items():
            table = self.held_on(name, day)[list(contract.column_names)]
            table.to_csv(folder / f"{name}_{day.isoformat()}.csv", index=False, encoding="utf-8-sig")

    def held_on(self, name: str, day: date) -> pd.DataFrame:
        """A registry's table on the evening of a day."""
        table = self.rows[name]
        written = pd.to_datetime(table[WRITTEN_ON[name]]).fillna(pd.to_datetime(table["updated_at"])).dt.date
        table = table[written <= day]
        early = pd.to_datetime(table["updated_at"]).dt.date > day
        table = table.assign(
            mother_name=table["mother_name"].mask(early, table["mother_name"].map(lambda text: f"{text}某" if text else text)),
            updated_at=table["updated_at"].mask(early, pd.to_datetime(written[written <= day]) + pd.Timedelta(hours=12)),
        )
        return table.astype(object).where(table.notna(), None)

    def merge_townships(self, day: date) -> None:
        """From `day` on one township is part of another: the table of areas says so, the records keep the old code."""
        path = self.folder / "areas.csv"
        areas = pd.read_csv(path, dtype=str, keep_default_na=False)
        gone = areas["code"].str.startswith(self.merged) & areas["valid_to"].eq("")
        moved = areas[gone & areas["level"].eq("village")].assign(valid_from=day.isoformat())
        moved["code"] = [f"{self.into}{700 + number:03d}" for number in range(len(moved))]
        areas.loc[gone, "valid_to"] = (day - timedelta(days=1)).isoformat()
        areas.loc[gone & areas["level"].eq("village"), "successor"] = moved["code"].to_numpy()
        areas.loc[areas["code"].eq(self.merged), "successor"] = self.into
        pd.concat([areas, moved]).to_csv(path, index=False)

    def night(self, day: date) -> Run:
        """One night through every front door."""
        self.deliver(day)
        run_id = state.open_run(day)
        for name in REGISTRIES:
            land.night(run_id, name)
        for stage in (accept, link, find, publish):
            stage.night(run_id)
        state.close_run(run_id)
        return Run.load(self.settings, run_id)

    def answer(self, run: Run, day: date) -> Taken:
        """Desks fill a part of the lists of a night, as CSV, and hand them in; some say of a child that it lives in the next township."""
        filled = self.folder / "filled" / run.run_id
        filled.mkdir(parents=True)
        for path in sorted(run.worklists.glob("*.csv")):
            with path.open(encoding="utf-8-sig", newline="") as lines:
                rows = list(csv.DictReader(lines))
            chosen = [row for row in rows if row.get("任务编号") and row["表"] in ANSWERS and self.chance.random() < SHARE_ANSWERED]
            for row in chosen:
                row.update(self.said(row["表"], day))
            if chosen:
                with (filled / path.name).open("w", encoding="utf-8-sig", newline="") as lines:
                    writer = csv.DictWriter(lines, list(rows[0]))
                    writer.writeheader()
                    writer.writerows(rows)
        sheets, faults = read_worklists(sorted(filled.glob("*.csv")), titles())
        assert faults == []
        return take_outcomes(sheets, self.settings, day)

    def said(self, sheet: str, day: date) -> dict[str, Any]:
        """What a desk writes in one row."""
        code = self.chance.choice(ANSWERS[sheet])
        told: dict[str, Any] = {"核查结果": code, "核查日期": day.isoformat()}
        if sheet == "待人工判定":
            return told | {"判定理由（50字内）": "更改：对照原始档案"}
        if sheet == "待协助登记" and self.chance.random() < 0.05:
            return told | {"核查结果": "C4", "备注（50字内）": self.merged}
        return told
