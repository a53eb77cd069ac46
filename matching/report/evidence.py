"""What a report speaks of: the tables and the model that linking left in a folder, a run's or that of `hedui link`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from matching.arrays import Codes, Floats, Levels
from matching.engine import Prepared, prepared
from matching.kernel.run import RuleCount
from matching.model.learned import Model
from matching.model.saved import read_model
from matching.pair_kinds import PairKinds, pair_kinds
from matching.recall import MISSING, rule_counts
from matching.records import Records, read_records
from matching.truth import Truth, read_truth, truth_faults
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.findings import Decision
from vocabulary.parquet_files import read_columns, read_frame, read_table

DECISIONS = tuple(str(one) for one in (Decision.LINK, Decision.REVIEW, Decision.APART))
TABLES = {"birth_record.parquet": "birth_id", "entity.parquet": "entity_id"}


@dataclass(frozen=True)
class Pairs:
    """`pair.parquet` without who they are. `left`, `right`: places in `registries`; `decision`: place in DECISIONS; `levels`: a column a comparison."""

    registries: tuple[str, ...]
    left: Codes
    right: Codes
    weight: Floats
    probability: Floats
    decision: Codes
    levels: Levels

    def __len__(self) -> int:
        return len(self.weight)


@dataclass(frozen=True)
class Evidence:
    """One linking. `name`: of the run or folder; `record`: registry, record_id, birth_id; `tables`: the records that were linked, where they are at hand."""

    name: str
    as_of: str
    folder: Path
    model: Model
    record: pd.DataFrame
    told_rules: tuple[RuleCount, ...]
    tables: pa.Table | None = None
    truth: Truth | None = None

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Records per registry, by name."""
        counts = self.record["registry"].astype(str).value_counts()
        return {name: int(counts[name]) for name in sorted(counts.index)}

    @cached_property
    def kinds(self) -> PairKinds:
        """The pairs of registries, as linking saw them."""
        return pair_kinds(self.sizes, self.model.spec.duplicates)

    @cached_property
    def pairs(self) -> Pairs:
        """Every pair that was kept."""
        return read_pairs(self.folder / "pair.parquet", self)

    @cached_property
    def records(self) -> Records | None:
        """The records with the codes of their values; None where the tables are not at hand."""
        return None if self.tables is None else read_records(self.tables, self.model.spec)

    @cached_property
    def ready(self) -> Prepared | None:
        """The records with their blocking keys."""
        return None if self.records is None else prepared(self.records, self.model.spec)

    @cached_property
    def rules(self) -> tuple[RuleCount, ...]:
        """What each blocking rule did: as linking told, or counted anew."""
        return self.told_rules if self.told_rules or self.ready is None else rule_counts(self.ready, self.model)

    @cached_property
    def pair_ids(self) -> pd.DataFrame:
        """The pairs by registry and record id, with their decision: for holding them against a truth, never for showing."""
        columns = ["registry_left", "record_id_left", "registry_right", "record_id_right", "decision"]
        return read_frame(self.folder / "pair.parquet", columns)


def read_evidence(source: Path, truth: Path | None = None, tables: pa.Table | None = None) -> Evidence:
    """Of a run's folder, or the one that `hedui link` wrote. Raises ConfigurationError with every file that is missing."""
    folder = source / "linked" if (source / "linked").is_dir() else source
    wanted = [folder / "pair.parquet", folder / "model.json"]
    faults = [Fault("report.file_missing", path.name) for path in wanted if not path.is_file()]
    of_records = [folder / name for name in TABLES if (folder / name).is_file()]
    faults += [] if of_records else [Fault("report.file_missing", "birth_record.parquet, entity.parquet")]
    faults += truth_faults(truth) if truth is not None else []
    if faults:
        raise ConfigurationError(faults)
    record = read_table(of_records[0]).to_pandas()
    accepted = source / "accepted" / "record.parquet"
    if tables is None and accepted.is_file():
        tables = read_table(accepted)
    return Evidence(
        name=source.resolve().name,
        as_of=str(_told(source / "run.json").get("as_of", "")),
        folder=folder,
        model=read_model(folder / "model.json"),
        record=record.rename(columns={TABLES[of_records[0].name]: "birth_id"}),
        told_rules=_told_rules(_told(folder / "report.json")),
        tables=tables,
        truth=None if truth is None else read_truth(truth),
    )


def _told(path: Path) -> Mapping[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _told_rules(told: Mapping[str, Any]) -> tuple[RuleCount, ...]:
    return tuple(RuleCount(one["rule"], one["pairs"], one["new_pairs"], one["left_out"]) for one in told.get("rules", ()) if "rule" in one)


def read_pairs(path: Path, evidence: Evidence) -> Pairs:
    """The pairs as codes. Raises ConfigurationError where the table is of another model."""
    comparisons = evidence.model.spec.comparisons
    lacking = [one.name for one in comparisons if one.name not in read_columns(path)]
    if lacking:
        raise ConfigurationError(Fault("report.pair_differs", path.name, {"columns": ", ".join(lacking)}))
    words = ["registry_left", "registry_right", "decision", *(one.name for one in comparisons)]
    table = read_table(path, [*words, "match_weight", "match_probability"])
    registries = tuple(evidence.sizes)
    return Pairs(
        registries,
        codes_of(table["registry_left"], registries),
        codes_of(table["registry_right"], registries),
        table["match_weight"].to_numpy().astype(np.float64),
        table["match_probability"].to_numpy().astype(np.float64),
        codes_of(table["decision"], DECISIONS),
        np.column_stack([codes_of(table[one.name], (*one.level_names, MISSING)) for one in comparisons]).astype(np.int8),
    )


def codes_of(column: pa.ChunkedArray, words: tuple[str, ...]) -> Codes:
    """The place of each value in a list of words. Raises ConfigurationError for a value that is not among them."""
    places = pc.index_in(column.cast(pa.string()), value_set=pa.array(words, type=pa.string()))
    if places.null_count:
        raise ConfigurationError(Fault("report.pair_differs", "pair.parquet", {"columns": "–"}))
    told: Codes = places.to_numpy().astype(np.int32)
    return told
