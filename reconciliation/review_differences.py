"""Two values side by side: which characters and digits differ, and what kind of difference that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from sql.level_meanings import level_meanings

DIGITS = ("born_on", "recorded_on", "child_id_mask", "mother_id_mask", "father_id_mask", "certificate_no")
"""Fields that are compared place by place; any other by characters, which may have been left out or moved."""
FIELDS = (
    "child_name", "child_sex", "born_on", "child_id_mask", "certificate_no", "mother_name", "mother_id_mask", "father_name", "father_id_mask",
    "residence", "facility_code", "recorded_on",
)  # fmt: skip
"""In the order of the page."""
COMPARED = {
    "child_name": ("name", "child_name"), "mother_name": ("name", "mother_name"), "father_name": ("name", "father_name"),
    "born_on": ("born_on", "born_on"), "child_sex": ("sex", "sex"), "certificate_no": ("number", "certificate_no"),
}  # fmt: skip
"""Field -> topic of level_meaning.sql, and the comparison whose level says what kind of difference it is."""
SAME, DIFFERS, ONE_SIDE, NEITHER = "same", "differs", "one_side", "neither"


@dataclass(frozen=True)
class Piece:
    """A stretch of a value, and whether the other side has something else in its place."""

    text: str
    marked: bool


@dataclass(frozen=True)
class Compared:
    """One field of both records. `verdict`: same, differs, one_side or neither has it. `evidence`: kinds of difference, as codes. `apart`: what stands
    for what, (left, right), empty on a side where nothing stands there.
    """

    field: str
    left: tuple[Piece, ...]
    right: tuple[Piece, ...]
    verdict: str
    evidence: tuple[str, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()


def compared(left: Mapping[str, Any], right: Mapping[str, Any], pair: Mapping[str, Any] | None) -> Iterator[Compared]:
    """Every field of the page, as two disclosed rows and the night's row of the pair (None: the model kept none) tell it."""
    for field in FIELDS:
        here, there = (str(side[field]) if side.get(field) else "" for side in (left, right))
        hidden = left.get(field.replace("_mask", "_difference")) if field.endswith("_mask") else None
        yield one_field(field, here, there, kinds_of(field, pair, hidden))


def kinds_of(field: str, pair: Mapping[str, Any] | None, hidden: Any) -> tuple[str, ...]:
    """What kind of difference it is: of masked numbers as disclosed, of others as the model saw it."""
    if hidden:
        return () if hidden == SAME else (str(hidden),)
    if pair is None or field not in COMPARED:
        return ()
    topic, comparison = COMPARED[field]
    told = level_meanings().get((topic, str(pair[comparison])))
    return (told,) if told else ()


def one_field(field: str, here: str, there: str, evidence: tuple[str, ...]) -> Compared:
    """Two values of a field. Masked numbers may look alike and be different: then their kind of difference is all that is told."""
    if not here or not there:
        verdict = ONE_SIDE if here or there else NEITHER
        return Compared(field, whole(here), whole(there), verdict)
    if here == there:
        alike = not (field.endswith("_mask") and evidence)
        return Compared(field, whole(here), whole(there), SAME if alike else DIFFERS, () if alike else evidence)
    parts = list(by_place(here, there) if field in DIGITS and len(here) == len(there) else by_character(here, there))
    left = tuple(Piece(one, marked) for one, _, marked in parts if one)
    right = tuple(Piece(other, marked) for _, other, marked in parts if other)
    apart = tuple((one, other) for one, other, marked in parts if marked)
    return Compared(field, left, right, DIFFERS, evidence, () if field.endswith("_mask") else apart)


def whole(text: str) -> tuple[Piece, ...]:
    """A value in which nothing is marked."""
    return (Piece(text, False),) if text else ()


def by_place(here: str, there: str) -> Iterator[tuple[str, str, bool]]:
    """Stretches (left, right, whether they differ) of two texts of one length, digit by digit."""
    start = 0
    for place in range(1, len(here) + 1):
        if place == len(here) or (here[place] != there[place]) != (here[start] != there[start]):
            yield here[start:place], there[start:place], here[start] != there[start]
            start = place


def by_character(here: str, there: str) -> Iterator[tuple[str, str, bool]]:
    """The same of texts in which characters may be missing or moved, by code points."""
    for tag, start, end, other_start, other_end in SequenceMatcher(None, here, there, autojunk=False).get_opcodes():
        yield here[start:end], there[other_start:other_end], tag != "equal"
