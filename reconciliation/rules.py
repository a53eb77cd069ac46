"""Rules: one SQL file a kind of finding. The header says what it asks, the SELECT gives the offenders, no row means agreement."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from sql import snapshots
from vocabulary.findings import Kind

HEADER_LINE = re.compile(r"^-- (?P<name>[a-z]+): +(?P<said>.+)$")
HEADER_NAMES = ("kind", "question", "needs", "to", "anchor", "source")


class RuleFault(ValueError):
    """A rule's file does not say what every rule must say."""


@dataclass(frozen=True)
class Rule:
    """One rule. `anchor` names the columns that make a finding of this kind the same finding tomorrow."""

    kind: Kind
    question: str
    needs: str
    to: str
    anchor: tuple[str, ...]
    source: str
    query: str


@cache
def all_rules() -> tuple[Rule, ...]:
    """The rules of every kind, in the order of the kinds. Raises RuleFault; FileNotFoundError for a kind that has none."""
    return tuple(read_rule(kind, snapshots.query("findings", kind.value)) for kind in Kind)


def read_rule(kind: Kind, text: str) -> Rule:
    """A rule from its file's text. Raises RuleFault when the header lacks something or names another kind."""
    said = header(text.splitlines())
    missing = [name for name in HEADER_NAMES if name not in said]
    if missing:
        raise RuleFault(f"sql/findings/{kind}.sql: expected {', '.join(HEADER_NAMES)} in the header, got no {', '.join(missing)}")
    if said["kind"] != kind:
        raise RuleFault(f"sql/findings/{kind}.sql: expected kind {kind}, got {said['kind']}; the file's name is its kind")
    anchor = tuple(part.strip() for part in said["anchor"].split(","))
    return Rule(kind, said["question"], said["needs"], said["to"], anchor, said["source"], text)


def header(lines: Iterable[str]) -> dict[str, str]:
    """Name -> what it says, of the comment lines that a file begins with."""
    said: dict[str, str] = {}
    for line in lines:
        found = HEADER_LINE.match(line)
        if found is None:
            break
        said[found["name"]] = found["said"].strip()
    return said
