"""What is derived of each distinct personal name: written forms, sounds, parts; in code points, never bytes.

Chinese names have two to four characters, so that edit distances tuned for long names say nothing; what goes wrong is named in
domain.md 2.4 (rows 4 to 11), and each form below stands for one of those mechanisms.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from matching.arrays import Bools, Ints, Letters
from matching.forms.book import Book
from matching.forms.canonical import canonical_texts
from matching.forms.characters import characters
from matching.kernel.compiled import inner, outer
from matching.kernel.hashing import letters_of, mixed, whole
from matching.kernel.layout import NAME
from vocabulary.names import DOT, PLACEHOLDER, match_key, tidy

SHORT = 4
"""Han names without a separator have at most four characters (domain.md 2.5: compound surnames)."""
SUSPECTS = "之的子女婴儿孩双毛宝妞妹弟男大小二一三长次甲乙丙锟无不未暂待空"
"""Characters that interim names and words for 'no name' are made of: a plain Han name without them is a name."""
DOT_POINT, WILD_POINT = ord(DOT), ord(PLACEHOLDER)
NICKNAME_HEADS = (ord("小"), ord("阿"), ord("大"))


def canonical(raw: pa.Array) -> pa.Array:
    """Names as they are compared: NFKC, one separator, one placeholder for each character that a system could not write."""
    return canonical_texts(raw, speaks_for_itself, compared)


def compared(name: str) -> str | None:
    """One name as it is compared; the separators between its parts are kept, and no form but `parts` heeds them."""
    told = tidy(name)
    if told is None or match_key(name) is None:
        return None
    parts = [match_key(part) or "" for part in told.split(DOT)]
    return DOT.join(part for part in parts if part) or None


def speaks_for_itself(letters: Letters, starts: Ints) -> Bools:
    """Which names are two to four plain Han characters that no interim name has: they are as they are compared."""
    found = np.zeros(len(starts) - 1, dtype=np.bool_)
    _plain(letters, starts, np.array([ord(letter) for letter in SUSPECTS], dtype=np.uint32), found)
    return found


@outer
def _plain(letters: Any, starts: Any, suspects: Any, found: Any) -> None:
    for row in range(len(found)):
        length = starts[row + 1] - starts[row]
        good = 2 <= length <= 4
        for place in range(starts[row], starts[row + 1]):
            point = letters[place]
            if not 0x4E00 <= point < 0xA000:
                good = False
            for suspect in suspects:
                if point == suspect:
                    good = False
        found[row] = good


def derive(values: pa.Array) -> Book:
    """The book of distinct names. Letters are simplified, without separators; sounds are the merged syllables beside them."""
    table = characters()
    letters, starts = letters_of(values)
    forms = np.zeros((len(values), NAME.surname + 1), dtype=np.int64)
    plain, sounds, ends = np.empty_like(letters), np.empty_like(letters), np.zeros_like(starts)
    written = _derive(letters, starts, table.simple, table.surname, table.toned, table.sound, table.merged, forms, plain, sounds, ends)
    return Book(forms, NAME.width, plain[:written].copy(), ends, sounds[:written].copy())


@outer
def _derive(
    letters: Any,
    starts: Any,
    simple: Any,
    surname: Any,
    toned: Any,
    sound: Any,
    merged: Any,
    forms: Any,
    plain: Any,
    sounds: Any,
    ends: Any,
) -> int:
    """Write the forms of every name, and its plain letters and sounds; returns how many letters were written."""
    size, at = np.uint32(len(simple)), 0
    for row in range(len(starts) - 1):
        begin, parts, key = at, np.int64(0), np.uint64(0)
        for place in range(starts[row], starts[row + 1]):
            point = letters[place]
            if point == DOT_POINT:
                parts |= np.int64(1) << min(at - begin, 62)
                continue
            key = mixed(key, point)
            same = point if point >= size else simple[point]
            if at == begin and same < size:
                same = surname[same]
            plain[at] = same
            sounds[at] = same if same >= size else merged[same]
            at += 1
        ends[row + 1] = at
        form = forms[row]
        form[NAME.written] = whole(key)
        _sound_forms(form, plain[begin:at], sounds[begin:at], parts, toned, sound)
        form[NAME.shape] = _shape(plain[begin:at], parts)
        if form[NAME.shape] >> 31 & 1:
            form[NAME.signature] = -1  # a pet name tells something of any other, though they share nothing
    return at


@inner
def _sound_forms(form: Any, plain: Any, sounds: Any, parts: Any, toned: Any, sound: Any) -> None:
    """The keys of a name's written and heard forms. `bag` does not heed the order; `signature` has a bit per sound and letter."""
    size = np.uint32(len(sound))
    simple = high = low = near = given = first = signature = np.uint64(0)
    bag, inside = np.uint64(len(plain)), True
    for place in range(len(plain)):
        point, syllable = plain[place], sounds[place]
        inside = inside and not (parts >> min(place, 62)) & 1
        simple = mixed(simple, point)
        high = mixed(high, point if point >= size else toned[point])
        low = mixed(low, point if point >= size else sound[point])
        near = mixed(near, syllable)
        if place > 0:
            given = mixed(given, syllable)
        if inside:
            first = mixed(first, syllable)
        bag += mixed(np.uint64(1), point)
        signature |= np.uint64(1) << (mixed(np.uint64(2), point) >> np.uint64(58))
        signature |= np.uint64(1) << (mixed(np.uint64(3), syllable) >> np.uint64(58))
    form[NAME.simplified], form[NAME.toned], form[NAME.sound], form[NAME.near] = whole(simple), whole(high), whole(low), whole(near)
    form[NAME.given] = whole(given) if len(plain) >= 3 else 0
    form[NAME.first] = whole(first)
    form[NAME.surname] = whole(mixed(np.uint64(4), sounds[0])) if len(plain) else 0
    form[NAME.bag], form[NAME.signature] = whole(bag), np.int64(signature)


@inner
def _shape(plain: Any, parts: Any) -> Any:
    """Length in the lowest 8 bits; whether it is long or has parts (bit 8), has a placeholder (bit 9); the letter of a milk name (from bit 10), whether it is
    a pet name at all (bit 31); and where parts begin (from bit 32, the letter at place 1 first).
    """
    length, wild, milk = len(plain), False, np.int64(0)
    for point in plain:
        wild = wild or point == WILD_POINT
    headed = length >= 2 and (plain[0] == NICKNAME_HEADS[0] or plain[0] == NICKNAME_HEADS[1] or plain[0] == NICKNAME_HEADS[2])
    doubled = length >= 2 and plain[length - 1] == plain[length - 2] and not wild
    if length == 2 and (doubled or headed) and plain[1] != WILD_POINT:
        milk = np.int64(plain[1])
    pet = (length == 2 and (doubled or headed)) or (length == 3 and (doubled or (headed and plain[0] != NICKNAME_HEADS[2])))
    long = length > SHORT or parts != 0
    told = np.int64(min(length, 255)) | np.int64(long) << 8 | np.int64(wild) << 9 | milk << 10 | np.int64(pet) << 31
    return told | (parts >> 1 & 0x3FFFFFFF) << 32
