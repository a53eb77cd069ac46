"""What a linked night leaves, so that the next one looks at changes only: its records as the engine holds them, the pairs that it met, its answer."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.arrays import Bools, Codes, Ints
from matching.decide.bindings import Bindings
from matching.decide.components import components
from matching.decide.entities import Entities
from matching.decide.entity_ids import Known
from matching.decide.settle import with_decided
from matching.decide.tables import worth_knowing
from matching.engine import Prepared, Scored, Whole
from matching.estimate.frequencies import portable
from matching.kernel.hashing import text_keys
from matching.model.learned import Model
from matching.model.spec import Spec
from matching.records import Records, as_arrow, as_texts
from matching.threads import threads


@dataclass(frozen=True)
class Base:
    """By row of `records`: `keys` of the blocking rules (column after column, because nights read them so), `component` (the lowest row of those that are decided together), `decided` (a person decided a
    pair of it), `fingerprint` of what its columns say, and `answer`: id of its entity, registry, record_id, match_probability.

    `seen`: by field and column of its forms, how many records had the form of each value of the books when all were linked.
    `found`: the pairs that rules met and that matter. `pair`: the pairs worth knowing, `first` and `second` their rows. `whole`, `model`: by which all
    this was decided; they stay the same until a night links everything anew. `retired`: ids of which no record is left.
    """

    records: Records
    keys: Codes
    component: Ints
    decided: Bools
    fingerprint: Ints
    seen: Mapping[tuple[str, int], Ints]
    answer: pa.Table
    found: Scored
    pair: pa.Table
    first: Codes
    second: Codes
    whole: Whole
    model: Model
    retired: pa.Array

    def __len__(self) -> int:
        return len(self.records)


@dataclass(frozen=True)
class Answer:
    """What a full link found: the pairs that its rules met, what was decided, and its two tables."""

    found: Scored
    entities: Entities
    bindings: Bindings
    record: pa.Table
    pair: pa.Table


def base_of(records: Records, fingerprint: Ints, ready: Prepared, model: Model, answer: Answer, known: Known | None) -> Base:
    """The base that a full link leaves. `records`: with the letters of their values; `ready`: sharpened."""
    decided = np.zeros(len(records), dtype=bool)
    for rows in answer.bindings.pairs():
        decided[rows] = True
    places = worth_knowing(answer.entities, model.spec)
    given = answer.record[0].unique()
    before = as_texts(()) if known is None else pa.chunked_array([as_texts(known.entity_id), as_texts(known.retired)]).unique()
    return Base(
        records=records,
        keys=np.asfortranarray(ready.blocks.keys),
        component=components(with_decided(answer.found, ready, model, answer.bindings), len(records), model, answer.bindings),
        decided=decided,
        fingerprint=fingerprint,
        seen=ready.frequencies.here,
        answer=answer.record,
        found=answer.found,
        pair=answer.pair,
        first=answer.entities.scored.first[places],
        second=answer.entities.scored.second[places],
        whole=Whole(portable(ready.frequencies, records), records.sizes, ready.blocks.crowds),
        model=model,
        retired=before.filter(pc.invert(pc.is_in(before, value_set=given))),
    )


@dataclass(frozen=True)
class Changes:
    """`rows`: of the table, new or not as they were; `gone`: rows of the base's records that the table no longer has, or has otherwise."""

    rows: Ints
    gone: Ints


def fingerprints(table: pa.Table, columns: tuple[str, ...]) -> Ints:
    """By row, a stable key of what the columns that the model reads say; a column that is not there says nothing."""
    told = np.zeros(table.num_rows, dtype=np.uint64)
    with ThreadPoolExecutor(threads()) as pool:
        for keys in pool.map(lambda name: _keys(table[name]) if name in table.column_names else np.uint64(0), columns):
            told = told * np.uint64(0x9E3779B97F4A7C15) + keys
            told = (told ^ (told >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return told.view(np.int64)


def _keys(column: pa.ChunkedArray) -> Any:
    """The key of what a column says in each row, 0 for nothing; of each distinct value once, where the column knows them."""
    if pa.types.is_dictionary(column.type):
        encoded = column.unify_dictionaries().combine_chunks()
        keys = np.append(_keys(pa.chunked_array([encoded.dictionary])), np.uint64(0))
        return keys[np.asarray(pc.fill_null(encoded.indices, len(keys) - 1))]
    texts = column.cast(pa.large_string()).combine_chunks()
    keys = text_keys(texts).view(np.uint64)
    return keys if not texts.null_count else np.where(np.asarray(texts.is_valid()), keys, np.uint64(0))


def in_order(records: Records, table: pa.Table, spec: Spec) -> Ints:
    """The fingerprints of a table in the order of its records."""
    told = np.empty(len(records), dtype=np.int64)
    told[records.rows_of(table["registry"], table["record_id"])] = fingerprints(table, spec.columns)
    return told


def changes_since(base: Base, table: pa.Table) -> Changes:
    """What a night's records are that the base has not, or has otherwise."""
    told = as_arrow(table, base.model.spec)
    rows = base.records.rows_of(told["registry"], told["record_id"])
    known = np.flatnonzero(rows >= 0)
    same = base.fingerprint[rows[known]] == fingerprints(told, base.model.spec.columns)[known]
    stays, new = np.zeros(len(base), dtype=bool), np.ones(table.num_rows, dtype=bool)
    stays[rows[known[same]]] = True
    new[known[same]] = False
    return Changes(np.flatnonzero(new), np.flatnonzero(~stays))


def one_piece(table: pa.Table) -> pa.Table:
    """With one chunk and one dictionary a column."""
    return table.unify_dictionaries().combine_chunks()
