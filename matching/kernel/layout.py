"""Where everything stands: the columns of each kind's forms, the codes of tests, and the arrays that the compiled functions share."""

from __future__ import annotations

from typing import NamedTuple

from matching.arrays import Codes, Floats, Ints, Letters


class NameForms(NamedTuple):
    """Columns of a personal name's forms: one line of a cache. What only blocking asks for stands behind them, in the book alone."""

    written: int = 0
    signature: int = 1
    shape: int = 2
    simplified: int = 3
    toned: int = 4
    sound: int = 5
    near: int = 6
    bag: int = 7
    width: int = 8
    given: int = 8
    first: int = 9
    surname: int = 10


class NumberForms(NamedTuple):
    """Columns of an identity or certificate number's forms."""

    number: int = 0
    person: int = 1
    head: int = 2
    kept: int = 3
    front: int = 4
    back: int = 5
    shape: int = 6
    spare: int = 7
    width: int = 8
    tail: int = 8


class DayForms(NamedTuple):
    """Columns of a day's forms: ordinals, so that none is 0; `digits` is YYYYMMDD, four bits a digit."""

    day: int = 0
    digits: int = 1
    month: int = 2
    lunar: int = 3
    lunar_leap: int = 4
    lunar_early: int = 5
    lunar_early_leap: int = 6
    spare: int = 7
    width: int = 8


class AreaForms(NamedTuple):
    """Columns of a division code's forms: the digits as a number."""

    village: int = 0
    township: int = 1
    county: int = 2
    prefecture: int = 3
    width: int = 4


class TextForms(NamedTuple):
    """Columns of any other text's forms; keys that only blocking needs stand behind them."""

    written: int = 0
    signature: int = 1
    start: int = 2
    length: int = 3
    width: int = 4
    head: int = 4
    tail: int = 5
    sound: int = 6


class CodeForms(NamedTuple):
    """Columns of a code of a small set; of a place in a delivery, `order` and `babies` too (0: not told)."""

    code: int = 0
    order: int = 1
    babies: int = 2
    spare: int = 3
    width: int = 4


class QuantityForms(NamedTuple):
    """Columns of a measured number: in millionths, moved so that none is 0."""

    value: int = 0
    width: int = 1


NAME, NUMBER, DAY, AREA, TEXT, CODE, QUANTITY = (
    NameForms(),
    NumberForms(),
    DayForms(),
    AreaForms(),
    TextForms(),
    CodeForms(),
    QuantityForms(),
)


class Tests(NamedTuple):
    """Codes of the tests of two values."""

    same: int = 0
    any_same: int = 1
    crossed: int = 2
    pair: int = 3
    jaro_winkler: int = 10
    jaro: int = 11
    levenshtein: int = 12
    damerau: int = 13
    look_alike: int = 20
    placeholder: int = 21
    one_character: int = 22
    other_surname: int = 23
    missing_character: int = 24
    surname_left_out: int = 25
    milk_name: int = 26
    transliteration: int = 27
    first_part: int = 28
    pet_name: int = 29
    truncated: int = 30
    one_digit: int = 31
    swapped_digits: int = 32
    reissued: int = 33
    lunar: int = 40
    swapped_date: int = 41
    one_date_digit: int = 42
    vague_day: int = 43
    within: int = 44
    same_order: int = 50
    one_baby: int = 51
    other_order: int = 52
    told_later: int = 53


TEST = Tests()


class Store(NamedTuple):
    """Records and values. `rows`: per record its registry, its blocking keys (0: none), and the codes of its values (-1: missing).

    `forms`, `starts`: the books of all kinds, one after the other. `letters`: those of all books, code point and merged syllable side by side.
    `spelling`: a row of letters per merged syllable. `alike`: pairs of characters that look alike, ascending (the lower code point shifted by
    21 bits, or the higher). `surprise`: by comparison, level and value, what the value's own frequency adds to the strangers' share (natural log).
    `scratch`: room to work in, one for each thread.
    """

    rows: Codes
    forms: Ints
    starts: Ints
    letters: Letters
    spelling: Letters
    alike: Ints
    surprise: Floats
    scratch: Ints


