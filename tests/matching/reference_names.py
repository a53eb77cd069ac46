"""What two names have in common, in plain Python: every form and every test of `kind = "name"`, as matching.forms.names and the manual define them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate

from opencc import OpenCC
from pypinyin import Style, pinyin
from rapidfuzz.distance import Indel

from matching.forms.characters import RARE_FORMS, VARIANT_SURNAMES
from matching.forms.look_alikes import look_alikes
from vocabulary.names import DOT, PLACEHOLDER, match_key, tidy

KEPT = 200_000
"""Values whose forms are kept at a time."""
SAME, LOOKS, HEARD, UNKNOWN, OTHER = "same", "looks", "heard", "unknown", "other"
SIMPLIFIER = OpenCC("t2s")


@dataclass(frozen=True)
class Name:
    """A name as it is compared. `letters` are simplified; sounds run beside them; `breaks`: the places where a further part begins."""

    written: str
    letters: str
    toned: tuple[str, ...]
    sound: tuple[str, ...]
    near: tuple[str, ...]
    breaks: tuple[int, ...]

    @property
    def long(self) -> bool:
        return len(self.letters) > 4 or bool(self.breaks)

    @property
    def first_end(self) -> int:
        return self.breaks[0] if self.breaks else len(self.letters)


@lru_cache(KEPT)
def name_of(raw: str) -> Name | None:
    """The separators divide a name and are no part of it; a part that is nothing but signs, or a word for 'no name', is none."""
    parts = [key for part in (tidy(raw) or "").split(DOT) if (key := match_key(part))]
    if not parts:
        return None
    written = "".join(parts)
    letters = "".join(map(simple, written))
    letters = VARIANT_SURNAMES.get(letters[0], letters[0]) + letters[1:]
    sounds = [tuple(said(letter)[form] for letter in letters) for form in range(3)]
    return Name(written, letters, *sounds, tuple(accumulate(map(len, parts[:-1]))))


@cache
def simple(letter: str) -> str:
    """The usual, simplified form of one character."""
    told = SIMPLIFIER.convert(letter)
    return RARE_FORMS.get(told, told) if len(told) == 1 else letter


@cache
def said(letter: str) -> tuple[str, str, str]:
    """With its tone, without it, and as dialects merge it; a character without a reading sounds like nothing but itself (`=x`)."""
    toned = pinyin(letter, style=Style.TONE)[0][0]
    if toned == letter:
        return ("=" + letter,) * 3
    plain = pinyin(letter, style=Style.NORMAL)[0][0]
    loose = re.sub(r"^([zcs])h", r"\1", re.sub(r"(?<=[aei])ng$", "n", plain))
    return toned, plain, re.sub(r"^l", "n", re.sub(r"^hu", "fu", loose))


@cache
def alike() -> frozenset[int]:
    return frozenset(look_alikes().tolist())


def place(a: Name, b: Name, at: int) -> str:
    """What one place of two names has in common."""
    one, two = a.letters[at], b.letters[at]
    if one == two:
        return SAME
    if PLACEHOLDER in (one, two):
        return UNKNOWN
    if a.near[at] == b.near[at]:
        return HEARD
    return LOOKS if min(ord(one), ord(two)) << 21 | max(ord(one), ord(two)) in alike() else OTHER


def places(a: Name, b: Name) -> list[str] | None:
    """Of names of one length."""
    return [place(a, b, at) for at in range(len(a.letters))] if len(a.letters) == len(b.letters) else None


def look_alike(a: Name, b: Name) -> bool:
    told = places(a, b)
    return told is not None and SAME in told and OTHER not in told and UNKNOWN not in told


def placeholder(a: Name, b: Name) -> bool:
    told = places(a, b)
    return told is not None and SAME in told and OTHER not in told and UNKNOWN in told


def one_character(a: Name, b: Name) -> bool:
    """A second difference beside a placeholder is another name."""
    told = places(a, b)
    return told is not None and len(told) >= 3 and told.count(OTHER) == 1 and SAME in told and UNKNOWN not in told and told[0] != OTHER


def other_surname(a: Name, b: Name) -> bool:
    """All but the surname agree, or may."""
    told = places(a, b)
    return told is not None and len(told) >= 3 and told.count(OTHER) == 1 and SAME in told and told[0] == OTHER


def left_out(longer: str, shorter: str) -> list[int]:
    """The places at which the longer one has something more; of a run of the same, all."""
    if len(longer) != len(shorter) + 1:
        return []
    return [at for at in range(len(longer)) if longer[:at] + longer[at + 1 :] == shorter]


def _without_one(a: Name, b: Name) -> list[int]:
    longer, shorter = sorted((a.letters, b.letters), key=len, reverse=True)
    return left_out(longer, shorter) if len(shorter) >= 2 else []


def missing_character(a: Name, b: Name) -> bool:
    return max(_without_one(a, b), default=0) > 0


def surname_left_out(a: Name, b: Name) -> bool:
    return max(_without_one(a, b), default=-1) == 0


def is_doubled(name: Name) -> bool:
    return len(name.letters) >= 2 and name.letters[-1] == name.letters[-2] and PLACEHOLDER not in name.letters


def is_milk_name(name: Name) -> bool:
    return len(name.letters) == 2 and (is_doubled(name) or name.letters[0] in "小阿大")


def milk_name(a: Name, b: Name) -> bool:
    """The one's given name holds the character of the other, a milk name, or one of its sound."""
    return any(
        is_milk_name(one) and (one.letters[1] in two.letters[1:] or one.near[1] in two.near[1:]) and one.letters[1] != PLACEHOLDER
        for one, two in ((a, b), (b, a))
    )


