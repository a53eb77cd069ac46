"""What a condition of Splink asks, in our words: the column, the kind of value, and the tests that ask the same."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matching.forms.texts import START
from matching.model.spec import MATCH, STRANGER
from matching.model.splink_sql import END, SIDELESS, TEXT, Call, Column, Literal, Node, Unreadable, parts_of

SIMILARITIES = {
    "JARO_WINKLER_SIMILARITY": "jaro_winkler", "JARO_WINKLER": "jaro_winkler", "JARO_SIMILARITY": "jaro", "JARO_SIM": "jaro",
}  # fmt: skip
DISTANCES = {
    "LEVENSHTEIN": "levenshtein", "EDITDIST3": "levenshtein", "EDIT_DISTANCE": "levenshtein",
    "DAMERAU_LEVENSHTEIN": "damerau", "LEV_DAMERAU_DIST": "damerau",
}  # fmt: skip
SPELLING = frozenset({"LOWER", "UPPER", "TRIM", "CAST", "TRY_CAST", "NULLIF"})
"""Functions that only tidy a text, as we do of ourselves."""
DATES = frozenset({"TRY_STRPTIME", "STRPTIME", "TO_DATE", "TRY_TO_DATE", "TRY_TO_TIMESTAMP", "TO_TIMESTAMP", "DATE"})
SECONDS = frozenset({"EPOCH", "UNIX_TIMESTAMP", "TIME_TO_UNIX", "UNIX_DATE"})
YEAR_FIRST = re.compile(r"%Y\D?%m\D?%d|yyyy\D?MM\D?dd", re.IGNORECASE)
"""The order in which we read dates."""
A_DAY = 24 * 60 * 60
DAYS = {"DAY": 1.0, "MONTH": 365.25 / 12, "YEAR": 365.25}
DATE_DIFFERENCES = frozenset({"DATE_DIFF", "DATEDIFF", "DATE_SUB"})
YEAR_AND_MONTH = 7
"""Characters of 2026-03."""


@dataclass(frozen=True)
class Value:
    """A column of one side. `is_day`: read as a date. `head`: how many of its first characters."""

    column: str
    side: str
    is_day: bool = False
    head: int | None = None


@dataclass(frozen=True)
class Asked:
    """What a level asks. `operation`: same, head, crossed, or a measure with its `limit`. `kind`: what the values must be, where the condition tells."""

    operation: str
    column: str
    other: str | None = None
    limit: float = 0.0
    kind: str | None = None


def value_of(node: Node) -> Value:
    """A column, freed of the functions around it. Raises Unreadable."""
    if isinstance(node, Column):
        return Value(node.name, node.side)
    if not isinstance(node, Call):
        raise Unreadable(TEXT if isinstance(node.value, str) else END)
    inner = value_of(node.parts[0]) if node.name in SPELLING | DATES | {"SUBSTR", "SUBSTRING", "LEFT"} else None
    if inner is None:
        raise Unreadable(node.name)
    if node.name in DATES:
        told = [part.value for part in node.parts[1:] if isinstance(part, Literal)]
        if any(not YEAR_FIRST.fullmatch(str(one)) for one in told):
            raise Unreadable(f"{node.name} ≠ %Y-%m-%d")
        return Value(inner.column, inner.side, is_day=True, head=inner.head)
    if node.name in SPELLING:
        return inner
    return Value(inner.column, inner.side, inner.is_day, _head(node))


def _head(node: Call) -> int:
    """How many first characters LEFT or SUBSTR takes."""
    told = [part.value for part in node.parts[1:] if isinstance(part, Literal) and isinstance(part.value, float)]
    if node.name == "LEFT" and len(told) == 1:
        return int(told[0])
    if len(told) == 2 and told[0] == 1:
        return int(told[1])
    raise Unreadable(node.name)


def both(left: Node, right: Node) -> tuple[Value, Value]:
    """Values of the left and the right record, in this order. Raises Unreadable where both are of one."""
    one, two = value_of(left), value_of(right)
    if one.side == two.side:
        raise Unreadable(SIDELESS)
    return (one, two) if one.side == "l" else (two, one)


def asked(node: Node) -> Asked:
    """What a level's condition asks. Raises Unreadable."""
    parts = parts_of(node, "AND")
    if len(parts) == 2:
        one, two = asked(parts[0]), asked(parts[1])
        if one.operation == two.operation == "crossed" and {one.column, one.other} == {two.column, two.other}:
            return one
    if len(parts) > 1 or not isinstance(node, Call):
        raise Unreadable("AND" if len(parts) > 1 else END)
    if node.name == "=":
        return equality(node)
    if node.name in ("<", "<=", ">", ">="):
        return measure(node)
    raise Unreadable(node.name)


