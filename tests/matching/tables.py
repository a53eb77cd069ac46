"""Records drawn as tables: the columns that a test speaks of, everything else missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from matching.decide.entity_ids import Known
from matching.link import Earlier
from matching.link import link as front_door
from matching.model.learned import Model
from vocabulary.contracts import RECORD_COLUMNS
from vocabulary.findings import Decision


def records(drawing: str) -> pd.DataFrame:
    """A table `registry | record_id | ...` with one record a line; an empty cell is missing."""
    lines = [[cell.strip() or None for cell in line.split("|")] for line in drawing.strip().splitlines()]
    told = pd.DataFrame(lines[1:], columns=lines[0], dtype=object)
    if "born_on" in told:
        told["born_on"] = [None if text is None else date.fromisoformat(text) for text in told["born_on"]]
    for name in ("plurality", "birth_order"):
        if name in told:
            told[name] = pd.to_numeric(told[name]).astype("Int64")
    missing = pd.DataFrame(None, index=told.index, columns=[name for name in RECORD_COLUMNS if name not in told], dtype=object)
    return pd.concat([told, missing], axis=1)[list(RECORD_COLUMNS)]


@dataclass(frozen=True)
class Linked:
    """What linking left, as pandas frames."""

    birth_record: pd.DataFrame
    pair: pd.DataFrame
    model: Model


def link(told: pd.DataFrame, model="births", known: pd.DataFrame | None = None, decisions: pd.DataFrame | None = None, **others) -> Linked:
    """`matching.link.link` on frames."""
    births = None if known is None else Known(known["registry"].tolist(), known["record_id"].tolist(), known["birth_id"].tolist())
    earlier = Earlier(births, None if decisions is None else decisions.to_dict("list"))
    linked = front_door(told, model, earlier=earlier, name="birth_id", **others)
    pair = linked.pair.to_pandas()
    plain = pair.astype({name: object for name in pair if isinstance(pair[name].dtype, pd.CategoricalDtype)})
    record = linked.record.to_pandas().astype({"registry": object}).sort_values(["registry", "record_id"], ignore_index=True)
    return Linked(record, plain, linked.model)


def births(linked: pd.DataFrame) -> set[frozenset[str]]:
    """The births as sets of record ids."""
    return {frozenset(group) for _, group in linked.groupby("birth_id")["record_id"]}


def decisions(*rows: tuple[str, str, str, str, Decision]) -> pd.DataFrame:
    """Decided pairs as `known_decision.parquet` holds them."""
    return pd.DataFrame(rows, columns=["registry_left", "record_id_left", "registry_right", "record_id_right", "decision"])
