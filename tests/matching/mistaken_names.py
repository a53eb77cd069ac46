"""Names, and what goes wrong with them (domain.md 2.4 rows 1 to 11), drawn at random: each mistake makes one level of the births model likely."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random

from opencc import OpenCC

from demo.characters import (
    BOYS,
    DOTTED_BOYS,
    DOTTED_GIRLS,
    FATHERS,
    GIRLS,
    GIVEN_ONLY,
    MOTHERS,
    RARE,
    SEPARATORS,
    SURNAMES,
    TRANSLITERATIONS,
)
from demo.homophones import everyday_characters, homophones
from matching.forms.characters import RARE_FORMS, VARIANT_SURNAMES
from matching.forms.look_alikes import look_alikes
from tests.matching.reference_names import left_out, said

DOT = "·"
GIVEN = "".join(dict.fromkeys(BOYS + "".join(GIRLS) + MOTHERS + FATHERS))
FAMILY = [*dict.fromkeys("".join(SURNAMES)), *VARIANT_SURNAMES, *VARIANT_SURNAMES.values(), "欧阳", "司马", "诸葛"]
LONG_PARTS = (*DOTTED_BOYS, *DOTTED_GIRLS, *GIVEN_ONLY)
STRANGE = (
    *RARE,
    *RARE_FORMS,
    "\U00020bb7",
    "\U0001f600",
    "\U0003fffd",
    "\u3007",
    "々",
    "A",
    "é",
    "ß",
    "ﬁ",
    "１",
    "㈱",
    "\u0301",
    "의",
    "\u200b",
)
UNWRITTEN = ("□", "?", "？", "*", "■", "\ufffd", "\ue000", "锟斤拷", "(弓长)", "zi")
INTERIM = ("{}之女", "{}之子", "{}的大儿", "{}女婴", "{}婴", "{}A", "{}之子乙", "{}小毛", "{}(女)")
NO_NAME = (None, "", " ", "\u3000", "无", "不详", "未取名", "宝宝", "/", "nan", "男", "·", "□", "..")

Mistake = Callable[[str, Random], str]


@cache
def _by_sound() -> dict[str, list[str]]:
    """Everyday characters by their sound as dialects merge it."""
    found: dict[str, list[str]] = {}
    for letter in everyday_characters():
        found.setdefault(said(letter)[2], []).append(letter)
    return found


def _sounds_near(sound: str) -> list[str]:
    return _by_sound().get(sound, [])


@cache
def _sounds_beside(sound: str) -> list[str]:
    """Characters whose sound has one letter more or less."""
    return [
        letter for other, letters in _by_sound().items() if left_out(*sorted((other, sound), key=len, reverse=True)) for letter in letters
    ]


@cache
def _looks() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in look_alikes().tolist():
        one, two = chr(pair >> 21), chr(pair & 0x1FFFFF)
        found.setdefault(one, []).append(two)
        found.setdefault(two, []).append(one)
    return found


@cache
def _variants() -> dict[str, list[str]]:
    """Traditional and old forms of each letter of a name, and surnames written in two ways."""
    other = OpenCC("s2t")
    found = {letter: [other.convert(letter)] for letter in (*GIVEN, *"".join(FAMILY))}
    for one, two in (*VARIANT_SURNAMES.items(), *RARE_FORMS.items()):
        found.setdefault(one, []).append(two)
        found.setdefault(two, []).append(one)
    return found


def given(rng: Random) -> str:
    return rng.choice(GIVEN)


def han(rng: Random) -> str:
    """A surname and one or two characters, now and then four, or two that are one."""
    letters = [given(rng) for _ in range(rng.choice((1, 1, 2, 2, 2, 2, 3)))]
    return rng.choice(FAMILY) + "".join(letters if rng.random() < 0.9 else letters[:1] * 2)


def long_name(rng: Random) -> str:
    """One to four parts; now and then as long as a column allows."""
    size = rng.choice((1, 2, 2, 2, 3, 4))
    parts = [
        rng.choice(LONG_PARTS) if rng.random() < 0.8 else "".join(rng.choices("".join(LONG_PARTS), k=rng.randrange(1, 25)))
        for _ in range(size)
    ]
    return rng.choice((DOT, DOT, DOT, "")).join(parts)[:50]


def strange(rng: Random) -> str:
    """Any characters at all, up to fifty."""
    return "".join(rng.choice(STRANGE) if rng.random() < 0.4 else given(rng) for _ in range(rng.choice((1, 2, 3, 3, 4, 6, 50))))


def name(rng: Random) -> str | None:
    """A name of any sort; None and words for none too."""
    sort = rng.random()
    if sort < 0.04:
        return rng.choice(NO_NAME)
    return (han if sort < 0.66 else long_name if sort < 0.92 else strange)(rng)


def _replaced(told: str, rng: Random, options: Callable[[str], list[str] | tuple[str, ...]]) -> str:
    at = rng.randrange(len(told))
    return told[:at] + rng.choice(options(told[at]) or (told[at],)) + told[at + 1 :]


def variant(told: str, rng: Random) -> str:
    return "".join(rng.choice(_variants().get(letter, [letter])) if rng.random() < 0.7 else letter for letter in told)


def same_tone(told: str, rng: Random) -> str:
    return _replaced(told, rng, lambda letter: homophones(letter, tone=True))


def same_sound(told: str, rng: Random) -> str:
    return _replaced(told, rng, lambda letter: homophones(letter, tone=False))


def near_sound(told: str, rng: Random) -> str:
    return _replaced(told, rng, lambda letter: _sounds_near(said(letter)[2]))


def looks(told: str, rng: Random) -> str:
    return _replaced(told, rng, lambda letter: _looks().get(letter, []))


def unwritten(told: str, rng: Random) -> str:
    return _replaced(told, rng, lambda _: UNWRITTEN)


def one_more(told: str, rng: Random) -> str:
    at = rng.randrange(len(told) + 1)
    return told[:at] + given(rng) + told[at:]


def one_less(told: str, rng: Random) -> str:
    at = rng.randrange(len(told))
    return told[:at] + told[at + 1 :]


def other_order(told: str, rng: Random) -> str:
    return told[:1] + "".join(rng.sample(told[1:], len(told) - 1))


def other_letter(told: str, rng: Random) -> str:
    return _replaced(told, rng, lambda _: GIVEN)


def strange_letter(told: str, rng: Random) -> str:
    return _replaced(told, rng, lambda _: STRANGE)


def other_family(told: str, rng: Random) -> str:
    return rng.choice(FAMILY) + told[1:]


def no_family(told: str, rng: Random) -> str:
    return told[1:]


def milk(told: str, rng: Random) -> str:
    return rng.choice(("{0}{0}", "小{0}", "阿{0}", "大{0}", "小{0}{0}")).format(told[-1])


def pet(told: str, rng: Random) -> str:
    return rng.choice(("{1}{0}{0}", "{0}{0}", "小{0}", "阿{0}{0}")).format(given(rng), told[0])


def cut(told: str, rng: Random) -> str:
    return told[: max(2, len(told) - rng.randrange(1, 4))]


def other_spelling(told: str, rng: Random) -> str:
    for one, two in rng.sample(TRANSLITERATIONS, len(TRANSLITERATIONS)):
        told = told.replace(one, two) if rng.random() < 0.5 else told.replace(two, one)
    return told


def parts_turned(told: str, rng: Random) -> str:
    parts = told.split(DOT)
    return DOT.join((*parts[1:], parts[0]))


def sounding(told: str, rng: Random) -> str:
    """Every character another one, whose sound has one letter more or less: in the end none is the same, and the whole sounds alike."""
    return "".join(rng.choice(_sounds_beside(said(letter)[2]) or (letter,)) for letter in told)


def other_separator(told: str, rng: Random) -> str:
    return told.replace(DOT, rng.choice(SEPARATORS))


def other_part(told: str, rng: Random) -> str:
    parts = told.split(DOT)
    return DOT.join((*parts[:-1], rng.choice(LONG_PARTS))) if len(parts) > 1 else told + DOT + rng.choice(LONG_PARTS)


def spaced(told: str, rng: Random) -> str:
    return rng.choice((" ", "\u3000")).join(("", *told, ""))


def interim(told: str, rng: Random) -> str:
    return rng.choice(INTERIM).format(told)


MISTAKES: tuple[Mistake, ...] = (
    variant, variant, same_tone, same_sound, near_sound, near_sound, looks, looks, unwritten, one_more, one_less, other_order, other_letter, other_letter, strange_letter,
    other_family, other_family, no_family, milk, pet, cut, other_spelling, sounding, parts_turned, other_separator, other_part, other_part, spaced,
)  # fmt: skip


def mistaken(told: str | None, rng: Random) -> str | None:
    """The name once or more mistaken; another one where there is nothing to mistake."""
    for _ in range(rng.choice((0, 1, 1, 1, 1, 2, 2, 3))):
        told = rng.choice(MISTAKES)(told, rng) if told else name(rng)
    return None if told is None else told[:50]
