"""A model and records as the arrays that the kernel works on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np

from matching.arrays import Codes, Floats, Ints, Letters
from matching.forms.characters import characters
from matching.forms.kinds import KINDS
from matching.kernel.layout import ASKED, TEST, Plan, Store
from matching.kernel.sketch import NO_SKETCH
from matching.kernel.sketches import place_sketches, scheme_of, sketches_of
from matching.model.spec import Comparison, Spec
from matching.records import Records

SIMILARITIES = (TEST.jaro_winkler, TEST.jaro)
MILLIONTHS = 1_000_000


def plan_of(spec: Spec, records: Records, keys: int, surprise_at: Ints | None = None) -> Plan:
    """What is compared, where registry and `keys` columns of blocking keys stand before the codes."""
    comparisons = spec.comparisons
    sizes = np.array([len(one.levels) for one in comparisons], dtype=np.int64)
    kinds = [spec.field(one.fields[0]).kind for one in comparisons]
    tests = [_tests(one, kind) for one, kind in zip(comparisons, kinds, strict=True)]
    flat = [test for of_one in tests for test in of_one]
    compared = np.full((len(comparisons), ASKED.width), -1, dtype=np.int64)
    widths = _widths(spec, records)
    bases, at, radix = _bases(records, widths), 0, 1
    for row, (one, kind, size) in enumerate(zip(comparisons, kinds, sizes.tolist(), strict=True)):
        asked = compared[row]
        asked[: len(one.fields)] = [1 + keys + records.place(name) for name in one.fields]
        asked[ASKED.readings], asked[ASKED.within] = len(one.fields), one.within
        asked[ASKED.other] = -1 if one.other is None else 1 + keys + records.place(one.other)
        asked[ASKED.form_at], asked[ASKED.start_at] = bases[kind]
        asked[ASKED.form_width], asked[ASKED.signature] = widths[kind], KINDS[kind].signature
        asked[ASKED.first_test], asked[ASKED.last_test] = at, at + len(tests[row])
        asked[ASKED.otherwise], asked[ASKED.missing] = size - 1 if one.levels[-1].test is None else size, size
        asked[ASKED.quick], asked[ASKED.radix] = _quick(one, kind), radix
        asked[ASKED.scheme], asked[ASKED.measured] = scheme_of(one, kind, records), at + _measured(tests[row])
        at, radix = at + len(tests[row]), radix * (size + 1)
    place_sketches(spec, compared, 1 + keys + len(records.fields))
    return Plan(
        compared,
        np.array([(test[0], test[1], test[3]) for test in flat], dtype=np.int64).reshape(-1, 3),
        np.array([(test[2], widest) for test, widest in zip(flat, _widest(tests), strict=True)], dtype=np.float64).reshape(-1, 2),
        np.full((len(comparisons), int(sizes.max(initial=0)) + 1), -1, dtype=np.int64) if surprise_at is None else surprise_at,
        np.array(list(widths.values()), dtype=np.int64),
    )


Test = tuple[int, int, float, int]
"""Operation, whole argument, broken argument, level."""


def _tests(one: Comparison, kind: str) -> list[Test]:
    return [_test(level.test, kind, place) for place, level in enumerate(one.levels) if level.test is not None]


def _test(told: tuple[str, ...], kind: str, level: int) -> Test:
    """One test as numbers; a similarity becomes a distance, so that less is always nearer."""
    operation = KINDS[kind].tests[told[0]]
    if operation <= TEST.crossed:
        return operation, KINDS[kind].forms[told[1]][0], 0.0, level
    if operation == TEST.pair:
        first, second = (KINDS[kind].words[word] for word in told[1:])
        return operation, first | second << 10, 0.0, level
    if operation in SIMILARITIES:
        return operation, 0, 1.0 - float(told[1]), level
    if operation == TEST.within and kind == "quantity":
        return operation, 0, float(Decimal(told[1]) * MILLIONTHS), level
    return operation, 0, float(told[1]) if len(told) > 1 else 0.0, level


def _measured(tests: Sequence[Test]) -> int:
    """The first test that measures, whose limits the sketches are held against; 0 where there is none."""
    return next((place for place, test in enumerate(tests) if TEST.jaro_winkler <= test[0] <= TEST.damerau), 0)


def _widest(tests: Sequence[list[Test]]) -> list[float]:
    """For each test: the furthest that any test of the same operation in its comparison allows."""
    return [max(other[2] for other in of_one if other[0] == test[0]) for of_one in tests for test in of_one]


def _quick(one: Comparison, kind: str) -> bool:
    """Whether one value on both sides is always level 0, and a missing side is always missing: one reading, whose first test is that it is the same."""
    test = one.levels[0].test
    asks_others = any(level.test is not None and level.test[0] == "any_same" for level in one.levels)
    alone = len(one.fields) == 1 and not one.within and not asks_others
    return alone and kind != "area" and test is not None and test[0] == "same" and KINDS[kind].forms[test[1]][0] == 0


def _widths(spec: Spec, records: Records) -> dict[str, int]:
    """How many forms of each kind's values are laid out: those that tests need, and as many more as a comparison asks of those that stand behind them."""
    widths = {kind: book.width for kind, book in records.books.items()}
    for one in spec.comparisons:
        kind = spec.field(one.fields[0]).kind
        told = (level.test for level in one.levels if level.test is not None)
        columns = [KINDS[kind].forms[test[1]][0] for test in told if KINDS[kind].tests[test[0]] <= TEST.crossed]
        widths[kind] = max(widths[kind], *(column + 1 for column in columns), 0)
    return widths


