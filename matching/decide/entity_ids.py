"""The lasting name of an entity: inherited from earlier nights, or made from its first record, so that it stays whatever else arrives."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.arrays import Ints
from matching.records import Records

LENGTH = 15


@dataclass(frozen=True)
class Known:
    """Records of earlier nights and the ids of their entities."""

    registry: Sequence[str]
    record_id: Sequence[str]
    entity_id: Sequence[str]


def entity_ids(label: Ints, records: Records, known: Known | None = None, letter: str = "e") -> pa.Array:
    """An id per record.

    An entity takes the known id that most of its records had; each id goes to the entity that holds most of its records, on a tie
    to the one with the first record. An entity without any gets a new id that no other has or had: a letter, and 15 characters.
    """
    first = _first_records(label, records)
    inherited = _inherited(label, records, known)
    taken = set(inherited.values()) | (set() if known is None else set(map(str, known.entity_id)))
    names = np.empty(len(label), dtype=object)
    heads = np.flatnonzero(label == np.arange(len(label)))
    registries = [records.registries[code] for code in records.registry[first[heads]].tolist()]
    for head, registry, record_id in zip(
        heads.tolist(), registries, records.record_id.take(pa.array(first[heads])).to_pylist(), strict=True
    ):
        if head in inherited:
            names[head] = inherited[head]
            continue
        names[head] = _new_id(f"{registry}|{record_id}", taken, letter)
        taken.add(names[head])
    places = np.searchsorted(heads, label)
    return pa.array(names[heads], type=pa.string()).take(pa.array(places))


def _first_records(label: Ints, records: Records) -> Ints:
    """Per label, the row of its first record by registry and id."""
    rank = _ranks(records)
    first = np.full(len(label), len(label), dtype=np.int64)
    np.minimum.at(first, label, rank)
    row_of = np.empty(len(label) + 1, dtype=np.int64)
    row_of[rank], row_of[-1] = np.arange(len(label)), 0
    return row_of[first]


def _ranks(records: Records) -> Ints:
    """The place of each record by registry and id."""
    table = pa.table({"registry": pa.array(records.registry), "record_id": records.record_id})
    order = np.asarray(pc.sort_indices(table, sort_keys=[("registry", "ascending"), ("record_id", "ascending")]))
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order))
    return ranks


def _inherited(label: Ints, records: Records, known: Known | None) -> dict[int, str]:
    """Label -> id of earlier nights, at most one entity an id and one id an entity."""
    if known is None or not len(known.entity_id):
        return {}
    rows = records.rows_of(known.registry, known.record_id)
    here = np.flatnonzero(rows >= 0)
    _, once = np.unique(rows[here], return_index=True)
    here = np.sort(here[once])
    codes, names = _factorised([str(known.entity_id[place]) for place in here.tolist()])
    claim = label[rows[here]] * len(names) + codes
    claims, place = np.unique(claim, return_inverse=True)
    held = np.bincount(place)
    first = np.full(len(claims), len(label), dtype=np.int64)
    np.minimum.at(first, place, _ranks(records)[rows[here]])
    given: dict[int, str] = {}
    taken: set[int] = set()
    for one in np.lexsort((claims % len(names), first, -held)).tolist():
        head, name = divmod(int(claims[one]), len(names))
        if head not in given and name not in taken:
            given[head] = names[name]
            taken.add(name)
    return given


def _factorised(names: list[str]) -> tuple[Ints, list[str]]:
    """Codes into distinct names, ascending."""
    encoded = pa.array(names).dictionary_encode()
    distinct = encoded.dictionary.to_pylist()
    order = sorted(range(len(distinct)), key=distinct.__getitem__)
    place = np.empty(len(distinct), dtype=np.int64)
    place[order] = np.arange(len(distinct))
    return place[np.asarray(encoded.indices)], [distinct[one] for one in order]


def _new_id(anchor: str, taken: set[str], letter: str) -> str:
    """From the entity's first record; a counter joins in where that record once gave its name to another."""
    turn = 1
    while (made := _digest(anchor if turn == 1 else f"{anchor}|{turn}", letter)) in taken:
        turn += 1
    return made


def _digest(anchor: str, letter: str) -> str:
    return letter + base64.b32encode(hashlib.sha256(anchor.encode()).digest()).decode()[:LENGTH].lower()
