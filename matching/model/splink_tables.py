"""The table on which exported settings run: what Splink cannot derive, derived by us, once per distinct value and in no other way than we use it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa

from matching.arrays import Codes
from matching.forms.book import Book
from matching.forms.codes import MOVED
from matching.forms.kinds import KINDS
from matching.kernel.layout import AREA, CODE, DAY, NAME, NUMBER, QUANTITY, TEXT
from matching.model.spec import Part, Spec
from matching.model.splink_tests import PLAIN
from matching.records import IDS, as_arrow, read_columns

LAYOUTS = {"name": NAME, "number": NUMBER, "day": DAY, "area": AREA, "text": TEXT, "quantity": QUANTITY}


def derived(table: pa.Table, spec: Spec, named: dict[str, Part]) -> pa.Table:
    """Columns registry and record_id, and each of `named`: the value as it is compared as text, digits of days as text, all else as whole numbers.

    The whole numbers of names and numbers are keys: equal where the forms are, the same in every process, and no text of a person.
    """
    codes, books = read_columns(as_arrow(table, spec), spec)
    names = [one.name for one in spec.fields]
    columns = {name: table[name].cast(pa.string()) for name in IDS}
    for column, (name, form) in named.items():
        kind = spec.field(name).kind
        columns[column] = values_of(books[kind], kind, form, codes[:, names.index(name)])
    return pa.table(columns)


def values_of(book: Book, kind: str, form: str, codes: Codes) -> pa.Array:
    """One form of every record's value; null where there is no value or it has no such form."""
    if PLAIN.get(kind) == form:
        told = texts_of(book)
    elif (kind, form) == ("day", "digits"):
        told = pa.array([f"{digits:08x}" for digits in book.forms[:, DAY.digits].tolist()], type=pa.string())
    else:
        told = numbers_of(book, kind, form)
    return told.take(pa.array(codes, mask=codes < 0))


def texts_of(book: Book) -> pa.Array:
    """The values of a book that keeps their letters."""
    letters, starts = book.letters.astype("<u4").tobytes().decode("utf-32-le"), book.starts.tolist()
    return pa.array([letters[begin:end] for begin, end in pairwise(starts)], type=pa.string())


def numbers_of(book: Book, kind: str, form: str) -> pa.Array:
    """A form as whole numbers."""
    told = KINDS[kind].forms.get(form)
    column = told[0] if told else getattr(LAYOUTS.get(kind, CODE), form)
    keys = book.forms[:, column] if len(book) else np.zeros(0, dtype=np.int64)
    return pa.array(keys - MOVED if kind == "quantity" else keys, mask=keys == 0, type=pa.int64())
