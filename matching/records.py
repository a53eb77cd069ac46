"""Records of any number of registries as the engine wants them: in an order that only their ids decide, every value a code into a book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa

from matching.arrays import NOTHING, Codes, Ints
from matching.forms.book import NO_LETTERS, Book, Kind
from matching.forms.kinds import KINDS
from matching.forms.readings import RECORD_READINGS, VALUE_READINGS
from matching.kernel.hashing import text_keys
from matching.model.spec import Field, Spec
from matching.threads import threads
from vocabulary.errors import ConfigurationError, Fault

if TYPE_CHECKING:  # tables from files come as Arrow's, and need not wait for pandas
    import pandas as pd

IDS = ("registry", "record_id")
Texts: TypeAlias = Sequence[str] | pa.Array | pa.ChunkedArray


def as_texts(told: Texts) -> pa.Array:
    """Texts as one Arrow array."""
    if not isinstance(told, pa.Array | pa.ChunkedArray):
        return pa.array(list(told), type=pa.large_string())
    whole = told.combine_chunks() if isinstance(told, pa.ChunkedArray) else told
    return whole.cast(pa.large_string())


@dataclass(frozen=True)
class Records:
    """Grain: one record, by registry and then by the key of its id. `registries`: names, ascending; `registry`: the place of a record's own in them.

    `key`: the hash of its id. `codes`: a column per field of the model, -1 for a missing value, else a row of the field's book. `books` by kind of value.
    """

    registries: tuple[str, ...]
    registry: Codes
    record_id: pa.Array
    key: Ints
    fields: tuple[Field, ...]
    codes: Codes
    books: Mapping[str, Book]

    def __len__(self) -> int:
        return len(self.registry)

    def place(self, field: str) -> int:
        """The column of a field."""
        return [one.name for one in self.fields].index(field)

    def column(self, field: str) -> Codes:
        """The codes of a field."""
        return self.codes[:, self.place(field)]

    def book(self, field: str) -> Book:
        """The book of a field's values."""
        return self.books[self.fields[self.place(field)].kind]

    def form(self, field: str, column: int) -> Ints:
        """One derived form of a field per record, 0 where there is none."""
        codes, book = self.column(field), self.book(field)
        if not len(book):
            return np.zeros(len(codes), dtype=np.int64)
        return np.where(codes >= 0, book.forms[codes, column], 0)

    def rows_of(self, registry: Texts, record_id: Texts) -> Ints:
        """The row of each record that is named so, -1 for one that is not here."""
        found = np.full(len(registry), NOTHING, dtype=np.int64)
        keys, names = text_keys(as_texts(record_id)), as_texts(registry).dictionary_encode()
        codes = np.asarray(names.indices)
        for place, name in enumerate(self.registries):
            low, high = np.searchsorted(self.registry, (place, place + 1))
            wanted = np.flatnonzero(codes == names.dictionary.index(name).as_py())
            at = np.minimum(low + np.searchsorted(self.key[low:high], keys[wanted]), max(high - 1, 0))
            found[wanted] = np.where(self.key[at] == keys[wanted], at, NOTHING) if high > low else NOTHING
        return found

    def take(self, rows: Ints) -> Records:
        """Some of the records, in ascending order of rows, with the same books and the same registries."""
        return replace(
            self, registry=self.registry[rows], record_id=self.record_id.take(pa.array(rows)), key=self.key[rows], codes=self.codes[rows]
        )

    def resting_in(self, codes: Codes, forms: Ints) -> Records:
        """The same records once the kernel has them: codes and forms are views of what the kernel holds, and letters are left to it."""
        books, at = {}, 0
        for name, book in self.books.items():
            size = len(book) * book.width
            books[name] = replace(book, forms=forms[at : at + size].reshape(len(book), book.width), letters=NO_LETTERS, sounds=NO_LETTERS)
            at += size
        return replace(self, codes=codes, books=books)

    @property
    def sizes(self) -> dict[str, int]:
        """Records per registry."""
        counts = np.bincount(self.registry, minlength=len(self.registries))
        return {name: int(count) for name, count in zip(self.registries, counts, strict=True)}


def read_records(tables: pa.Table | pd.DataFrame, spec: Spec) -> Records:
    """The records of one table with columns registry and record_id; a column that it lacks is missing everywhere.

    Raises ConfigurationError where a record stands twice, KeyError without registry or record_id.
    """
    table = as_arrow(tables, spec)
    with ThreadPoolExecutor(1) as beside:
        columns = beside.submit(read_columns, table, spec)
        names, places, ids, keys, order = _in_order(table)
        codes, books = columns.result()
    return Records(tuple(names), places[order], ids.take(pa.array(order)), keys[order], spec.fields, codes[order], books)


def _in_order(table: pa.Table) -> tuple[list[str], Codes, pa.Array, Ints, Ints]:
    """The registries; by row of the table the place of its registry, its id and the key of that; and the rows by registry and key."""
    registry = _encoded(table["registry"].cast(pa.large_string()))
    names = sorted(registry.dictionary.to_pylist())
    places = np.array([names.index(name) for name in registry.dictionary.to_pylist()], dtype=np.int32)[np.asarray(registry.indices)]
    ids = _whole(table["record_id"].cast(pa.large_string()))
    keys = text_keys(ids)
    order = np.argsort(keys)
    order = order[np.argsort(places[order].astype(np.int16), kind="stable")]
    _refuse_repeated(ids, keys[order], places[order], order)
    return names, places, ids, keys, order


