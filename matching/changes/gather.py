"""Records of a base and new ones as one: a few of them with just their values, or all of them with every value there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from matching.arrays import NOTHING, Bools, Codes, Ints, Letters
from matching.forms.book import Book
from matching.records import Records


def placed(old: Records, stays: Bools, new: Records) -> tuple[Ints, Ints]:
    """Where the old records that stay and the new ones stand once they are one table, by registry and key. New ones must be none of those that stay."""
    at = np.zeros(len(new), dtype=np.int64)
    for place in range(len(old.registries)):
        low, high = np.searchsorted(old.registry, (place, place + 1))
        own = slice(*np.searchsorted(new.registry, (place, place + 1)))
        at[own] = low + np.searchsorted(old.key[low:high], new.key[own])
    before = np.concatenate([[0], np.cumsum(stays)])
    shift = np.cumsum(np.bincount(at, minlength=len(old) + 1)[: len(old)])
    return before[:-1] + shift, before[at] + np.arange(len(new))


def among(registries: tuple[str, ...], records: Records) -> Records:
    """The same records, with their registries told by their places in `registries`."""
    places = np.array([registries.index(name) for name in records.registries], dtype=np.int32)
    return replace(records, registries=registries, registry=places[records.registry])


def coded_with(old: Records, new: Records) -> Records:
    """The new records with codes in the old books, behind which the values that are new stand; no value stands twice."""
    codes, books = np.full_like(new.codes, NOTHING), {}
    for name, book in old.books.items():
        columns = [place for place, field in enumerate(old.fields) if field.kind == name]
        place, fresh = _places_in(book, new.books[name])
        books[name] = _joined([book, _taken(new.books[name], fresh)])
        codes[:, columns] = np.append(place, NOTHING)[new.codes[:, columns]]
    return replace(new, codes=codes, books=books)


def _places_in(old: Book, new: Book) -> tuple[Ints, Ints]:
    """Where each value of a new book stands: in the old one, or behind it; and those of the new one that stand behind it, in their order."""
    width = max(old.forms.shape[1], new.forms.shape[1])
    keys, once, place = np.unique(_identity(new.forms, width), return_index=True, return_inverse=True)
    home = np.full(len(keys), NOTHING, dtype=np.int64)
    if len(keys):
        known = _identity(old.forms, width)
        at = np.minimum(np.searchsorted(keys, known), len(keys) - 1)
        there = np.flatnonzero(keys[at] == known)[::-1]
        home[at[there]] = there
    fresh = np.sort(once[home < 0])
    home[home < 0] = len(old) + np.searchsorted(fresh, once[home < 0])
    return home[place], fresh


def _identity(forms: Ints, width: int) -> Ints:
    """By value a key of all its forms: what has the same forms is one value to the kernel, which must see one code."""
    key = np.zeros(len(forms), dtype=np.uint64)
    for column in range(width):
        if column < forms.shape[1]:
            key ^= forms[:, column].view(np.uint64)
        key *= np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    return key.view(np.int64)


def gathered(old: Records, rows: Ints, new: Records) -> tuple[Records, Ints, dict[str, Ints]]:
    """Some old records and all new ones (`coded_with` the old) with the values that they have; and where they come from: of each record its old row, or
    len(old) + its new one; of each value, by kind, its place in the book of all.
    """
    stays = np.zeros(len(old), dtype=bool)
    stays[rows] = True
    at_old, at_new = placed(old, stays, new)
    source = np.empty(len(rows) + len(new), dtype=np.int64)
    source[at_old[rows]], source[at_new] = rows, len(old) + np.arange(len(new))
    codes = np.empty((len(source), len(old.fields)), dtype=np.int32)
    codes[at_old[rows]], codes[at_new] = old.codes[rows], new.codes
    books, values = {}, {}
    for name, book in new.books.items():
        columns = [place for place, field in enumerate(old.fields) if field.kind == name]
        rank = np.full(len(book) + 1, NOTHING, dtype=np.int32)
        rank[codes[:, columns]] = 0
        rank[-1] = NOTHING
        values[name] = np.flatnonzero(rank >= 0)
        rank[values[name]] = np.arange(len(values[name]))
        books[name], codes[:, columns] = _taken(book, values[name]), rank[codes[:, columns]]
    return _records(old, stays, new, (at_old[rows], at_new), codes, books), source, values


def spliced(old: Records, stays: Bools, new: Records) -> Records:
    """The old records that stay and all new ones (`coded_with` the old); values of old records that are gone stay until everything is linked anew."""
    at_old, at_new = placed(old, stays, new)
    rows = np.flatnonzero(stays)
    codes = np.empty((len(rows) + len(new), len(old.fields)), dtype=np.int32)
    codes[at_old[rows]], codes[at_new] = old.codes[rows], new.codes
    return _records(old, stays, new, (at_old[rows], at_new), codes, new.books)


def _records(old: Records, stays: Bools, new: Records, places: tuple[Ints, Ints], codes: Codes, books: Mapping[str, Book]) -> Records:
    at_old, at_new = places
    registry, key = np.empty(len(codes), dtype=np.int32), np.empty(len(codes), dtype=np.int64)
    order = np.empty(len(codes), dtype=np.int64)
    rows = np.flatnonzero(stays)
    registry[at_old], registry[at_new] = old.registry[rows], new.registry
    key[at_old], key[at_new] = old.key[rows], new.key
    order[at_old], order[at_new] = np.arange(len(rows)), len(rows) + np.arange(len(new))
    ids = pa.chunked_array([old.record_id.take(pa.array(rows)), new.record_id]).combine_chunks().take(pa.array(order))
    return Records(old.registries, registry, ids, key, old.fields, codes, dict(books))


def _taken(book: Book, values: Ints) -> Book:
    """Some of a book's values, in their order."""
    if not len(book.letters):
        return replace(book, forms=book.forms[values])
    sizes = book.starts[1:][values] - book.starts[:-1][values]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    from_where = np.arange(int(starts[-1])) + np.repeat(book.starts[:-1][values] - starts[:-1], sizes)
    sounds = book.sounds[from_where] if len(book.sounds) else book.sounds
    return replace(book, forms=book.forms[values], letters=book.letters[from_where], starts=starts, sounds=sounds)


def _joined(books: Sequence[Book]) -> Book:
    """Books of one kind, one after the other."""
    width = max(book.forms.shape[1] for book in books)
    forms = [
        np.pad(book.forms, ((0, 0), (0, width - book.forms.shape[1]))) if book.forms.shape[1] < width else book.forms for book in books
    ]
    letters: list[Letters] = [book.letters for book in books]
    starts, at = [books[0].starts[:1]], 0
    for book in books:
        starts.append(book.starts[1:] + at)
        at += len(book.letters)
    sounds = np.concatenate([book.sounds for book in books])
    return replace(books[0], forms=np.concatenate(forms), letters=np.concatenate(letters), starts=np.concatenate(starts), sounds=sounds)