def is_pet_name(name: Name) -> bool:
    return is_milk_name(name) or (len(name.letters) == 3 and (is_doubled(name) or name.letters[0] in "小阿"))


def pet_name(a: Name, b: Name) -> bool:
    return is_pet_name(a) != is_pet_name(b)


def cut_off_at(a: Name, b: Name) -> int:
    """Where the shorter of two names ends that agree as far as they go, one place at least in character or sound; else 0."""
    size = min(len(a.letters), len(b.letters))
    told = [place(a, b, at) for at in range(size) if a.letters[at] != b.letters[at] or a.letters[at] != PLACEHOLDER]
    return size if OTHER not in told and (SAME in told or HEARD in told) else 0


def share_a_sound(a: Name, b: Name) -> bool:
    """A syllable of one is one of the other."""
    return bool((set(a.near) & set(b.near)) - {"=" + PLACEHOLDER})


def sounds_alike(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    """Three quarters of the letters of the merged sounds, in order."""
    spelt = [[letter for sound in sounds for letter in ([sound] if sound[0] == "=" else sound)] for sounds in (one, two)]
    return Indel.normalized_similarity(*spelt) >= 0.75


def long_enough(a: Name, b: Name) -> bool:
    return (a.long and b.long) or max(len(a.letters), len(b.letters)) > 4


def transliteration(a: Name, b: Name) -> bool:
    """Cut off after three places or more, spelt otherwise, or with its first part last; a syllable is still the same."""
    if not long_enough(a, b) or not share_a_sound(a, b):
        return False
    if cut_off_at(a, b) >= 3 or sounds_alike(a.near, b.near):
        return True
    turned = (sounds_alike(a.near[: a.first_end], b.near[b.first_end :]), sounds_alike(a.near[a.first_end :], b.near[: b.first_end]))
    return bool(a.breaks and b.breaks) and all(turned)


def first_part(a: Name, b: Name) -> bool:
    """A first part of two characters or more that sounds the same, or cut off after two places."""
    same = a.first_end >= 2 and a.near[: a.first_end] == b.near[: b.first_end]
    return long_enough(a, b) and (same or cut_off_at(a, b) >= 2)


TESTS = (
    look_alike, placeholder, one_character, other_surname, missing_character, surname_left_out, milk_name, pet_name, transliteration, first_part
)  # fmt: skip