READINGS = 3
"""Fields that one comparison may read on each side."""


class Asked(NamedTuple):
    """Columns of `Plan.compared`: `first` reading and those after it (-1: none), the column that only tests of other readings ask (-1: none), where
    the values stand, the column of their signature (-1: none), the tests, the level where none holds, that of a missing side, whether one code on both
    sides is level 0, what a level counts in a pattern, how many readings there are, whether only records of one registry are
    compared, and what the sketches are: their scheme, their column, that of the crossed field (-1: none), and the test whose limit they are held against.
    """

    first: int = 0
    other: int = READINGS
    form_at: int = READINGS + 1
    form_width: int = READINGS + 2
    start_at: int = READINGS + 3
    signature: int = READINGS + 4
    first_test: int = READINGS + 5
    last_test: int = READINGS + 6
    otherwise: int = READINGS + 7
    missing: int = READINGS + 8
    quick: int = READINGS + 9
    radix: int = READINGS + 10
    readings: int = READINGS + 11
    within: int = READINGS + 12
    scheme: int = READINGS + 13
    sketch: int = READINGS + 14
    other_sketch: int = READINGS + 15
    measured: int = READINGS + 16
    width: int = READINGS + 17


class Tested(NamedTuple):
    """Columns of `Plan.tests`: operation, whole argument, level."""

    operation: int = 0
    argument: int = 1
    level: int = 2


ASKED, TESTED = Asked(), Tested()


class Plan(NamedTuple):
    """What is compared: a row a comparison (Asked), a row a test (Tested). `limits`: by test, its own limit and the widest of its operation in the
    comparison. `surprise_at`: by comparison and level, where the surprise of its values begins (-1: none). `widths`: by book, how many forms of a value the
    store has.
    """

    compared: Ints
    tests: Ints
    limits: Floats
    surprise_at: Ints
    widths: Ints


class States(NamedTuple):
    """What the codes and sketches of two records tell of a comparison: one value; two; two that no test holds for; a side lacks one; nothing."""

    equal: int = 0
    unequal: int = 1
    apart: int = 2
    lacking: int = 3
    any: int = 4


STATE = States()
STATES, STATE_BITS = 5, 3


class Worth(NamedTuple):
    """What levels are worth, for early exit: bits of match against stranger, by kind of pair, comparison and level. `most`: of any level, and of any
    but level 0.

    `base`: prior by kind; `loose`: with all that bonds between comparisons may add. `group_of`: by comparison, the group that bonds hold together
    (-1: none); `members` and `together`: of each group, and what it adds at most by the states of its members. `bonds`: the two comparisons of each, the
    earlier in `order` first; `bits`: by bond and levels, what it adds less the most that it may; `resolved`: by comparison, the bonds whose other end comes
    earlier (-1 behind the last). `kind_of`: by two registries (-1: not
    looked at). `order`: comparisons, the most decisive first. `floor`: bits below which a pair is let go.
    """

    gain: Floats
    most: Floats
    base: Floats
    loose: Floats
    group_of: Ints
    members: Ints
    together: Floats
    resolved: Ints
    bonds: Ints
    bits: Floats
    kind_of: Ints
    order: Ints
    floor: float


class Joins(NamedTuple):
    """Who meets whom by one route: record `left[k]` meets `right[begin[k]:end[k]]`."""

    left: Codes
    begin: Codes
    end: Codes
    right: Codes


class Found(NamedTuple):
    """Pairs, first < second: their pattern, and the surprise of their values (natural log)."""

    first: Codes
    second: Codes
    pattern: Ints
    surprise: Floats


class Held(NamedTuple):
    """Pairs in hand, on their way through the comparisons: what they can still reach, in bits, and what is known of them so far."""

    first: Codes
    second: Codes
    bound: Floats
    pattern: Ints
    surprise: Floats
