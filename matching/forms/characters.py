"""What is known of every character once: its simplified form, its sound with and without tone, and its sound where dialects merge."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from matching.arrays import Letters

SIZE = 0x32400
"""Code points that may be Han: up to extension H."""
HAN = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, SIZE))
UNSOUNDED = 1 << 20
"""A character without a reading sounds like itself: its code point beyond this number."""

VARIANT_SURNAMES = dict(zip("傅萧蕭阎閻戴蓝藍邱詹佘甯寧宁葉锺鍾鐘於沈瀋閤", "付肖肖闫闫代兰兰丘占余宁宁宁叶钟钟钟于沈沈合", strict=True))
"""Variant and second-round simplified surnames, read in both directions (domain.md 2.4 row 7)."""
RARE_FORMS = dict(zip("𠮷㐂", "吉喜", strict=True))
"""Forms that OpenCC leaves alone: old systems cannot write them, and people write the usual one."""
MERGED_SOUNDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"), ("hu", "fu"), ("l", "n"))
"""Sounds that dialects and hurried typists do not tell apart: retroflex and flat, front and back nasal, hu and fu, l and n."""


@dataclass(frozen=True)
class Characters:
    """Arrays by code point. `toned`, `sound`, `merged` are numbers of syllables; `spelling` has a row of letters per merged syllable."""

    simple: Letters
    surname: Letters
    toned: Letters
    sound: Letters
    merged: Letters
    spelling: Letters


@cache
def characters() -> Characters:
    """The table; a third of a second, once a process. Sounds are pypinyin's first reading, simplified forms OpenCC's, both by single characters."""
    toned = _readings()
    plain = {point: toneless(reading) for point, reading in toned.items()}
    loose = {point: merged(sound) for point, sound in plain.items()}
    simple = _simplified()
    simple[[ord(form) for form in RARE_FORMS]] = [ord(usual) for usual in RARE_FORMS.values()]
    surname = np.arange(SIZE, dtype=np.uint32)
    for variant, usual in VARIANT_SURNAMES.items():
        surname[ord(variant)] = ord(usual)
    merged_syllables = sorted(set(loose.values()))
    spelling = np.zeros((len(merged_syllables) + 1, 8), dtype=np.uint32)
    for number, syllable in enumerate(merged_syllables, start=1):
        spelling[number, : len(syllable)] = [ord(letter) for letter in syllable]
    return Characters(simple, surname, _numbered(toned), _numbered(plain), _numbered(loose), spelling)


def toneless(reading: str) -> str:
    """A syllable without its tone mark; ü is written v."""
    parts = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


@lru_cache(maxsize=10_000)
def merged(sound: str) -> str:
    """A syllable without the distinctions that are not heard everywhere: zh/z, ang/an, l/n …"""
    for clear, loose in MERGED_SOUNDS:
        if len(clear) > 1 and clear.endswith("g"):
            sound = sound.removesuffix(clear) + loose if sound.endswith(clear) else sound
        elif sound.startswith(clear):
            sound = loose + sound[len(clear) :]
    return sound


def _readings() -> dict[int, str]:
    from pypinyin.constants import PINYIN_DICT

    return {point: readings.split(",")[0] for point, readings in PINYIN_DICT.items() if point < SIZE}


def _simplified() -> Letters:
    """The simplified form of each character by itself: names follow no phrase, so that a phrase dictionary would only cost time."""
    from opencc import OpenCC

    simple = np.arange(SIZE, dtype=np.uint32)
    points = [point for first, last in HAN for point in range(first, last)]
    told = OpenCC("t2s").convert("\n".join(map(chr, points))).split("\n")
    simple[points] = [ord(form) if len(form) == 1 else point for point, form in zip(points, told, strict=True)]
    return simple


def _numbered(sounds: dict[int, str]) -> Letters:
    """Each character's syllable as its place in the sorted list, from 1; its own code point beyond UNSOUNDED where it has none."""
    place = {sound: number for number, sound in enumerate(sorted(set(sounds.values())), start=1)}
    found = np.arange(SIZE, dtype=np.uint32) + np.uint32(UNSOUNDED)
    found[list(sounds)] = [place[sound] for sound in sounds.values()]
    return found
