"""A night with something wrong in it: the snapshots of a good night, changed as a bad delivery would have left them, and judged again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import update

from bench.clean_months import settings_of
from expectations.snapshot import NOTE, RECORD, REGISTRY, write_snapshot
from sql.database import writing
from sql.report import checksums
from sql.tables import RUN
from submission.monthly.assemble import assembled, last_good_night
from submission.monthly.draft import draft_folder
from submission.monthly.judge import known, objections_to
from vocabulary.months import Month
from vocabulary.parquet_files import read_frame
from vocabulary.runs import Run, checksums_in, write_parquet, write_private
from vocabulary.settings import Settings

STAGES = {"record": "accepted", "note": "accepted", "registry": "accepted", "birth_record": "linked", "pair": "linked"}
SCHEMAS = {"record": RECORD, "note": NOTE, "registry": REGISTRY}


@dataclass
class SeededNight:
    """The tables of a night, to be changed in place. `born`: record -> month that it says it is of."""

    place: Path
    month: Month
    settings: Settings
    run: Run
    tables: dict[str, pd.DataFrame]
    verdict: dict[str, Any]
    sample: str = ""
    fresh: int = field(default=0)

    @classmethod
    def of(cls, good: Path, place: Path, month: Month) -> SeededNight:
        """A copy of a good installation: its state, its run, its sealed returns, its table of areas."""
        shutil.rmtree(place, ignore_errors=True)
        run = next(iter(sorted((good / "runs").iterdir())))
        for stage in ("accepted", "linked", "findings"):
            shutil.copytree(run / stage, place / "runs" / run.name / stage, ignore=shutil.ignore_patterns("data_docs", "quarantine"))
        for name in ("run.json", "report.json"):
            shutil.copy2(run / name, place / "runs" / run.name / name)
        (place / "demo").mkdir()
        for name in ("areas.csv", "county.json"):
            shutil.copy2(good / "demo" / name, place / "demo" / name)
        shutil.copy2(good / "hedui.db", place / "hedui.db")
        if (good / "returns").is_dir():
            shutil.copytree(good / "returns", place / "returns")
        for stage in ("accepted", "linked"):
            with_checksums(place / "runs" / run.name / stage)
        settings = settings_of(place)
        found = last_good_night(settings, month)
        tables = {name: read_frame(found.folder / stage / f"{name}.parquet") for name, stage in STAGES.items()}
        verdict = json.loads((found.accepted / "verdict.json").read_text(encoding="utf-8"))
        return cls(place, month, settings, found, tables, verdict)

    def of_month(self, registry: str | None = None, back: int = 0) -> pd.Series:
        """Which records say that they are of the month (or of one so many before), of a registry or of any."""
        record = self.tables["record"]
        here = pd.to_datetime(record["born_on"]).dt.strftime("%Y-%m").eq(str(self.month.before(back)))
        return here & record["registry"].eq(registry) if registry else here

    def drop(self, rows: pd.Series, *, told: bool = True) -> None:
        """Take records away, from the births as well; `told`: the count of accepted rows knows of it."""
        record = self.tables["record"]
        gone = record.loc[rows, ["registry", "record_id"]]
        keys = pd.MultiIndex.from_frame(gone)
        held = self.tables["birth_record"]
        self.tables["birth_record"] = held[~pd.MultiIndex.from_frame(held[["registry", "record_id"]]).isin(keys)]
        self.tables["record"] = record[~rows]
        self.recount(told=told)

    def add(self, rows: pd.DataFrame, births: pd.Series | None = None) -> None:
        """Add copies of records under new ids: of the births named, or each of a birth of its own."""
        self.fresh += 1
        ids = [f"new-{self.fresh}-{number}" for number in range(len(rows))]
        into = list(births) if births is not None else [f"b-{one}" for one in ids]
        held = pd.DataFrame({"birth_id": into, "registry": list(rows["registry"]), "record_id": ids, "match_probability": 1.0})
        self.tables["record"] = pd.concat([self.tables["record"], rows.assign(record_id=ids)], ignore_index=True)
        self.tables["birth_record"] = pd.concat([self.tables["birth_record"], held], ignore_index=True)
        self.recount()

    def births_of(self, rows: pd.Series) -> pd.Series:
        """The birth of each of those records, in their order."""
        told = self.tables["record"].loc[rows, ["registry", "record_id"]].merge(self.tables["birth_record"], on=["registry", "record_id"])
        return told["birth_id"]

    def recount(self, *, told: bool = True) -> None:
        """Let the registries' lines say how many rows there are."""
        if told:
            counts = self.tables["record"]["registry"].value_counts()
            registry = self.tables["registry"]
            registry["rows_accepted"] = registry["registry"].map(counts).fillna(0).astype("int64")

    def written(self) -> None:
        """Write the tables as this night's own, with the checksums that a night writes down."""
        for name, stage in STAGES.items():
            path = self.run.folder / stage / f"{name}.parquet"
            if name in SCHEMAS:
                write_snapshot(self.tables[name], SCHEMAS[name], path)
            else:
                write_parquet(self.tables[name], path)
        write_private(self.run.accepted / "verdict.json", json.dumps(self.verdict, ensure_ascii=False))
        for stage in ("accepted", "linked"):
            with_checksums(self.run.folder / stage)
        with writing(self.settings) as connection:
            connection.execute(update(RUN).where(RUN.c.run_id == self.run.run_id).values(checksums=checksums(self.run)))
        if self.sample:
            write_private(self.place / "linkage_sample.csv", self.sample)

    def judged(self, change: Callable[[Path], None] = lambda _: None, reason: str | None = None) -> list[Any]:
        """Assemble, let `change` do something to the draft's folder, and ask every gate."""
        told = known(self.settings, assembled(self.settings, self.month, reason))
        folder = draft_folder(self.settings, str(self.month), int(told["version"]))
        change(folder)
        return objections_to(self.settings, told, folder)


def with_checksums(stage: Path) -> None:
    """Write a stage's list of checksums anew, as though the night had left it so."""
    write_private(stage / "checksums.json", json.dumps(checksums_in(stage)))
