"""The tests of levels, and the blocking rules, as DuckDB's SQL, over the columns of a derived table (matching.model.splink_tables).

What stands here asks what the kernel asks. What does not stand here, SQL cannot ask: characters that look or sound alike by place, milk
names, transliterations. DuckDB measures texts in bytes and the kernel in characters: the two agree on ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from matching.forms.kinds import KINDS
from matching.kernel.layout import TEST
from matching.model.spec import Comparison, Part, Rule, Spec

PLAIN = {"text": "written", "number": "number"}
"""Forms that stand in a column of the field's own name: the value as it is compared."""
PRESENT = {"area": "prefecture"}
"""The form that every value of a kind has, where it is not the first."""

NEAR_NUMBERS = (
    "(least(length({number.l}), length({number.r})) < 17 OR left({number.l}, 8) = left({number.r}, 8)"
    " OR left(right({number.l}, 8), 7) = left(right({number.r}, 8), 7))"
)
# A check character that follows another slip is no slip of its own.
SLIPS = (
    "hamming({number.l}, {number.r}) - CASE WHEN length({number.l}) = 18 AND hamming({number.l}, {number.r}) > 1"
    " AND right({number.l}, 1) <> right({number.r}, 1) THEN 1 ELSE 0 END"
)
WITHOUT_CHECK = "CASE WHEN length({{number.{side}}}) = 18 THEN left({{number.{side}}}, 17) ELSE {{number.{side}}} END"
LEFT, RIGHT = WITHOUT_CHECK.format(side="l"), WITHOUT_CHECK.format(side="r")
# Of two texts of one length, two places that differ and one edit: two neighbours stand crosswise.
CROSSWISE = "hamming({left}, {right}) = 2 AND damerau_levenshtein({left}, {right}) = 1"
# `hamming` refuses texts of different lengths, and only CASE keeps them from it.
SAME_LENGTH = "strlen({number.l}) = strlen({number.r})"
FAR_DAYS = "abs({day.l} - {day.r}) > 3"

TESTS = {
    ("text", "jaro_winkler"): "jaro_winkler_similarity({written.l}, {written.r}) >= {limit}",
    ("text", "jaro"): "jaro_similarity({written.l}, {written.r}) >= {limit}",
    ("text", "levenshtein"): "levenshtein({written.l}, {written.r}) <= {limit}",
    ("text", "damerau"): "damerau_levenshtein({written.l}, {written.r}) <= {limit}",
    ("number", "truncated"): (
        "left({number.l}, 15) = left({number.r}, 15) AND length({number.l}) = 18 AND length({number.r}) = 18"
        " AND (right({number.l}, 3) = '000' OR right({number.r}, 3) = '000')"
    ),
    ("number", "one_digit"): (
        f"{NEAR_NUMBERS} AND CASE WHEN {SAME_LENGTH} THEN {SLIPS} = 1"
        " ELSE abs(length({number.l}) - length({number.r})) = 1 AND levenshtein({number.l}, {number.r}) = 1 END"
    ),
    ("number", "swapped_digits"): (
        f"{NEAR_NUMBERS} AND CASE WHEN {SAME_LENGTH} THEN {SLIPS} = 2 AND {CROSSWISE.format(left=LEFT, right=RIGHT)} ELSE FALSE END"
    ),
    ("number", "reissued"): (
        "left({number.l}, 1) BETWEEN 'A' AND 'Z' AND left({number.r}, 1) BETWEEN 'A' AND 'Z' AND left({number.l}, 1) <> left({number.r}, 1)"
    ),
    ("day", "lunar"): (
        "({day.l} IN ({lunar.r}, {lunar_leap.r}, {lunar_early.r}, {lunar_early_leap.r})"
        " OR {day.r} IN ({lunar.l}, {lunar_leap.l}, {lunar_early.l}, {lunar_early_leap.l}))"
    ),
    ("day", "swapped_date"): (
        f"{FAR_DAYS} AND ({CROSSWISE.format(left='{digits.l}', right='{digits.r}')} OR left({{digits.l}}, 4) = left({{digits.r}}, 4)"
        " AND substr({digits.l}, 5, 2) = right({digits.r}, 2) AND right({digits.l}, 2) = substr({digits.r}, 5, 2))"
    ),
    ("day", "one_digit"): f"{FAR_DAYS} AND hamming({{digits.l}}, {{digits.r}}) = 1",
    ("day", "vague_day"): (
        f"{FAR_DAYS} AND {{month.l}} = {{month.r}} AND (right({{digits.l}}, 2) IN ('01', '15') OR right({{digits.r}}, 2) IN ('01', '15'))"
    ),
    ("day", "within"): "abs({day.l} - {day.r}) <= {limit}",
    ("quantity", "within"): "abs({value.l} - {value.r}) <= {limit} * 1000000",
    ("survival", "pair"): "({code.l} = {one} AND {code.r} = {two} OR {code.l} = {two} AND {code.r} = {one})",
    ("place_in_delivery", "same_order"): "{order.l} = {order.r}",
    ("place_in_delivery", "one_baby"): "({babies.l} = 1 OR {babies.r} = 1)",
    ("place_in_delivery", "other_order"): "{order.l} <> {order.r}",
}
"""By kind of value and name of the test; `{form.l}` and `{form.r}` stand for a form of the left and the right record."""
LUNAR_READINGS = ("lunar", "lunar_leap", "lunar_early", "lunar_early_leap")
"""The columns of a date read as one of the lunar calendar."""
OF_TWO = ("any_same", "crossed")
"""Tests that ask a second field too."""
REGISTRY = "registry"
APART = f'"{REGISTRY}_l" <> "{REGISTRY}_r"'
TOLD_LATER = "told_later"
"""A level that no pair shows by itself: other records of the delivery tell it."""


