"""Front doors: draw a sample from the last good night; read one again, for its answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from sql import snapshots, state
from sql.acting import acting_as
from sql.task_number import task_number
from submission.field_sample.draw import Stratum, drawn
from vocabulary.areas import TOWNSHIP_DIGITS, VILLAGE_DIGITS, Areas, served_prefixes
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.field_checks import RECORD, VILLAGE
from vocabulary.findings import DueStage, Effect
from vocabulary.months import Month
from vocabulary.registries import CIVIL
from vocabulary.runs import Run, private_folder, write_private
from vocabulary.settings import Settings

FOLDER, FILE = "samples", "sample.json"
VISITED = timedelta(days=365)
"""A village is asked about a year, never about a month: villages by month are single children (rights.md R9)."""


@dataclass(frozen=True)
class Wanted:
    """How many of each; `month` narrows the records to births of that month, and no village visit."""

    villages: int
    births: int
    seed: int
    month: str | None = None


@dataclass(frozen=True)
class Item:
    """One unit drawn: a village (its code is `unit`) or a record of a registry. `item_no` is all that comes back."""

    item_no: str
    kind: str
    stratum: str
    unit: str
    registry: str | None = None


@dataclass(frozen=True)
class Sample:
    """What was drawn from which night; `strata` by kind. Births of `born_from` to `born_to` (both included) are asked for in villages."""

    sample_id: str
    run_id: str
    wanted: Wanted
    born_from: date
    born_to: date
    items: tuple[Item, ...]
    strata: dict[str, list[Stratum]]

    def of(self, kind: str) -> list[Item]:
        """The items of one kind."""
        return [item for item in self.items if item.kind == kind]

    def populations(self, kind: str) -> dict[str, int]:
        """Stratum -> units in it, drawn or not."""
        return {stratum.code: stratum.population for stratum in self.strata[kind]}


@acting_as("submission")
def draw(settings: Settings, wanted: Wanted) -> Sample:
    """The sample, written to `$HEDUI_HOME/samples/<id>/sample.json`; the same night and wishes give the same. Raises ConfigurationError."""
    run = last_good_night(settings)
    until = run.as_of - timedelta(days=int(DueStage.DAYS_30))
    villages, records = _frames(settings, run, wanted.month)
    picked: dict[str, tuple[pd.DataFrame, list[Stratum]]] = {
        VILLAGE: drawn(villages, wanted.villages, wanted.seed),
        RECORD: drawn(records, wanted.births, wanted.seed),
    }
    sample_id = hashlib.sha256(json.dumps([run.run_id, asdict(wanted)]).encode()).hexdigest()[:8]
    items = tuple(item for kind, (rows, _) in picked.items() for item in _items(sample_id, kind, rows))
    if not items:
        raise ConfigurationError(Fault("sample.empty", run.run_id))
    sample = Sample(sample_id, run.run_id, wanted, until - VISITED, until, items, {kind: strata for kind, (_, strata) in picked.items()})
    folder = private_folder(private_folder(settings.home / FOLDER) / sample_id)
    write_private(folder / FILE, json.dumps(asdict(sample), default=str, ensure_ascii=False, indent=1))
    return sample


def last_good_night(settings: Settings) -> Run:
    """The newest night that closed without a fault. Raises ConfigurationError where there is none."""
    nights = state.runs(settings)
    for run_id in nights.loc[nights["exit_code"].eq(0), "run_id"]:
        run = Run.load(settings, str(run_id))
        if run.has("findings"):
            return run
    raise ConfigurationError(Fault("sample.no_night", "HEDUI_HOME"))


def samples(settings: Settings) -> list[Sample]:
    """Every sample that is kept."""
    return [_read(path) for path in sorted((settings.home / FOLDER).glob(f"*/{FILE}"))]


def _frames(settings: Settings, run: Run, month: str | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Villages and records, each with `unit` and `stratum`, its township; records of protected families and of families in peace are in neither."""
    in_peace, protected = (state.bound_records(settings, effect) for effect in (Effect.PEACE, Effect.PROTECTS))
    with snapshots.opened_births(run, told_deaths=list(in_peace)) as tables:
        snapshots.load_snapshot(tables, "finding", run.findings / "finding.parquet")
        records = tables.execute(snapshots.query("views", "checkable_record")).df()
        here = tables.execute(snapshots.query("views", "resident_village")).df()["village_code"]
        held = tables.execute("SELECT registry, record_id, birth_id, area_code FROM member").df()
    left_alone = _births(held, [*in_peace, *protected])
    records = records[~records["birth_id"].isin(left_alone)]
    if month:
        records = records[records["born_on"].map(lambda day: str(Month.of(day))) == month]
    prefixes = served_prefixes(run.area, held.loc[held["registry"].isin(CIVIL), "area_code"])
    codes = sorted({*here, *Areas.load(settings.areas_path).codes(VILLAGE_DIGITS, prefixes, run.as_of)})
    villages = pd.DataFrame({"unit": codes, "stratum": [code[:TOWNSHIP_DIGITS] for code in codes]}, dtype=object)
    return villages, records.rename(columns={"record_id": "unit", "township_code": "stratum"})[["unit", "stratum", "registry"]]


def _births(held: pd.DataFrame, bound: Iterable[tuple[str, str]]) -> set[str]:
    keys = pd.MultiIndex.from_frame(held[["registry", "record_id"]])
    return set(held.loc[keys.isin(list(bound)), "birth_id"])


def _items(sample_id: str, kind: str, rows: pd.DataFrame) -> Iterable[Item]:
    for row in rows.to_dict("records"):
        number = task_number(f"{sample_id}|{kind}|{row.get('registry', '')}|{row['unit']}", str(row["stratum"]))
        yield Item(number, kind, str(row["stratum"]), str(row["unit"]), row.get("registry"))


def _read(path: Path) -> Sample:
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    strata = {kind: [Stratum(**one) for one in rows] for kind, rows in told["strata"].items()}
    days = {name: date.fromisoformat(told[name]) for name in ("born_from", "born_to")}
    items = tuple(Item(**item) for item in told["items"])
    return Sample(told["sample_id"], told["run_id"], Wanted(**told["wanted"]), **days, items=items, strata=strata)
