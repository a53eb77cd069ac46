"""How alike two personal names are that neither look nor sound the same as a whole: by places, parts and letters left out."""

from __future__ import annotations

from typing import Any

import numpy as np

from matching.kernel.compiled import inner, part
from matching.kernel.layout import NAME
from vocabulary.names import PLACEHOLDER

WILD = ord(PLACEHOLDER)
ALIKE = 0.75
"""Indel similarity of merged sounds from which two long names count as one transliteration; 买买提/麦麦提 forms lie above it."""
SAME, LOOKS, HEARD, UNKNOWN, OTHER = range(5)
SPELT = 8
"""Letters that a syllable may have."""


@inner
def look_alike(alike: Any, one: Any, two: Any) -> Any:
    """Whether two characters stand in the list of those that look alike (binary search)."""
    wanted = (np.int64(min(one, two)) << 21) | np.int64(max(one, two))
    low, high = 0, len(alike)
    while low < high:
        middle = (low + high) // 2
        if alike[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low < len(alike) and alike[low] == wanted


@inner
def place(letters: Any, alike: Any, a: Any, b: Any) -> Any:
    """What two letters have in common, by where they stand in `letters`: the character, its look, its sound, a placeholder, or nothing."""
    one, two = letters[a, 0], letters[b, 0]
    if one == two:
        return SAME
    if one == WILD or two == WILD:
        return UNKNOWN
    if letters[a, 1] == letters[b, 1]:
        return HEARD
    return LOOKS if look_alike(alike, one, two) else OTHER


@inner
def places(letters: Any, alike: Any, a: Any, b: Any, length: Any) -> Any:
    """How many places of two names of one length are the same, look alike, sound alike, are unknown, differ; and the first place's verdict."""
    counts = np.int64(0)
    first = OTHER
    for step in range(length):
        verdict = place(letters, alike, a + step, b + step)
        counts += np.int64(1) << np.int64(12 * verdict)
        if step == 0:
            first = verdict
    return counts, first


@inner
def count(counts: Any, verdict: Any) -> Any:
    """One of the counts that `places` packs."""
    return (counts >> np.int64(12 * verdict)) & 0xFFF


@inner
def looks_alike(letters: Any, alike: Any, a: Any, b: Any, length: Any) -> Any:
    """Every place is the same or looks or sounds alike, one at least is the same, none is a placeholder."""
    counts, _ = places(letters, alike, a, b, length)
    return count(counts, SAME) > 0 and count(counts, OTHER) == 0 and count(counts, UNKNOWN) == 0


@inner
def has_placeholder(letters: Any, alike: Any, a: Any, b: Any, length: Any) -> Any:
    """As above, with a character on one side that a system could not write."""
    counts, _ = places(letters, alike, a, b, length)
    return count(counts, SAME) > 0 and count(counts, OTHER) == 0 and count(counts, UNKNOWN) > 0


@inner
def one_differs(letters: Any, alike: Any, a: Any, b: Any, length: Any, surname: Any) -> Any:
    """One place of three or more differs: the first (`surname`), or another. A second difference beside a placeholder is another name."""
    if length < 3:
        return False
    counts, first = places(letters, alike, a, b, length)
    if count(counts, OTHER) != 1 or count(counts, SAME) == 0:
        return False
    return first == OTHER if surname else first != OTHER and count(counts, UNKNOWN) == 0


@inner
def left_out(letters: Any, a: Any, a_end: Any, b: Any, b_end: Any) -> Any:
    """The place of the one letter of the longer text that the shorter lacks; the last such place, -1 if that is not what differs."""
    length = b_end - b
    if a_end - a != length + 1:
        return -1
    head = 0
    while head < length and letters[a + head, 0] == letters[b + head, 0]:
        head += 1
    for step in range(head, length):
        if letters[a + step + 1, 0] != letters[b + step, 0]:
            return -1
    return head


@inner
def missing_character(letters: Any, a: Any, a_end: Any, b: Any, b_end: Any, surname: Any) -> Any:
    """One character of the longer name is missing in the shorter of two or more: the first (`surname`), or another."""
    if a_end - a < b_end - b:
        a, a_end, b, b_end = b, b_end, a, a_end
    if b_end - b < 2:
        return False
    where = left_out(letters, a, a_end, b, b_end)
    return where == 0 if surname else where > 0


@inner
def holds_milk_name(letters: Any, milk: Any, sound_at: Any, b: Any, b_end: Any) -> Any:
    """A given name holds the character of a milk name, or one of its sound."""
    if milk == 0:
        return False
    for step in range(b + 1, b_end):
        if letters[step, 0] == milk or letters[step, 1] == letters[sound_at, 1]:
            return True
    return False


@inner
def milk_name(forms: Any, letters: Any, a: Any, b: Any, at_a: Any, end_a: Any, at_b: Any, end_b: Any) -> Any:
    """One is a milk name (涵涵, 小涵, 阿涵) of the other; `a`, `b`: where their forms stand."""
    milk_a, milk_b = forms[a + NAME.shape] >> 10 & 0x1FFFFF, forms[b + NAME.shape] >> 10 & 0x1FFFFF
    return holds_milk_name(letters, milk_a, at_a + 1, at_b, end_b) or holds_milk_name(letters, milk_b, at_b + 1, at_a, end_a)


@part
def is_pet_name(shape: Any) -> Any:
    """A name of the nursery, whoever has it: doubled, or after 小 or 阿."""
    return shape >> 31 & 1


@inner
def same_prefix(letters: Any, alike: Any, a: Any, a_end: Any, b: Any, b_end: Any) -> Any:
    """How many first places agree in character, look, sound or placeholder, one at least in character or sound, if the shorter name ends there; else 0."""
    length, heard = min(a_end - a, b_end - b), False
    for step in range(length):
        verdict = place(letters, alike, a + step, b + step)
        if verdict == OTHER:
            return 0
        heard = heard or verdict == HEARD or (verdict == SAME and letters[a + step, 0] != WILD)
    return length if heard else 0


@inner
def shares_sound(letters: Any, a: Any, a_end: Any, b: Any, b_end: Any) -> Any:
    """A syllable of one, where dialects merge it, is one of the other."""
    for one in range(a, a_end):
        for two in range(b, b_end):
            if letters[one, 1] == letters[two, 1] and letters[one, 0] != WILD:
                return True
    return False


@inner
def spelt(store: Any, at: Any, end: Any, room: Any) -> Any:
    """Write the merged syllables of a name as letters into scratch from `room` on; returns how many. A character without a sound is one letter."""
    size = 0
    for step in range(at, end):
        syllable = store.letters[step, 1]
        if syllable >= len(store.spelling) or syllable == 0:
            store.scratch[room + size] = syllable
            size += 1
            continue
        for column in range(SPELT):
            if store.spelling[syllable, column] == 0:
                break
            store.scratch[room + size] = store.spelling[syllable, column]
            size += 1
    return size


@inner
def likeness(store: Any, a: Any, a_end: Any, b: Any, b_end: Any) -> Any:
    """Indel similarity of the spelt sounds, 0 to 1: twice the longest common subsequence over both lengths."""
    scratch, one, two = store.scratch, 0, SPELT * (a_end - a)
    row = two + SPELT * (b_end - b)
    size_1, size_2 = spelt(store, a, a_end, one), spelt(store, b, b_end, two)
    if size_1 + size_2 == 0:
        return 1.0
    for place in range(size_2 + 1):
        scratch[row + place] = 0
    for i in range(size_1):
        diagonal = np.int64(0)
        for j in range(size_2):
            above = scratch[row + j + 1]
            scratch[row + j + 1] = diagonal + 1 if scratch[one + i] == scratch[two + j] else max(above, scratch[row + j])
            diagonal = above
    return 2.0 * scratch[row + size_2] / (size_1 + size_2)


@inner
def is_long(shape: Any) -> Any:
    """More than four characters, or in parts."""
    return (shape >> 8) & 1 == 1


@inner
def same_transliteration(store: Any, a: Any, b: Any, at_a: Any, end_a: Any, at_b: Any, end_b: Any) -> Any:
    """Long names with a syllable in common: one is cut off after three places or more, or they sound alike as wholes, or have their two parts in the
    other order.
    """
    if not comparable_parts(store.forms[a + NAME.shape], store.forms[b + NAME.shape]):
        return False
    if not shares_sound(store.letters, at_a, end_a, at_b, end_b):
        return False
    if same_prefix(store.letters, store.alike, at_a, end_a, at_b, end_b) >= 3 or likeness(store, at_a, end_a, at_b, end_b) >= ALIKE:
        return True
    second_a, second_b = second_part(store.forms[a + NAME.shape], at_a), second_part(store.forms[b + NAME.shape], at_b)
    if second_a == at_a or second_b == at_b:
        return False
    return likeness(store, at_a, second_a, second_b, end_b) >= ALIKE and likeness(store, second_a, end_a, at_b, second_b) >= ALIKE


@inner
def comparable_parts(shape_a: Any, shape_b: Any) -> Any:
    """Both are long, or one has more than four characters."""
    return (is_long(shape_a) and is_long(shape_b)) or max(shape_a & 0xFF, shape_b & 0xFF) > 4


@inner
def second_part(shape: Any, at: Any) -> Any:
    """Where the second part begins; `at` where there is none."""
    parts = shape >> 32
    for step in range(30):
        if (parts >> step) & 1:
            return at + step + 1
    return at


@inner
def same_first_part(store: Any, a: Any, b: Any, at_a: Any, end_a: Any, at_b: Any, end_b: Any) -> Any:
    """Long names whose first parts sound the same, or of which one is cut off after two places."""
    shape_a, shape_b = store.forms[a + NAME.shape], store.forms[b + NAME.shape]
    if not comparable_parts(shape_a, shape_b):
        return False
    second_a, second_b = second_part(shape_a, at_a), second_part(shape_b, at_b)
    first_a, first_b = (second_a if second_a > at_a else end_a) - at_a, (second_b if second_b > at_b else end_b) - at_b
    if first_a == first_b and first_a >= 2:
        heard = True
        for step in range(first_a):
            heard = heard and store.letters[at_a + step, 1] == store.letters[at_b + step, 1]
        if heard:
            return True
    return same_prefix(store.letters, store.alike, at_a, end_a, at_b, end_b) >= 2
