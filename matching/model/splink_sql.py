"""The SQL of Splink's settings, read as far as comparisons and blocking rules need it: columns, equality, functions, AND, OR, IS NULL.

Both ways of quoting names are read (DuckDB's and Spark's), and names without quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^']|'')*') | "(?P<double>(?:[^"]|"")+)" | `(?P<back>[^`]+)` | (?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)
    | (?P<word>[^\W\d]\w*) | (?P<sign><=|>=|<>|!=|==|::|->|[=<>(),.+*/\[\]-]))""",
    re.VERBOSE,
)
TURNED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<", "=": "="}
"""What a sign becomes when its sides change places."""
TEXT, SIDELESS, END = "'…'", "≠ …_l, …_r", "…"
"""What a fault shows, in any language, for a text (never its letters), a name that ends in neither _l nor _r, and a condition that breaks off."""
ENDS = {"IS", "NOT", "AND", "OR", "IN", "BETWEEN", "LIKE", "AS", "THEN", "WHEN", "ELSE", "END"}


class Unreadable(Exception):
    """Something that hedui has no equivalent for; `what` is a word of SQL, never a value."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True)
class Column:
    """A column of the left (`l`) or right (`r`) record."""

    name: str
    side: str


@dataclass(frozen=True)
class Literal:
    """A number, or a text."""

    value: float | str


@dataclass(frozen=True)
class Call:
    """A function by its name in capitals; also the four operations, `=` and its kin, AND, OR, NOT, IS NULL and CAST."""

    name: str
    parts: tuple[Node, ...]


Node = Column | Literal | Call


def parsed(sql: str) -> Node:
    """A condition as a tree. Raises Unreadable."""
    reader = _Reader(_tokens(sql))
    node = reader.any_of()
    if reader.kind:
        raise Unreadable(reader.shown())
    return node


def parts_of(node: Node, name: str) -> tuple[Node, ...]:
    """The parts that AND or OR joins, however nested; the node itself where it is no such thing."""
    if isinstance(node, Call) and node.name == name:
        return tuple(part for one in node.parts for part in parts_of(one, name))
    return (node,)


def _tokens(sql: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(sql.rstrip()):
        token = TOKEN.match(sql, at)
        if token is None:
            raise Unreadable(sql[at:].lstrip()[0])
        kind = str(token.lastgroup)
        found.append(("name" if kind in ("double", "back") else kind, token[kind].replace('""', '"') if kind == "double" else token[kind]))
        at = token.end()
    return found


class _Reader:
    """Goes through the tokens once, from left to right."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = [*tokens, ("", "")]
        self.at = 0

    @property
    def kind(self) -> str:
        return self.tokens[self.at][0]

    @property
    def text(self) -> str:
        return self.tokens[self.at][1]

    def shown(self) -> str:
        """The present token as a fault may show it."""
        return self.text.upper() if self.kind in ("word", "sign") else TEXT if self.kind == "text" else self.kind or END

    def took(self, *texts: str) -> str | None:
        """The present token in capitals, and on to the next, if it is one of these words or signs."""
        if self.kind in ("word", "sign") and self.text.upper() in texts:
            self.at += 1
            return self.tokens[self.at - 1][1].upper()
        return None

    def wanted(self, text: str) -> None:
        if self.took(text) is None:
            raise Unreadable(self.shown())

    def any_of(self) -> Node:
        parts = [self.all_of()]
        while self.took("OR"):
            parts.append(self.all_of())
        return parts[0] if len(parts) == 1 else Call("OR", tuple(parts))

    def all_of(self) -> Node:
        parts = [self.claim()]
        while self.took("AND"):
            parts.append(self.claim())
        return parts[0] if len(parts) == 1 else Call("AND", tuple(parts))

    def claim(self) -> Node:
        if self.took("NOT"):
            return Call("NOT", (self.claim(),))
        left = self.sum()
        if self.took("IS"):
            refused = self.took("NOT") is not None
            self.wanted("NULL")
            empty = Call("IS NULL", (left,))
            return Call("NOT", (empty,)) if refused else empty
        sign = self.took("=", "==", "<", ">", "<=", ">=", "<>", "!=")
        return left if sign is None else self.compared(left, "=" if sign == "==" else sign, self.sum())

    def compared(self, left: Node, sign: str, right: Node) -> Node:
        """A comparison, a number always on the right."""
        if isinstance(left, Literal) and not isinstance(right, Literal):
            left, right, sign = right, left, TURNED.get(sign, sign)
        return Call(sign, (left, right))

    def sum(self) -> Node:
        node = self.value()
        while sign := self.took("+", "-", "*", "/"):
            node = Call(sign, (node, self.value()))
        return node

    def value(self) -> Node:
        node = self.plain_value()
        while self.took("::"):
            self.at += 1
        return node

    def plain_value(self) -> Node:
        if self.took("("):
            node = self.any_of()
            self.wanted(")")
            return node
        if self.took("-"):
            node = self.value()
            if isinstance(node, Literal) and isinstance(node.value, float):
                return Literal(-node.value)
            raise Unreadable("-")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return Literal(float(text))
        if kind == "text":
            return Literal(text[1:-1].replace("''", "'"))
        if kind == "name" or (kind == "word" and text.upper() not in ENDS):
            return self.named(kind, text)
        self.at -= 1
        raise Unreadable(self.shown())

    def named(self, kind: str, text: str) -> Node:
        """A function or a column: `f(…)`, `l.name`, `name_l`."""
        if kind == "word" and self.took("("):
            return self.call(text.upper())
        if self.took("."):
            side, (kind, text) = text.lower(), self.tokens[self.at]
            self.at += 1
            if side in ("l", "r") and kind in ("name", "word"):
                return Column(text, side)
            raise Unreadable(".")
        name, _, side = text.rpartition("_")
        if not name or side.lower() not in ("l", "r"):
            raise Unreadable("CASE" if text.upper() == "CASE" else SIDELESS)
        return Column(name, side.lower())

    def call(self, name: str) -> Node:
        parts: list[Node] = []
        while not self.took(")"):
            parts.append(self.any_of())
            if name in ("CAST", "TRY_CAST") and self.took("AS"):
                self.at += 1
            elif self.kind == "sign" and self.text not in (",", ")"):
                raise Unreadable(name)
            self.took(",")
            if not self.kind:
                raise Unreadable(END)
        return Call(name, tuple(parts))
