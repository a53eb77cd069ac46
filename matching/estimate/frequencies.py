"""How often each value occurs: agreeing on a rare name tells more than agreeing on a common one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from matching.arrays import Floats, Ints
from matching.forms.book import Book
from matching.forms.kinds import KINDS
from matching.kernel.layout import TEST
from matching.model.learned import Model
from matching.model.spec import Comparison, Spec
from matching.records import Records

MOST = 8.0
"""Bits that a frequency may move a weight: a name seen everywhere, or once in a million."""


PAIR = 2
"""Records of a pair: a name that nobody else has is no commoner because both have it."""


@dataclass(frozen=True)
class Frequencies:
    """How many records have each form of a field. `known`: field -> records that have any value.

    `here`: (field, column of its forms) -> count by value of the book that was counted. `counts`: the same as keys, ascending, and their counts, for
    books of other values (another night's, another worker's).
    """

    known: dict[str, int]
    here: dict[tuple[str, int], Ints] = field(default_factory=dict, repr=False)
    counts: dict[tuple[str, int], tuple[Ints, Ints]] = field(default_factory=dict, repr=False)

    def of_values(self, name: str, column: int, book: Book) -> Ints:
        """How many records have the form of each value of a book; 0 for one that was never counted."""
        if (name, column) in self.here:
            return self.here[name, column]
        told, counts = self.counts[name, column]
        keys = book.forms[:, column]
        if not len(told):
            return np.zeros(len(keys), dtype=np.int64)
        place = np.minimum(np.searchsorted(told, keys), len(told) - 1)
        return np.where(told[place] == keys, counts[place], 0)


def same_levels(one: Comparison, spec: Spec) -> Iterator[tuple[int, int]]:
    """Level and column of its form, for the levels that a value's own frequency sharpens: agreement on a form."""
    kind = KINDS[spec.field(one.fields[0]).kind]
    for level, told in enumerate(one.levels):
        if told.test is not None and kind.tests[told.test[0]] == TEST.same:
            yield level, kind.forms[told.test[1]][0]


def count_values(records: Records, spec: Spec) -> Frequencies:
    """Count the forms of every field whose frequency matters."""
    known, here = {}, {}
    for one in spec.comparisons:
        if one.frequency:
            name = one.fields[0]
            codes, book = records.column(name), records.book(name)
            of_value = np.bincount(codes[codes >= 0], minlength=len(book))
            known[name] = int(of_value.sum())
            for _, column in same_levels(one, spec):
                alone = column == 0 and not several_ways(spec.field(name).kind)
                here[name, column] = of_value if alone else _together(book.forms[:, column], of_value)
    return Frequencies(known, here)


def several_ways(kind: str) -> bool:
    """Whether values of a kind may differ and yet be the same as written: a name with and without its dots."""
    return kind == "name"


def _together(keys: Ints, counts: Ints) -> Ints:
    """By value: the counts of all values with its key."""
    if not len(keys):
        return counts
    order = np.argsort(keys)
    starts = _starts(keys[order])
    told = np.empty_like(counts)
    told[order] = np.repeat(np.add.reduceat(counts[order], starts), np.diff(np.append(starts, len(keys))))
    return told


def _starts(ordered: Ints) -> Ints:
    return np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))


def portable(frequencies: Frequencies, records: Records) -> Frequencies:
    """The same counts by key, for books of other values; what nobody has is left out."""
    counts = {}
    for (name, column), of_value in frequencies.here.items():
        seen = np.flatnonzero(of_value)
        keys = records.book(name).forms[seen, column]
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        starts = _starts(ordered) if len(ordered) else np.zeros(0, dtype=np.int64)
        counts[name, column] = (ordered[starts], of_value[seen][order][starts])
    return Frequencies(frequencies.known, {}, counts)


def surprises(records: Records, model: Model, frequencies: Frequencies) -> tuple[Floats, Ints, Floats]:
    """Per comparison, level and value: log of the chance that a stranger agrees on just this value, over that of the average value.

    Returns the flat array, where each comparison's and level's part begins (-1: none), and the least of each part.
    """
    spec = model.spec
    widest = max(len(one.levels) for one in spec.comparisons) + 1
    at = np.full((len(spec.comparisons), widest), -1, dtype=np.int64)
    least = np.zeros((len(spec.comparisons), widest))
    parts: list[Floats] = []
    length = 0
    for place, one in enumerate(spec.comparisons):
        if not one.frequency:
            continue
        book, before = records.book(one.fields[0]), None
        for level, column in same_levels(one, spec):
            here = frequencies.of_values(one.fields[0], column, book)
            part = _surprise(here, before, frequencies.known[one.fields[0]], float(model.stranger[one.name][level]))
            parts.append(part)
            at[place, level], least[place, level] = length, part.min(initial=0.0)
            length, before = length + len(part), here
    return (np.concatenate(parts) if parts else np.zeros(1, dtype=np.float32)), at, least


def _surprise(here: Ints, before: Ints | None, known: int, share: float) -> Floats:
    """Of one level: those who agree on this form and not already on the one before; the pair itself is left out of the count, and one more is added."""
    others = here - PAIR if before is None else here - before
    chance = (np.maximum(others, 0) + 1) / max(known, 1)
    limit = MOST * np.log(2.0)
    return np.clip(np.log(chance / share), -limit, limit).astype(np.float32)