def equality(node: Call) -> Asked:
    """The same value, the same beginning, or a value in another column of the other record."""
    one, two = both(*node.parts)
    kind = "day" if one.is_day or two.is_day else None
    if one.head != two.head:
        raise Unreadable("SUBSTR")
    if one.column != two.column:
        if one.head is not None:
            raise Unreadable("SUBSTR")
        return Asked("crossed", one.column, two.column, kind=kind)
    return Asked("same" if one.head is None else "head", one.column, limit=float(one.head or 0), kind=kind)


def measure(node: Call) -> Asked:
    """A similarity from a limit on, or a distance up to one."""
    measured, limit = node.parts
    if not isinstance(limit, Literal) or not isinstance(limit.value, float) or not isinstance(measured, Call):
        raise Unreadable(node.name)
    if measured.name in SIMILARITIES and node.name in (">", ">="):
        one, two = both(*measured.parts)
        return _of_one(SIMILARITIES[measured.name], one, two, limit.value)
    if node.name not in ("<", "<="):
        raise Unreadable(f"{measured.name} {node.name}")
    if measured.name in DISTANCES:
        one, two = both(*measured.parts[:2])
        return _of_one(DISTANCES[measured.name], one, two, limit.value - (node.name == "<"))
    if measured.name == "ABS" and isinstance(measured.parts[0], Call):
        return difference(measured.parts[0], limit.value, node.name == "<")
    raise Unreadable(measured.name)


def _of_one(operation: str, one: Value, two: Value, limit: float, kind: str | None = None) -> Asked:
    if one.column != two.column or one.head is not None or two.head is not None:
        raise Unreadable(f"{operation.upper()} ≠ …_l, …_r" if one.column != two.column else "SUBSTR")
    return Asked(operation, one.column, limit=limit, kind="day" if one.is_day else kind)


def difference(inner: Call, limit: float, less: bool) -> Asked:
    """Days between two dates, or a difference of two numbers; `less`: the limit itself lies outside."""
    if inner.name in DATE_DIFFERENCES:
        unit = inner.parts[0].value if isinstance(inner.parts[0], Literal) else "day"
        values = inner.parts[1:] if isinstance(inner.parts[0], Literal) else inner.parts
        if str(unit).upper() not in DAYS or len(values) != 2:
            raise Unreadable(inner.name)
        return _of_one("within", *both(*values), (limit - less) * DAYS[str(unit).upper()], "day")
    if inner.name != "-":
        raise Unreadable(inner.name)
    left, right = inner.parts
    if isinstance(left, Call) and isinstance(right, Call) and left.name == right.name and left.name in SECONDS:
        return _of_one("within", *both(left.parts[0], right.parts[0]), limit / A_DAY - less, "day")
    one, two = both(left, right)
    day = one.is_day or two.is_day
    return _of_one("within", one, two, limit - (less and day), "day" if day else "quantity")


def is_missing_side(node: Node, columns: set[str]) -> bool:
    """Whether a null level's condition says only that a side of these columns is missing."""
    for part in parts_of(node, "OR"):
        empty = isinstance(part, Call) and part.name == "IS NULL"
        blank = isinstance(part, Call) and part.name == "=" and part.parts[1] == Literal("")
        if not (empty or blank) or value_of(part.parts[0]).column not in columns:  # type: ignore[union-attr]
            return False
    return True


def tests_of(told: Asked, kind: str) -> list[tuple[str, ...]]:
    """Our tests that ask what a level asks, of values of a kind; two where one edit of a date is a wrong digit or two digits crosswise."""
    form = {"text": "written", "day": "day", "quantity": "value"}[kind]
    if told.operation in ("same", "crossed"):
        return [(told.operation, form)]
    if told.operation == "head":
        return [("same", head_form(told.limit, kind))]
    if told.operation == "within" and kind != "text":
        return [("within", f"{told.limit:g}")]
    if kind == "text":
        return [(told.operation, f"{told.limit:g}")]
    if kind == "day" and told.operation in ("levenshtein", "damerau") and told.limit == 1:
        return [("one_digit",), ("swapped_date",)] if told.operation == "damerau" else [("one_digit",)]
    raise Unreadable(f"{told.operation.upper()} ({kind})")


def head_form(size: float, kind: str, *, at_least: bool = False) -> str:
    """The form that stands for so many first characters; with `at_least`, a shorter one will do."""
    if kind == "day" and size == YEAR_AND_MONTH:
        return "month"
    if kind == "text" and (size == START or (at_least and size > START)):
        return "head"
    raise Unreadable("SUBSTR")


SHARES = {MATCH: "m_probability", STRANGER: "u_probability"}
