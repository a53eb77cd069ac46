"""How names go wrong on their way into a registry. One function a mechanism (domain.md 2.4); each takes the struck rows and gives the new names.

A mechanism that has no hold on a name (no dot, no variant, no such sound) gives it back unchanged.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from demo.characters import LOOK_ALIKES, MILK_NAMES, OTHER_FORMS, RARE, SEPARATORS, TRADITIONAL, TRANSLITERATIONS, VARIANT_SURNAMES
from demo.homophones import homophones, sound
from demo.names import DOT

Written = list[str | None]

IN_THE_GIVEN_NAME = 0.85
"""Share of typing errors behind the surname: people mind their surnames."""
SAME_TONE = 0.7
"""Share of sound errors that keep the tone: an input method ranks by habit, not by tone alone."""
NO_NAME_WORDS = ("未取名", "无", "不详", "待定", "/")


def _replaced(name: str, place: int, by: str) -> str:
    return name[:place] + by + name[place + 1 :]


def _place(name: str, rng: np.random.Generator) -> int:
    """The character that is struck: mostly one of the given name, never the dot."""
    start = 1 if len(name) > 1 and rng.random() < IN_THE_GIVEN_NAME else 0
    place = int(rng.integers(start, len(name)))
    return place - 1 if name[place] == DOT else place


def homophone(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """Another character of the same sound (row 5)."""

    def heard(name: str) -> str:
        place = _place(name, rng)
        others = homophones(name[place], tone=rng.random() < SAME_TONE) or homophones(name[place], tone=False)
        return _replaced(name, place, others[int(rng.integers(len(others)))]) if others else name

    return [heard(name) for name in rows[field]]


@lru_cache(maxsize=1)
def _look_alikes() -> dict[str, str]:
    pairs = LOOK_ALIKES.split()
    return {pair[0]: pair[1] for pair in pairs} | {pair[1]: pair[0] for pair in reversed(pairs)}


def look_alike(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """Another character of the same shape (row 6)."""
    table = _look_alikes()

    def misread(name: str) -> str:
        open_places = [place for place, letter in enumerate(name) if letter in table]
        if not open_places:
            return name
        place = open_places[int(rng.integers(len(open_places)))]
        return _replaced(name, place, table[name[place]])

    return [misread(name) for name in rows[field]]


@lru_cache(maxsize=1)
def _variants() -> tuple[dict[str, str], dict[str, str]]:
    surnames = dict(VARIANT_SURNAMES) | {second: first for first, second in VARIANT_SURNAMES}
    return surnames, OTHER_FORMS | TRADITIONAL


def variant(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """A variant of the surname, one traditional character, or the whole name in traditional characters (row 7)."""
    surnames, forms = _variants()

    def other_form(name: str) -> str:
        if name[0] in surnames and rng.random() < 0.6:
            return surnames[name[0]] + name[1:]
        places = [place for place, letter in enumerate(name) if letter in forms]
        if not places:
            return name
        chosen = places if rng.random() < 0.4 else [places[int(rng.integers(len(places)))]]
        return "".join(forms[letter] if place in chosen else letter for place, letter in enumerate(name))

    return [other_form(name) for name in rows[field]]


def transliteration(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """Another spelling of a name from another language (row 10)."""

    def respelt(name: str, naming: str) -> str:
        fitting = [pair for pair in TRANSLITERATIONS if naming != "han" and (pair[0] in name or pair[1] in name)]
        if not fitting:
            return name
        here, there = fitting[int(rng.integers(len(fitting)))]
        return name.replace(here, there) if here in name else name.replace(there, here)

    return [respelt(name, naming) for name, naming in zip(rows[field], rows["naming"], strict=True)]


def last_part_dropped(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """The father's name behind the dot is left out (row 10)."""
    return [name.split(DOT)[0] for name in rows[field]]


def truncated(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """A name that did not fit into an old field of 4 to 8 characters (row 10)."""
    room = rng.choice([4, 5, 6, 8], size=len(rows))
    return [name[:size].rstrip(DOT) for name, size in zip(rows[field], room, strict=True)]


def separator(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """Something else where U+00B7 should stand (row 10, domain.md 1.10)."""
    typed = [SEPARATORS[number] for number in rng.integers(0, len(SEPARATORS), size=len(rows))]
    return [name.replace(DOT, mark) for name, mark in zip(rows[field], typed, strict=True)]


def spaced(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """A name of two characters is widened to three by a space, as on printed lists (domain.md 1.10)."""
    space = ["\u3000" if wide else " " for wide in rng.random(len(rows)) < 0.6]
    return [name[0] + gap + name[1] if len(name) == 2 else name for name, gap in zip(rows[field], space, strict=True)]


def placeholder(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """A character that a system cannot write becomes a mark, a private character or its sound (row 11)."""

    def unwritten(name: str) -> str:
        for letter in set(name) & set(RARE):
            read = sound(letter, tone=False)
            marks = ("?", "？", "□", "*", "\ue5e5", *((read,) if read.isascii() and read.isalpha() else ()))
            name = name.replace(letter, marks[int(rng.integers(len(marks)))])
        return name

    return [unwritten(name) for name in rows[field]]


def interim_surname(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """The ward writes the mother's surname before the given name (row 8)."""
    parts = zip(rows[field], rows["surname"], rows["mother_surname"], strict=True)
    return [mother + name.removeprefix(surname) if mother and surname else name for name, surname, mother in parts]


def milk_name(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """The name of the nursery: a pet name, or the last character doubled or after 小 (row 4)."""
    pet = [MILK_NAMES[number] for number in rng.integers(0, len(MILK_NAMES), size=len(rows))]
    kind = rng.integers(0, 4, size=len(rows))
    return [(one, name[-1] * 2, "小" + name[-1], name[0] + one)[choice] for name, one, choice in zip(rows[field], pet, kind, strict=True)]


def no_name(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """Nothing, or a word for nothing (row 2)."""
    words = rng.integers(0, len(NO_NAME_WORDS) * 3, size=len(rows))
    return [NO_NAME_WORDS[word] if word < len(NO_NAME_WORDS) else None for word in words]


def unnamed(rows: pd.DataFrame, field: str, rng: np.random.Generator) -> Written:
    """So-and-so's baby: the mother's name as this record has it; twins are told by 甲乙, 大小 or A B, or not at all (rows 1 and 20)."""
    parts = zip(
        rows["mother_name"], rows["sex"], rows["plurality_true"], rows["birth_order_true"], rng.integers(0, 5, size=len(rows)), strict=True
    )
    return [_baby_of(mother, sex, order if plurality > 1 else 0, int(form)) for mother, sex, plurality, order, form in parts]


def _baby_of(mother: str, sex: str, order: int, form: int) -> str:
    child, ward = ("子", "男婴") if sex == "1" else ("女", "女婴")
    single = (f"{mother}之{child}", f"{mother}之婴", f"{mother}婴", f"{mother}{ward}", f"{mother}之{child}")
    if not order:
        return single[form]
    told = "甲乙"[order - 1], "大小"[order - 1], "AB"[order - 1]
    return (f"{mother}之{child}{told[0]}", f"{mother}之{told[1]}{child}", f"{mother}{told[2]}", f"{told[1]}毛", single[0])[form]
