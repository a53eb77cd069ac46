"""Which comparisons have sketches, where they stand, and what they are."""

from __future__ import annotations

import numpy as np

from matching.arrays import Codes, Ints
from matching.forms.kinds import KINDS
from matching.kernel.layout import ASKED, DAY, TEST
from matching.kernel.sketch import DAYS, DIGITS, LETTERS, LIKENESS, NO_SKETCH, text_sketches
from matching.model.spec import Comparison, Spec
from matching.records import Records

EDITS, SIMILARITIES = (TEST.levenshtein, TEST.damerau), (TEST.jaro_winkler, TEST.jaro)
CERTAIN_DAYS = (TEST.same, TEST.swapped_date, TEST.one_date_digit, TEST.vague_day, TEST.within)
MOST_WITHIN = 27
"""Days: further than this, months do not tell."""
MOSTLY_DIGITS = 0.9


def scheme_of(one: Comparison, kind: str, records: Records) -> int:
    """The scheme of a comparison's sketches: for one reading whose tests are all of one measure that a sketch bounds."""
    told = [level.test for level in one.levels if level.test is not None]
    operations = {KINDS[kind].tests[test[0]] for test in told}
    measures = operations - {TEST.same, TEST.crossed}
    if len(one.fields) > 1 or one.within or one.levels[-1].test is not None or not measures:
        return NO_SKETCH
    if kind == "day":
        near = max((float(test[1]) for test in told if KINDS[kind].tests[test[0]] == TEST.within), default=0.0)
        return DAYS if operations <= set(CERTAIN_DAYS) and near <= MOST_WITHIN and one.other is None else NO_SKETCH
    if kind != "text" or any(test[0] == "same" and test[1] != "written" for test in told):
        return NO_SKETCH
    if measures <= set(SIMILARITIES) and len(measures) == 1:
        return LIKENESS
    if measures <= set(EDITS) and len(measures) == 1:
        return DIGITS if _digits(records, one.fields[0]) else LETTERS
    return NO_SKETCH


def _digits(records: Records, name: str) -> bool:
    """Whether a field's texts are mostly digits."""
    book = records.book(name)
    values = np.unique(records.column(name)[:100_000])
    values = values[values >= 0][:1000]
    letters = (
        np.concatenate([book.letters[book.starts[value] : book.starts[value + 1]] for value in values]) if len(values) else book.letters[:0]
    )
    return len(letters) > 0 and bool(((letters >= 48) & (letters <= 57)).mean() >= MOSTLY_DIGITS)


def place_sketches(spec: Spec, compared: Ints, column: int) -> None:
    """Give each sketch a column behind the codes, and tell crossed comparisons where the other field's stands."""
    of_field: dict[str, int] = {}
    schemes: dict[str, int] = {}
    for one, asked in zip(spec.comparisons, compared, strict=True):
        asked[ASKED.sketch] = asked[ASKED.other_sketch] = -1
        if asked[ASKED.scheme] != NO_SKETCH:
            asked[ASKED.sketch] = of_field[one.fields[0]] = column
            schemes[one.fields[0]] = int(asked[ASKED.scheme])
            column += 1
    for one, asked in zip(spec.comparisons, compared, strict=True):
        if asked[ASKED.scheme] == NO_SKETCH or one.other is None:
            continue
        # Without a sketch of the same scheme on the other field, nothing says at once that the two are not crossed.
        if schemes.get(one.other) == asked[ASKED.scheme]:
            asked[ASKED.other_sketch] = of_field[one.other]
        else:
            asked[ASKED.scheme] = NO_SKETCH


def sketches_of(records: Records, place: int, scheme: int) -> Codes:
    """The sketch of each value of a field's book."""
    book = records.books[records.fields[place].kind]
    if scheme == DAYS:
        return book.forms[:, DAY.digits].astype(np.uint32).view(np.int32)
    told = np.zeros(len(book), dtype=np.int64)
    text_sketches(book.letters, book.starts, scheme, told)
    return told.astype(np.uint32).view(np.int32)
