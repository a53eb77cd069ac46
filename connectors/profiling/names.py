"""Habits of names: how long, with a dot, foreign letters, newborns without one, characters that old systems cannot write."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connectors.profiling.small import counted
from vocabulary.contracts import Registry
from vocabulary.names import DOT, UNKNOWN_CHARACTER, is_missing, is_unnamed, tidy

KINDS = ("han2", "han3", "han4", "longer", "dotted", "latin", "mixed", "unnamed")
BLOCKS = (
    ("ext_a", 0x3400, 0x4DBF),
    ("basic", 0x4E00, 0x9FFF),
    ("compatibility", 0xF900, 0xFAFF),
    ("private", 0xE000, 0xF8FF),
    ("ext_b", 0x20000, 0x2A6DF),
    ("ext_c_and_later", 0x2A700, 0x2EBEF),
    ("ext_g_and_later", 0x30000, 0x323AF),
    ("compatibility", 0x2F800, 0x2FA1F),
    ("private", 0xF0000, 0x10FFFD),
)
"""Unicode's blocks of Han characters; `private` is where old systems keep characters of their own."""
REMEMBERED = 200_000
PLAIN = "^[\\x{4e00}-\\x{9fff}]{2,4}$"
MAY_BE_UNNAMED = "[婴儿毛宝妞男女孩双之的甲乙丙妹弟子无名未不详待定暂空]"
"""Characters without one of which no placeholder is written: names that have none are told by their length alone."""


class Names:
    """Counts of kinds, blocks and marks of width, a column of names."""

    def __init__(self, registry: Registry) -> None:
        self.columns = [name for name in registry.column_names if name.endswith("_name")]
        self.kinds: dict[str, Counter[str]] = {name: Counter() for name in self.columns}
        self.marks: dict[str, Counter[str]] = {name: Counter() for name in self.columns}

    def add(self, table: pa.Table) -> None:
        """Take in a table of text columns."""
        for name in self.columns:
            values = table.column(name).drop_null()
            simple = pc.and_(pc.match_substring_regex(values, PLAIN), pc.invert(pc.match_substring_regex(values, MAY_BE_UNNAMED)))
            for entry in pc.value_counts(pc.utf8_length(values.filter(simple))).to_pylist():
                self.kinds[name][f"han{entry['values']}"] += entry["counts"]
            for text in values.filter(pc.invert(simple)).to_pylist():
                kind, marks = look(text, is_child=name.startswith("child"))
                self.kinds[name][kind] += 1
                self.marks[name].update(marks)

    def told(self) -> list[dict[str, Any]]:
        """One entry a column of names that holds any."""
        return [self._column(name) for name in self.columns]

    def _column(self, name: str) -> dict[str, Any]:
        kinds = self.kinds[name]
        total = sum(kinds[kind] for kind in KINDS)
        return {
            "column": name,
            "rows": counted(total, total)["rows"],
            "kinds": {kind: counted(kinds[kind], total) for kind in KINDS},
            "marks": {mark: counted(rows, total) for mark, rows in self.marks[name].most_common()},
        }


@lru_cache(REMEMBERED)
def look(text: str, *, is_child: bool) -> tuple[str, tuple[str, ...]]:
    """The kind of a name, `empty` for none, and what else is to be seen in it."""
    if not text.strip():
        return "empty", ()
    return _kind(text, is_child), _marks(text)


def _kind(text: str, is_child: bool) -> str:
    if is_missing(text) or (is_child and is_unnamed(text)):
        return "unnamed"
    name = tidy(text) or ""
    if DOT in name:
        return "dotted"
    if name.isascii():
        return "latin"
    if UNKNOWN_CHARACTER.search(name) or any(_block(letter) is None for letter in name):
        return "mixed"
    return f"han{max(len(name), 2)}" if len(name) <= 4 else "longer"


def _marks(text: str) -> tuple[str, ...]:
    found = {block for letter in text if (block := _block(letter)) not in (None, "basic")}
    name = tidy(text)
    if name is not None and UNKNOWN_CHARACTER.search(name):
        found.add("unwritable")
    if unicodedata.normalize("NFKC", text) != text and any(0xFF01 <= ord(letter) <= 0xFF5E for letter in text):
        found.add("wide")
    if len(text.split()) > 1 and not text.isascii():
        found.add("spaced")
    return tuple(sorted(mark for mark in found if mark))


def _block(letter: str) -> str | None:
    point = ord(letter)
    return next((name for name, first, last in BLOCKS if first <= point <= last), None)
