"""hedui's tests of names as near as SQL comes to them, over the columns of bench.splink_columns."""

from __future__ import annotations

from collections.abc import Callable

from bench.splink_columns import PLACES
from vocabulary.names import PLACEHOLDER

WILD = ord(PLACEHOLDER)
HAN_BYTES = 3
ALIKE = 0.88
"""Jaro-Winkler of spelt sounds from which long names count as one transliteration."""


class Pair:
    """The columns of a name of the left and of another of the right record."""

    def __init__(self, left: str, right: str) -> None:
        self.fields = {"l": left, "r": right}

    def of(self, column: str, side: str) -> str:
        """A column of one side."""
        return f'"{self.fields[side]}_{column}_{side}"'

    def both(self, column: str) -> tuple[str, str]:
        """A column of both sides."""
        return self.of(column, "l"), self.of(column, "r")

    def same(self, place: int) -> str:
        """The same character at a place."""
        one, two = self.both(f"letter_{place}")
        return f"coalesce({one} = {two}, FALSE)"

    def near(self, place: int) -> str:
        """The same character, sound or look at a place, or one that a system could not write."""
        (one, two), (sound, other) = self.both(f"letter_{place}"), self.both(f"sound_{place}")
        look = f"list_contains({self.of(f'alike_{place}', 'l')}, {two})"
        return f"coalesce({one} = {two} OR {sound} = {other} OR {one} = {WILD} OR {two} = {WILD} OR {look}, FALSE)"

    def unlike(self, places: tuple[int, ...]) -> str:
        """How many of these places have nothing in common."""
        return " + ".join(f"({self.of('length', 'l')} >= {place} AND NOT {self.near(place)})::INT" for place in places)

    @property
    def even(self) -> str:
        """Han names of one length that share a character."""
        one, two = self.both("length")
        return f"{one} = {two} AND {one} <= 4 AND ({' OR '.join(map(self.same, PLACES))})"

    @property
    def wild(self) -> str:
        """Either has a character that a system could not write."""
        sides = (f"coalesce({self.of(f'letter_{place}', side)} = {WILD}, FALSE)" for place in PLACES for side in "lr")
        return f"({' OR '.join(sides)})"

    @property
    def long(self) -> str:
        """Both are long, or one has more than four characters."""
        (one, two), (left, right) = self.both("long"), self.both("length")
        return f"({one} = 1 AND {two} = 1 OR greatest({left}, {right}) > 4)"


def look_alike(pair: Pair) -> str:
    return f"{pair.even} AND {pair.unlike(PLACES)} = 0 AND NOT {pair.wild}"


def placeholder(pair: Pair) -> str:
    return f"{pair.even} AND {pair.unlike(PLACES)} = 0 AND {pair.wild}"


def one_character(pair: Pair) -> str:
    return f"{pair.even} AND {pair.of('length', 'l')} >= 3 AND {pair.near(1)} AND {pair.unlike(PLACES[1:])} = 1"


def other_surname(pair: Pair) -> str:
    return f"{pair.even} AND {pair.of('length', 'l')} >= 3 AND NOT {pair.near(1)} AND {pair.unlike(PLACES[1:])} = 0"


def missing_character(pair: Pair) -> str:
    """One Han character less: three bytes shorter, and three bytes away."""
    (one, two), (left, right) = pair.both("text"), pair.both("length")
    less = f"abs(strlen({one}) - strlen({two})) = {HAN_BYTES} AND levenshtein({one}, {two}) = {HAN_BYTES}"
    return f"{less} AND least({left}, {right}) >= 2 AND {pair.same(1)}"


def surname_left_out(pair: Pair) -> str:
    return missing_character(pair).removesuffix(pair.same(1)) + f"NOT {pair.same(1)}"


def milk_name(pair: Pair) -> str:
    """The character of a milk name, or its sound, in the other given name."""
    found = []
    for one, two in (("l", "r"), ("r", "l")):
        for milk, column in (("milk", "letter"), ("milk_sound", "sound")):
            given = ", ".join(pair.of(f"{column}_{place}", two) for place in PLACES[1:])
            found.append(f"{pair.of(milk, one)} IN ({given})")
    return f"({' OR '.join(found)})"


def pet_name(pair: Pair) -> str:
    one, two = pair.both("pet")
    return f"{one} <> {two}"


def transliteration(pair: Pair) -> str:
    (one, two), (left, right) = pair.both("spelt"), pair.both("length")
    begins = f"least({left}, {right}) >= 3 AND (starts_with({one}, {two}) OR starts_with({two}, {one}))"
    return f"{pair.long} AND (jaro_winkler_similarity({one}, {two}) >= {ALIKE} OR {begins})"


def first_part(pair: Pair) -> str:
    one, two = pair.both("first")
    return f"{pair.long} AND {one} = {two}"


TESTS: dict[str, Callable[[Pair], str]] = {
    test.__name__: test
    for test in (
        look_alike, placeholder, one_character, other_surname, missing_character, surname_left_out, milk_name, pet_name, transliteration, first_part
    )
}  # fmt: skip