def as_arrow(tables: pa.Table | pd.DataFrame, spec: Spec) -> pa.Table:
    """The columns that the model reads, as an Arrow table."""
    wanted = list(dict.fromkeys((*IDS, *spec.columns)))
    if isinstance(tables, pa.Table):
        return tables.select([name for name in wanted if name in tables.column_names])
    kept = tables[[name for name in wanted if name in tables]]
    return pa.table({name: pa.Array.from_pandas(_plain(kept[name])) for name in kept})


def _plain(column: pd.Series) -> pd.Series:
    """Mixed objects as text, so that Arrow takes them; dates and numbers as they are."""
    if column.dtype == object:
        kinds = {type(value).__name__ for value in column.dropna()}
        if len(kinds) > 1 and not kinds <= {"date", "Timestamp"}:
            return column.map(str, na_action="ignore")
    return column


def _refuse_repeated(ids: pa.Array, keys: Ints, places: Codes, order: Ints) -> None:
    """Raise for records that stand twice: neighbours once sorted."""
    twice = np.flatnonzero((keys[1:] == keys[:-1]) & (places[1:] == places[:-1]))
    same = [row for row in twice.tolist() if ids[int(order[row])] == ids[int(order[row + 1])]]
    if same:
        raise ConfigurationError(Fault("matching.record_twice", "records", {"count": len(same)}))


def read_columns(table: pa.Table, spec: Spec) -> tuple[Codes, dict[str, Book]]:
    """Codes per record and field, in the table's order, and the books."""
    fields = spec.fields
    kinds = {name: [field for field in fields if field.kind == name] for name in dict.fromkeys(field.kind for field in fields)}
    codes, books = np.full((table.num_rows, len(fields)), NOTHING, dtype=np.int32), {}
    with ThreadPoolExecutor(threads()) as pool:
        read = dict(zip((field.name for field in fields), pool.map(lambda field: _read(table, field), fields), strict=True))
        told = pool.map(lambda kind: _shared(KINDS[kind], [read.pop(field.name) for field in kinds[kind]], spec.asked_of(kind)), kinds)
        for (name, of_kind), (book, coded) in zip(kinds.items(), told, strict=True):
            books[name] = book
            for field, column in zip(of_kind, coded, strict=True):
                codes[:, fields.index(field)] = column
    names = [field.name for field in fields]
    for place, field in enumerate(fields):
        if field.or_else is not None:
            other = codes[:, names.index(field.or_else)]
            codes[:, place] = np.where(codes[:, place] >= 0, codes[:, place], other)
    return codes, books


def _read(table: pa.Table, field: Field) -> pa.DictionaryArray:
    """A field's values as its columns tell them, dictionary and indices; nothing where the table has no such column."""
    columns = [column_of(table, name) for name in field.columns]
    if field.reading in RECORD_READINGS:
        return _encoded(RECORD_READINGS[str(field.reading)](columns))
    raw = columns[0]
    values = VALUE_READINGS[field.reading](raw.dictionary) if field.reading else raw.dictionary
    return pa.DictionaryArray.from_arrays(raw.indices, values)


def column_of(table: pa.Table, name: str) -> pa.DictionaryArray:
    """A column as distinct values and indices."""
    if name not in table.column_names:
        empty = pa.array([], type=pa.large_string())
        return pa.DictionaryArray.from_arrays(pa.nulls(table.num_rows, pa.int32()), empty)
    column = table[name]
    if not (pa.types.is_date(column.type) or pa.types.is_timestamp(column.type) or pa.types.is_dictionary(column.type)):
        column = column.cast(pa.large_string())
    return _encoded(column)


def _encoded(column: pa.ChunkedArray | pa.Array) -> pa.DictionaryArray:
    """One dictionary for the whole column."""
    if pa.types.is_dictionary(column.type):
        told = _whole(column.unify_dictionaries() if isinstance(column, pa.ChunkedArray) else column)
    else:
        told = _whole(column).dictionary_encode()
    if pa.types.is_string(told.dictionary.type):
        told = pa.DictionaryArray.from_arrays(told.indices, told.dictionary.cast(pa.large_string()))
    return told


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """In one piece; encoding a column of many pieces takes six times as long."""
    told = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return told.combine_chunks() if isinstance(told, pa.ChunkedArray) else told


def _shared(kind: Kind, columns: Sequence[pa.DictionaryArray], asked: frozenset[str]) -> tuple[Book, list[Codes]]:
    """One book for all columns of a kind, and their codes."""
    canonical = [kind.canonical(column.dictionary) for column in columns]
    encoded = _whole(pa.chunked_array(canonical)).dictionary_encode()
    places, start, coded = np.asarray(encoded.indices.fill_null(NOTHING)).astype(np.int32), 0, []
    for column in columns:
        of_column = np.append(places[start : start + len(column.dictionary)], np.int32(NOTHING))
        coded.append(of_column[np.asarray(column.indices.fill_null(len(of_column) - 1))])
        start += len(column.dictionary)
    book = kind.derive(encoded.dictionary)
    for name, derive in kind.further.items():
        book = derive(book, encoded.dictionary) if name in asked else book
    return book, coded
