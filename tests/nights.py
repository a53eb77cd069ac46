"""Nights drawn as tables: real snapshots of accepted and linked records, the real state, the real rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.snapshot import NOTE, RECORD, REGISTRY
from reconciliation import find
from sql.nights import open_night
from vocabulary.registries import REGISTRIES
from vocabulary.runs import Run, write_parquet
from vocabulary.settings import Settings

LEVELS = ("certificate_no", "mother_id", "father_id", "child_name", "mother_name", "father_name", "born_on", "sex", "area", "twin")
PAIR_KEYS = ("registry_left", "record_id_left", "registry_right", "record_id_right")
DUE = 30


def drawn(table: str) -> list[dict[str, str]]:
    """Rows of a table drawn with bars; an empty cell is missing."""
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines() if line.strip()]
    return [{name: cell for name, cell in zip(lines[0], cells, strict=True) if cell} for cells in lines[1:]]


def day(text: str) -> date:
    return date.fromisoformat(text[:10])


@dataclass
class Found:
    """What a night found."""

    run: Run
    table: pd.DataFrame

    def of(self, kind: str) -> pd.DataFrame:
        return self.table[self.table["kind"] == kind]

    def births(self, kind: str) -> set[str]:
        return set(self.of(kind)["birth_id"])

    def due(self, kind: str) -> set[str]:
        rows = self.of(kind)
        return set(rows.loc[rows["due_stage"].fillna(DUE) >= DUE, "birth_id"])

    def records(self, kind: str) -> set[tuple[str, str]]:
        return set(self.of(kind)[["registry", "record_id"]].itertuples(index=False, name=None))

    def fields(self, kind: str = "conflict") -> dict[tuple[str, str], str]:
        """(registry, field) -> evidence."""
        rows = self.of(kind).itertuples()
        return {(row.registry, row.field): row.evidence for row in rows}

    def ids(self) -> dict[tuple[str, ...], str]:
        """(kind, birth, registry, record, field) -> finding_id."""
        keys = self.table[["kind", "birth_id", "registry", "record_id", "field"]].fillna("")
        return dict(zip(keys.itertuples(index=False, name=None), self.table["finding_id"], strict=True))


@dataclass
class Night:
    """Tables given so far. A record's column `birth` says which birth it belongs to; without it, it is one of its own."""

    settings: Settings
    rows: list[dict[str, Any]] = field(default_factory=list)
    births: list[dict[str, Any]] = field(default_factory=list)
    pair_rows: list[dict[str, Any]] = field(default_factory=list)
    note_rows: list[dict[str, str]] = field(default_factory=list)
    deliveries: dict[str, dict[str, Any]] = field(default_factory=dict)
    parts: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def given(self, registry: str, table: str) -> Night:
        contract = REGISTRIES[registry]
        for row in drawn(table):
            record_id = row.pop(contract.key)
            birth = row.pop("birth", record_id)
            told = {into: value for name, value in row.items() for into in contract.fields_of(name)}
            self.rows.append(self.complete(registry, {**told, "record_id": record_id}))
            self.births.append({"birth_id": birth, "registry": registry, "record_id": record_id, "match_probability": 1.0})
        return self

    def complete(self, registry: str, told: dict[str, str]) -> dict[str, Any]:
        """A record with what the table leaves out: a boy of the first township, alive, recorded after ten days."""
        born = day(told["born_on"])
        code = told.get("division_code", "990101001001")
        usual: dict[str, Any] = {"child_sex": "1", "mother_name": "王甲", "division_code": code, "area_code": code}
        if registry == "hospital":
            usual |= {
                "vital_status": "alive",
                "plurality": 1,
                "birth_order": 1,
                "facility_code": "990101H01",
                "born_at": datetime.combine(born, datetime.min.time()),
            }
        row: dict[str, Any] = {**usual, "recorded_on": born + timedelta(days=10), **told, "registry": registry, "born_on": born}
        for flag in ("quarantined", "came_later"):
            row[flag] = told.get(flag) == "yes"
        row |= {name: day(row[name]) for name in ("recorded_on",) if isinstance(row[name], str)}
        row |= {name: int(row[name]) for name in ("plurality", "birth_order") if name in row}
        row |= {"born_at": datetime.fromisoformat(row["born_at"])} if isinstance(row.get("born_at"), str) else {}
        return {**row, "updated_at": datetime(2026, 1, 1)}

    def pairs(self, table: str) -> Night:
        """Columns left and right as `registry/record_id`, probability, decision, and any level."""
        for row in drawn(table):
            left, right = row.pop("left").split("/"), row.pop("right").split("/")
            told = {
                "match_probability": float(row.pop("probability", "0.999")),
                "decision": row.pop("decision", "link"),
                "match_weight": 9.0,
            }
            self.pair_rows.append({**dict(zip(PAIR_KEYS, [*left, *right], strict=True)), **told, **row})
        return self

    def notes(self, table: str) -> Night:
        self.note_rows += drawn(table)
        return self

    def delivers(self, registry: str, **told: Any) -> Night:
        """What is unusual of a registry's delivery: status, complete, period_from, period_to."""
        self.deliveries[registry] = told
        return self

    def delivers_part(self, registry: str, county: str, **told: Any) -> Night:
        """The registry comes in parts; this county's is as told."""
        self.parts[registry, county] = told
        return self

    def takes_away(self, county: str) -> Night:
        """A county that delivers no part any more, and is not expected to."""
        self.parts = {key: told for key, told in self.parts.items() if key[1] != county}
        return self

    def serves(self, *prefixes: str) -> Night:
        """The area of the nights that follow."""
        self.settings = replace(self.settings, area=prefixes)
        return self

    def on(self, as_of: str) -> Found:
        """The night of that day, through the front door."""
        run = self.linked(date.fromisoformat(as_of))
        find.night(run.run_id)
        return Found(run, pd.read_parquet(run.findings / "finding.parquet"))

    def linked(self, as_of: date) -> Run:
        """A run of that day with accepted and linked snapshots, and no findings yet."""
        run = Run.load(self.settings, open_night(self.settings, as_of))
        records = sorted(self.rows, key=lambda row: (row["registry"], row["record_id"]))
        with run.writing("accepted") as folder:
            pq.write_table(pa.Table.from_pylist(records, schema=RECORD), folder / "record.parquet")
            pq.write_table(pa.Table.from_pylist(self.note_rows, schema=NOTE), folder / "note.parquet")
            pq.write_table(pa.Table.from_pylist(list(self.delivery_rows(run)), schema=REGISTRY), folder / "registry.parquet")
        columns = [*PAIR_KEYS, "match_weight", "match_probability", "decision", *LEVELS]
        texts = dict.fromkeys((*PAIR_KEYS, "decision", *LEVELS), "string")
        with run.writing("linked") as folder:
            births = pd.DataFrame(self.births, columns=["birth_id", "registry", "record_id", "match_probability"])
            write_parquet(
                births.astype({"birth_id": "string", "registry": "string", "record_id": "string", "match_probability": float}),
                folder / "birth_record.parquet",
            )
            pairs = pd.DataFrame(self.pair_rows, columns=columns).astype({**texts, "match_weight": float, "match_probability": float})
            write_parquet(pairs, folder / "pair.parquet")
        return run

    def delivery_rows(self, run: Run) -> Iterable[dict[str, Any]]:
        for name in REGISTRIES:
            row = {"registry": name, "status": "fresh", "from_run_id": run.run_id, "complete": True, "as_of": run.as_of, "rows_landed": 9}
            period = {"rows_accepted": 9, "rows_quarantined": 0, "period_from": date(2025, 1, 1), "period_to": run.as_of, "reason": None}
            whole = row | period | self.deliveries.get(name, {}) | {"county": "", "prefix": ""}
            own = [(county, told) for (registry, county), told in self.parts.items() if registry == name]
            yield from [whole | {"county": county, "prefix": f"{county}::"} | told for county, told in own] or [whole]
