"""The lasting name of an entity: inherited from earlier nights, or made from its first record, so that it stays whatever else arrives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from matching.arrays import Ints
from matching.blocks import mixed_keys
from matching.kernel.hashing import text_keys
from matching.records import Records, Texts, as_texts

LENGTH = 15
ALPHABET = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)
"""Base 32: no two of its signs are taken for each other on paper."""
Names = npt.NDArray[np.uint8]
"""A row a name, a column a letter."""


@dataclass(frozen=True)
class Known:
    """Records of earlier nights and the ids of their entities. `retired`: ids of which no record is here, which nobody gets again."""

    registry: Texts
    record_id: Texts
    entity_id: Texts
    retired: Texts = ()


def entity_ids(label: Ints, records: Records, known: Known | None = None, letter: str = "e") -> pa.Array:
    """An id per record. `label`: per record, the lowest row of its entity, which is its first record.

    An entity takes the known id that most of its records had; each id goes to the entity that holds most of its records, on a tie
    to the one with the first record. An entity without any gets a new id that no other has or had: a letter, and 15 characters.
    """
    heads = np.flatnonzero(label == np.arange(len(label)))
    inherited = _inherited(label, records, known)
    taken = as_texts(()) if known is None else pa.chunked_array([as_texts(known.entity_id), as_texts(known.retired)]).unique()
    names = _texts(_new_names(records, heads, taken, letter))
    if inherited:
        places = np.searchsorted(heads, np.fromiter(inherited, dtype=np.int64, count=len(inherited)))
        mask = np.zeros(len(heads), dtype=bool)
        mask[places] = True
        ordered = [told for _, told in sorted(zip(places.tolist(), inherited.values(), strict=True))]
        names = pc.replace_with_mask(names, pa.array(mask), pa.array(ordered, type=pa.large_string()))
    return names.take(pa.array(np.searchsorted(heads, label)))


def _new_names(records: Records, heads: Ints, taken: pa.Array, letter: str) -> Names:
    """A name for each head from its registry and id; a counter joins in where that record once gave its name to another."""
    registries = text_keys(pa.array(records.registries, type=pa.large_string()))[records.registry[heads]]
    names = np.empty((len(heads), LENGTH + 1), dtype=np.uint8)
    left, turn = np.arange(len(heads)), 0
    while len(left):
        turns = np.full(len(left), turn + 1, dtype=np.int64)
        high = mixed_keys([registries[left], records.key[heads[left]], turns])
        names[left] = _spelt(high, mixed_keys([high, turns]), ord(letter))
        left, turn = left[np.asarray(pc.is_in(_texts(names[left]), value_set=taken))], turn + 1
    return names


def _spelt(high: Ints, low: Ints, letter: int) -> Names:
    """A letter, twelve signs of one key and three of another."""
    names = np.empty((len(high), LENGTH + 1), dtype=np.uint8)
    names[:, 0] = letter
    for place in range(LENGTH):
        key, shift = (high, 4 + 5 * place) if place < 12 else (low, 4 + 5 * place - 60)
        names[:, place + 1] = ALPHABET[(key.view(np.uint64) >> np.uint64(shift)) & np.uint64(31)]
    return names


def _texts(names: Names) -> pa.Array:
    """The names as a string array, without making a Python object of each."""
    offsets = np.arange(len(names) + 1, dtype=np.int64) * (LENGTH + 1)
    return pa.LargeStringArray.from_buffers(len(names), pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(names)))


def _inherited(label: Ints, records: Records, known: Known | None) -> dict[int, str]:
    """Label -> id of earlier nights, at most one entity an id and one id an entity."""
    if known is None or not len(known.entity_id):
        return {}
    rows = records.rows_of(as_texts(known.registry), as_texts(known.record_id))
    here = np.flatnonzero(rows >= 0)
    _, once = np.unique(rows[here], return_index=True)
    here = np.sort(here[once])
    codes, names = _factorised(as_texts(known.entity_id).take(pa.array(here)))
    claims, place = np.unique(label[rows[here]] * max(len(names), 1) + codes, return_inverse=True)
    held = np.bincount(place)
    first = np.full(len(claims), len(label), dtype=np.int64)
    np.minimum.at(first, place, rows[here])
    return _given(claims, held, first, names)


def _given(claims: Ints, held: Ints, first: Ints, names: list[str]) -> dict[int, str]:
    """Who gets which name: those with most records first, then those with the earliest record, then the lowest name."""
    given: dict[int, str] = {}
    taken: set[int] = set()
    for one in claims[np.lexsort((claims % max(len(names), 1), first, -held))].tolist():
        head, name = divmod(one, len(names))
        if head not in given and name not in taken:
            given[head] = names[name]
            taken.add(name)
    return given


def _factorised(names: pa.Array) -> tuple[Ints, list[str]]:
    """Codes into distinct names, ascending."""
    encoded = names.dictionary_encode()
    distinct = encoded.dictionary.to_pylist()
    order = sorted(range(len(distinct)), key=distinct.__getitem__)
    place = np.empty(len(distinct), dtype=np.int64)
    place[order] = np.arange(len(distinct))
    return place[np.asarray(encoded.indices)], [distinct[one] for one in order]