def _bases(records: Records, widths: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Where the forms and the starts of each kind's book begin in the store."""
    bases, forms, starts = {}, 0, 0
    for kind, book in records.books.items():
        bases[kind] = (forms, starts)
        forms += len(book) * widths[kind]
        starts += len(book.starts)
    return bases


def store_of(records: Records, keys: Codes, plan: Plan, alike: Ints, surprise: Floats | None = None) -> Store:
    """Records and values in one place."""
    starts, at = [], 0
    for book in records.books.values():
        starts.append(book.starts + at)
        at += len(book.letters)
    return Store(
        rows=_rows(records, keys, plan),
        forms=_lined([book.forms[:, :width].ravel() for book, width in zip(records.books.values(), plan.widths.tolist(), strict=True)]),
        starts=_joined(starts, np.int64),
        letters=_letters(records),
        spelling=characters().spelling if "name" in records.books else np.zeros((1, 1), dtype=np.uint32),
        alike=alike,
        surprise=np.zeros(1, dtype=np.float32) if surprise is None else surprise,
        scratch=np.zeros(30 * (_longest(records) + 2), dtype=np.int64),
    )


def _joined(parts: Sequence[np.ndarray], kind: type[np.generic]) -> np.ndarray:
    return np.concatenate(parts).astype(kind, copy=False) if parts else np.zeros(0, dtype=kind)


def _longest(records: Records) -> int:
    """Letters of the longest text."""
    return max((int(np.diff(book.starts).max(initial=0)) for book in records.books.values()), default=0)


def _letters(records: Records) -> Letters:
    """Code points of all books, with their sounds beside them where a book has any."""
    books = list(records.books.values())
    letters = np.zeros((sum(len(book.letters) for book in books), 2 if any(len(book.sounds) for book in books) else 1), dtype=np.uint32)
    at = 0
    for book in books:
        letters[at : at + len(book.letters), 0] = book.letters
        if len(book.sounds):
            letters[at : at + len(book.letters), 1] = book.sounds
        at += len(book.letters)
    return letters


LINE, QUARTER = 64, 4
"""Bytes that a core fetches at a time: rows and forms begin where a line does, so that a value costs one fetch and not two."""


def _rows(records: Records, keys: Codes, plan: Plan) -> Codes:
    """Registry, keys, codes and sketches: a row in whole lines where it nearly fills them, else in quarters of a line."""
    sketched = [row for row in plan.compared if row[ASKED.scheme] != NO_SKETCH]
    used = 1 + keys.shape[1] + records.codes.shape[1]
    wide = -(-(used + len(sketched)) // QUARTER) * QUARTER
    rows = _aligned(len(records) * wide, np.dtype(np.int32)).reshape(len(records), wide)
    rows[:, 0], rows[:, 1 : 1 + keys.shape[1]], rows[:, 1 + keys.shape[1] : used] = records.registry, keys, records.codes
    for row in sketched:
        codes = rows[:, row[ASKED.first]]
        rows[:, row[ASKED.sketch]] = np.append(sketches_of(records, int(row[ASKED.first]) - 1 - keys.shape[1], int(row[ASKED.scheme])), 0)[
            codes
        ]
    return rows


def _lined(parts: Sequence[Ints]) -> Ints:
    """Forms one after the other, from the beginning of a line."""
    whole = _aligned(sum(len(part) for part in parts), np.dtype(np.int64))
    return np.concatenate(parts, out=whole) if parts else whole


def _aligned(size: int, kind: np.dtype) -> np.ndarray:
    room = np.zeros(size * kind.itemsize + LINE, dtype=np.uint8)
    start = -room.ctypes.data % LINE
    return room[start : start + size * kind.itemsize].view(kind)