@dataclass(frozen=True)
class Sided:
    """One column of a pair, of the left and of the right record, as SQL."""

    l: str  # noqa: E741 - Splink's own names
    r: str


@dataclass
class Columns:
    """The columns that settings name, noted as they are named: `named` holds column -> the field and form that stand in it."""

    spec: Spec
    named: dict[str, Part] = field(default_factory=dict)

    def name(self, part: Part) -> str:
        """The column of a field's form: the field's own name for the value as it is compared, else `<field>_<form>`."""
        one, form = part
        kind = self.spec.field(one).kind
        told = form or next(iter(KINDS[kind].forms))
        column = one if PLAIN.get(kind) == told else f"{one}_{told}"
        self.named[column] = (one, told)
        return column

    def pair(self, left: Part, right: Part) -> Sided:
        """As Splink names them in comparisons."""
        return Sided(quoted(f"{self.name(left)}_l"), quoted(f"{self.name(right)}_r"))

    def present(self, name: str) -> Sided:
        """The column that is there where a field has a value."""
        kind = self.spec.field(name).kind
        part = (name, PRESENT.get(kind, next(iter(KINDS[kind].forms))))
        return self.pair(part, part)


def quoted(name: str) -> str:
    """An identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def condition(columns: Columns, one: Comparison, test: tuple[str, ...]) -> str | None:
    """A level's test, over all readings of its fields; None where SQL has no equivalent."""
    kind = columns.spec.field(one.fields[0]).kind
    operation = KINDS[kind].tests[test[0]]
    if operation in (TEST.any_same, TEST.crossed):
        return two_fields(columns, one.fields[0], str(one.other), test[1], operation == TEST.crossed)
    template = f"{{{test[1]}.l}} = {{{test[1]}.r}}" if operation == TEST.same else TESTS.get((kind, test[0]))
    if template is None:
        return None
    return either(filled(columns, template, left, right, test) for left, right in product(one.fields, one.fields))


def filled(columns: Columns, template: str, left: str, right: str, test: Sequence[str]) -> str:
    """A template for one field of the left record and one of the right."""
    kind = columns.spec.field(left).kind
    values: dict[str, object] = {form: columns.pair((left, form), (right, form)) for form in re.findall(r"{(\w+)\.l}", template)}
    if len(test) == 2:
        values["limit"] = test[1]
    elif len(test) == 3:
        values |= {"one": KINDS[kind].words[test[1]], "two": KINDS[kind].words[test[2]]}
    return template.format(**values)


def two_fields(columns: Columns, one: str, other: str, form: str, crossed: bool) -> str:
    """Whether two fields are crossed, or any reading of them is the same."""
    there, back, straight, beside = (
        f"{pair.l} = {pair.r}" for pair in (columns.pair((left, form), (right, form)) for left, right in
        ((one, other), (other, one), (one, one), (other, other)))
    )  # fmt: skip
    return f"{there} AND {back}" if crossed else either((straight, beside, there, back))


def either(conditions: Iterable[str]) -> str:
    """Any of them."""
    told = list(conditions)
    return told[0] if len(told) == 1 else " OR ".join(f"({one})" for one in told)


def asked_of(columns: Columns, one: Comparison) -> list[str]:
    """The conditions of all levels, ELSE for the last; each must have one."""
    told = [condition(columns, one, level.test) for level in one.levels[:-1] if level.test is not None]
    return [*(sql for sql in told if sql is not None), "ELSE"]


def silence(columns: Columns, one: Comparison, *, apart: bool = False) -> str:
    """The condition under which a comparison says nothing; with `apart`, also between two registries."""
    asked = [(level.test[0], str(condition(columns, one, level.test))) for level in one.levels if level.test is not None]
    told = missing(
        columns, one, [sql for _, sql in asked], [sql for name, sql in asked if name in OF_TWO], rest=one.levels[-1].test is None
    )
    return f"{APART} OR {told}" if apart else told


def missing(columns: Columns, one: Comparison, conditions: Sequence[str], of_two: Sequence[str], *, rest: bool) -> str:
    """When a pair says nothing: a side has no reading at all, unless a test of two fields holds (`of_two`); and, where no level takes what is
    left (`rest`), when no condition holds.
    """
    pairs = [columns.present(name) for name in one.fields]
    sides = (" AND ".join(f"{pair.l} IS NULL" for pair in pairs), " AND ".join(f"{pair.r} IS NULL" for pair in pairs))
    told = " OR ".join(f"({side})" if len(pairs) > 1 else side for side in sides)
    if of_two:
        told = f"({told}) AND NOT coalesce({either(of_two)}, FALSE)"
    return told if rest else f"{told} OR NOT coalesce({either(conditions)}, FALSE)"


def rule_sql(columns: Columns, rule: Rule) -> Iterator[str]:
    """A blocking rule as equalities: one of Splink's a reading of its parts, and a side where the sides differ."""
    against = rule.where if rule.against is None else rule.against
    for way in product(*(readings(columns.spec.field(name).kind, form) for name, form in rule.where)):
        left = [columns.name((name, form)) for (name, _), form in zip(rule.where, way, strict=True)]
        right = left if rule.against is None else [columns.name(part) for part in against]
        yield equalities(left, right)
        if left != right:
            yield equalities(right, left)


def readings(kind: str, form: str) -> list[str]:
    """The columns of a form: a date has several lunar ones."""
    told = form or next(iter(KINDS[kind].forms))
    if (kind, told) != ("day", "lunar"):
        return [told]
    return list(LUNAR_READINGS)


def equalities(left: Sequence[str], right: Sequence[str]) -> str:
    """Agreement on every column."""
    return " AND ".join(f"(l.{quoted(one)} = r.{quoted(two)})" for one, two in zip(left, right, strict=True))
